"""18:00 on the evening before: one message that covers all of tomorrow, until 21:00.

Who sleeps through the whole evening (a night worker's quiet hours) is told in the last hour before, which
may lie as much as a day ahead; those messages are written one evening earlier and wait for their hour.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from models.statement import Row, Tx
from services.daytime import EVENING, HOUR, Due, ReminderTimes, reminded_by_confirmation, reminder_times
from services.notices.own_sessions import own_sessions
from services.notices.reminders import evening_message
from services.outbox import Subject, post_notice
from services.reach import reach
from services.schedules.claims import claim, claimed, note_unreachable
from services.schedules.schedule import Done, Schedule
from services.schedules.times import class_quiet, instant, local_day, midnight
from services.schedules.walk import WITH_OWN_QUIET, Visit, walk
from services.town import Town

NAME = "reminder_evening"
EARLY = "reminder_early"
DAY = timedelta(days=1)


def due(tx: Tx, town: Town) -> Done:
    """Remind some of those whose evening has come; what is past 21:00 is recorded as missed."""
    today = local_day(town.now(), town.zone)
    begun = town.now() >= instant(today, EVENING, town.zone)
    ahead = today + (2 * DAY if begun else DAY)  # the first day that is not yet due

    def regular(session: Row, row: Row) -> Visit:
        return _visit(tx, town, session, row, early=False)

    def early(session: Row, row: Row) -> Visit:
        return _visit(tx, town, session, row, early=True)

    done = walk(
        tx,
        EARLY,
        midnight(today + 2 * DAY, town.zone),
        midnight(ahead + DAY, town.zone),
        early,
        WITH_OWN_QUIET,
    )
    return done or walk(tx, NAME, midnight(today + DAY, town.zone), midnight(ahead, town.zone), regular)


def _visit(tx: Tx, town: Town, session: Row, row: Row, *, early: bool) -> Visit:
    now, zone = town.now(), town.zone
    day = local_day(session.starts_at, zone)
    before = _times(row, row.remind_only, session.starts_at, town).evening
    if before is None or reminded_by_confirmation(row.since, session.starts_at, zone):
        return Visit.PASSED
    if early and (before.at >= instant(day - DAY, EVENING, zone) or now >= before.until):
        return Visit.PASSED  # the regular walk comes to it
    subject = f"{row.person_id}:{day}"
    if claimed(tx, NAME, subject):
        return Visit.PASSED
    sessions = sessions_to_tell(tx, town, row, day)
    if not sessions:
        return Visit.PASSED
    if now >= before.until:
        claim(tx, NAME, subject, now, "missed")
        return Visit.MISSED
    if not claim(tx, NAME, subject, now):
        return Visit.PASSED
    if post(tx, town, row, sessions, before):
        return Visit.SENT
    note_unreachable(tx, NAME, subject)
    return Visit.PASSED


def sessions_to_tell(tx: Tx, town: Town, row: Row, day: date) -> list[Row]:
    """Those of a day's sessions of which `row` (a person with its switches) is to be reminded beforehand."""
    zone = town.zone
    return [
        session
        for session in own_sessions(tx, row.person_id, midnight(day, zone), midnight(day + DAY, zone))
        if session.remind
        and session.excuse_id is None
        and _times(row, session.remind_only, session.starts_at, town).evening
    ]


def post(tx: Tx, town: Town, row: Row, sessions: list[Row], before: Due) -> bool:
    """Write the message; False where the person cannot be reached."""
    to = reach(tx, row.person_id)
    if to is None:
        return False
    at = max(town.now(), before.at)
    enrolments = {session.enrolment_id for session in sessions}
    post_notice(
        tx, town, to.address, evening_message(to, sessions, at, town.zone),
        # who silenced the evening gets here only what stands for the hour before
        purpose="reminder_evening" if row.remind_evening else "reminder_hour",
        not_before=at, expires_at=before.until,
        subject=Subject(
            session_id=sessions[0].session_id,
            enrolment_id=enrolments.pop() if len(enrolments) == 1 else None,
        ),
    )  # fmt: skip
    return True


def _times(row: Row, only: str, starts_at: datetime, town: Town) -> ReminderTimes:
    """When a person is reminded of a session of a class for which `only` one time may be wanted."""
    return reminder_times(
        starts_at,
        class_quiet(row),
        town.zone,
        EVENING if row.remind_evening and only != "hour" else None,
        HOUR if row.remind_hour and only != "evening" else None,
    )


SCHEDULE = Schedule(NAME, due, "until 21:00, or until the person's own quiet hours begin; then missed")
