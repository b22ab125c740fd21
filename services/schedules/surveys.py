"""An hour after the last session of a class, everybody who was enrolled is asked how it was, once.

A walk along the classes in the order of their end; whatever lies behind its place was handled, and the claims
hold even if the place were lost.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select

from models.catalogue import course, offering
from models.enrolment import enrolment
from models.statement import Row, Statement, Tx
from services import surveying
from services.daytime import ANYTHING_ELSE, next_waking
from services.notices.survey import survey_message
from services.outbox import post_notice
from services.reach import reach
from services.schedules.claims import claim
from services.schedules.places import keep_place, read_place
from services.schedules.schedule import NOTHING, Cron, Done, Schedule
from services.town import Town

NAME = "survey"
MINUTE = Cron()
AFTER = timedelta(hours=1)
LATE = timedelta(days=3)
LIFE = timedelta(days=14)
MOST = 40

ENDED = Statement(
    select(offering.c.id, offering.c.last_end, offering.c.status, course.c.title)
    .join_from(offering, course, course.c.id == offering.c.course_id)
    .where(
        offering.c.last_end <= bindparam("until"), offering.c.last_end >= bindparam("since"),
        or_(offering.c.last_end > bindparam("since"), offering.c.id >= bindparam("from_id")),
    )
    .order_by(offering.c.last_end, offering.c.id)
    .limit(1)
)  # fmt: skip
ENROLLED = Statement(
    select(enrolment.c.id, enrolment.c.person_id)
    .where(
        enrolment.c.offering_id == bindparam("offering_id"), enrolment.c.state == "enrolled",
        enrolment.c.id > bindparam("after"),
    )
    .order_by(enrolment.c.id)
    .limit(MOST)
)  # fmt: skip


def due(tx: Tx, town: Town) -> Done:
    """Ask some of those whose class is over."""
    now = town.now()
    until = MINUTE.latest(now, town.zone) - AFTER
    first = json.dumps([until.isoformat(), 0, 0])
    at, offering_id, after = json.loads(read_place(tx, NAME, first))
    row = tx.one(ENDED, since=datetime.fromisoformat(at), until=until, from_id=offering_id)
    if row is None:
        return NOTHING
    after = after if row.id == offering_id else 0
    people = tx.all(ENROLLED, offering_id=row.id, after=after) if row.status == "open" else []
    missed = sum(_ask(tx, town, row, person) for person in people)
    more = len(people) == MOST
    place = [row.last_end.isoformat(), row.id if more else row.id + 1, people[-1].id if more else 0]
    keep_place(tx, NAME, json.dumps(place))
    return Done(1, missed)


def _ask(tx: Tx, town: Town, row: Row, person: Row) -> bool:
    """Ask one person, and say whether it was too late for that."""
    now = town.now()
    late = bool(now > row.last_end + LATE)
    to = reach(tx, person.person_id)
    outcome = "missed" if late else "done" if to is not None else "unreachable"
    if not claim(tx, NAME, str(person.id), now, outcome) or late or to is None:
        return late
    survey_id = surveying.open_for(tx, row.id, person.id, now)
    at = next_waking(now, to.own_quiet or ANYTHING_ELSE, town.zone)
    post_notice(
        tx, town, to.address, survey_message(to, survey_id, row.title),
        purpose="survey", not_before=at, expires_at=at + LIFE,
    )  # fmt: skip
    return False


SCHEDULE = Schedule(NAME, due, "until three days after the last session; then missed")
