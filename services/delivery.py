"""Delivery: which rows of the outbox are due, claiming them under a lease, and keeping what became of them.

A row moves queued -> sending (leased) -> an outcome. While it is queued, `lease_until` is the elapsed second
before which it is not tried again, so that waits ordered by a server are real time and shared by processes.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, literal_column, or_, select, update
from sqlalchemy.types import Integer

from models.among import among
from models.operations import lease
from models.outgoing import OPEN, outgoing
from models.statement import Statement, Tx
from services.attachments import Attachments
from services.message import EMPTY, Message, message_from_json
from services.outbox import Written
from services.sending_gates import ASKED, ROW_AND_STANDING, Drop, Wait, gate
from services.town import Town

Hook = Callable[[Tx, Town, int], None]
# the purpose of a row that takes a message away again
RECALL = "recall"

_QUEUED = outgoing.c.state == literal_column("'queued'")
_SENDING = outgoing.c.state == literal_column("'sending'")
_open = outgoing.alias("open_reply")
# the first answer of each account that is not done: everything later of that account waits for it
_first = (
    select(_open.c.account_id, func.min(_open.c.id).label("first_id"))
    .where(
        _open.c.ended_at.is_(None),
        _open.c.platform == bindparam("platform"),
        _open.c.lane == literal_column("'reply'"),
    )
    .group_by(_open.c.account_id)
    .subquery()
)
_due = (
    outgoing.c.platform == bindparam("platform"),
    outgoing.c.lane == bindparam("lane"),
    OPEN,
    _QUEUED,
    outgoing.c.not_before <= bindparam("now"),
    outgoing.c.expires_at > bindparam("now"),
    outgoing.c.lease_until <= bindparam("elapsed"),
)
DUE = Statement(
    select(outgoing.c.id)
    .outerjoin(_first, _first.c.account_id == outgoing.c.account_id)
    .where(*_due, or_(_first.c.first_id.is_(None), _first.c.first_id >= outgoing.c.id))
    .order_by(outgoing.c.id)
    .limit(bindparam("most", type_=Integer()))
)
CHOSEN = Statement(
    select(
        outgoing.c.id, outgoing.c.account_id, outgoing.c.platform, outgoing.c.chat, outgoing.c.lane,
        outgoing.c.purpose, outgoing.c.payload, outgoing.c.document, outgoing.c.edit_of, outgoing.c.silent,
        outgoing.c.attempts, outgoing.c.parts, outgoing.c.expires_at, outgoing.c.offer_id,
        outgoing.c.enrolment_id, outgoing.c.recipient_id, *ASKED,
    )
    .select_from(ROW_AND_STANDING)
    .where(among(outgoing.c.id, "ids"), _QUEUED)
    .order_by(outgoing.c.id)
    .with_for_update(of=outgoing, skip_locked=True)
)  # fmt: skip
TAKE = Statement(
    update(outgoing)
    .where(among(outgoing.c.id, "ids"))
    .values(
        state="sending",
        attempts=outgoing.c.attempts + 1,
        lease_until=bindparam("until", type_=outgoing.c.lease_until.type),
    )
)
# a code is not kept once its message has an outcome
UNLESS_SECRET = case((outgoing.c.secret, literal_column(f"'{EMPTY}'")), else_=outgoing.c.payload)
POSTPONE = Statement(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row"))
    .values(not_before=bindparam("until", type_=outgoing.c.not_before.type))
)
END_QUEUED = Statement(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row"), _QUEUED)
    .values(
        state=bindparam("new", type_=outgoing.c.state.type),
        reason=bindparam("why", type_=outgoing.c.reason.type),
        ended_at=bindparam("at", type_=outgoing.c.ended_at.type),
        payload=UNLESS_SECRET,
    )
)
_too_late = (_QUEUED, outgoing.c.expires_at <= bindparam("now"))
# all that is open is looked through, which is for a reader; in the order of its index nothing is sorted
STALE = Statement(
    select(outgoing.c.id)
    .where(OPEN, *_too_late)
    .order_by(outgoing.c.platform, outgoing.c.lane, outgoing.c.id)
    .limit(bindparam("most", type_=Integer()))
)
STILL_STALE = Statement(
    select(outgoing.c.id, outgoing.c.lane, outgoing.c.platform, outgoing.c.offer_id)
    .where(among(outgoing.c.id, "ids"), *_too_late)
    .order_by(outgoing.c.id)
)
BACKLOG = Statement(
    select(outgoing.c.lane, func.count().label("rows"), func.min(outgoing.c.created_at).label("oldest"))
    .where(
        OPEN, _QUEUED, outgoing.c.platform == bindparam("platform"), outgoing.c.not_before <= bindparam("now")
    )
    .group_by(outgoing.c.lane)
)
OPEN_ACCOUNTS = Statement(select(_first.c.account_id))
FREE_ROWS = Statement(update(outgoing).where(OPEN, _SENDING).values(lease_until=-1.0))
FREE_LANE = Statement(update(lease).where(lease.c.name == bindparam("name_of_lease")).values(until=0.0))


def _nothing(tx: Tx, town: Town, offer_id: int) -> None:
    """For messages whose outcome moves nothing."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the outcome of a message that carries an offer sets going, in the same transaction."""

    delivered: Hook = _nothing
    undeliverable: Hook = _nothing


NO_HOOKS = Hooks()


