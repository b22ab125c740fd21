"""Reach: whom a unit may write to. Every query of an organiser goes through `within`.

Somebody belongs to a unit by a place in a class of its subtree. Who has no place anywhere belongs to the
county as a whole: to the college, and to the root, which is everybody.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from models.catalogue import offering, org_unit
from models.enrolment import LIVING, enrolment
from models.people import person
from models.statement import Row


def within(unit: Row, span: tuple[int, int] | None = None) -> ColumnElement[bool]:
    """The condition on `person` that somebody may be reached by this unit.

    `span` (after, up to) is that of the persons looked at, told to the inner queries, which read no more.
    """
    if unit.level == "root":
        return true()
    placed = person.c.id.in_(places_under(unit.path, span))
    if unit.level != "college":
        return placed
    return or_(placed, person.c.id.not_in(_placed_anywhere(span)))


def places_under(path: str, span: tuple[int, int] | None, *conditions: Any) -> Any:
    """The persons with a place in a class of a subtree."""
    return (
        select(enrolment.c.person_id)
        .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
        .join(org_unit, org_unit.c.id == offering.c.unit_id)
        .where(
            enrolment.c.state.in_(LIVING),
            org_unit.c.path.startswith(path, autoescape=True),
            *between(enrolment.c.person_id, span),
            *conditions,
        )
    )


def between(column: Any, span: tuple[int, int] | None) -> tuple[ColumnElement[bool], ...]:
    """The condition that a person's number lies in the span, if there is one."""
    return () if span is None else (column > span[0], column <= span[1])


def _placed_anywhere(span: tuple[int, int] | None) -> Any:
    return select(enrolment.c.person_id).where(
        enrolment.c.state.in_(LIVING), *between(enrolment.c.person_id, span)
    )
