"""The outbox: writing messages as rows in the transaction that causes them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)

from models.outgoing import outgoing
from models.people import conversation
from models.statement import Statement, Tx, insert_into
from services.message import Message
from services.town import Town

REPLY_LIFE = timedelta(minutes=10)
LASTING_LIFE = timedelta(hours=24)
# an open answer lies among an account's last rows, and only these are looked through
MOST_LOOKED_AT = 50
_QUEUED: ColumnElement[str] = literal_column("'queued'")
_SENDING: ColumnElement[str] = literal_column("'sending'")

_COLUMNS = (
    "account_id", "platform", "chat", "lane", "purpose", "payload", "document", "edit_of", "silent", "state",
    "lease_until", "attempts", "not_before", "expires_at", "offer_id", "session_id", "enrolment_id", "secret",
    "created_at", "learner_id",
)  # fmt: skip
ADD = insert_into(outgoing, *_COLUMNS)
# the parameters bear the names of ADD's, because both are done in one call where the database can
_keep = (
    update(conversation)
    .where(conversation.c.account_id == bindparam("account_id", type_=outgoing.c.account_id.type))
    .values(
        state=bindparam("dialogue", type_=conversation.c.state.type),
        updated_at=bindparam("created_at", type_=conversation.c.updated_at.type),
    )
)
KEEP = Statement(_keep, own=True)
ADD_KEEPING = Statement(
    insert(outgoing)
    .values({name: bindparam(name, type_=outgoing.c[name].type) for name in _COLUMNS})
    # an insert beside another statement does not hear of its columns' defaults
    .values(reason="", platform_message_id="", parts=0, urgent=False)
    .returning(outgoing.c.id)
    .add_cte(_keep.cte("kept")),
    own=True,
)


def open_replies(account_id: ColumnElement[Any]) -> ScalarSelect[Any]:
    """The rows of an account's answers that are not done, less those of this transaction, for PostgreSQL.

    A list of numbers, negative where the row is queued; null when there is none.
    """
    latest = (
        select(
            outgoing.c.id, outgoing.c.lane, outgoing.c.state,
            # what this transaction wrote itself is handed to the sender together and in order
            literal_column("outgoing.xmin <> pg_current_xact_id()::xid").label("earlier"),
        )
        .where(outgoing.c.account_id == account_id)
        .order_by(outgoing.c.id.desc())
        # in full, like what follows: what the planner sees only at the time is planned anew each time
        .limit(literal_column(str(MOST_LOOKED_AT)))
        .correlate_except(outgoing)
        .subquery()
    )  # fmt: skip
    signed = case((latest.c.state == _QUEUED, -latest.c.id), else_=latest.c.id)
    return (
        select(func.array_agg(signed))
        .where(
            latest.c.lane == literal_column("'reply'"),
            latest.c.state.in_((_QUEUED, _SENDING)),
            latest.c.earlier,
        )
        .scalar_subquery()
    )


OPEN_BEFORE = Statement(
    select(open_replies(bindparam("whose", type_=outgoing.c.account_id.type)).label("open_replies"))
)

TAKE_BACK = Statement(
    delete(outgoing).where(outgoing.c.id == bindparam("row"), outgoing.c.state == literal_column("'queued'"))
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: an account and its chat on a platform.

    `learner_id` and `about` name somebody without an account whom its owner keeps, and whom it concerns.
    """

    account_id: int
    platform: str
    chat: str
    learner_id: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A row of the outbox as it was written, for the sender of this process.

    `lease_until` is the elapsed second until which this process may send it, 0 when it was queued.
    """

    id: int
    address: Address
    message: Message
    edit_of: str
    expires_at: datetime
    lease_until: float


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
    now: datetime | None = None,
    edit_of: str = "",
    subject: Subject = NOTHING,
    hold_seconds: float = 0.0,
    secret: bool = False,
    open_before: Sequence[int] | None = None,
    dialogue: str | None = None,
) -> Written:
    """Write an answer, already leased to this process, which sends it right after the commit.

    It is queued instead for platforms that fetch, and while another process has an answer of this account.
    `lasting`: the answer has a consequence (an enrolment, say) and is worth sending for 24 hours. With
    `hold_seconds` it is queued and goes out after so many real seconds, unless it is taken back before. A
    `secret` one carries a code: its words are kept no longer than its sending takes, and shown nowhere else.
    `now` is the turn's own reading of the clock, `open_before` what `open_replies` found under the lock of
    the dialogue; None looks for either. `dialogue`: its state, to be kept along with it (PostgreSQL).
    """
    now = now or town.now()
    pulled = to.platform in town.pulled
    queued = hold_seconds > 0 or pulled or _must_wait(tx, town, to, open_before)
    lease_until = 0.0 if queued else town.clock.elapsed() + town.lease_seconds
    expires = now + town.clock.during(LASTING_LIFE if lasting or pulled else REPLY_LIFE)
    row = _add(
        tx,
        to,
        message,
        now,
        subject,
        lane="reply",
        purpose="lasting" if lasting else "reply",
        edit_of=edit_of,
        secret=secret,
        silent=False,
        state="queued" if queued else "sending",
        attempts=0 if queued else 1,
        lease_until=town.clock.elapsed() + hold_seconds if hold_seconds > 0 else lease_until,
        not_before=now,
        expires_at=expires,
        **({} if dialogue is None else {"dialogue": dialogue}),
    )
    return Written(row, to, message, edit_of, expires, lease_until)


def take_back(tx: Tx, row: int) -> bool:
    """Unwrite an answer that nobody was shown yet; False when it has gone out, or is on its way."""
    return tx.run(TAKE_BACK, row=row) == 1


def _must_wait(tx: Tx, town: Town, to: Address, before: Sequence[int] | None) -> bool:
    """Whether an earlier answer is not done that this process does not have: this one would overtake it."""
    if tx.kind != "postgresql":  # an embedded database is served by one process
        return False
    if before is None:
        before = tx.one(OPEN_BEFORE, whose=to.account_id).open_replies or ()
    now = town.clock.elapsed()
    return any(row < 0 or not town.own_replies.holds(row, now) for row in before)


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
    edit_of: str = "",
) -> int:
    """Queue a message that nobody asked for just now; the sender asks again whether it may go.

    One that concerns somebody whom its reader keeps begins with that.
    With `edit_of` it takes the place of a message that is shown.
    """
    now = town.now()
    if to.about:
        message = replace(message, text=f"{to.about}\n{message.text}")
    return _add(
        tx,
        to,
        message,
        now,
        subject,
        lane=lane,
        purpose=purpose,
        edit_of=edit_of,
        secret=False,
        silent=silent,
        state="queued",
        attempts=0,
        lease_until=0.0,
        not_before=not_before or now,
        expires_at=expires_at,
    )


def _add(tx: Tx, to: Address, message: Message, now: datetime, subject: Subject, **columns: Any) -> int:
    return tx.add(
        ADD_KEEPING if "dialogue" in columns else ADD,
        account_id=to.account_id,
        platform=to.platform,
        chat=to.chat,
        payload=message.to_json(),
        document=message.document.content if message.document else None,
        offer_id=subject.offer_id,
        session_id=subject.session_id,
        enrolment_id=subject.enrolment_id,
        created_at=now,
        learner_id=to.learner_id,
        **columns,
    )
