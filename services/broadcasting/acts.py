"""What organisers do with a broadcast: submit, approve, pause, resume, stop, recall; each is audited."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, update

from models.broadcasting import TRANSITIONS, broadcast
from models.statement import Row, Statement, Tx
from services import audit
from services.broadcasting import launching, progress, rights, rows, settling
from services.broadcasting.approvals import ask_others
from services.broadcasting.composing import Breakdown, audience_of, breakdown, said_before, unit_row
from services.enrolling.refusal import Refused
from services.town import Town

FARTHEST = timedelta(days=180)

SCHEDULE = Statement(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"))
    .values(starts_at=bindparam("at", type_=broadcast.c.starts_at.type))
)
APPROVED = Statement(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"))
    .values(approver_id=bindparam("who", type_=broadcast.c.approver_id.type))
)


def submit(
    tx: Tx,
    town: Town,
    broadcast_id: int,
    *,
    by: int,
    at: datetime | None = None,
    again: bool = False,
    found: Breakdown | None = None,
) -> Refused | Breakdown:
    """Send a draft on its way: launched, scheduled, or waiting for a second organiser; who will get it.

    `found` is what was counted just now, beside the turn.
    """
    row = rows.locked(tx, broadcast_id)
    if row is None or row.state != "draft":
        return Refused("not_a_draft")
    unit = unit_row(tx, row)
    if not rights.may_send(tx, by, unit):
        return Refused("no_role", values={"unit": unit.name})
    if row.urgent and not rights.may_wake(tx, by, unit):
        return Refused("not_urgent_role", values={"unit": unit.name})
    if at is not None and not town.now() - timedelta(minutes=5) < at < town.now() + FARTHEST:
        return Refused("bad_time", values={"days": FARTHEST.days})
    if not again and said_before(tx, town, row):
        return Refused("same_again", ("again",))
    found = found or breakdown(tx, town, audience_of(row), unit, at)
    if not found.people:
        return Refused("nobody", ("audience",))
    if at is not None and at > town.now():
        tx.run(SCHEDULE, which=row.id, at=at)
    if row.urgent:
        told = f"{found.will_get} people, {found.quiet} in quiet hours"
        audit.record(tx, town.now(), f"person:{by}", "broadcast_urgent", f"broadcast:{row.id}", told)
    # who is capped now may not be when it goes out, or goes out again
    if found.will_get + found.capped > rights.approve_above(tx, unit):
        rows.move(tx, town, row, "waiting_approval", by=f"person:{by}")
        ask_others(tx, town, rows.one(tx, row.id), found, by)
    else:
        _go(tx, town, rows.one(tx, row.id), f"person:{by}")
    return found


def approve(tx: Tx, town: Town, broadcast_id: int, *, by: int) -> Refused | None:
    """A second organiser says yes."""
    row = rows.locked(tx, broadcast_id)
    refused = _not_for(tx, row, by, "waiting_approval")
    if refused is not None:
        return refused
    if row.author_id == by:
        return Refused("own_approval")
    if row.urgent and not rights.may_wake(tx, by, unit_row(tx, row)):
        return Refused("not_urgent_role", values={"unit": row.unit_name})
    tx.run(APPROVED, which=row.id, who=by)
    _go(tx, town, row, f"person:{by}")
    return None


def decline(tx: Tx, town: Town, broadcast_id: int, *, by: int) -> Refused | None:
    """A second organiser says no, or the author takes it back."""
    row = rows.locked(tx, broadcast_id)
    refused = _not_for(tx, row, by, "waiting_approval")
    if refused is None:
        rows.move(tx, town, row, "stopped", by=f"person:{by}", reason="declined")
    return refused


def pause(tx: Tx, town: Town, broadcast_id: int, *, by: str, reason: str = "by_organiser") -> Refused | None:
    """Hold on: what was fed and not begun is taken back at once."""
    return _act(tx, town, broadcast_id, "paused", by, reason)


def resume(tx: Tx, town: Town, broadcast_id: int, *, by: str) -> Refused | None:
    """Go on where it was held."""
    return _act(tx, town, broadcast_id, "running", by, "")


def stop(tx: Tx, town: Town, broadcast_id: int, *, by: str) -> Refused | None:
    """End it; whom it has not reached is skipped."""
    return _act(tx, town, broadcast_id, "stopped", by, "by_organiser")


def recall(tx: Tx, town: Town, broadcast_id: int, *, by: str) -> Refused | None:
    """End it, and have deleted what was sent wherever the platform allows that."""
    refused = _act(tx, town, broadcast_id, "recalled", by, "by_organiser")
    if refused is None:
        progress.show_again(tx, broadcast_id)
    return refused


def may(tx: Tx, row: Row, person_id: int) -> bool:
    """Whether this person may act on the broadcast."""
    return row is not None and rights.may_send(tx, person_id, unit_row(tx, row))


def _act(tx: Tx, town: Town, broadcast_id: int, new: str, by: str, reason: str) -> Refused | None:
    row = rows.locked(tx, broadcast_id)
    if row is None:
        return Refused("no_such_broadcast", values={"id": broadcast_id})
    waits = row.state in ("waiting_approval", "scheduled", "draft") and new == "running"
    if waits or new not in TRANSITIONS[row.state]:
        return Refused("cannot", values={"id": broadcast_id, "state": row.state, "new": new})
    rows.move(tx, town, row, new, by=by, reason=reason)
    if new != "running":
        settling.take_back(tx, town, row.id)
    return None


def _not_for(tx: Tx, row: Row, by: int, state: str) -> Refused | None:
    if row is None:
        return Refused("no_such_broadcast", values={"id": 0})
    if not may(tx, row, by):
        return Refused("no_role", values={"unit": row.unit_name})
    if row.state != state:
        return Refused("cannot", values={"id": row.id, "state": row.state, "new": "running"})
    return None


def _go(tx: Tx, town: Town, row: Row, by: str) -> None:
    if row.starts_at is not None and row.starts_at > town.now():
        rows.move(tx, town, row, "scheduled", by=by)
    else:
        launching.launch(tx, town, row, by)
