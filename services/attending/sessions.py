"""The sessions whose roll somebody may take."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, select

from models.catalogue import class_session, course, offering, org_unit, venue
from models.statement import Row, Statement, Tx
from services import scope

_SESSION = (
    class_session.c.id, class_session.c.starts_at, class_session.c.ends_at, class_session.c.state,
    offering.c.id.label("offering_id"), offering.c.code, offering.c.teacher, course.c.title,
    venue.c.name.label("venue"),
)  # fmt: skip
SESSIONS = Statement(
    select(*_SESSION)
    .join_from(class_session, offering, offering.c.id == class_session.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .join(org_unit, org_unit.c.id == offering.c.unit_id)
    .outerjoin(venue, venue.c.id == func.coalesce(class_session.c.venue_id, offering.c.venue_id))
    .where(
        class_session.c.state == "planned",
        class_session.c.starts_at >= bindparam("since"),
        class_session.c.starts_at < bindparam("before"),
        scope.held_over(scope.TEACHING),
    )
    .order_by(class_session.c.starts_at, class_session.c.id)
    .limit(30)
)
SESSION = Statement(
    select(*_SESSION)
    .join_from(class_session, offering, offering.c.id == class_session.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .outerjoin(venue, venue.c.id == func.coalesce(class_session.c.venue_id, offering.c.venue_id))
    .where(class_session.c.id == bindparam("id"))
)


def sessions_between(tx: Tx, person_id: int, since: datetime, before: datetime) -> list[Row]:
    """The sessions of a span whose roll somebody may take, soonest first, at most 30."""
    return tx.all(SESSIONS, person_id=person_id, since=since, before=before)


def session_row(tx: Tx, session_id: int) -> Row:
    """One session with its class, or None."""
    return tx.one(SESSION, id=session_id)
