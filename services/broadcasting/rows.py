"""Reading broadcasts, and the one function through which their state moves."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, func, literal_column, select, update

from models.broadcasting import OUTCOMES, RECIPIENT_STATES, STATES, TRANSITIONS, broadcast, broadcast_file
from models.broadcasting import broadcast_recipient as recipient
from models.catalogue import org_unit
from models.enrolment import check_move
from models.statement import Row, Statement, Tx
from services import audit
from services.town import Town

# how the outbox's outcome of the message becomes the recipient's
OUTCOME_OF = {
    "sent": "sent", "unknown": "unknown", "expired": "skipped", "dropped": "skipped",
    "stopped": "failed", "dead": "failed", "invalid": "failed",
}  # fmt: skip
DRAFT_FOR = timedelta(days=7)
PURPOSE, PURPOSE_RECALL = "announcement", "recall"
# the names of these acts in the audit
RECORDED = {state: f"broadcast_{state}" for state in STATES}

ONE = Statement(
    select(
        broadcast, org_unit.c.code.label("unit_code"), org_unit.c.name.label("unit_name"),
        org_unit.c.path.label("unit_path"), org_unit.c.level.label("unit_level"),
    )
    .join_from(broadcast, org_unit, org_unit.c.id == broadcast.c.unit_id)
    .where(broadcast.c.id == bindparam("id"))
)  # fmt: skip
LOCK = Statement(select(broadcast.c.id).where(broadcast.c.id == bindparam("id")).with_for_update())
RECENT = Statement(
    select(broadcast.c.id, broadcast.c.state, broadcast.c.text, broadcast.c.created_at, broadcast.c.urgent)
    .join_from(broadcast, org_unit, org_unit.c.id == broadcast.c.unit_id)
    .where(org_unit.c.path.startswith(bindparam("path")), broadcast.c.state != "draft")
    .order_by(broadcast.c.id.desc())
    .limit(8)
)
NEXT_OF_SERIES = Statement(
    select(broadcast.c.id, broadcast.c.starts_at)
    .where(broadcast.c.series_id == bindparam("series"), broadcast.c.state == "scheduled")
    .order_by(broadcast.c.id.desc())
    .limit(1)
)
# what somebody began and did not hand in; an older one is hardly meant any more
OWN_DRAFT = Statement(
    select(broadcast.c.id, broadcast.c.text, broadcast.c.created_at)
    .where(
        broadcast.c.author_id == bindparam("person_id"),
        broadcast.c.state == "draft",
        broadcast.c.created_at > bindparam("since", type_=broadcast.c.created_at.type),
    )
    .order_by(broadcast.c.id.desc())
    .limit(1)
)
MOVE = Statement(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"))
    .values(
        state=bindparam("new", type_=broadcast.c.state.type),
        reason=bindparam("why", type_=broadcast.c.reason.type),
        open=bindparam("is_open", type_=broadcast.c.open.type),
        ended_at=bindparam("ended", type_=broadcast.c.ended_at.type),
    )
)
# one column for each state: to group them, SQLite would sort every recipient in memory, 59 MB for a million
COUNTS = Statement(
    select(
        *(func.count().filter(recipient.c.state == state).label(state) for state in RECIPIENT_STATES),
        func.count().filter(recipient.c.reason != "").label("with_reason"),
    ).where(recipient.c.broadcast_id == bindparam("id"))
)
REASONS = Statement(
    select(recipient.c.reason, func.count().label("n"))
    .where(
        recipient.c.broadcast_id == bindparam("id"),
        recipient.c.reason != "",
        recipient.c.state.in_(OUTCOMES),
    )
    .group_by(recipient.c.reason)
)
PLATFORMS = Statement(
    select(recipient.c.platform)
    .where(
        recipient.c.broadcast_id == bindparam("id"),
        recipient.c.state == literal_column("'sending'"),
        recipient.c.id > 0,  # without which SQLite reads every recipient
    )
    .distinct()
)
RECALLED = Statement(
    select(recipient.c.recall, func.count().label("n"))
    .where(recipient.c.broadcast_id == bindparam("id"), recipient.c.recall != "")
    .group_by(recipient.c.recall)
)
TAPPED = Statement(
    select(func.count().label("n")).where(
        recipient.c.broadcast_id == bindparam("id"), recipient.c.tapped_at.is_not(None)
    )
)
FILE = Statement(
    select(broadcast_file.c.name, broadcast_file.c.mime, broadcast_file.c.content).where(
        broadcast_file.c.broadcast_id == bindparam("id")
    )
)


def one(tx: Tx, broadcast_id: int) -> Row:
    """A broadcast with its unit, or None."""
    return tx.one(ONE, id=broadcast_id)


def locked(tx: Tx, broadcast_id: int) -> Row:
    """The same, kept from being changed by others until the end of the transaction."""
    return None if tx.one(LOCK, id=broadcast_id) is None else tx.one(ONE, id=broadcast_id)


def next_of_series(tx: Tx, row: Row) -> Row:
    """When the same goes out the next time, and as which broadcast; None where it does not."""
    return tx.one(NEXT_OF_SERIES, series=row.series_id or row.id) if row.repeat else None


def own_draft(tx: Tx, town: Town, person_id: int) -> Row:
    """What this person began within the last days and did not hand in, or None."""
    return tx.one(OWN_DRAFT, person_id=person_id, since=town.within(-DRAFT_FOR))


def recent(tx: Tx, path: str) -> list[Row]:
    """The last broadcasts of a subtree, newest first."""
    return tx.all(RECENT, path=path)


def move(tx: Tx, town: Town, row: Row, new: str, *, by: str, reason: str = "") -> None:
    """Bring a broadcast into another state, with its audit row. Raises IllegalMove."""
    check_move(TRANSITIONS, row.state, new)
    now = town.now()
    is_open = (
        new in ("running", "paused") or (row.open and new in ("stopped", "recalled")) or new == "recalled"
    )
    ended = now if new in ("done", "stopped", "recalled") else None
    tx.run(MOVE, which=row.id, new=new, why=reason, is_open=is_open, ended=ended)
    audit.record(tx, now, by, RECORDED[new], f"broadcast:{row.id}", reason or f"from {row.state}")


def counts(tx: Tx, broadcast_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """How many recipients are in each state, which adds up to all of them; and the reasons, by number.

    Those whose message has its outcome already, which is taken over within a second, are counted by it.
    """
    from services.broadcasting.settling import unsettled  # which knows how; a cycle otherwise

    counted = tx.one(COUNTS, id=broadcast_id)
    found: dict[str, int] = {state: getattr(counted, state) for state in RECIPIENT_STATES}
    reasons: dict[str, int] = {}
    if counted.with_reason:
        reasons = {row.reason: row.n for row in tx.all(REASONS, id=broadcast_id)}
    platforms = [row.platform for row in tx.all(PLATFORMS, id=broadcast_id)] if found["sending"] else []
    for state, reason in unsettled(tx, broadcast_id, platforms):
        found["sending"] -= 1
        found[state] += 1
        if reason and state in OUTCOMES:
            reasons[reason] = reasons.get(reason, 0) + 1
    return found, {reason: reasons[reason] for reason in sorted(reasons)}


def recalls(tx: Tx, broadcast_id: int) -> dict[str, int]:
    """How many messages were deleted again (gone), could not be (left), or are being (asked)."""
    found = {"gone": 0, "left": 0, "asked": 0}
    for row in tx.all(RECALLED, id=broadcast_id):
        found[row.recall] += row.n
    return found


def taps(tx: Tx, broadcast_id: int) -> int:
    """How many recipients followed a button."""
    return int(tx.one(TAPPED, id=broadcast_id).n)
