"""The row behind a web account: by it a cookie's epoch is checked."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from models.people import account
from models.statement import Row, Statement, Tx

PLATFORM = "web"

ACCOUNT = Statement(
    select(account.c.id, account.c.person_id, account.c.cookie_epoch, account.c.created_at).where(
        account.c.platform == PLATFORM, account.c.external_id == bindparam("external_id")
    )
)


def account_of(tx: Tx, external_id: str) -> Row:
    """The web account with this external id, or None."""
    return tx.one(ACCOUNT, external_id=external_id)
