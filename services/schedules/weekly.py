"""Sunday 19:00, until Monday noon: the coming week of everybody who has a class in it, in one message."""

from __future__ import annotations

from datetime import date, time, timedelta

from models.statement import Row, Tx
from services.daytime import next_waking
from services.notices.own_sessions import own_sessions
from services.notices.weekly import weekly_message
from services.outbox import post_notice
from services.reach import reach
from services.schedules.claims import claim, note_unreachable
from services.schedules.schedule import Cron, Done, Schedule
from services.schedules.times import DAY, WEEK, class_quiet, instant, local_day, midnight
from services.schedules.walk import Visit, walk
from services.town import Town

NAME = "weekly"
TIME = Cron(weekday=6, hour=19, minute=0)
NOON = time(12)


def due(tx: Tx, town: Town) -> Done:
    """Tell some of those whose week has not been told yet."""
    now, zone = town.now(), town.zone
    monday = local_day(TIME.latest(now, zone), zone) + DAY

    def visit(session: Row, row: Row) -> Visit:
        return _visit(tx, town, session, row)

    # a house that opens on a Tuesday owes nobody a notice about this week
    owed = now < instant(monday, NOON, zone)
    first = midnight(monday if owed else monday + WEEK, zone)
    return walk(tx, NAME, first, midnight(monday + WEEK, zone), visit)


def _visit(tx: Tx, town: Town, session: Row, row: Row) -> Visit:
    now, zone = town.now(), town.zone
    day = local_day(session.starts_at, zone)
    monday = day - timedelta(days=day.weekday())
    # who enrolled since has all dates in the confirmation
    if not row.weekly or row.since >= instant(monday - DAY, time(19), zone):
        return Visit.PASSED
    until = instant(monday, NOON, zone)
    at = next_waking(now, class_quiet(row), zone)
    subject = f"{row.person_id}:{monday}"
    if at >= until:
        return Visit.MISSED if claim(tx, NAME, subject, now, "missed") else Visit.PASSED
    if not claim(tx, NAME, subject, now):
        return Visit.PASSED
    if post(tx, town, row.person_id, monday):
        return Visit.SENT
    note_unreachable(tx, NAME, subject)
    return Visit.PASSED


def post(tx: Tx, town: Town, person_id: int, monday: date) -> bool:
    """Write the notice of one person's week; False where there is nothing to tell or nobody to reach."""
    zone = town.zone
    to = reach(tx, person_id)
    sessions = own_sessions(tx, person_id, midnight(monday, zone), midnight(monday + WEEK, zone))
    if to is None or not sessions:
        return False
    at = next_waking(town.now(), to.class_quiet, zone)
    post_notice(
        tx, town, to.address, weekly_message(to, sessions, monday, zone),
        purpose="weekly", not_before=at, expires_at=instant(monday, NOON, zone),
    )  # fmt: skip
    return True


SCHEDULE = Schedule(NAME, due, "until Monday noon; then missed")
