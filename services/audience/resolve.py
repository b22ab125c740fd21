"""An audience as a condition on persons: plain SQL over sets, never a list of people in memory."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, and_, not_, or_, select

from models.broadcasting import person_group
from models.catalogue import course, offering, org_unit
from models.enrolment import LIVING, enrolment
from models.people import person
from models.statement import Row, Tx
from models.types import metadata
from models.watching import watch
from services.audience.expression import Atom, Audience, atoms
from services.audience.parse import AudienceError
from services.audience.within import between, places_under, within
from services.scope import covers, unit_by_code

Span = tuple[int, int] | None


def check(tx: Tx, audience: Audience, unit: Row) -> None:
    """Raise AudienceError for a unit or class that does not exist or lies outside the unit's subtree."""
    for atom in atoms(audience):
        if atom.kind == "unit":
            named = unit_by_code(tx, atom.value)
            if named is None:
                raise AudienceError("no_such_unit", value=atom.value)
            if not covers([unit], named.path):
                raise AudienceError("unit_outside", value=named.name, unit=unit.name)
        elif atom.kind == "class":
            row = class_of(tx, atom.value)
            if row is None:
                raise AudienceError("no_such_class", value=atom.value)
            if not covers([unit], row.path):
                raise AudienceError("class_outside", value=row.title, unit=unit.name)


def class_of(tx: Tx, code: str) -> Row:
    """A class by its code: id, title, the path of its unit; or None."""
    return tx.core(
        select(offering.c.id, offering.c.code, course.c.title, org_unit.c.path)
        .join_from(offering, course, course.c.id == offering.c.course_id)
        .join(org_unit, org_unit.c.id == offering.c.unit_id)
        .where(offering.c.code == code)
    ).first()


def condition(tx: Tx, audience: Audience, unit: Row, span: Span = None) -> ColumnElement[bool]:
    """Who of the persons in `span` is in the audience and in the unit's reach."""
    return and_(within(unit, span), *between(person.c.id, span), _part(tx, audience, unit, span))


def _part(tx: Tx, audience: Audience, unit: Row, span: Span) -> ColumnElement[bool]:
    if isinstance(audience, Atom):
        return _ATOMS[audience.kind](tx, audience.value, unit, span)
    left, right = _part(tx, audience.left, unit, span), _part(tx, audience.right, unit, span)
    if audience.operator == "+":
        return or_(left, right)
    return and_(left, right if audience.operator == "&" else not_(right))


def _unit(tx: Tx, code: str, unit: Row, span: Span) -> ColumnElement[bool]:
    named = unit_by_code(tx, code)
    if named is None:
        raise AudienceError("no_such_unit", value=code)
    return within(named, span)


def _class(tx: Tx, code: str, unit: Row, span: Span) -> ColumnElement[bool]:
    row = class_of(tx, code)
    if row is None:
        raise AudienceError("no_such_class", value=code)
    return person.c.id.in_(
        select(enrolment.c.person_id).where(
            enrolment.c.offering_id == row.id, enrolment.c.state == "enrolled",
            *between(enrolment.c.person_id, span),
        )
    )  # fmt: skip


def _kind(tx: Tx, code: str, unit: Row, span: Span) -> ColumnElement[bool]:
    """Who has a place in a class of this kind at one of the unit's schools."""
    return person.c.id.in_(
        places_under(
            unit.path, span,
            offering.c.course_id.in_(select(course.c.id).where(course.c.category == code)),
            enrolment.c.state.in_(LIVING),
        )
    )  # fmt: skip


def _group(tx: Tx, code: str, unit: Row, span: Span) -> ColumnElement[bool]:
    return person.c.id.in_(
        select(person_group.c.person_id).where(
            person_group.c.code == code, *between(person_group.c.person_id, span)
        )
    )


def _subscribed(tx: Tx, words: str, unit: Row, span: Span) -> ColumnElement[bool]:
    """Who asked to be told of it: by a subscription, or by a watch on a search."""
    # the wish is stored as JSON, in which every word stands between quotes
    waiting = select(watch.c.person_id).where(
        watch.c.ended_at.is_(None),
        watch.c.meaning.contains(f'"{words}"', autoescape=True),
        *between(watch.c.person_id, span),
    )
    found: ColumnElement[bool] = person.c.id.in_(waiting)
    table = metadata.tables.get("subscription")
    if table is None:
        return found
    subscribed = select(table.c.person_id).where(
        table.c.stopped_at.is_(None),
        table.c.topic.contains(words, autoescape=True),
        *between(table.c.person_id, span),
    )
    return or_(found, person.c.id.in_(subscribed))


_ATOMS: dict[str, Callable[[Tx, str, Row, Span], ColumnElement[bool]]] = {
    "unit": _unit, "class": _class, "kind": _kind, "group": _group, "subscribed": _subscribed,
}  # fmt: skip
