"""Parallel classes of one course, and other classes that fit somebody instead of one that is not held."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from models.catalogue import course, offering
from models.enrolment import LIVING, enrolment
from models.statement import Row, Statement, Tx
from models.windows import window_class
from services import classes
from services.enrolling import gates
from services.town import Town
from services.windows import gate, reading

MOST = 3
MOST_LOOKED_AT = 200

PARALLEL = Statement(
    select(offering.c.id, offering.c.capacity, offering.c.taken)
    .where(
        offering.c.course_id
        == select(offering.c.course_id).where(offering.c.id == bindparam("id")).scalar_subquery(),
        offering.c.id != bindparam("id"),
        offering.c.status == "open",
        offering.c.last_end > bindparam("now"),
    )
    .order_by(offering.c.first_start, offering.c.id)
)
ANY_PARALLEL = Statement(
    select(offering.c.id)
    .where(
        offering.c.course_id
        == select(offering.c.course_id).where(offering.c.id == bindparam("id")).scalar_subquery(),
        offering.c.id != bindparam("id"),
        offering.c.status == "open",
        offering.c.last_end > bindparam("now"),
    )
    .limit(1)
)
SAME_KIND = Statement(
    select(offering.c.id, offering.c.course_id, course.c.title, window_class.c.window_id)
    .join_from(offering, course, course.c.id == offering.c.course_id)
    .outerjoin(window_class, window_class.c.offering_id == offering.c.id)
    .where(
        course.c.category == bindparam("category"),
        offering.c.id != bindparam("id"),
        offering.c.status == "open",
        offering.c.enrol_closes > bindparam("now"),
        (offering.c.enrol_opens.is_(None)) | (offering.c.enrol_opens <= bindparam("now")),
        (offering.c.capacity.is_(None)) | (offering.c.taken < offering.c.capacity),
        ~select(enrolment.c.id)
        .where(enrolment.c.offering_id == offering.c.id, enrolment.c.state == "waiting")
        .exists(),
    )
    .order_by(offering.c.first_start, offering.c.id)
    .limit(MOST_LOOKED_AT)
)
# besides the class itself, a place that is given up for it is no hindrance
CLASH_BUT = Statement(
    gates.clashing(enrolment.c.offering_id.not_in((bindparam("offering_id"), bindparam("leaving"))))
)

IN_IT = Statement(
    select(enrolment.c.id).where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.offering_id == bindparam("offering_id"),
        enrolment.c.state.in_(LIVING),
    )
)


def parallels(tx: Tx, town: Town, offering_id: int) -> list[Row]:
    """The other open classes of the same course that are not over, by their beginning."""
    rows = tx.all(PARALLEL, id=offering_id, now=town.now())
    return classes.some_classes(tx, [row.id for row in rows], town.now())


def has_parallel(tx: Tx, town: Town, offering_id: int) -> bool:
    """Whether another open class of the same course is not over."""
    return tx.one(ANY_PARALLEL, id=offering_id, now=town.now()) is not None


def clash_with(tx: Tx, town: Town, person_id: int, offering_id: int, *, leaving: int) -> Row:
    """The own class that is held at the same hours as this one, or None; `leaving` does not count."""
    return tx.one(CLASH_BUT, offering_id=offering_id, person_id=person_id, leaving=leaving, now=town.now())


def candidates(tx: Tx, town: Town, row: Row) -> list[Row]:
    """The classes of the same topic with a seat for whoever comes, parallel ones first.

    `row` is the class that is not held (a row of `services.classes`).
    """
    lexicon = town.catalogue.lexicon
    topics = set(lexicon.topics_in(row.title))
    others = tx.all(SAME_KIND, category=row.category, id=row.id, now=town.now())
    same = [
        one
        for one in others
        if (one.title == row.title or topics & set(lexicon.topics_in(one.title))) and not _asks_first(tx, one)
    ]
    return sorted(same, key=lambda one: one.title != row.title)


def _asks_first(tx: Tx, other: Row) -> bool:
    """Whether its free seats are still to be drawn, or given by the school: nobody may just take one."""
    found = reading.window_of(tx, other)
    return found is not None and found.applies


def fitting(tx: Tx, town: Town, person_id: int, row: Row, among: list[Row]) -> list[Row]:
    """Up to three candidates that this person is not in, may join by now, and that clash with nothing."""
    found: list[int] = []
    for other in among:
        if len(found) == MOST:
            break
        if (
            tx.one(IN_IT, person_id=person_id, offering_id=other.id) is None
            and _has_turn(tx, town, person_id, other)
            and not clash_with(tx, town, person_id, other.id, leaving=row.id)
        ):
            found.append(other.id)
    return classes.some_classes(tx, found, town.now())


def _has_turn(tx: Tx, town: Town, person_id: int, other: Row) -> bool:
    """Whether a class that opens in phases is open to this person by now."""
    found = reading.window_of(tx, other)
    return found is None or gate.refused(tx, found, other.id, person_id, True, town.now()) is None
