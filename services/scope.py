"""Scope: what somebody may do for which units and classes; every question of an organiser's rights goes here.

A role holds on its unit and everything under it: a subtree is a prefix of `path`. Whom a unit may write to is
told by `services/audience/within.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.types import String

from models.catalogue import course, offering, org_unit
from models.people import account, role_grant
from models.statement import Row, Statement, Tx
from services import classes

Roles = tuple[str, ...]
OWNING: Roles = ("owner",)
EDITING: Roles = ("owner", "editor")
ANSWERING: Roles = ("owner", "editor", "broadcaster", "teacher")
TEACHING: Roles = ("owner", "editor", "teacher")
SENDING: Roles = ("owner", "broadcaster")
SEEING: Roles = ("owner", "editor", "teacher", "viewer")
VIEWING: Roles = ("owner", "editor", "broadcaster", "teacher", "viewer")
MOST_CLASSES = 60

_unit = (org_unit.c.id, org_unit.c.code, org_unit.c.name, org_unit.c.level, org_unit.c.path)
_over = org_unit.alias("over")


def held_over(roles: Roles) -> ColumnElement[bool]:
    """The condition on `org_unit` that `person_id` holds one of the roles on it or on one above it."""
    return (
        select(role_grant.c.id)
        .join_from(role_grant, _over, _over.c.id == role_grant.c.unit_id)
        .where(
            role_grant.c.person_id == bindparam("person_id"),
            role_grant.c.role.in_(roles),
            org_unit.c.path.startswith(_over.c.path),
        )
        .correlate(org_unit)
        .exists()
    )


def _granted(roles: Roles) -> Select[tuple[object, ...]]:
    held = select(role_grant.c.unit_id).where(
        role_grant.c.person_id == bindparam("person_id"), role_grant.c.role.in_(roles)
    )
    return select(*_unit).where(org_unit.c.id.in_(held)).order_by(func.length(org_unit.c.path), org_unit.c.id)


def _colleagues(roles: Roles) -> Select[tuple[object, ...]]:
    """Whoever may act for a unit: by a role on it or on one above, with how deep their nearest one stands."""
    depth = func.max(func.length(org_unit.c.path)).label("depth")
    return (
        select(role_grant.c.person_id, depth)
        .join_from(role_grant, org_unit, org_unit.c.id == role_grant.c.unit_id)
        .where(
            role_grant.c.role.in_(roles),
            bindparam("path", type_=String()).startswith(org_unit.c.path),
        )
        .group_by(role_grant.c.person_id)
        .order_by(depth.desc(), role_grant.c.person_id)
    )


GRANTED = {
    roles: Statement(_granted(roles))
    for roles in (OWNING, EDITING, ANSWERING, TEACHING, SENDING, SEEING, VIEWING)
}
COLLEAGUES = {roles: Statement(_colleagues(roles)) for roles in (OWNING, EDITING, ANSWERING, SENDING)}
UNIT = Statement(select(*_unit).where(org_unit.c.code == bindparam("unit_code")))
UNIT_BY_ID = Statement(select(*_unit).where(org_unit.c.id == bindparam("id")))
PATHS = Statement(select(org_unit.c.id, org_unit.c.path))
# classes that are not over, of the units under one path
CLASSES = Statement(
    select(offering.c.id, offering.c.code, course.c.title)
    .join_from(offering, org_unit, org_unit.c.id == offering.c.unit_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(
        org_unit.c.path.startswith(bindparam("path", type_=String())),
        offering.c.status == "open",
        offering.c.last_end > bindparam("now"),
    )
    .order_by(offering.c.first_start, offering.c.id)
    .limit(MOST_CLASSES)
)
ACTS_FOR = {
    roles: Statement(
        select(offering.c.id)
        .join_from(offering, org_unit, org_unit.c.id == offering.c.unit_id)
        .where(offering.c.id == bindparam("offering_id"), held_over(roles))
    )
    for roles in (EDITING, TEACHING)
}
UNITS_RUN = Statement(select(org_unit.c.id).where(held_over(EDITING)))
BY_ACCOUNT = Statement(
    select(role_grant.c.id)
    .join_from(role_grant, account, account.c.person_id == role_grant.c.person_id)
    .where(
        account.c.platform == bindparam("platform"), account.c.external_id == bindparam("external_id"),
        role_grant.c.role.in_(EDITING),
    )
    .limit(1)
)  # fmt: skip


def own_units(tx: Tx, person_id: int, roles: Roles) -> list[Row]:
    """The units on which a person holds one of the roles, the widest first."""
    found = tx.all(GRANTED[roles], person_id=person_id)
    if found:
        # what organisers do may concern thousands
        tx.take_time()
    return found


def own_paths(tx: Tx, person_id: int, roles: Roles) -> list[str]:
    """The paths of the units on which a person holds one of the roles, none within another."""
    widest: list[Row] = []
    for unit in own_units(tx, person_id, roles):
        if not covers(widest, unit.path):
            widest.append(unit)
    return [unit.path for unit in widest]


def covers(units: Iterable[Row], path: str) -> bool:
    """Whether one of the units is the one at `path`, or stands above it."""
    return any(path.startswith(unit.path) for unit in units)


def may(tx: Tx, person_id: int, roles: Roles, path: str) -> bool:
    """Whether a person may act for the unit at `path` by one of the roles."""
    return covers(own_units(tx, person_id, roles), path)


def units_run(tx: Tx, person_id: int) -> frozenset[int]:
    """The units that somebody runs as owner or editor, with everything under them."""
    found = frozenset(row.id for row in tx.all(UNITS_RUN, person_id=person_id))
    if found:
        tx.take_time()
    return found


def unit_by_code(tx: Tx, code: str) -> Row:
    """A unit, or None."""
    return tx.one(UNIT, unit_code=code)


def unit_by_id(tx: Tx, unit_id: int) -> Row:
    """A unit, or None."""
    return tx.one(UNIT_BY_ID, id=unit_id)


def unit_paths(tx: Tx) -> dict[int, str]:
    """Where each unit stands."""
    return {row.id: row.path for row in tx.all(PATHS)}


def own_classes(tx: Tx, person_id: int, roles: Roles, now: datetime) -> list[Row]:
    """The classes that are not over of the units a person acts for: id, code, title; at most 60."""
    found: dict[int, Row] = {}
    for unit in own_units(tx, person_id, roles):
        found |= {row.id: row for row in tx.all(CLASSES, path=unit.path, now=now)}
    return list(found.values())[:MOST_CLASSES]


def own_class(tx: Tx, person_id: int, roles: Roles, offering_id: int, now: datetime) -> Row | None:
    """A class, if the person acts for its unit; None for every other."""
    row = classes.one_class(tx, offering_id, now)
    return row if row is not None and may(tx, person_id, roles, row.unit_path) else None


def acts_for(tx: Tx, person_id: int, roles: Roles, offering_id: int) -> bool:
    """Whether somebody holds one of the roles for a class: on its unit or on one above it."""
    found = tx.one(ACTS_FOR[roles], person_id=person_id, offering_id=offering_id) is not None
    if found:
        tx.take_time()
    return found


def colleagues(tx: Tx, path: str, roles: Roles) -> list[int]:
    """The persons who act for the unit at `path`, those nearest to it first."""
    return [row.person_id for row in tx.all(COLLEAGUES[roles], path=path)]


def nearest_colleagues(tx: Tx, unit_id: int, roles: Roles) -> list[int]:
    """Who is to be asked for a unit: those who act for the nearest unit that has any such."""
    unit = unit_by_id(tx, unit_id)
    rows = tx.all(COLLEAGUES[roles], path=unit.path) if unit is not None else []
    return [row.person_id for row in rows if row.depth == rows[0].depth]


def edits_by_account(tx: Tx, platform: str, external_id: str) -> bool:
    """Whether whoever has this account may bring in sheets anywhere, so that their file is worth fetching."""
    return tx.one(BY_ACCOUNT, platform=platform, external_id=external_id) is not None
