"""Roles: who may act for a unit and everything under it, each change with its audit row."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, delete, or_, select, update

from models.catalogue import org_unit
from models.outgoing import outgoing
from models.people import account, conversation, role_grant
from models.statement import Row, Statement, Tx, insert_into
from services import accounts, audit
from services.message import EMPTY
from services.town import Town

UNIT = Statement(select(org_unit.c.id, org_unit.c.name).where(org_unit.c.code == bindparam("unit_code")))
HELD = Statement(
    select(role_grant.c.id, role_grant.c.granted_at).where(
        role_grant.c.person_id == bindparam("person_id"),
        role_grant.c.unit_id == bindparam("unit_id"),
        role_grant.c.role == bindparam("role"),
    )
)
# what a role was answered with: others' names and words, of which copies lie in the outbox for some days
_COPIES = (
    outgoing.c.account_id.in_(select(account.c.id).where(account.c.person_id == bindparam("whose"))),
    outgoing.c.created_at >= bindparam("since"),
    or_(outgoing.c.lane == "reply", outgoing.c.purpose.in_(("inbox", "approval", "progress"))),
)
DROP_COPIES = Statement(
    update(outgoing)
    .where(*_COPIES, outgoing.c.state == "queued")
    .values(state="dropped", reason="no_role", ended_at=bindparam("now", type_=outgoing.c.ended_at.type))
)
EMPTY_COPIES = Statement(update(outgoing).where(*_COPIES).values(payload=EMPTY, document=None))
# its choices bear names
END_DIALOGUE = Statement(
    update(conversation)
    .where(
        conversation.c.account_id.in_(select(account.c.id).where(account.c.person_id == bindparam("whose")))
    )
    .values(state="")
)
ADD = insert_into(role_grant, "person_id", "unit_id", "role", "granted_at")
REMOVE = Statement(delete(role_grant).where(role_grant.c.id == bindparam("grant_id")))


class RoleChange(StrEnum):
    """What came of giving or taking a role."""

    DONE = "done"
    UNCHANGED = "unchanged"
    NO_UNIT = "no_unit"
    NO_ACCOUNT = "no_account"


def grant(tx: Tx, town: Town, account: str, role: str, unit_code: str, by: str) -> RoleChange:
    """Give the account `PLATFORM:ID` a role on a unit; somebody unknown is made known by it."""
    unit = tx.one(UNIT, unit_code=unit_code)
    if unit is None:
        return RoleChange.NO_UNIT
    row = accounts.find_account(tx, account)
    if row is None:
        platform, _, external_id = account.partition(":")
        accounts.welcome(tx, town, platform, external_id, external_id)
        row = accounts.find_account(tx, account)
    if tx.one(HELD, person_id=row.person_id, unit_id=unit.id, role=role) is not None:
        return RoleChange.UNCHANGED
    tx.add(ADD, person_id=row.person_id, unit_id=unit.id, role=role, granted_at=town.now())
    _note(tx, town, by, "role_granted", row, role, unit_code)
    return RoleChange.DONE


def revoke(tx: Tx, town: Town, account: str, role: str, unit_code: str, by: str) -> RoleChange:
    """Take a role on a unit back."""
    unit = tx.one(UNIT, unit_code=unit_code)
    if unit is None:
        return RoleChange.NO_UNIT
    row = accounts.find_account(tx, account)
    if row is None:
        return RoleChange.NO_ACCOUNT
    held = tx.one(HELD, person_id=row.person_id, unit_id=unit.id, role=role)
    if held is None:
        return RoleChange.UNCHANGED
    tx.run(REMOVE, grant_id=held.id)
    _forget_pages(tx, row.person_id, held.granted_at, town.now())
    _note(tx, town, by, "role_revoked", row, role, unit_code)
    return RoleChange.DONE


def _forget_pages(tx: Tx, person_id: int, since: datetime, now: datetime) -> None:
    """Whoever loses a role keeps no copy of what it let them see, nor finds it on a page that is open."""
    tx.run(DROP_COPIES, whose=person_id, since=since, now=now)
    tx.run(EMPTY_COPIES, whose=person_id, since=since)
    tx.run(END_DIALOGUE, whose=person_id)


def _note(tx: Tx, town: Town, by: str, action: str, account: Row, role: str, unit_code: str) -> None:
    audit.record(tx, town.now(), by, action, f"person:{account.person_id}", f"{role}@{unit_code}")
