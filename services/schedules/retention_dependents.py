"""At 03:50: people without an account who have been in no class for a year are forgotten."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, or_, select

from models.catalogue import offering
from models.enrolment import LIVING, enrolment
from models.family import acting_right, dependent
from models.statement import Statement, Tx
from services.erasing import erase
from services.schedules.claims import claim, claimed
from services.schedules.schedule import Cron, Done, Schedule
from services.town import Town

NAME = "retention_kept"
TIME = Cron(hour=3, minute=50)
SILENCE = timedelta(days=365)
MOST = 5

SILENT = Statement(
    select(dependent.c.person_id)
    .where(
        dependent.c.created_at < bindparam("before"),
        ~select(enrolment.c.id)
        .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
        .where(
            enrolment.c.person_id == dependent.c.person_id,
            or_(
                (enrolment.c.state == "enrolled") & (offering.c.last_end >= bindparam("before")),
                enrolment.c.state.in_(LIVING) & (offering.c.last_end > bindparam("now")),
            ),
        )
        .exists(),
        # somebody may have just been allowed to enrol them
        ~select(acting_right.c.id)
        .where(
            acting_right.c.subject_id == dependent.c.person_id,
            acting_right.c.given_at >= bindparam("before"),
            acting_right.c.ended_at.is_(None),
        )
        .exists(),
    )
    .order_by(dependent.c.person_id)
    .limit(MOST)
)


def due(tx: Tx, town: Town) -> Done:
    """Forget a few; done for the night when none is left."""
    now = town.now()
    subject = TIME.latest(now, town.zone).isoformat()
    if claimed(tx, NAME, subject):
        return Done()
    gone = tx.all(SILENT, before=now - SILENCE, now=now)
    for row in gone:
        erase(tx, town, row.person_id)
    if not gone:
        claim(tx, NAME, subject, now)
    return Done(len(gone) or 1)


SCHEDULE = Schedule(NAME, due, "never too late: what was due is forgotten whenever the house is open")
