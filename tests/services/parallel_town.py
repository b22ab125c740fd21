"""Parallel classes of one course for tests: 书法入门 on Saturday (SF01), Sunday (SF02), Wednesday (SF03)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from models.catalogue import offering, org_unit, venue
from models.statement import Tx
from services.catalogue import load_catalogue, note_changes
from services.town import Town
from tests.town import ADD_OFFERING, ADD_SESSION, ZONE

# code, first day, hour, sessions, seats, fee
CLASSES = (
    ("SF02", date(2026, 12, 6), 9, 8, 20, 12000),
    ("SF03", date(2026, 12, 9), 15, 8, 3, 12000),
)


def add_parallel(tx: Tx, town: Town, classes: tuple[tuple[object, ...], ...] = CLASSES) -> dict[str, int]:
    """Insert them beside SF01, whose fee becomes theirs; the ids by code."""
    first = tx.core(select(offering).where(offering.c.code == "SF01")).one()
    tx.core(offering.update().where(offering.c.id == first.id).values(fee_fen=12000))
    made = {"SF01": first.id}
    room = tx.core(select(venue.c.id)).scalar_one()
    assert tx.core(select(org_unit.c.id).where(org_unit.c.id == first.unit_id)).scalar_one()
    for code, day, hour, count, capacity, fee in classes:
        assert isinstance(day, date) and isinstance(hour, int) and isinstance(count, int)
        starts = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).astimezone(UTC)
        ends = starts + timedelta(weeks=count - 1, minutes=90)
        made[str(code)] = new = tx.add(
            ADD_OFFERING, code=code, link_key=code, course_id=first.course_id, unit_id=first.unit_id,
            venue_id=room, form="class", description="", teacher="王老师", starts_on=day,
            ends_on=day + timedelta(weeks=count - 1), first_start=starts, last_end=ends, capacity=capacity,
            fee_fen=fee, min_age=None, max_age=None, enrol_opens=None, enrol_closes=starts,
        )  # fmt: skip
        for n in range(count):
            at = starts + timedelta(weeks=n)
            tx.add(
                ADD_SESSION, offering_id=new, number=n + 1, starts_at=at, ends_at=at + timedelta(minutes=90),
                venue_id=room,
            )  # fmt: skip
    note_changes(tx, list(made.values()), town.now())
    town.catalogue.close()
    town.catalogue = load_catalogue(tx, ZONE, town.now())
    return made


def set_seats(tx: Tx, code: str, seats: int) -> None:
    """Another number of seats."""
    tx.core(offering.update().where(offering.c.code == code).values(capacity=seats))
