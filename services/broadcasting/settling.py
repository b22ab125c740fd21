"""Settling: what became of the message becomes of its recipient; and taking back what was only fed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, case, delete, func, literal_column, select, update
from sqlalchemy.types import Integer

from models.broadcasting import broadcast
from models.broadcasting import broadcast_recipient as recipient
from models.outgoing import outgoing
from models.statement import Row, Statement, Tx
from services.broadcasting import rows
from services.broadcasting.rows import OUTCOME_OF, PURPOSE, PURPOSE_RECALL
from services.town import Town

# at most so many are ended in one transaction
SWEEP = {"sqlite": 4000, "postgresql": 50_000}
# what says that something is wrong with us or the platform, not with one chat
BURST_OF = 40
BURST = 20
RETRIES = 4
RETRYING = 10
_NOT_OURS = ("blocked", "deactivated", "kicked", "muted")
# written out in the text, as a database only then uses the partial indexes
_PENDING = recipient.c.state == literal_column("'pending'")
_SENDING = recipient.c.state == literal_column("'sending'")
_OWN = recipient.c.broadcast_id == bindparam("whose")
_QUEUED = outgoing.c.state == literal_column("'queued'")

SETTLE = Statement(
    update(recipient)
    .where(
        _OWN, _SENDING,
        recipient.c.platform == bindparam("on_platform"),
        outgoing.c.recipient_id == recipient.c.id,
        outgoing.c.purpose == PURPOSE,
        outgoing.c.state.in_(tuple(OUTCOME_OF)),
    )
    .values(
        state=case(*((outgoing.c.state == had, becomes) for had, becomes in OUTCOME_OF.items())),
        reason=case(
            (outgoing.c.state == "sent", ""), (outgoing.c.state == "expired", "too_late"),
            else_=outgoing.c.reason,
        ),
        ended_at=outgoing.c.ended_at,
    )
    .returning(recipient.c.state, recipient.c.reason)
)  # fmt: skip
SETTLE_RECALL = Statement(
    update(recipient)
    .where(
        _OWN,
        recipient.c.recall == literal_column("'asked'"),
        outgoing.c.recipient_id == recipient.c.id,
        outgoing.c.purpose == PURPOSE_RECALL,
        outgoing.c.state.in_(tuple(OUTCOME_OF)),
    )
    .values(recall=case((outgoing.c.state == "sent", "gone"), else_="left"))
)
# a message of which a part has arrived is not taken back
TAKE_BACK = Statement(
    delete(outgoing).where(
        _QUEUED,
        outgoing.c.parts == 0,
        outgoing.c.purpose == PURPOSE,
        outgoing.c.recipient_id.in_(select(recipient.c.id).where(_OWN, _SENDING)),
    )
)
TAKE_BACK_POSTPONED = Statement(
    delete(outgoing).where(
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
        select(recipient.c.id)
        .where(_OWN, recipient.c.recall == literal_column("'asked'"))
        .exists()
        .label("recalling"),
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
FAILED_LATELY = Statement(
    select(func.count().label("n")).where(
        recipient.c.id.in_(
            select(recipient.c.id)
            .where(_OWN, recipient.c.state.in_(("sent", "unknown", "failed")))
            .order_by(recipient.c.ended_at.desc())
            .limit(BURST_OF)
        ),
        recipient.c.state != "sent",
        recipient.c.reason.not_in(_NOT_OURS),
        recipient.c.ended_at >= bindparam("since"),
    )
)
CLOSE = Statement(update(broadcast).where(broadcast.c.id == bindparam("which")).values(open=False))


@dataclass(frozen=True, slots=True)
class Settled:
    """What was taken over: how many, and how many of them failed through no doing of the recipient's."""

    count: int
    wrong: int


def settle(tx: Tx, broadcast_id: int, platforms: Sequence[str]) -> Settled:
    """Take over the outcomes of the messages that have one."""
    ended = [
        row for platform in platforms for row in tx.all(SETTLE, whose=broadcast_id, on_platform=platform)
    ]
    wrong = sum(
        row.state != "sent" and row.state != "skipped" and row.reason not in _NOT_OURS for row in ended
    )
    return Settled(len(ended), wrong)


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