class Delivery(NamedTuple):
    """A claimed row: what to send and where.

    `attempt` names this claim, `lease_until` is its end in elapsed seconds. `fresh` rows were written and
    leased by a turn of this process and never were in the queue. The first `parts` calls that the message
    takes have succeeded in an earlier attempt. What `deletes` takes the message `edit_of` away.
    """

    id: int
    account_id: int
    platform: str
    chat: str
    lane: str
    message: Message
    edit_of: str
    silent: bool
    attempt: int
    lease_until: float
    expires_at: datetime
    offer_id: int | None = None
    fresh: bool = False
    parts: int = 0
    deletes: bool = False


@dataclass(slots=True)
class Claim:
    """What a claim came to: rows to send now, and how many others were moved or ended at the gates."""

    rows: list[Delivery] = field(default_factory=list)
    postponed: int = 0
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)


def from_turn(written: Written) -> Delivery:
    """An answer that a turn of this process has just written."""
    to = written.address
    return Delivery(
        written.id, to.account_id, to.platform, to.chat, "reply", written.message, written.edit_of, False,
        1, written.lease_until, written.expires_at, fresh=True,
    )  # fmt: skip


def due(tx: Tx, town: Town, platform: str, lane: str, most: int) -> list[int]:
    """The ids of rows that may be claimed now, oldest first; asked outside the writer."""
    rows = tx.all(DUE, platform=platform, lane=lane, now=town.now(), elapsed=town.clock.elapsed(), most=most)
    return [row.id for row in rows]


def claim(tx: Tx, town: Town, ids: Sequence[int], hooks: Hooks = NO_HOOKS) -> Claim:
    """Lease those of the rows that are still queued; a notice passes its gates first."""
    made = Claim()
    if not ids:
        return made
    now = town.now()
    until = town.clock.elapsed() + town.lease_seconds
    attachments = Attachments(tx)
    read: dict[str, Message] = {}
    for row in tx.all(CHOSEN, ids=ids):
        verdict = None if row.lane == "reply" else gate(row, town, now)
        if isinstance(verdict, Wait):
            tx.run(POSTPONE, row=row.id, until=verdict.until)
            made.postponed += 1
        elif isinstance(verdict, Drop):
            _end_queued(tx, town, row, "dropped", verdict.reason, hooks)
            made.dropped[row.platform, row.lane] += 1
        else:
            _lease(tx, town, row, until, made, hooks, attachments, read)
    if made.rows:
        tx.run(TAKE, ids=[row.id for row in made.rows], until=until)
    return made


def _lease(
    tx: Tx, town: Town, row: Any, until: float, made: Claim, hooks: Hooks, attachments: Attachments,
    read: dict[str, Message],
) -> None:  # fmt: skip
    try:
        message = _message(row, attachments, read)
    except (ValueError, KeyError, TypeError, IndexError):  # one unreadable row must not hold up the others
        _end_queued(tx, town, row, "invalid", "payload", hooks)
        made.dropped[row.platform, row.lane] += 1
        return
    made.rows.append(
        Delivery(
            row.id, row.account_id, row.platform, row.chat, row.lane, message, row.edit_of, bool(row.silent),
            row.attempts + 1, until, row.expires_at, row.offer_id, parts=row.parts,
            deletes=row.purpose == RECALL,
        )
    )  # fmt: skip


def _message(row: Any, attachments: Attachments, read: dict[str, Message]) -> Message:
    """What a row says; of a broadcast, hundreds say the same and it is read once."""
    content = attachments.content(row)
    if content is not None:
        return message_from_json(row.payload, content)
    found = read.get(row.payload)
    if found is None:
        found = read[row.payload] = message_from_json(row.payload)
    return found


def stale(tx: Tx, town: Town, most: int) -> list[int]:
    """The ids of rows that were not sent in their time; asked outside the writer."""
    return [row.id for row in tx.all(STALE, now=town.now(), most=most)]


def expire(
    tx: Tx, town: Town, ids: Sequence[int], hooks: Hooks = NO_HOOKS
) -> Counter[tuple[str, str]]:  # fmt: skip
    """End those of the rows that are still `stale` as `expired`; how many by (platform, lane)."""
    ended: Counter[tuple[str, str]] = Counter()
    for row in tx.all(STILL_STALE, ids=ids, now=town.now()) if ids else ():
        if _end_queued(tx, town, row, "expired", "too_late", hooks):
            ended[row.platform, row.lane] += 1
    return ended


def _end_queued(tx: Tx, town: Town, row: Any, state: str, why: str, hooks: Hooks) -> bool:
    ended = tx.run(END_QUEUED, row=row.id, new=state, why=why, at=town.now()) == 1
    if ended and row.offer_id is not None:
        hooks.undeliverable(tx, town, row.offer_id)
    return ended


def accounts_with_open_replies(tx: Tx, platform: str) -> set[int]:
    """The accounts of which an answer is queued or being sent."""
    return {row.account_id for row in tx.all(OPEN_ACCOUNTS, platform=platform)}


def backlog(tx: Tx, town: Town, platform: str) -> list[tuple[str, int, timedelta]]:
    """What waits and could go: (lane, rows, age of the oldest), for the figures."""
    now = town.now()
    rows = tx.all(BACKLOG, platform=platform, now=now)
    return [(row.lane, row.rows, max(now - row.oldest, timedelta())) for row in rows]


def free_leases(tx: Tx, lane_lease: str) -> int:
    """Let every lease lapse at once: only for the one process of an embedded database, as it starts.

    Whoever held them is gone, and neither its rows nor the lane need wait for their time.
    """
    tx.run(FREE_LANE, name_of_lease=lane_lease)
    return tx.run(FREE_ROWS)
