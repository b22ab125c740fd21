"""满意度 that nobody asked for just now: which classes it can be about, and a place for the answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from models.catalogue import course, offering
from models.enrolment import enrolment
from models.organising import survey
from models.statement import Row, Statement, Tx
from services import surveying
from services.schedules.claims import claim
from services.schedules.surveys import NAME

MOST = 6

LATELY = Statement(
    select(
        enrolment.c.id, enrolment.c.offering_id, course.c.title, offering.c.unit_id, offering.c.last_end,
        survey.c.score, surveying.WHOM,
    )
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .outerjoin(survey, survey.c.enrolment_id == enrolment.c.id)
    .where(
        enrolment.c.person_id.in_(surveying.WHOSE), enrolment.c.state == "enrolled",
        offering.c.status == "open", offering.c.first_start <= bindparam("now"),
        offering.c.last_end > bindparam("since"),
    )
    .order_by(offering.c.last_end, enrolment.c.id)
    .limit(MOST)
)  # fmt: skip
OF_ENROLMENT = Statement(select(survey.c.id).where(survey.c.enrolment_id == bindparam("enrolment_id")))


def lately(tx: Tx, person_id: int, now: datetime) -> list[Row]:
    """The classes that a person, or whom they keep, is in or was in within a month: id is the enrolment's."""
    return tx.all(LATELY, person_id=person_id, now=now, since=now - surveying.LIFE)


def place_for(tx: Tx, row: Row, now: datetime) -> int:
    """The survey of one of these that is over; nobody is asked again for what was said unasked."""
    if claim(tx, NAME, str(row.id), now):
        return surveying.open_for(tx, row.offering_id, row.id, now)
    found = tx.one(OF_ENROLMENT, enrolment_id=row.id)
    return int(found.id) if found is not None else surveying.open_for(tx, row.offering_id, row.id, now)
