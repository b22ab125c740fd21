"""Recalling: what was sent is deleted again, where the platform allows that; the rest is counted as left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import bindparam, func, insert, literal, literal_column, select, update
from sqlalchemy.types import Integer

from models.among import among
from models.broadcasting import broadcast
from models.broadcasting import broadcast_recipient as recipient
from models.outgoing import outgoing
from models.statement import Row, Statement, Tx
from models.types import UtcTime
from services.broadcasting.rows import PURPOSE, PURPOSE_RECALL
from services.broadcasting.settling import _ASKED, _OWN
from services.message import EMPTY
from services.town import Town

WEEK = timedelta(days=7)
RECALLING = Statement(select(func.count().label("n")).where(_OWN, _ASKED))
_reached = (
    select(recipient.c.id, recipient.c.state, outgoing.c.platform_message_id, outgoing.c.platform)
    .outerjoin_from(
        recipient, outgoing,
        (outgoing.c.recipient_id == recipient.c.id) & (outgoing.c.purpose == PURPOSE),
    )
    .where(_OWN, recipient.c.state.in_(("sent", "unknown")))
    .order_by(recipient.c.id)
)  # fmt: skip
TO_RECALL = Statement(
    _reached.where(recipient.c.id > bindparam("after")).limit(bindparam("most", type_=Integer()))
)
LATE = Statement(_reached.where(among(recipient.c.id, "ids")))
RECALLED_UP_TO = Statement(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"))
    .values(recalled_up_to=bindparam("up_to", type_=broadcast.c.recalled_up_to.type))
)
COLUMNS = (
    "account_id", "platform", "chat", "lane", "purpose", "payload", "edit_of", "silent", "state", "reason",
    "attempts", "lease_until", "not_before", "expires_at", "platform_message_id", "created_at", "parts",
    "secret", "recipient_id",
)  # fmt: skip


NOW = bindparam("now", type_=UtcTime())
UNTIL = bindparam("until", type_=UtcTime())
PAYLOAD = bindparam("payload", type_=outgoing.c.payload.type)
_message = outgoing.alias("message")
RECALL = Statement(insert(outgoing).from_select(
    COLUMNS,
    select(
        _message.c.account_id, _message.c.platform, _message.c.chat, literal("bulk"), literal(PURPOSE_RECALL),
        # what is taken away disturbs nobody, so it is silent
        PAYLOAD, _message.c.platform_message_id, literal(True), literal("queued"), literal(""), literal(0),
        literal(0.0), NOW, UNTIL, literal(""), NOW, literal(0), literal(False), _message.c.recipient_id,
    ).where(
        among(_message.c.recipient_id, "ids"),
        _message.c.purpose == literal_column(f"'{PURPOSE}'"),
    ),
))  # fmt: skip
NOTE = Statement(
    update(recipient)
    .where(among(recipient.c.id, "rows"))
    .values(recall=bindparam("what", type_=recipient.c.recall.type))
)


def in_flight(tx: Tx, broadcast_id: int) -> int:
    """How many deletions are asked for and not answered."""
    return int(tx.one(RECALLING, whose=broadcast_id).n)


def recall_some(tx: Tx, town: Town, row: Row, most: int) -> int:
    """Ask for the deletion of some of what was sent; what no platform can take back is counted as left."""
    found = tx.all(TO_RECALL, whose=row.id, after=row.recalled_up_to, most=most)
    if not found:
        return 0
    _ask(tx, town, found)
    tx.run(RECALLED_UP_TO, which=row.id, up_to=found[-1].id)
    return len(found)


def recall_late(tx: Tx, town: Town, row: Row, reached: Sequence[int]) -> None:
    """Ask for the deletion of what arrived only after its recipient had been passed by."""
    ids = [one for one in reached if one <= row.recalled_up_to]
    if ids:
        _ask(tx, town, tx.all(LATE, whose=row.id, ids=ids))


def _ask(tx: Tx, town: Town, found: Sequence[Row]) -> None:
    ours = [
        one.id
        for one in found
        if one.platform not in town.pulled and one.state == "sent" and one.platform_message_id
    ]
    rest = sorted({one.id for one in found} - set(ours))
    if ours:
        now = town.now()
        tx.run(RECALL, ids=ours, payload=EMPTY, now=now, until=now + WEEK)
        tx.run(NOTE, rows=ours, what="asked")
    if rest:
        tx.run(NOTE, rows=rest, what="left")
