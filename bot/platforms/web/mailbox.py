"""The outbox as one web account sees it: what to show, what was seen, whose file it is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.types import Integer

from models.outgoing import outgoing
from models.people import account
from models.statement import Statement, Tx
from models.types import UtcTime
from services import delivery
from services.enrolling import offers
from services.message import Message, message_from_json
from services.sending_gates import ASKED, ROW_AND_STANDING, Drop, gate
from services.town import Town

PLATFORM = "web"
LOOK_BACK = timedelta(hours=24)
MOST_FIRST = 30
MOST = 200

ACCOUNT = Statement(
    select(account.c.id, account.c.person_id, account.c.cookie_epoch, account.c.created_at).where(
        account.c.platform == PLATFORM, account.c.external_id == bindparam("external_id")
    )
)
# an unfetched message is shown however old it is, a fetched one for a day
SHOWN = Statement(
    select(
        outgoing.c.id, outgoing.c.lane, outgoing.c.purpose, outgoing.c.payload, outgoing.c.edit_of,
        outgoing.c.silent, outgoing.c.state, outgoing.c.created_at, outgoing.c.offer_id,
        outgoing.c.enrolment_id, outgoing.c.document.is_not(None).label("has_document"), *ASKED,
    )
    .select_from(ROW_AND_STANDING)
    .where(
        outgoing.c.account_id == bindparam("account_id"),
        outgoing.c.platform == PLATFORM,
        or_(
            and_(outgoing.c.state == "sent", outgoing.c.created_at > bindparam("since", type_=UtcTime())),
            and_(
                outgoing.c.state == "queued",
                outgoing.c.not_before <= bindparam("now", type_=UtcTime()),
                outgoing.c.expires_at > bindparam("now", type_=UtcTime()),
            ),
        ),
    )
    .order_by(outgoing.c.id.desc())
    .limit(bindparam("most", type_=Integer()))
)  # fmt: skip
SEEN = Statement(
    update(outgoing)
    .where(
        outgoing.c.id == bindparam("row"), outgoing.c.account_id == bindparam("account"),
        outgoing.c.state == "queued", outgoing.c.not_before <= bindparam("at", type_=UtcTime()),
    )
    .values(state="sent", attempts=1, ended_at=bindparam("at", type_=UtcTime()))
)  # fmt: skip
OFFER_OF = Statement(select(outgoing.c.offer_id).where(outgoing.c.id == bindparam("row")))
FILE = Statement(
    select(outgoing.c.payload, outgoing.c.document).where(
        outgoing.c.id == bindparam("row"), outgoing.c.account_id == bindparam("account"),
        outgoing.c.document.is_not(None),
    )
)  # fmt: skip
STANDING = Statement(
    select(outgoing.c.id, outgoing.c.lane, outgoing.c.purpose, outgoing.c.silent, outgoing.c.enrolment_id,
           outgoing.c.offer_id, *ASKED)
    .select_from(ROW_AND_STANDING)
    .where(outgoing.c.id == bindparam("row"), outgoing.c.state == "queued")
)  # fmt: skip
# the queue's own index; only asked while somebody has the page open
WAITING = Statement(
    select(outgoing.c.id, outgoing.c.account_id).where(
        outgoing.c.platform == PLATFORM,
        outgoing.c.state == "queued",
        outgoing.c.not_before <= bindparam("now", type_=UtcTime()),
        outgoing.c.expires_at > bindparam("now", type_=UtcTime()),
    )
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the outbox as the page shows it; the document's bytes stay behind."""

    id: int
    lane: str
    message: Message
    edit_of: str
    fetched: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to show, and the rows that must not be shown any more."""

    shown: list[Shown]
    outdated: list[int]


def look(tx: Tx, town: Town, account_id: int, most: int = MOST) -> Look:
    """The latest messages of an account that may be shown now, oldest first.

    A notice passes the gates of sending, except for quiet hours: whoever reads a page is awake.
    """
    now = town.now()
    rows = tx.all(SHOWN, account_id=account_id, since=now - LOOK_BACK, now=now, most=most)
    found = Look([], [])
    for row in reversed(rows):
        if row.state == "queued" and row.lane != "reply" and isinstance(gate(row, town, now), Drop):
            found.outdated.append(row.id)
            continue
        message = _message(row)
        if message is not None:
            found.shown.append(
                Shown(row.id, row.lane, message, row.edit_of, row.state == "sent", row.created_at)
            )
    return found


def drop(tx: Tx, town: Town, rows: Iterable[int]) -> None:
    """End notices that the gates hold back for good, asking the gates once more."""
    now = town.now()
    for number in rows:
        row = tx.one(STANDING, row=number)
        verdict = gate(row, town, now) if row is not None else None
        if isinstance(verdict, Drop):
            ended = tx.run(delivery.END_QUEUED, row=number, new="dropped", why=verdict.reason, at=now)
            if ended and row.offer_id is not None:
                offers.undeliverable(tx, town, row.offer_id)


def seen(tx: Tx, town: Town, account_id: int, rows: Iterable[int]) -> int:
    """These rows stand on the account's screen: they count as sent, and the clock of an offer starts."""
    marked = 0
    for number in rows:
        if tx.run(SEEN, row=number, account=account_id, at=town.now()):
            marked += 1
            offer_id = tx.one(OFFER_OF, row=number).offer_id
            if offer_id is not None:
                offers.delivered(tx, town, offer_id)
    return marked


def file_of(tx: Tx, account_id: int, row: int) -> Message | None:
    """The message of this account that carries a file, or None: also for somebody else's."""
    found = tx.one(FILE, row=row, account=account_id)
    return None if found is None else message_from_json(found.payload, bytes(found.document))


def waiting(tx: Tx, town: Town) -> dict[int, list[int]]:
    """The unfetched rows that may be shown now, by account."""
    found: dict[int, list[int]] = {}
    for row in tx.all(WAITING, now=town.now()):
        found.setdefault(row.account_id, []).append(row.id)
    return found


def account_of(tx: Tx, external_id: str) -> Any:
    """The web account with this external id, or None."""
    return tx.one(ACCOUNT, external_id=external_id)


def _message(row: Any) -> Message | None:
    try:
        return message_from_json(row.payload, b"" if row.has_document else None)
    except (json.JSONDecodeError, KeyError):  # its text was emptied, as nothing keeps texts for long
        return None
