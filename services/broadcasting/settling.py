"""Settling: what became of the message becomes of its recipient; and taking back what was only fed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, exists, func, literal, literal_column, select, update
from sqlalchemy.types import Integer

from models.among import among
from models.broadcasting import broadcast
from models.broadcasting import broadcast_recipient as recipient
from models.outgoing import OPEN, outgoing
from models.statement import Row, Statement, Tx
from models.types import UtcTime
from services.broadcasting import rows
from services.broadcasting.rows import OUTCOME_OF, PURPOSE, PURPOSE_RECALL
from services.town import Town

# at most so many are ended in one transaction
SWEEP = {"sqlite": 4000, "postgresql": 50_000}
# what says that something is wrong with us or the platform, not with one chat
BURST_OF = 40
BURST = 20
# others that are sent meanwhile are among the last to end, and may be a million
LATEST = 2000
RETRIES = 4
RETRYING = 10
# What concerns one chat says nothing of the rest. That a sender was killed or cut off (lapsed) is over when
# another took over, which must not find it paused.
_NOT_OURS = (
    "blocked", "deactivated", "kicked", "muted", "lapsed", "no_chat", "never_started", "is_a_bot", "migrated",
    "chat_deleted",
)  # fmt: skip
# written out in the text, as a database only then uses the partial indexes; with a condition on their second
# column as well, as SQLite else prefers the whole index and reads every recipient
_PENDING = and_(
    recipient.c.state == literal_column("'pending'"),
    recipient.c.not_before > literal(datetime(1970, 1, 1, tzinfo=UTC), UtcTime()),
)
_SENDING = and_(recipient.c.state == literal_column("'sending'"), recipient.c.id > 0)
_ASKED = and_(recipient.c.recall == literal_column("'asked'"), recipient.c.id > 0)
_OWN = recipient.c.broadcast_id == bindparam("whose")
_QUEUED = outgoing.c.state == literal_column("'queued'")

# asked in two steps, as a database that has not yet counted a young outbox may read all of it for a join
SENDING_IDS = Statement(
    select(recipient.c.id)
    .where(
        _OWN, _SENDING, recipient.c.platform == bindparam("on_platform"), recipient.c.id > bindparam("after")
    )
    .order_by(recipient.c.id)
    .limit(bindparam("most", type_=Integer()))
)  # fmt: skip
_MESSAGES = (
    select(outgoing.c.recipient_id, outgoing.c.state, outgoing.c.reason, outgoing.c.ended_at)
    .where(among(outgoing.c.recipient_id, "ids"), outgoing.c.purpose == literal_column(f"'{PURPOSE}'"))
)  # fmt: skip
_ENDED = _MESSAGES.where(outgoing.c.state.in_(tuple(OUTCOME_OF)))
ENDED_MESSAGES = Statement(_ENDED)
ANY_TO_DO = Statement(_ENDED.with_only_columns(outgoing.c.id).limit(1))
ANY_POSTPONED = Statement(
    _MESSAGES.with_only_columns(outgoing.c.id)
    .where(outgoing.c.state == "queued", outgoing.c.not_before > bindparam("now", type_=UtcTime()))
    .limit(1)
)
ANY_BACK = Statement(
    _MESSAGES.with_only_columns(outgoing.c.id).where(_QUEUED, outgoing.c.parts == 0).limit(1)
)
TAKE_OVER = Statement(
    update(recipient)
    .where(among(recipient.c.id, "rows"))
    .values(
        state=bindparam("new", type_=recipient.c.state.type),
        reason=bindparam("why", type_=recipient.c.reason.type),
        ended_at=bindparam("at", type_=recipient.c.ended_at.type),
    )
)
CHUNK = 1000
SETTLE_RECALL = Statement(
    update(recipient)
    .where(
        _OWN,
        _ASKED,
        outgoing.c.recipient_id == recipient.c.id,
        outgoing.c.purpose == PURPOSE_RECALL,
        outgoing.c.state.in_(tuple(OUTCOME_OF)),
    )
    .values(recall=case((outgoing.c.state == "sent", "gone"), else_="left"))
)
# a message of which a part has arrived is not taken back
TAKE_BACK = Statement(
    delete(outgoing).where(
        OPEN,
        _QUEUED,
        outgoing.c.parts == 0,
        outgoing.c.purpose == PURPOSE,
        outgoing.c.recipient_id.in_(select(recipient.c.id).where(_OWN, _SENDING)),
    )
)
TAKE_BACK_POSTPONED = Statement(
    delete(outgoing).where(
        OPEN,
        _QUEUED,
        outgoing.c.parts == 0,
        outgoing.c.purpose == PURPOSE,
        outgoing.c.not_before > bindparam("now"),
        outgoing.c.recipient_id.in_(select(recipient.c.id).where(_OWN, _SENDING)),
    )
)
_message = (
    select(outgoing.c.id).where(outgoing.c.recipient_id == recipient.c.id, outgoing.c.purpose == PURPOSE)
).exists()
PENDING_AGAIN = Statement(
    update(recipient)
    .where(_OWN, _SENDING, ~_message)
    .values(state="pending", not_before=bindparam("now", type_=recipient.c.not_before.type))
)
SWEEP_PENDING = Statement(
    update(recipient)
    .where(
        recipient.c.id.in_(
            select(recipient.c.id)
            .where(_OWN, _PENDING)
            .limit(bindparam("most", type_=Integer()))
            .with_for_update(skip_locked=True)
        )
    )
    .values(
        state="skipped",
        reason=bindparam("why", type_=recipient.c.reason.type),
        ended_at=bindparam("now", type_=recipient.c.ended_at.type),
    )
)
LEFT = Statement(
    select(
        select(recipient.c.id).where(_OWN, _PENDING).exists().label("pending"),
        select(recipient.c.id).where(_OWN, _SENDING).exists().label("sending"),
        select(recipient.c.id).where(_OWN, _ASKED).exists().label("recalling"),
        select(recipient.c.id)
        .where(_OWN, recipient.c.id > bindparam("recalled"), recipient.c.state.in_(("sent", "unknown")))
        .exists()
        .label("to_recall"),
    )
)
RETRIED = Statement(
    select(func.count().label("n"))
    .join_from(recipient, outgoing, outgoing.c.recipient_id == recipient.c.id)
    .where(_OWN, _SENDING, _QUEUED, outgoing.c.attempts >= RETRIES)
)
# the last to end are found by the outbox, which has them in that order
_last = (
    select(
        outgoing.c.state, outgoing.c.reason, outgoing.c.recipient_id, outgoing.c.purpose, outgoing.c.ended_at
    )
    .where(outgoing.c.ended_at >= bindparam("since", type_=UtcTime()))
    .order_by(outgoing.c.ended_at.desc())
    .limit(LATEST)
    .subquery()
)
_lately = (
    select(_last.c.state, _last.c.reason)
    .where(
        _last.c.purpose == literal_column(f"'{PURPOSE}'"),
        _last.c.state.in_(tuple(state for state, came in OUTCOME_OF.items() if came != "skipped")),
        exists().where(recipient.c.id == _last.c.recipient_id, _OWN),
    )
    .order_by(_last.c.ended_at.desc())
    .limit(BURST_OF)
    .subquery()
)
FAILED_LATELY = Statement(
    select(func.count().label("n"))
    .select_from(_lately)
    .where(_lately.c.state != "sent", _lately.c.reason.not_in(_NOT_OURS))
)
CLOSE = Statement(update(broadcast).where(broadcast.c.id == bindparam("which")).values(open=False))


@dataclass(frozen=True, slots=True)
class Settled:
    """What was taken over: how many, and how many of them failed through no doing of the recipient's.

    `reached` are the recipients who have the message, or may have it.
    """

    count: int
    wrong: int
    reached: Sequence[int]


def settle(tx: Tx, broadcast_id: int, platforms: Sequence[str]) -> Settled:
    """Take over the outcomes of the messages that have one."""
    count = wrong = 0
    reached: list[int] = []
    for ids in _sending(tx, broadcast_id, platforms):
        alike: dict[tuple[str, str, datetime], list[int]] = defaultdict(list)
        for one in tx.all(ENDED_MESSAGES, ids=ids):
            alike[(*outcome_of(one), one.ended_at)].append(one.recipient_id)
        for (state, reason, ended_at), those in alike.items():
            count += tx.run(TAKE_OVER, rows=those, new=state, why=reason, at=ended_at)
            wrong += len(those) if state in ("failed", "unknown") and reason not in _NOT_OURS else 0
            reached += those if state in ("sent", "unknown") else ()
    return Settled(count, wrong, reached)


def to_settle(tx: Tx, broadcast_id: int, platforms: Sequence[str], now: datetime) -> bool:
    """Whether some message has an outcome that was not taken over, or was put off by a gate."""
    return any(
        tx.one(ANY_TO_DO, ids=ids) is not None or tx.one(ANY_POSTPONED, ids=ids, now=now) is not None
        for ids in _sending(tx, broadcast_id, platforms)
    )


def to_take_back(tx: Tx, broadcast_id: int, platforms: Sequence[str]) -> bool:
    """Whether some message is queued: of one that does not run, it was on its way and was refused for now."""
    return any(tx.one(ANY_BACK, ids=ids) is not None for ids in _sending(tx, broadcast_id, platforms))


def unsettled(tx: Tx, broadcast_id: int, platforms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """State and reason of each recipient whose message has an outcome that was not taken over yet."""
    for ids in _sending(tx, broadcast_id, platforms):
        for one in tx.all(ENDED_MESSAGES, ids=ids):
            yield outcome_of(one)


def outcome_of(message: Any) -> tuple[str, str]:
    """What a recipient's state and reason become by those of the message."""
    if message.state == "sent":
        return "sent", ""
    return OUTCOME_OF[message.state], "too_late" if message.state == "expired" else message.reason


