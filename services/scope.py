"""Scope: what somebody may do for which units. Every question of an organiser's rights goes through here.

A role holds on its unit and everything under it: a subtree is a prefix of `path`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, bindparam, func, select
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


def _granted(roles: Roles) -> Select[tuple[object, ...]]:
    return (
        select(
            org_unit.c.id, org_unit.c.code, org_unit.c.name, org_unit.c.level, org_unit.c.path,
            role_grant.c.role,
        )
        .join_from(role_grant, org_unit, org_unit.c.id == role_grant.c.unit_id)
        .where(role_grant.c.person_id == bindparam("person_id"), role_grant.c.role.in_(roles))
        .order_by(func.length(org_unit.c.path), org_unit.c.id)
    )  # fmt: skip


GRANTED = {
    roles: Statement(_granted(roles))
    for roles in (OWNING, EDITING, ANSWERING, TEACHING, SENDING, SEEING, VIEWING)
}
UNIT = Statement(
    select(org_unit.c.id, org_unit.c.code, org_unit.c.name, org_unit.c.level, org_unit.c.path).where(
        org_unit.c.code == bindparam("unit_code")
    )
)
UNIT_BY_ID = Statement(
    select(org_unit.c.id, org_unit.c.code, org_unit.c.name, org_unit.c.level, org_unit.c.path).where(
        org_unit.c.id == bindparam("id")
    )
)
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
# whoever may act for a unit: by a role on it or on one above
COLLEAGUES = {
    roles: Statement(
        select(role_grant.c.person_id)
        .join_from(role_grant, org_unit, org_unit.c.id == role_grant.c.unit_id)
        .where(
            role_grant.c.role.in_(roles),
            bindparam("path", type_=String()).startswith(org_unit.c.path),
        )
        .group_by(role_grant.c.person_id)
        .order_by(func.max(func.length(org_unit.c.path)).desc(), role_grant.c.person_id)
    )
    for roles in (OWNING, EDITING, ANSWERING)
}
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
    return tx.all(GRANTED[roles], person_id=person_id)


def covers(units: Iterable[Row], path: str) -> bool:
    """Whether one of the units is the one at `path`, or stands above it."""
    return any(path.startswith(unit.path) for unit in units)


def may(tx: Tx, person_id: int, roles: Roles, path: str) -> bool:
    """Whether a person may act for the unit at `path` by one of the roles."""
    return covers(own_units(tx, person_id, roles), path)


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


def colleagues(tx: Tx, path: str, roles: Roles) -> list[int]:
    """The persons who act for the unit at `path`, those nearest to it first."""
    return [row.person_id for row in tx.all(COLLEAGUES[roles], path=path)]


def edits_by_account(tx: Tx, platform: str, external_id: str) -> bool:
    """Whether whoever has this account may bring in sheets anywhere, so that their file is worth fetching."""
    return tx.one(BY_ACCOUNT, platform=platform, external_id=external_id) is not None
