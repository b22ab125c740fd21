"""Invitation links: each gives a role on a unit to whoever opens it first and says yes, within seven days."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from models.catalogue import org_unit
from models.organising import invitation
from models.people import role_grant
from models.statement import Row, Statement, Tx, insert_into
from services import audit, roles, scope
from services.town import Town

LIFE = timedelta(days=7)
DIGITS = 24
START = "i_"
MOST_OPEN = 20

ADD = insert_into(invitation, "token_hash", "unit_id", "role", "made_by", "made_at", "expires_at")
_open = (
    invitation.c.used_at.is_(None), invitation.c.revoked_at.is_(None),
    invitation.c.expires_at > bindparam("now", type_=invitation.c.expires_at.type),
)  # fmt: skip
_shown = select(
    invitation.c.id, invitation.c.role, invitation.c.unit_id, invitation.c.expires_at,
    org_unit.c.code, org_unit.c.name, org_unit.c.path,
).join_from(invitation, org_unit, org_unit.c.id == invitation.c.unit_id)  # fmt: skip
LIVING = Statement(_shown.where(invitation.c.token_hash == bindparam("token_hash"), *_open))
BY_ID = Statement(_shown.where(invitation.c.id == bindparam("id"), *_open))
OPEN = Statement(_shown.where(*_open).order_by(invitation.c.id.desc()).limit(500))
USE = Statement(
    update(invitation)
    .where(invitation.c.id == bindparam("row"), *_open)
    .values(
        used_at=bindparam("now", type_=invitation.c.used_at.type),
        person_id=bindparam("whose", type_=invitation.c.person_id.type),
    )
)
REVOKE = Statement(
    update(invitation)
    .where(invitation.c.id == bindparam("row"), *_open)
    .values(revoked_at=bindparam("now", type_=invitation.c.revoked_at.type))
)
HELD = Statement(
    select(role_grant.c.id).where(
        role_grant.c.person_id == bindparam("person_id"), role_grant.c.unit_id == bindparam("unit_id"),
        role_grant.c.role == bindparam("role"),
    )
)  # fmt: skip


def invite(tx: Tx, town: Town, unit_code: str, role: str, by: str) -> str | None:
    """A new invitation's secret, which is kept nowhere; None where there is no such unit."""
    unit = scope.unit_by_code(tx, unit_code)
    if unit is None:
        return None
    token = town.random_digits(DIGITS)
    now = town.now()
    made = tx.add(
        ADD, token_hash=_hashed(town, token), unit_id=unit.id, role=role, made_by=by, made_at=now,
        expires_at=now + LIFE,
    )  # fmt: skip
    audit.record(tx, now, by, "invited", f"unit:{unit.id}", f"{role}@{unit_code} invitation:{made}")
    return token


def links(town: Town, token: str) -> list[str]:
    """The addresses that open an invitation: Telegram's and the web page's, as far as they are known."""
    found = [f"https://t.me/{town.telegram_name}?start={START}{token}"] if town.telegram_name else []
    return [*found, *([f"{town.public_url}/i/{token}"] if town.public_url else [])]


def living(tx: Tx, town: Town, token: str) -> Row:
    """The invitation of this secret, while it can be used: role, unit, expires_at; or None."""
    return tx.one(LIVING, token_hash=_hashed(town, token), now=town.now())


def accept(tx: Tx, town: Town, token: str, person_id: int) -> Row:
    """Give the role to a person, once; the invitation, or None where it was used or taken back meanwhile."""
    row, now = living(tx, town, token), town.now()
    if row is None or not tx.run(USE, row=row.id, now=now, whose=person_id):
        return None
    if tx.one(HELD, person_id=person_id, unit_id=row.unit_id, role=row.role) is None:
        tx.add(roles.ADD, person_id=person_id, unit_id=row.unit_id, role=row.role, granted_at=now)
    who = f"person:{person_id}"
    audit.record(tx, now, who, "invitation_used", who, f"{row.role}@{row.code} invitation:{row.id}")
    return row


def open_ones(tx: Tx, units: list[Row], now: datetime) -> list[Row]:
    """The invitations to these units and what is under them that can still be used, the newest first."""
    rows = tx.all(OPEN, now=now)
    return [row for row in rows if scope.covers(units, row.path)][:MOST_OPEN]


def revoke(tx: Tx, town: Town, invitation_id: int, units: list[Row] | None, by: str) -> bool:
    """Take an invitation back, within the units (None: anywhere); False where there is none any more."""
    row = tx.one(BY_ID, id=invitation_id, now=town.now())
    if row is None or (units is not None and not scope.covers(units, row.path)):
        return False
    if not tx.run(REVOKE, row=invitation_id, now=town.now()):
        return False
    audit.record(
        tx, town.now(), by, "invitation_revoked", f"unit:{row.unit_id}", f"{row.role}@{row.code}"
    )  # fmt: skip
    return True


def _hashed(town: Town, token: str) -> str:
    return hmac.new(town.secret, f"invitation:{token}".encode(), hashlib.sha256).hexdigest()
