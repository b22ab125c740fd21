"""Fetching: messages of platforms where nobody can be woken wait in the outbox until their reader comes.

What may be shown, what must not be shown any more and what counts as reached is decided here alone, for every
such platform. A notice passes the gates of sending except for quiet hours: whoever reads is awake.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, literal_column, or_, select, update
from sqlalchemy.types import Integer

from models.outgoing import OPEN, outgoing
from models.statement import Row, Statement, Tx
from models.types import UtcTime
from services import delivery
from services.attachments import Attachments
from services.enrolling import lapses, offers
from services.message import Message, message_from_json
from services.sending_gates import ASKED, ROW_AND_STANDING, Drop, gate
from services.town import Town

LOOK_BACK = timedelta(hours=24)
MOST = 200

_QUEUED = outgoing.c.state == literal_column("'queued'")
_REPLY = outgoing.c.lane == literal_column("'reply'")
_TIMELY = and_(
    _QUEUED,
    outgoing.c.not_before <= bindparam("now", type_=UtcTime()),
    outgoing.c.expires_at > bindparam("now", type_=UtcTime()),
    # an answer that is held back until a better one may have come
    outgoing.c.lease_until <= bindparam("elapsed", type_=outgoing.c.lease_until.type),
)
_COLUMNS = (
    outgoing.c.id, outgoing.c.lane, outgoing.c.purpose, outgoing.c.payload, outgoing.c.edit_of,
    outgoing.c.silent, outgoing.c.state, outgoing.c.created_at, outgoing.c.offer_id, outgoing.c.enrolment_id,
    # the file of a broadcast lies with it, and only its name with the message
    or_(outgoing.c.document.is_not(None), outgoing.c.recipient_id.is_not(None)).label("has_document"), *ASKED,
)  # fmt: skip


def _latest(*conditions: ColumnElement[bool]) -> Statement:
    return Statement(
        select(*_COLUMNS)
        .select_from(ROW_AND_STANDING)
        .where(outgoing.c.account_id == bindparam("account_id"), *conditions)
        .order_by(outgoing.c.id.desc())
        .limit(bindparam("most", type_=Integer()))
    )


# an unfetched message is shown however old it is, a fetched one for a day
SHOWN = _latest(
    or_(
        and_(outgoing.c.state == "sent", outgoing.c.created_at > bindparam("since", type_=UtcTime())), _TIMELY
    )
)
ANSWERS = _latest(_TIMELY, _REPLY)
NOTICES = _latest(_TIMELY, ~_REPLY)
REACHED = Statement(
    update(outgoing)
    .where(
        outgoing.c.id == bindparam("row"), outgoing.c.account_id == bindparam("account"), _QUEUED,
        outgoing.c.not_before <= bindparam("at", type_=UtcTime()),
    )
    .values(
        state="sent", attempts=1, payload=delivery.UNLESS_SECRET, ended_at=bindparam("at", type_=UtcTime())
    )
)  # fmt: skip
OFFER_OF = Statement(select(outgoing.c.offer_id).where(outgoing.c.id == bindparam("row")))
FILE = Statement(
    select(outgoing.c.payload, outgoing.c.document, outgoing.c.recipient_id).where(
        outgoing.c.id == bindparam("row"), outgoing.c.account_id == bindparam("account"),
        or_(outgoing.c.document.is_not(None), outgoing.c.recipient_id.is_not(None)),
    )
)  # fmt: skip
STANDING = Statement(
    select(
        outgoing.c.id, outgoing.c.lane, outgoing.c.purpose, outgoing.c.silent, outgoing.c.enrolment_id,
        outgoing.c.offer_id, *ASKED,
    )
    .select_from(ROW_AND_STANDING)
    .where(outgoing.c.id == bindparam("row"), _QUEUED)
)  # fmt: skip
# the index of what is open; only asked while somebody reads
WAITING = Statement(
    select(outgoing.c.id, outgoing.c.account_id).where(
        OPEN, outgoing.c.platform == bindparam("platform"), _TIMELY
    )
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as its reader is shown it; the bytes of a document stay behind unless it was taken."""

    id: int
    lane: str
    message: Message
    edit_of: str
    reached: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to show, and the rows that must not be shown any more."""

    shown: list[Fetched] = field(default_factory=list)
    outdated: list[int] = field(default_factory=list)


def look(tx: Tx, town: Town, account_id: int, most: int = MOST) -> Look:
    """The latest messages of an account that may be shown now, oldest first, with those of the last day."""
    now = town.now()
    times = {"now": now, "elapsed": town.clock.elapsed(), "since": town.within(-LOOK_BACK)}
    return _passed(town, tx.all(SHOWN, **times, account_id=account_id, most=most))


def take(tx: Tx, town: Town, account_id: int, *, answers: bool, notices: bool) -> list[Fetched]:
    """Hand over what waits, oldest first, with documents; it counts as reached, what is outdated is ended."""
    found = Look()
    for statement, wanted in ((ANSWERS, answers), (NOTICES, notices)):
        if wanted:
            times = {"now": town.now(), "elapsed": town.clock.elapsed()}
            part = _passed(town, tx.all(statement, **times, account_id=account_id, most=MOST))
            found.shown.extend(part.shown)
            found.outdated.extend(part.outdated)
    drop(tx, town, found.outdated)
    reached(tx, town, account_id, (one.id for one in found.shown))
    return sorted((_with_document(tx, account_id, one) for one in found.shown), key=lambda one: one.id)


def drop(tx: Tx, town: Town, rows: Iterable[int]) -> None:
    """End notices that the gates hold back for good, asking the gates once more."""
    now = town.now()
    for number in rows:
        row = tx.one(STANDING, row=number)
        verdict = gate(row, town, now) if row is not None else None
        if isinstance(verdict, Drop):
            ended = tx.run(delivery.END_QUEUED, row=number, new="dropped", why=verdict.reason, at=now)
            if ended and row.offer_id is not None:
                lapses.undeliverable(tx, town, row.offer_id)


def reached(tx: Tx, town: Town, account_id: int, rows: Iterable[int]) -> int:
    """These rows were shown to the account: they count as sent, and the clock of an offer starts."""
    marked = 0
    for number in rows:
        if tx.run(REACHED, row=number, account=account_id, at=town.now()):
            marked += 1
            offer_id = tx.one(OFFER_OF, row=number).offer_id
            if offer_id is not None:
                offers.delivered(tx, town, offer_id)
    return marked


def file_of(tx: Tx, account_id: int, row: int) -> Message | None:
    """The message of this account that carries a file, drawn or not, or None: also for somebody else's."""
    found = tx.one(FILE, row=row, account=account_id)
    if found is None:
        return None
    message = message_from_json(found.payload, Attachments(tx).content(found))
    return None if message.document is None else message


