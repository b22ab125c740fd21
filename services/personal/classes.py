"""The sections of /mydata about classes: places, what was attended, paid, wished and applied for."""

from __future__ import annotations

from sqlalchemy import case, select

from models.attending import attendance, check_in_try, credit_entry, hour_entry, later_stratum
from models.catalogue import course, offering
from models.enrolment import enrolment, excuse, favourite, seat_offer
from models.running import fee_entry, transfer
from models.watching import watch
from models.windows import application, application_wish, standing
from services.personal.shapes import (
    WHOSE,
    learner,
    of_account,
    of_class,
    of_family,
    of_place,
    of_session,
    own,
    section,
)

# what a draw keeps as an answer stands in its published file
_answer = case((application.c.state == "drawn", ""), else_=application.c.answer).label("answer")

SECTIONS = (
    section(
        enrolment,
        of_class(
            enrolment, "state name age_confirmed remind remind_only ended created_at since",
            learner(enrolment.c.person_id),
        )
        .where(of_family(enrolment.c.person_id))
        .order_by(enrolment.c.id),
        "id person_id offering_id account_id number",
    ),
    of_place(seat_offer, "state made_at expires_at", withheld="id enrolment_id offering_id", family=True),
    of_session(excuse, "at", withheld="id enrolment_id session_id", family=True),
    of_session(attendance, "state way reason at", withheld="id session_id enrolment_id version"),
    of_session(hour_entry, "hundredths reason at", withheld="id session_id enrolment_id"),
    of_place(credit_entry, "hundredths at", withheld="id enrolment_id"),
    of_place(fee_entry, "kind fen reason source at", withheld="id enrolment_id"),
    of_place(transfer, "state at", withheld="id from_id to_id", link="to_id"),
    own(later_stratum, "term until state reason appeal at changed_at", withheld="id person_id unit_id"),
    of_account(check_in_try, "at", withheld="id account_id"),
    section(
        favourite,
        of_class(favourite, "at")
        .where(favourite.c.person_id == WHOSE)
        .order_by(favourite.c.at, favourite.c.offering_id),
        "person_id offering_id",
    ),
    section(
        application,
        select(
            course.c.title, offering.c.code, application.c.ref, application.c.state, application.c.name,
            application.c.age_confirmed, application.c.lot, _answer, application.c.created_at,
            application.c.since,
        )
        # one in a draw names its classes by its wishes
        .select_from(application)
        .outerjoin(offering, offering.c.id == application.c.offering_id)
        .outerjoin(course, course.c.id == offering.c.course_id)
        .where(application.c.person_id == WHOSE)
        .order_by(application.c.id),
        "id person_id account_id window_id offering_id",
    ),
    section(
        application_wish,
        of_class(application_wish, "rank")
        .join(application, application.c.id == application_wish.c.application_id)
        .where(application.c.person_id == WHOSE)
        .order_by(application_wish.c.application_id, application_wish.c.rank),
        "id application_id offering_id",
    ),
    own(standing, "kind area said_by until at", withheld="id person_id"),
    own(watch, "meaning created_at until told_at ended_at lasting", withheld="id person_id"),
)  # fmt: skip