def _sending(tx: Tx, broadcast_id: int, platforms: Sequence[str]) -> Iterator[list[int]]:
    for platform in platforms:
        after = 0
        while rows_of := tx.all(
            SENDING_IDS, whose=broadcast_id, on_platform=platform, after=after, most=CHUNK
        ):
            after = rows_of[-1].id
            yield [row.id for row in rows_of]


def take_back(tx: Tx, town: Town, broadcast_id: int) -> int:
    """Take what is still queued out of the outbox: those recipients are pending again; how many."""
    if not tx.run(TAKE_BACK, whose=broadcast_id):
        return 0
    return tx.run(PENDING_AGAIN, whose=broadcast_id, now=town.now())


def take_back_postponed(tx: Tx, town: Town, broadcast_id: int) -> int:
    """The same for what a gate has put off, so that it does not hold the places of those who are awake."""
    if not tx.run(TAKE_BACK_POSTPONED, whose=broadcast_id, now=town.now()):
        return 0
    return tx.run(PENDING_AGAIN, whose=broadcast_id, now=town.now())


def sweep(tx: Tx, town: Town, row: Row) -> int:
    """Skip some of those whom an ended broadcast has not reached; how many."""
    if row.state in ("stopped", "recalled"):
        reason = row.state
    elif row.state == "running" and row.valid_until is not None and town.now() >= row.valid_until:
        reason = "too_late"
    else:
        return 0
    return tx.run(SWEEP_PENDING, whose=row.id, why=reason, now=town.now(), most=SWEEP[tx.kind])


def trouble(tx: Tx, row: Row) -> str:
    """Why a broadcast should hold on by itself: most of the last messages failed, or none comes through."""
    if tx.one(RETRIED, whose=row.id).n >= RETRYING:
        return "no_answer"
    since = row.launched_at
    return "many_errors" if tx.one(FAILED_LATELY, whose=row.id, since=since).n >= BURST else ""


def finish(tx: Tx, town: Town, row: Row) -> bool:
    """Close a broadcast of which nothing is left to be done; whether it was closed."""
    if row.state == "paused" or (row.state == "running" and not row.resolved):
        return False
    left = tx.one(LEFT, whose=row.id, recalled=row.recalled_up_to)
    if left.pending or left.sending:
        return False
    if row.state == "recalled" and (left.recalling or left.to_recall):
        return False
    if row.state == "running":
        rows.move(tx, town, row, "done", by="system")
    else:
        tx.run(CLOSE, which=row.id)
    return True