def waiting(tx: Tx, town: Town, platform: str) -> dict[int, list[int]]:
    """The unfetched rows of a platform that may be shown now, by account."""
    found: dict[int, list[int]] = {}
    for row in tx.all(WAITING, platform=platform, now=town.now(), elapsed=town.clock.elapsed()):
        found.setdefault(row.account_id, []).append(row.id)
    return found


def _passed(town: Town, latest_first: list[Row]) -> Look:
    now = town.now()
    found = Look()
    for row in reversed(latest_first):
        if row.state == "queued" and row.lane != "reply" and isinstance(gate(row, town, now), Drop):
            found.outdated.append(row.id)
            continue
        message = _message(row)
        if message is not None:
            found.shown.append(
                Fetched(row.id, row.lane, message, row.edit_of, row.state == "sent", row.created_at)
            )
    return found


def _message(row: Any) -> Message | None:
    try:
        message = message_from_json(row.payload, b"" if row.has_document else None)
    except (json.JSONDecodeError, KeyError):
        return None
    return message if message.text else None  # its text was emptied, as nothing keeps texts for long


def _with_document(tx: Tx, account_id: int, one: Fetched) -> Fetched:
    if one.message.document is None:
        return one
    message = file_of(tx, account_id, one.id) or one.message
    return Fetched(one.id, one.lane, message, one.edit_of, one.reached, one.at)
