"""What becomes of a class that too few have joined: held, merged or cancelled, and everybody is told."""

from __future__ import annotations

from models.statement import Tx
from services import classes, sessions
from services.audit import record
from services.enrolling.refusal import Refused
from services.notices.merging import held_message
from services.outbox import post_notice
from services.reach import reach
from services.running.merge import Merged, merge
from services.running.minimum import DECIDE, ONE
from services.telling import AUDIENCE
from services.town import Town


def keep(tx: Tx, town: Town, offering_id: int, *, actor: str) -> sessions.Done | Refused:
    """照常开班: it is held all the same, and everybody with a seat is told."""
    refused = _decided(tx, offering_id)
    if refused is not None:
        return refused
    _decide(tx, town, offering_id, "keep", actor)
    now = town.now()
    row = classes.one_class(tx, offering_id, now)
    members = tx.all(AUDIENCE, offering_id=offering_id)
    told = 0
    for member in members:
        to = reach(tx, member.person_id)
        if to is not None:
            message = held_message(to, row, now, town.zone)
            post_notice(tx, town, to.address, message, purpose="change", expires_at=row.last_end)
            told += 1
    return sessions.Done(told, len(members))


def merge_into(
    tx: Tx, town: Town, offering_id: int, into: int, *, reason: str = "", actor: str
) -> Merged | Refused:
    """并班, as an answer to the question or without one."""
    done = merge(tx, town, offering_id, into, reason=reason, actor=actor)
    if isinstance(done, Merged):
        _decide(tx, town, offering_id, "merge", actor)
    return done


def cancel(tx: Tx, town: Town, offering_id: int, *, reason: str, actor: str) -> sessions.Done | Refused:
    """取消: the class is not held; everybody is told and offered what fits instead."""
    done = sessions.cancel_class(tx, town, offering_id, reason=reason, actor=actor)
    if isinstance(done, sessions.Done):
        _decide(tx, town, offering_id, "cancel", actor)
    return done


def _decided(tx: Tx, offering_id: int) -> Refused | None:
    row = tx.one(ONE, id=offering_id)
    if row is None or row.status != "open" or row.decision in ("keep", "merge", "cancel"):
        return Refused("decide_done")
    return None


def _decide(tx: Tx, town: Town, offering_id: int, came: str, actor: str) -> None:
    if tx.run(DECIDE, id=offering_id, came=came, now=town.now()):
        record(tx, town.now(), actor, "class_decided", f"offering:{offering_id}", came)
