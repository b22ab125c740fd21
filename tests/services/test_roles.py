"""Roles: given and taken back, each change on record, names of people in none of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.operations import audit_entry
from models.people import account, role_grant
from models.store import Store, look_now, work_now
from services import roles
from services.roles import RoleChange
from services.town import Town


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """The kind of database does not matter to roles."""
    return sqlite_store


GIVEN = [
    ("telegram:42", "root", RoleChange.DONE),
    ("telegram:42", "xincheng", RoleChange.DONE),
    ("terminal:me", "xincheng", RoleChange.DONE),
    ("telegram:42", "nowhere", RoleChange.NO_UNIT),
]


@pytest.mark.parametrize(("who", "unit", "came"), GIVEN)
def test_giving_a_role(store: Store, town: Town, who: str, unit: str, came: RoleChange) -> None:
    assert work_now(store, lambda tx: roles.grant(tx, town, who, "editor", unit, "cli:test")) is came


def test_giving_makes_somebody_known_once(store: Store, town: Town) -> None:
    for unit in ("root", "xincheng"):
        work_now(store, lambda tx, unit=unit: roles.grant(tx, town, "telegram:42", "owner", unit, "cli:test"))
    assert len(_rows(store, select(account.c.id).where(account.c.external_id == "42"))) == 1
    assert len(_rows(store, select(role_grant.c.id))) == 2


def test_giving_twice_changes_nothing_and_is_on_record_once(store: Store, town: Town) -> None:
    came = [
        work_now(store, lambda tx: roles.grant(tx, town, "telegram:42", "owner", "root", "cli:test"))
        for _ in range(2)
    ]
    assert came == [RoleChange.DONE, RoleChange.UNCHANGED]
    (entry,) = _rows(store, select(audit_entry.c.actor, audit_entry.c.action, audit_entry.c.fields))
    assert entry == ("cli:test", "role_granted", "owner@root")


def test_taking_back(store: Store, town: Town) -> None:
    assert work_now(store, lambda tx: roles.revoke(tx, town, "telegram:42", "owner", "root", "cli:test")) is (
        RoleChange.NO_ACCOUNT
    )
    work_now(store, lambda tx: roles.grant(tx, town, "telegram:42", "owner", "root", "cli:test"))
    took = [
        work_now(store, lambda tx: roles.revoke(tx, town, "telegram:42", "owner", "root", "cli:test"))
        for _ in range(2)
    ]
    assert took == [RoleChange.DONE, RoleChange.UNCHANGED]
    actions = [row.action for row in _rows(store, select(audit_entry.c.action).order_by(audit_entry.c.id))]
    assert actions == ["role_granted", "role_revoked"]


def _rows(store: Store, statement):
    return look_now(
        store, lambda tx: [tuple(row) if len(row) > 1 else row for row in tx.core(statement).all()]
    )
