"""Verifying: the counters of seats equal the rows that they count, which are numbered in their order."""

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
# a row of which no number is known (0) is counted, and cannot be wrong
_numbered = (
    select(
        enrolment.c.offering_id,
        enrolment.c.number,
        func.row_number().over(partition_by=enrolment.c.offering_id, order_by=enrolment.c.id).label("nth"),
    )
    .where(enrolment.c.offering_id > bindparam("after"), enrolment.c.offering_id <= bindparam("last"))
    .subquery()
)
NUMBERED = Statement(
    select(offering.c.id, offering.c.code, func.count().label("rows"))
    .join_from(_numbered, offering, offering.c.id == _numbered.c.offering_id)
    .where(_numbered.c.number != 0, _numbered.c.number != _numbered.c.nth)
    .group_by(offering.c.id, offering.c.code)
    .order_by(offering.c.id)
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
class Misnumbered:
    """A class in which so many rows have the number of another one: their places in line are wrong."""

    offering_id: int
    code: str
    rows: int

    def __str__(self) -> str:
        return (
            f"class {self.code} has {self.rows} enrolments with a wrong number, as one was deleted by hand; "
            f"with number 0 in all of offering_id {self.offering_id} they are counted instead"
        )


@dataclass(frozen=True, slots=True)
class Verified:
    """One piece of the work: what did not fit, and the last class looked at (None: there are no more)."""

    wrong: list[Mismatch | Misnumbered]
    last: int | None


def verify_some(tx: Tx, after: int, most: int = PIECE) -> Verified:
    """Verify the next `most` classes after the class with the id `after`."""
    rows = tx.all(COUNTED, after=after, most=most)
    wrong: list[Mismatch | Misnumbered] = [_mismatch(row) for row in rows if row.taken != row.holding]
    if rows:
        numbered = tx.all(NUMBERED, after=after, last=rows[-1].id)
        wrong += [Misnumbered(row.id, row.code, row.rows) for row in numbered]
    return Verified(wrong, rows[-1].id if len(rows) == most else None)


def verify(tx: Tx) -> list[Mismatch | Misnumbered]:
    """Every class whose counter does not equal its rows, or whose rows are not numbered as they stand."""
    found: list[Mismatch | Misnumbered] = []
    after: int | None = 0
    while after is not None:
        piece = verify_some(tx, after)
        found += piece.wrong
        after = piece.last
    return found


def _mismatch(row: Row) -> Mismatch:
    return Mismatch(row.id, row.code, row.taken, row.holding)
