"""A walk along the sessions in the order of their start, and along the people enrolled in each.

Its place is kept, so every look costs two small queries when nothing is new. Whatever lies behind the place
was handled; the claims of the occurrences hold even if the place were lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.types import Integer

from models.catalogue import class_session
from models.enrolment import enrolment
from models.family import dependent
from models.people import person
from models.statement import Row, Statement, Tx
from services.schedules.places import keep_place, read_place
from services.schedules.schedule import NOTHING, Done

# people looked at in one unit; a message costs about 0.3 ms
MOST = 40

SESSION = Statement(
    select(
        class_session.c.id,
        class_session.c.offering_id,
        class_session.c.starts_at,
        class_session.c.ends_at,
        class_session.c.sequence,
    )
    .where(
        class_session.c.state == "planned",
        class_session.c.starts_at >= bindparam("at"),
        class_session.c.starts_at < bindparam("before"),
        or_(class_session.c.starts_at > bindparam("at"), class_session.c.id >= bindparam("session_id")),
    )
    .order_by(class_session.c.starts_at, class_session.c.id)
    .limit(1)
)
_enrolled: Select[tuple[object, ...]] = (
    select(
        enrolment.c.id, enrolment.c.person_id, enrolment.c.since, enrolment.c.remind_only,
        person.c.quiet_from, person.c.quiet_to,
        person.c.remind_evening, person.c.remind_hour, person.c.weekly,
    )
    .outerjoin_from(enrolment, dependent, dependent.c.person_id == enrolment.c.person_id)
    # whoever is told: of somebody without an account it is their keeper
    .join(person, person.c.id == func.coalesce(dependent.c.keeper_id, enrolment.c.person_id))
    .where(
        enrolment.c.offering_id == bindparam("id"),
        enrolment.c.state == "enrolled",
        enrolment.c.remind.is_(True),
        enrolment.c.id > bindparam("after"),
    )
    .order_by(enrolment.c.id)
    .limit(bindparam("most", type_=Integer()))
)  # fmt: skip
ENROLLED = Statement(_enrolled)
# only those who chose quiet hours of their own
WITH_OWN_QUIET = Statement(_enrolled.where(person.c.quiet_from.is_not(None)))


class Visit(Enum):
    """What came of looking at one person for one session."""

    PASSED = 0
    SENT = 1
    MISSED = 2


Visitor = Callable[[Row, Row], Visit]


@dataclass(slots=True)
class _Place:
    at: datetime
    session_id: int = 0
    enrolment_id: int = 0

    def written(self) -> str:
        return f"{self.at.isoformat()}|{self.session_id}|{self.enrolment_id}"


def walk(
    tx: Tx, name: str, first: datetime, before: datetime, visit: Visitor, people: Statement = ENROLLED
) -> Done:
    """Visit up to MOST people of the planned sessions that start before `before`, from where it last stopped.

    `first` is where a walk begins that was never taken before. Returns how many steps were made.
    """
    place = _read(read_place(tx, name, _Place(first).written()))
    steps = missed = 0
    while steps < MOST:
        session = tx.one(SESSION, at=place.at, before=before, session_id=place.session_id)
        if session is None:
            break
        after = place.enrolment_id if session.id == place.session_id else 0
        room = MOST - steps
        rows = tx.all(people, id=session.offering_id, after=after, most=room)
        for row in rows:
            missed += visit(session, row) is Visit.MISSED
        if len(rows) < room:
            place = _Place(session.starts_at, session.id + 1)
        else:
            place = _Place(session.starts_at, session.id, rows[-1].id)
        steps += len(rows) or 1
    if not steps:
        return NOTHING
    keep_place(tx, name, place.written())
    return Done(steps, missed)


def _read(written: str) -> _Place:
    at, session_id, enrolment_id = written.split("|")
    return _Place(datetime.fromisoformat(at), int(session_id), int(enrolment_id))
