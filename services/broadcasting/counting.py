"""Counting an audience beside the turns of chats: a span of persons at a time, on connections that only read.

In a small town it takes a few milliseconds and is done in the turn; in a county it takes seconds, so the turn
answers at once and its message is edited when the number is there. What was counted is kept with the draft.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from models.broadcasting import broadcast
from models.people import person
from models.statement import Row, Statement, Tx
from services.broadcasting import composing, rows
from services.broadcasting.composing import Breakdown
from services.broadcasting.launching import LAST_OF_SPAN, LAST_PERSON
from services.compact_json import decode, encode
from services.town import Town

# so many persons are counted within a turn
QUICK = 4000
# one reading unit; nobody waits long for a connection that counts
SPAN = {"sqlite": 10_000, "postgresql": 50_000}
# after that it is counted anew before anything is sent
HOLDS = timedelta(minutes=10)
NOTHING = Breakdown(0, 0, 0, 0, 0, 0)

BEYOND = Statement(select(person.c.id).order_by(person.c.id).limit(1).offset(bindparam("quick")))
KEEP = Statement(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"))
    .values(counted=bindparam("found", type_=broadcast.c.counted.type))
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted so far, of which draft, and up to which person; `done` when that was the last."""

    broadcast_id: int
    of: str = ""
    found: Breakdown = NOTHING
    up_to: int = 0
    done: bool = False


def at_once(tx: Tx) -> bool:
    """Whether so few people are known that they are counted within a turn."""
    return tx.one(BEYOND, quick=QUICK) is None


def of_draft(tx: Tx, town: Town, row: Row) -> Breakdown | None:
    """Who would get it: counted now where that is quick, or as it was counted just now; else None."""
    if at_once(tx):
        unit = composing.unit_row(tx, row)
        return composing.breakdown(tx, town, composing.audience_of(row), unit, row.starts_at)
    if not row.counted:
        return None
    of, at, numbers = decode(row.counted)
    fresh = datetime.fromisoformat(at) + HOLDS > town.now()
    return Breakdown(*numbers) if fresh and of == _what(row) else None


def count_on(tx: Tx, town: Town, so_far: Counted) -> Counted | None:
    """Count the next span; None when there is no such draft any more, or it is meant for others now."""
    row = rows.one(tx, so_far.broadcast_id)
    if row is None or row.state != "draft" or (so_far.of and so_far.of != _what(row)):
        return None
    last = tx.one(LAST_OF_SPAN, after=so_far.up_to, more=SPAN[tx.kind] - 1)
    high = int(last.id if last is not None else tx.one(LAST_PERSON).id)
    part = composing.breakdown(
        tx, town, composing.audience_of(row), composing.unit_row(tx, row), row.starts_at,
        span=(so_far.up_to, high),
    )  # fmt: skip
    found = Breakdown(*(a + b for a, b in zip(astuple(so_far.found), astuple(part), strict=True)))
    return Counted(row.id, _what(row), found, high, last is None)


def keep(tx: Tx, town: Town, counted: Counted) -> Row:
    """Keep the numbers with the draft that they are of; the draft, or None when it is another by now."""
    row = rows.one(tx, counted.broadcast_id)
    if row is None or row.state != "draft" or counted.of != _what(row):
        return None
    numbers = list(astuple(counted.found))
    tx.run(KEEP, which=row.id, found=encode([counted.of, town.now().isoformat(), numbers]))
    return row


def _what(row: Row) -> str:
    # not its time: when that is set, who they are stays as it was counted
    return f"{row.unit_id} {row.audience}"
