"""Verifying: the counters of seats equal the rows that they count."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.types import Integer

from models.catalogue import offering
from models.enrolment import enrolment
from models.statement import Row, Statement, Tx

# classes counted in one unit of work
PIECE = 500

_holding = (
    select(func.count())
    .where(
        enrolment.c.offering_id == offering.c.id,
        enrolment.c.state.in_(("enrolled", "offered")),
    )
    .scalar_subquery()
)
# one statement sees one state of the database, so nobody who enrols meanwhile makes a difference
COUNTED = Statement(
    select(offering.c.id, offering.c.code, offering.c.taken, _holding.label("holding"))
    .where(offering.c.id > bindparam("after"))
    .order_by(offering.c.id)
    .limit(bindparam("most", type_=Integer()))
)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A class whose counter `taken` is not the number of its enrolled and offered rows."""

    offering_id: int
    code: str
    taken: int
    rows: int

    def __str__(self) -> str:
        return f"class {self.code} counts {self.taken} seats taken, its rows say {self.rows}"


@dataclass(frozen=True, slots=True)
class Verified:
    """One piece of the work: what did not fit, and the last class looked at (None: there are no more)."""

    wrong: list[Mismatch]
    last: int | None


def verify_some(tx: Tx, after: int, most: int = PIECE) -> Verified:
    """Verify the next `most` classes after the class with the id `after`."""
    rows = tx.all(COUNTED, after=after, most=most)
    return Verified(
        [_mismatch(row) for row in rows if row.taken != row.holding],
        rows[-1].id if len(rows) == most else None,
    )


def verify(tx: Tx) -> list[Mismatch]:
    """Every class whose counter does not equal its rows."""
    found: list[Mismatch] = []
    after: int | None = 0
    while after is not None:
        piece = verify_some(tx, after)
        found += piece.wrong
        after = piece.last
    return found


def _mismatch(row: Row) -> Mismatch:
    return Mismatch(row.id, row.code, row.taken, row.holding)
