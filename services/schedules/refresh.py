"""What waits in the outbox is kept true: a change of sessions rewrites the reminders not yet sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, func, literal_column, or_, select, update

from models.catalogue import class_session
from models.family import dependent
from models.outgoing import outgoing
from models.people import account, person
from models.statement import Row, Statement, Tx
from services.daytime import HOUR, Due
from services.schedules import reminders_evening, reminders_hour, weekly
from services.schedules.times import DAY, WEEK, local_day, midnight
from services.town import Town

_QUEUED = outgoing.c.state == literal_column("'queued'")
# what tells a keeper of somebody else is that one's
_whose = func.coalesce(outgoing.c.learner_id, account.c.person_id)
_keeper = (
    select(dependent.c.keeper_id).where(dependent.c.person_id == bindparam("person_id")).scalar_subquery()
)
WAITING = Statement(
    select(
        outgoing.c.id, outgoing.c.purpose, outgoing.c.not_before, outgoing.c.expires_at,
        outgoing.c.session_id, class_session.c.starts_at, _whose.label("person_id"),
        person.c.quiet_from, person.c.quiet_to, person.c.remind_evening, person.c.remind_hour,
    )
    .join_from(account, outgoing, outgoing.c.account_id == account.c.id)
    .join(person, person.c.id == account.c.person_id)
    .outerjoin(class_session, class_session.c.id == outgoing.c.session_id)
    .where(
        or_(account.c.person_id == bindparam("person_id"), account.c.person_id == _keeper),
        _whose == bindparam("person_id"),
        _QUEUED,
        outgoing.c.purpose.in_(("reminder_evening", "reminder_hour", "weekly")),
    )
    .order_by(outgoing.c.id)
)  # fmt: skip
DROP = Statement(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row"), _QUEUED)
    .values(state="dropped", reason="changed", ended_at=bindparam("now", type_=outgoing.c.ended_at.type))
)


def refresh_reminders(tx: Tx, town: Town, person_id: int, was: Mapping[int, datetime]) -> int:
    """Rewrite one person's unsent reminders; `was` gives the changed sessions with their former start.

    Returns how many were taken back, whether or not something was left to say instead.
    """
    dropped = 0
    for row in tx.all(WAITING, person_id=person_id):
        if row.purpose == "weekly":
            monday = local_day(row.expires_at, town.zone)
            week = (midnight(monday, town.zone), midnight(monday + WEEK, town.zone))
            if any(week[0] <= at < week[1] for at in was.values()) and _drop(tx, town, row):
                weekly.post(tx, town, person_id, monday)
                dropped += 1
        elif row.starts_at is not None and _concerned(town, row, was) and _drop(tx, town, row):
            _again(tx, town, row, was.get(row.session_id, row.starts_at))
            dropped += 1
    return dropped


def _concerned(town: Town, row: Row, was: Mapping[int, datetime]) -> bool:
    if row.session_id in was:
        return True
    day = local_day(row.starts_at, town.zone)
    return _of_evening(row, row.starts_at) and any(local_day(at, town.zone) == day for at in was.values())


def _again(tx: Tx, town: Town, row: Row, started: datetime) -> None:
    if _of_evening(row, started):
        sessions = reminders_evening.sessions_to_tell(tx, town, row, local_day(started, town.zone))
        if sessions:
            reminders_evening.post(tx, town, row, sessions, Due(row.not_before, row.expires_at))
    elif row.starts_at == started:  # one that was moved is another occurrence, and comes again
        reminders_hour.post(tx, town, row.person_id, row.session_id, started, row.expires_at)


def _of_evening(row: Row, started: datetime) -> bool:
    return bool(row.expires_at <= started - HOUR and started - row.expires_at < 2 * DAY)


def _drop(tx: Tx, town: Town, row: Row) -> bool:
    return tx.run(DROP, row=row.id, now=town.now()) == 1
