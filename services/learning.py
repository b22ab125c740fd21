"""What a person is in: own classes, places in line, the next session."""

from datetime import datetime

from sqlalchemy import bindparam, case, func, select

from models.catalogue import class_session, course, offering, venue
from models.enrolment import LIVING, enrolment, seat_offer
from models.statement import Row, Statement, Tx

MINE = Statement(
    select(
        enrolment.c.id,
        enrolment.c.offering_id,
        enrolment.c.state,
        enrolment.c.remind,
        seat_offer.c.id.label("offer_id"),
        seat_offer.c.expires_at,
    )
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .outerjoin(
        seat_offer,
        (seat_offer.c.enrolment_id == enrolment.c.id) & seat_offer.c.state.in_(("made", "running")),
    )
    .where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.state.in_(LIVING),
        offering.c.last_end > bindparam("now"),
    )
    .order_by(
        case((enrolment.c.state == "offered", 0), (enrolment.c.state == "enrolled", 1), else_=2),
        offering.c.first_start,
        enrolment.c.id,
    )
)
NEXT = Statement(
    select(
        class_session.c.id,
        class_session.c.starts_at,
        class_session.c.ends_at,
        class_session.c.offering_id,
        enrolment.c.id.label("enrolment_id"),
        course.c.title,
        offering.c.code,
        offering.c.online,
        venue.c.name.label("venue"),
        venue.c.address,
        venue.c.district,
    )
    .join_from(enrolment, class_session, class_session.c.offering_id == enrolment.c.offering_id)
    .join(offering, offering.c.id == enrolment.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    # a session may have been moved to a place of its own
    .outerjoin(venue, venue.c.id == func.coalesce(class_session.c.venue_id, offering.c.venue_id))
    .where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.state == "enrolled",
        class_session.c.state == "planned",
        class_session.c.ends_at > bindparam("now"),
        class_session.c.starts_at < bindparam("until"),
    )
    .order_by(class_session.c.starts_at)
    .limit(20)
)


def own_places(tx: Tx, person_id: int, now: datetime) -> list[Row]:
    """Living places of a person in classes that are not over: offers first, then enrolled, then waiting."""
    return tx.all(MINE, person_id=person_id, now=now)


def next_sessions(tx: Tx, person_id: int, now: datetime, until: datetime) -> list[Row]:
    """The sessions of a person's own classes between two instants, soonest first, at most 20."""
    return tx.all(NEXT, person_id=person_id, now=now, until=until)
