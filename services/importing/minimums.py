"""The least number of learners that a course sheet asks for, and the day on which it is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import bindparam, select

from models.catalogue import offering
from models.running import class_minimum
from models.statement import Tx
from services.importing.making import chunks
from services.running.minimum import set_minimum
from services.sheets.class_row import ClassRow
from services.town import Town

# where a sheet says how many and not by when
DAYS_BEFORE = timedelta(days=3)

HELD = (
    select(offering.c.id, offering.c.code, class_minimum.c.min_enrolled, class_minimum.c.decide_by)
    .outerjoin_from(offering, class_minimum, class_minimum.c.offering_id == offering.c.id)
    .where(offering.c.code.in_(bindparam("codes", expanding=True)))
)


def decide_by(row: ClassRow) -> date:
    """The day on which it is decided: as the sheet says, else three days before the class begins."""
    return row.decide_by or row.starts_on - DAYS_BEFORE


def differing(tx: Tx, rows: Sequence[ClassRow]) -> tuple[ClassRow, ...]:
    """The rows whose least number or day is not what their class has; a row that says nothing is left."""
    asked = [row for row in rows if row.min_learners is not None]
    held: dict[str, tuple[int | None, date | None]] = {}
    for chunk in chunks([row.code for row in asked]):
        for found in tx.core(HELD, {"codes": list(chunk)}):
            held[found.code] = (found.min_enrolled, found.decide_by)
    return tuple(row for row in asked if held.get(row.code) != (row.min_learners, decide_by(row)))


def write_minimums(tx: Tx, town: Town, rows: Sequence[ClassRow], by: str) -> None:
    """Keep what the rows ask for; their classes exist."""
    ids: Mapping[str, int] = {
        found.code: found.id
        for chunk in chunks([row.code for row in rows])
        for found in tx.core(HELD, {"codes": list(chunk)})
    }
    for row in rows:
        if row.min_learners is not None and row.code in ids:
            set_minimum(tx, town, ids[row.code], row.min_learners, decide_by(row), actor=by)
