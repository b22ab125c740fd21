"""The coming sessions of one person's own classes, as reminders and the weekly notice list them."""

from datetime import datetime

from sqlalchemy import bindparam, func, select

from models.catalogue import class_session, course, offering, org_unit, venue
from models.enrolment import enrolment, excuse
from models.statement import Row, Statement, Tx

OWN = Statement(
    select(
        class_session.c.id.label("session_id"), class_session.c.starts_at, class_session.c.ends_at,
        enrolment.c.id.label("enrolment_id"), enrolment.c.remind, enrolment.c.since,
        enrolment.c.remind_only,
        offering.c.id.label("offering_id"), offering.c.code, offering.c.online, course.c.title,
        org_unit.c.name.label("school"), venue.c.name.label("venue"), venue.c.address,
        excuse.c.id.label("excuse_id"),
    )
    .join_from(enrolment, class_session, class_session.c.offering_id == enrolment.c.offering_id)
    .join(offering, offering.c.id == enrolment.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .join(org_unit, org_unit.c.id == offering.c.unit_id)
    .outerjoin(venue, venue.c.id == func.coalesce(class_session.c.venue_id, offering.c.venue_id))
    .outerjoin(
        excuse, (excuse.c.enrolment_id == enrolment.c.id) & (excuse.c.session_id == class_session.c.id)
    )
    .where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.state == "enrolled",
        class_session.c.state == "planned",
        class_session.c.starts_at >= bindparam("first"),
        class_session.c.starts_at < bindparam("before"),
    )
    .order_by(class_session.c.starts_at, class_session.c.id)
)  # fmt: skip


def own_sessions(tx: Tx, person_id: int, first: datetime, before: datetime) -> list[Row]:
    """The planned sessions from `first` up to `before` of the classes in which a person is enrolled."""
    return tx.all(OWN, person_id=person_id, first=first, before=before)
