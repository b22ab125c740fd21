"""The line of a class as expressions: which row of its class a new one is, and the place of one who waits.

Counting all who wait ahead costs as much as they are many, for every tap of a rush, while the class is
locked. So each row keeps its number within the class. Rows are made under the lock of the class, are never
taken out of it and never deleted, so that number stays true; the place in line is the number less the rows
before it that do not wait: the seats, and whoever left.
A row without a number, made by hand in the database, is counted; the numbers after it are right all the same.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select, union_all
from sqlalchemy.types import Integer, String

from models.enrolment import TRANSITIONS, enrolment

# The index of the line has the state before the id, so it is asked state by state; it is a closed list.
NOT_WAITING = tuple(state for state in TRANSITIONS if state != "waiting")
_OFFERING: ColumnElement[int] = bindparam("offering_id", type_=enrolment.c.offering_id.type)
_NONE = literal_column("0", Integer())


def _literal(state: str) -> ColumnElement[str]:
    """A state written out: with a parameter in its place PostgreSQL would plan the statement at each run."""
    return literal_column(f"'{state}'", String())


def next_number() -> ColumnElement[int]:
    """The number of a new row of the class `offering_id`, whose lock is held."""
    every, former = enrolment.alias("every"), enrolment.alias("former")
    newest = union_all(
        *(
            select(func.max(every.c.id).label("id")).where(
                every.c.offering_id == _OFFERING, every.c.state == _literal(state)
            )
            for state in TRANSITIONS
        )
    ).subquery("newest")
    last = select(func.max(newest.c.id)).scalar_subquery()
    known = select(func.nullif(former.c.number, _NONE)).where(former.c.id == last).scalar_subquery()
    counted = select(func.count()).where(every.c.offering_id == _OFFERING).scalar_subquery()
    return func.coalesce(known, counted) + literal_column("1", Integer())


def place() -> ColumnElement[int]:
    """The place in line, from 1, of the row of `enrolment` in the same select, which waits."""
    before, gone = enrolment.alias("before"), enrolment.alias("gone")
    counted = (
        select(func.count())
        .where(before.c.offering_id == enrolment.c.offering_id, before.c.id <= enrolment.c.id)
        .scalar_subquery()
    )
    not_waiting = (
        select(func.count())
        .where(
            gone.c.offering_id == enrolment.c.offering_id,
            gone.c.state.in_(map(_literal, NOT_WAITING)),
            gone.c.id < enrolment.c.id,
        )
        .scalar_subquery()
    )
    return func.coalesce(func.nullif(enrolment.c.number, _NONE), counted) - not_waiting
