"""The one way in which an enrolment changes its state."""

from datetime import datetime

from sqlalchemy import bindparam, text, update
from sqlalchemy.types import Integer

from models.catalogue import offering
from models.enrolment import TRANSITIONS, check_move, enrolment
from models.statement import Statement, Tx
from models.types import UtcTime

MOVE = Statement(
    update(enrolment)
    .where(enrolment.c.id == bindparam("enrolment_id"), enrolment.c.state == bindparam("before"))
    .values(
        state=bindparam("after", type_=enrolment.c.state.type),
        ended=bindparam("why", type_=enrolment.c.ended.type),
        since=bindparam("now", type_=enrolment.c.since.type),
    )
)
CHANGE_TAKEN = Statement(
    update(offering)
    .where(offering.c.id == bindparam("offering_id"))
    .values(taken=offering.c.taken + bindparam("change", type_=offering.c.taken.type))
)


# what the class costs on this day is owed from now on, whatever its fee becomes
DUE = Statement(
    text(
        "INSERT INTO fee_entry (enrolment_id, kind, fen, reason, source, at)"
        " SELECT enrolment.id, 'due', offering.fee_fen, '', '', :now"
        " FROM enrolment JOIN offering ON offering.id = enrolment.offering_id"
        " WHERE enrolment.id = :enrolment_id AND offering.fee_fen > 0"
    ).bindparams(bindparam("enrolment_id", type_=Integer()), bindparam("now", type_=UtcTime()))
)


class Gone(Exception):
    """The row was no longer in the state from which it was to move."""


def move(tx: Tx, enrolment_id: int, before: str, after: str, now: datetime, why: str = "") -> None:
    """Move an enrolment along the written table. Raises IllegalMove, or Gone where somebody was faster."""
    check_move(TRANSITIONS, before, after)
    if not tx.run(MOVE, enrolment_id=enrolment_id, before=before, after=after, why=why, now=now):
        raise Gone(f"enrolment {enrolment_id} is no longer {before}")
    if after == "enrolled":
        tx.run(DUE, enrolment_id=enrolment_id, now=now)


def hold_seat(tx: Tx, offering_id: int) -> None:
    """Count one more seat as taken; the CHECK refuses one too many."""
    tx.run(CHANGE_TAKEN, offering_id=offering_id, change=1)


def free_seat(tx: Tx, offering_id: int) -> None:
    """Count one seat less as taken."""
    tx.run(CHANGE_TAKEN, offering_id=offering_id, change=-1)
