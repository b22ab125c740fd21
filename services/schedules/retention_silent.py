"""Who has been silent for a year is forgotten, a thousand persons looked at and a few erased at a time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, func, or_, select

from models.catalogue import offering
from models.enrolment import LIVING, enrolment
from models.people import account, consent, person, role_grant
from models.statement import Statement, Tx
from services.erasing import PLATFORM, erase
from services.schedules.places import keep_place, read_place
from services.town import Town

MOST_PERSONS = 5
LOOKED_AT = 1000
SILENCE = timedelta(days=365)

MORE_PERSONS = Statement(select(func.min(person.c.id).label("next")).where(person.c.id > bindparam("after")))
SILENT = Statement(
    select(person.c.id)
    .where(
        person.c.id > bindparam("after"),
        person.c.id <= bindparam("up_to"),
        person.c.created_at < bindparam("before"),
        ~select(account.c.id)
        .where(account.c.person_id == person.c.id, account.c.seen_at >= bindparam("before"))
        .exists(),
        select(account.c.id)
        .where(account.c.person_id == person.c.id, account.c.platform != PLATFORM)
        .exists(),
        # a class that one was in until lately is no silence, and one that is to come is not taken away
        ~select(enrolment.c.id)
        .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
        .where(
            enrolment.c.person_id == person.c.id,
            or_(
                (enrolment.c.state == "enrolled") & (offering.c.last_end >= bindparam("before")),
                enrolment.c.state.in_(LIVING) & (offering.c.last_end > bindparam("now")),
            ),
        )
        .exists(),
        # who asked for announcements and still gets them is silent because they read them
        ~select(consent.c.id)
        .join_from(consent, account, account.c.person_id == consent.c.person_id)
        .where(
            consent.c.person_id == person.c.id,
            consent.c.purpose == "announcements",
            consent.c.withdrawn_at.is_(None),
            account.c.state == "active",
        )
        .exists(),
        ~select(role_grant.c.id).where(role_grant.c.person_id == person.c.id).exists(),
    )
    .order_by(person.c.id)
)


def forget_silent(tx: Tx, town: Town) -> int:
    """Persons who have been silent for a year: enrolled once or not, with no class since or ahead.

    What statistics need of them stays without a link, as after /forget. Who acts for a school stays.
    """
    after = int(read_place(tx, "retention_silent", "0"))
    if tx.one(MORE_PERSONS, after=after).next is None:
        keep_place(tx, "retention_silent", "0")
        return 0
    up_to = after + LOOKED_AT
    now = town.now()
    silent = tx.all(SILENT, after=after, up_to=up_to, before=now - SILENCE, now=now)
    gone = [row.id for row in silent[:MOST_PERSONS]]
    for person_id in gone:
        erase(tx, town, person_id)
    keep_place(tx, "retention_silent", str(gone[-1] if len(silent) > len(gone) else up_to))
    return 1
