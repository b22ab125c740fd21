"""Verifying a web account: the school has seen its owner."""

from enum import StrEnum

from sqlalchemy import bindparam, select, update

from models.people import account
from models.statement import Statement, Tx
from services.audit import record
from services.town import Town

FIND = Statement(
    select(account.c.id, account.c.person_id, account.c.verified).where(
        account.c.platform == bindparam("platform"), account.c.external_id == bindparam("external_id")
    )
)
SET = Statement(
    update(account)
    .where(account.c.id == bindparam("account_id"))
    .values(verified=bindparam("new", type_=account.c.verified.type))
)


class Verified(StrEnum):
    """What came of it."""

    DONE = "done"
    UNCHANGED = "unchanged"
    NO_ACCOUNT = "no_account"


def verify(tx: Tx, town: Town, name: str, by: str) -> Verified:
    """Mark the account `PLATFORM:ID` as verified, with an audit row."""
    platform, _, external_id = name.partition(":")
    row = tx.one(FIND, platform=platform, external_id=external_id)
    if row is None:
        return Verified.NO_ACCOUNT
    if row.verified:
        return Verified.UNCHANGED
    tx.run(SET, account_id=row.id, new=True)
    record(tx, town.now(), by, "verified", f"person:{row.person_id}", f"account:{row.id}")
    return Verified.DONE
