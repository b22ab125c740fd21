"""One hour before each session, until ten minutes before it.

What would fall into quiet hours was told on the evening before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from models.enrolment import excuse
from models.statement import Row, Statement, Tx
from services.daytime import HOUR, HOUR_BEFORE_ENDS, reminder_times
from services.notices.own_sessions import own_sessions
from services.notices.reminders import hour_message
from services.outbox import Subject, post_notice
from services.reach import reach
from services.schedules.claims import claim, note_unreachable
from services.schedules.schedule import Done, Schedule
from services.schedules.times import class_quiet
from services.schedules.walk import Visit, walk
from services.town import Town

NAME = "reminder_hour"
MOMENT = timedelta(microseconds=1)

EXCUSED = Statement(
    select(excuse.c.id).where(
        excuse.c.enrolment_id == bindparam("enrolment_id"), excuse.c.session_id == bindparam("session_id")
    )
)


def due(tx: Tx, town: Town) -> Done:
    """Remind some of those whose session begins within the hour."""
    now = town.now()

    def visit(session: Row, row: Row) -> Visit:
        return _visit(tx, town, session, row)

    # `before` is not part of the walk, and a session in exactly an hour is due
    return walk(tx, NAME, now + HOUR_BEFORE_ENDS, now + HOUR + MOMENT, visit)


def _visit(tx: Tx, town: Town, session: Row, row: Row) -> Visit:
    now = town.now()
    if not row.remind_hour or row.remind_only == "evening":
        return Visit.PASSED
    short = reminder_times(session.starts_at, class_quiet(row), town.zone, None, HOUR).hour_before
    # who has just enrolled was told then
    if short is None or row.since >= short.at:
        return Visit.PASSED
    if tx.one(EXCUSED, enrolment_id=row.id, session_id=session.id) is not None:
        return Visit.PASSED
    # a session that was moved is another occurrence
    subject = f"{row.id}:{session.id}:{session.sequence}"
    if now >= short.until:
        return Visit.MISSED if claim(tx, NAME, subject, now, "missed") else Visit.PASSED
    if not claim(tx, NAME, subject, now):
        return Visit.PASSED
    if post(tx, town, row.person_id, session.id, session.starts_at, short.until):
        return Visit.SENT
    note_unreachable(tx, NAME, subject)
    return Visit.PASSED


def post(tx: Tx, town: Town, person_id: int, session_id: int, starts_at: datetime, until: datetime) -> bool:
    """Write the message; False where the person cannot be reached or is not enrolled any more."""
    to = reach(tx, person_id)
    found = own_sessions(tx, person_id, starts_at, starts_at + MOMENT)
    own = next((row for row in found if row.session_id == session_id), None)
    if to is None or own is None:
        return False
    post_notice(
        tx, town, to.address, hour_message(to, own, town.zone),
        purpose="reminder_hour", expires_at=until,
        subject=Subject(session_id=session_id, enrolment_id=own.enrolment_id),
    )  # fmt: skip
    return True


SCHEDULE = Schedule(NAME, due, "until ten minutes before the session; then missed")
