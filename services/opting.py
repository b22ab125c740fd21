"""What somebody does not want any more, purpose by purpose, and how many notices a week are enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, delete, exists, null, select, text
from sqlalchemy.types import Integer, String

from models.organising import OPTIONAL_PURPOSES, opt_out
from models.outgoing import outgoing
from models.people import account, person
from models.statement import Statement, Tx
from models.types import UtcTime
from services import audit

WEEK = timedelta(days=7)
# how many messages that are no matter of an own class a person gets in seven days; data, so a town may differ
WEEKLY_CAP = 7
COUNTED = ("announcement", "campaign", "watch")
# what waits until the week has room; announcements are counted where they are written
WAITS = ("watch",)

REFUSED = Statement(select(opt_out.c.purpose).where(opt_out.c.person_id == bindparam("person_id")))
ADD = Statement(
    text(
        "INSERT INTO opt_out (person_id, purpose, at) VALUES (:person_id, :purpose, :at)"
        " ON CONFLICT (person_id, purpose) DO NOTHING"
    ).bindparams(
        bindparam("person_id", type_=Integer()), bindparam("purpose", type_=String()),
        bindparam("at", type_=UtcTime()),
    )
)  # fmt: skip
LAST_TOLD = Statement(
    select(outgoing.c.purpose)
    .where(
        outgoing.c.account_id == bindparam("account_id"),
        outgoing.c.purpose.in_(OPTIONAL_PURPOSES),
        outgoing.c.state.in_(("sent", "unknown")),
    )
    .order_by(outgoing.c.id.desc())
    .limit(1)
)
REMOVE = Statement(
    delete(opt_out).where(opt_out.c.person_id == bindparam("whose"), opt_out.c.purpose == bindparam("what"))
)

_earlier = outgoing.alias("earlier")
_own = account.alias("own_account")
# for the gates of sending: columns beside a row of the outbox, its account and its person
OPTED_OUT: Any = (
    exists()
    .where(opt_out.c.person_id == person.c.id, opt_out.c.purpose == outgoing.c.purpose)
    .label("opted_out")
)
# the sending that must lie a week back before there is room again: the last but so many
_full_since = (
    select(_earlier.c.ended_at)
    .join_from(_earlier, _own, _own.c.id == _earlier.c.account_id)
    .where(
        _own.c.person_id == person.c.id,
        _earlier.c.purpose.in_(COUNTED),
        _earlier.c.state.in_(("sent", "unknown")),
    )
    .order_by(_earlier.c.ended_at.desc())
    .offset(WEEKLY_CAP - 1)
    .limit(1)
    .correlate(person)
    .scalar_subquery()
)
FULL_SINCE: Any = case((outgoing.c.purpose.in_(WAITS), _full_since), else_=null()).label("full_since")


def room_from(full_since: datetime | None, now: datetime) -> datetime | None:
    """From when on there is room in the week for one more; None where there is room now."""
    if full_since is None or full_since + WEEK <= now:
        return None
    return full_since + WEEK


def last_told(tx: Tx, account_id: int) -> str:
    """The purpose of the last message to an account that can be refused; empty where there was none."""
    row = tx.one(LAST_TOLD, account_id=account_id)
    return "" if row is None else str(row.purpose)


def refused(tx: Tx, person_id: int) -> frozenset[str]:
    """The purposes of which a person wants nothing."""
    return frozenset(row.purpose for row in tx.all(REFUSED, person_id=person_id))


def refuse(tx: Tx, person_id: int, purpose: str, now: datetime) -> None:
    """No more of one purpose. Raises ValueError for one that cannot be refused."""
    if purpose not in OPTIONAL_PURPOSES:
        raise ValueError(purpose)
    if tx.run(ADD, person_id=person_id, purpose=purpose, at=now):
        who = f"person:{person_id}"
        audit.record(tx, now, who, "opted_out", who, purpose)


def allow(tx: Tx, person_id: int, purpose: str, now: datetime) -> None:
    """One purpose is welcome again."""
    if tx.run(REMOVE, whose=person_id, what=purpose):
        who = f"person:{person_id}"
        audit.record(tx, now, who, "opted_in", who, purpose)
