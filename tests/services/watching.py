"""Classes that are added to the small town while somebody waits for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from models.catalogue import offering, org_unit, venue
from models.statement import Tx
from models.store import look_now, work_now
from services.catalogue import apply_changes, changes_since, note_changes
from services.schedules import watches
from tests.town import add_class

FRIDAY = date(2026, 12, 18)


def put(
    tx: Tx, now: datetime, code: str, title: str, *, day: date = FRIDAY, hour: int = 9, fee: int = 0,
    **columns: Any,
) -> int:  # fmt: skip
    """Insert a class that everybody may join, with any columns set by hand, and number the change."""
    unit = tx.core(select(org_unit.c.id).where(org_unit.c.code == "xincheng")).scalar()
    room = tx.core(select(venue.c.id).limit(1)).scalar()
    made = add_class(tx, (code, title, "arts", "吴老师", day, hour, 90, 8, 20, fee, None, None), unit, room)
    slots = f"{day.weekday()}@{hour * 60}-{hour * 60 + 90}"
    tx.core(update(offering).where(offering.c.id == made).values(slots=slots, **columns))
    note_changes(tx, [made], now)
    return made


def add(house: Any, code: str, title: str, **fields: Any) -> int:
    """The same in a transaction of its own; `house` has a store and a town."""
    made: int = work_now(house.store, lambda tx: put(tx, house.town.now(), code, title, **fields))
    return made


def refresh(house: Any) -> None:
    """Bring the index up to date, as the process does once a second."""
    town = house.town
    number, records, removed = look_now(
        house.store, lambda tx: changes_since(tx, town.catalogue.number, town.zone)
    )
    apply_changes(town.catalogue, number, records, removed)


def tell(house: Any) -> int:
    """Bring the index up to date and do all that the schedule of watches has to do; how much was missed."""
    refresh(house)
    missed = 0
    for _ in range(1000):
        done = work_now(house.store, lambda tx: watches.due(tx, house.town))
        missed += done.missed
        if not done:
            return missed
    raise AssertionError("it does not end")
