"""The outbox: writing messages as rows in the transaction that causes them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.outgoing import outgoing
from models.statement import Tx, insert_into
from services.message import Message
from services.town import Town

REPLY_LIFE = timedelta(minutes=10)
LASTING_LIFE = timedelta(hours=24)

ADD = insert_into(
    outgoing,
    "account_id",
    "platform",
    "chat",
    "lane",
    "purpose",
    "payload",
    "document",
    "edit_of",
    "silent",
    "state",
    "lease_until",
    "attempts",
    "not_before",
    "expires_at",
    "offer_id",
    "session_id",
    "enrolment_id",
    "created_at",
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: an account and its chat on a platform."""

    account_id: int
    platform: str
    chat: str


@dataclass(frozen=True, slots=True)
class Written:
    """A row of the outbox as it was written, for the sender of this process."""

    id: int
    address: Address
    message: Message
    edit_of: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message is about, by which its outcome finds its way back."""

    offer_id: int | None = None
    session_id: int | None = None
    enrolment_id: int | None = None


NOTHING = Subject()


def post_reply(
    tx: Tx,
    town: Town,
    to: Address,
    message: Message,
    *,
    lasting: bool,
    edit_of: str = "",
    subject: Subject = NOTHING,
) -> Written:
    """Write an answer, already leased to this process, which sends it right after the commit.

    `lasting`: the answer has a consequence (an enrolment, say) and is worth sending for 24 hours.
    """
    now = town.now()
    pulled = to.platform in town.pulled
    expires = now + (LASTING_LIFE if lasting or pulled else REPLY_LIFE)
    row = _add(
        tx,
        to,
        message,
        now,
        subject,
        lane="reply",
        purpose="lasting" if lasting else "reply",
        edit_of=edit_of,
        silent=False,
        state="queued" if pulled else "sending",
        attempts=0 if pulled else 1,
        lease_until=0.0 if pulled else town.clock.elapsed() + town.lease_seconds,
        not_before=now,
        expires_at=expires,
    )
    return Written(row, to, message, edit_of, expires)


def post_notice(
    tx: Tx,
    town: Town,
    to: Address,
    message: Message,
    *,
    purpose: str,
    expires_at: datetime,
    not_before: datetime | None = None,
    silent: bool = False,
    lane: str = "notice",
    subject: Subject = NOTHING,
) -> int:
    """Queue a message that nobody asked for just now; the sender asks again whether it may go."""
    now = town.now()
    return _add(
        tx,
        to,
        message,
        now,
        subject,
        lane=lane,
        purpose=purpose,
        edit_of="",
        silent=silent,
        state="queued",
        attempts=0,
        lease_until=0.0,
        not_before=not_before or now,
        expires_at=expires_at,
    )


def _add(tx: Tx, to: Address, message: Message, now: datetime, subject: Subject, **columns: Any) -> int:
    return tx.add(
        ADD,
        account_id=to.account_id,
        platform=to.platform,
        chat=to.chat,
        payload=message.to_json(),
        document=message.document.content if message.document else None,
        offer_id=subject.offer_id,
        session_id=subject.session_id,
        enrolment_id=subject.enrolment_id,
        created_at=now,
        **columns,
    )
