"""Duties: for which classes somebody acts, by a role on the class's unit or on one above it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from models.catalogue import class_session, course, offering, org_unit, venue
from models.people import role_grant
from models.statement import Row, Statement, Tx

TEACHING = frozenset({"teacher", "editor", "owner"})
RUNNING = frozenset({"editor", "owner"})

_over = org_unit.alias("over")
HELD = Statement(
    select(role_grant.c.role)
    .join_from(role_grant, _over, _over.c.id == role_grant.c.unit_id)
    .join(org_unit, org_unit.c.path.startswith(_over.c.path, autoescape=False))
    .join(offering, offering.c.unit_id == org_unit.c.id)
    .where(role_grant.c.person_id == bindparam("person_id"), offering.c.id == bindparam("offering_id"))
)
ANY = Statement(select(role_grant.c.role).where(role_grant.c.person_id == bindparam("person_id")))
STAFF = Statement(
    select(role_grant.c.person_id, role_grant.c.role, func.length(_over.c.path).label("depth"))
    .join_from(role_grant, _over, _over.c.id == role_grant.c.unit_id)
    .join(org_unit, org_unit.c.path.startswith(_over.c.path, autoescape=False))
    .where(org_unit.c.id == bindparam("unit_id"), role_grant.c.role.in_(("editor", "owner")))
    .order_by(func.length(_over.c.path).desc(), role_grant.c.id)
)
UNITS_HELD = Statement(
    select(org_unit.c.id)
    .join_from(role_grant, _over, _over.c.id == role_grant.c.unit_id)
    .join(org_unit, org_unit.c.path.startswith(_over.c.path, autoescape=False))
    .where(role_grant.c.person_id == bindparam("person_id"), role_grant.c.role.in_(("editor", "owner")))
)
_SESSION = (
    class_session.c.id, class_session.c.starts_at, class_session.c.ends_at, class_session.c.state,
    offering.c.id.label("offering_id"), offering.c.code, offering.c.teacher, course.c.title,
    venue.c.name.label("venue"),
)  # fmt: skip
SESSIONS = Statement(
    select(*_SESSION)
    .join_from(class_session, offering, offering.c.id == class_session.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .join(org_unit, org_unit.c.id == offering.c.unit_id)
    .outerjoin(venue, venue.c.id == func.coalesce(class_session.c.venue_id, offering.c.venue_id))
    .where(
        class_session.c.state == "planned",
        class_session.c.starts_at >= bindparam("since"),
        class_session.c.starts_at < bindparam("before"),
        select(role_grant.c.id)
        .join_from(role_grant, _over, _over.c.id == role_grant.c.unit_id)
        .where(
            role_grant.c.person_id == bindparam("person_id"),
            role_grant.c.role.in_(tuple(sorted(TEACHING))),
            or_(_over.c.id == org_unit.c.id, org_unit.c.path.startswith(_over.c.path, autoescape=False)),
        )
        .exists(),
    )
    .order_by(class_session.c.starts_at, class_session.c.id)
    .limit(30)
)
SESSION = Statement(
    select(*_SESSION)
    .join_from(class_session, offering, offering.c.id == class_session.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .outerjoin(venue, venue.c.id == func.coalesce(class_session.c.venue_id, offering.c.venue_id))
    .where(class_session.c.id == bindparam("id"))
)


def roles_for(tx: Tx, person_id: int, offering_id: int) -> frozenset[str]:
    """The roles somebody holds for a class: on its unit or on one above it."""
    return frozenset(row.role for row in tx.all(HELD, person_id=person_id, offering_id=offering_id))


def teaches(tx: Tx, person_id: int, offering_id: int) -> bool:
    """Whether somebody may take the roll of a class."""
    return bool(roles_for(tx, person_id, offering_id) & TEACHING)


def runs(tx: Tx, person_id: int, offering_id: int) -> bool:
    """Whether somebody may decide about a class and its money."""
    return bool(roles_for(tx, person_id, offering_id) & RUNNING)


def has_any(tx: Tx, person_id: int, roles: frozenset[str]) -> bool:
    """Whether somebody holds one of these roles anywhere."""
    return any(row.role in roles for row in tx.all(ANY, person_id=person_id))


def units_run(tx: Tx, person_id: int) -> frozenset[int]:
    """The units that somebody runs as owner or editor, with everything under them."""
    return frozenset(row.id for row in tx.all(UNITS_HELD, person_id=person_id))


def staff_of(tx: Tx, unit_id: int) -> list[int]:
    """Who is to be asked for a unit: the owners and editors of the nearest unit that has any."""
    rows = tx.all(STAFF, unit_id=unit_id)
    nearest = rows[0].depth if rows else 0
    return list(dict.fromkeys(row.person_id for row in rows if row.depth == nearest))


def sessions_between(tx: Tx, person_id: int, since: datetime, before: datetime) -> list[Row]:
    """The sessions of a span whose roll somebody may take, soonest first, at most 30."""
    return tx.all(SESSIONS, person_id=person_id, since=since, before=before)


def session_row(tx: Tx, session_id: int) -> Row:
    """One session with its class, or None."""
    return tx.one(SESSION, id=session_id)
