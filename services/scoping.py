"""Scope: the units for which a person may act, each with everything under it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from models.catalogue import org_unit
from models.people import role_grant
from models.statement import Statement, Tx

GRANTS = Statement(
    select(role_grant.c.role, org_unit.c.path)
    .join_from(role_grant, org_unit, org_unit.c.id == role_grant.c.unit_id)
    .where(role_grant.c.person_id == bindparam("person_id"))
    .order_by(org_unit.c.path)
)
# who may decide about places
DECIDES = ("owner", "editor")


def paths_of(tx: Tx, person_id: int, roles: Iterable[str] = DECIDES) -> list[str]:
    """The paths of the units for which a person holds one of the roles, none within another."""
    wanted = frozenset(roles)
    paths: list[str] = []
    for row in tx.all(GRANTS, person_id=person_id):
        if row.role in wanted and not any(row.path.startswith(path) for path in paths):
            paths.append(row.path)
    return paths


def may(tx: Tx, person_id: int, unit_path: str, roles: Iterable[str] = DECIDES) -> bool:
    """Whether a person may act for a unit with this path."""
    return any(unit_path.startswith(path) for path in paths_of(tx, person_id, roles))
