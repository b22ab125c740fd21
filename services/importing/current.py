"""Classes as they stand, for comparing a sheet with them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from models.catalogue import class_session, course, offering, venue
from models.enrolment import enrolment
from models.people import account
from models.statement import Row, Statement, Tx
from services.importing.edits import Meeting
from services.importing.known import Place
from services.importing.making import chunks
from services.importing.meetings import Numbered

SEATED = ("enrolled", "offered")

BRIEF = Statement(select(offering.c.id, offering.c.code, offering.c.fingerprint, offering.c.status))
_wanted = offering.c.id.in_(bindparam("ids", expanding=True))
CLASSES = (
    select(
        offering, course.c.title, course.c.category, venue.c.name.label("place"), venue.c.address,
        venue.c.district, venue.c.latitude, venue.c.longitude,
    )
    .join_from(offering, course, course.c.id == offering.c.course_id)
    .outerjoin(venue, venue.c.id == offering.c.venue_id)
    .where(_wanted)
)  # fmt: skip
LOCKED = select(offering).where(_wanted).order_by(offering.c.id).with_for_update()
MEETINGS = (
    select(
        class_session.c.offering_id, class_session.c.number, class_session.c.starts_at,
        class_session.c.ends_at, class_session.c.venue_id, class_session.c.state,
    )
    .where(class_session.c.offering_id.in_(bindparam("ids", expanding=True)))
    .order_by(class_session.c.offering_id, class_session.c.number)
)  # fmt: skip
PEOPLE = (
    select(enrolment.c.person_id)
    .join(account, account.c.person_id == enrolment.c.person_id)
    .where(
        account.c.state == "active",
        enrolment.c.offering_id.in_(bindparam("ids", expanding=True)),
        enrolment.c.state.in_(SEATED),
    )
    .distinct()
)
PEOPLED = (
    select(enrolment.c.offering_id)
    .where(enrolment.c.offering_id.in_(bindparam("ids", expanding=True)), enrolment.c.state.in_(SEATED))
    .distinct()
)
CODES = select(offering.c.code).where(offering.c.code.in_(bindparam("codes", expanding=True)))


def brief(tx: Tx) -> dict[str, Row]:
    """Every class by its code in small letters: id, code, fingerprint and status."""
    return {row.code.casefold(): row for row in tx.all(BRIEF)}


def classes(tx: Tx, ids: Iterable[int]) -> dict[int, Row]:
    """Whole classes with their course and place, by id."""
    return {row.id: row for row in _all(tx, CLASSES, ids)}


def locked(tx: Tx, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The columns of these classes by id, held until the transaction ends; always taken in the same order."""
    return {row.id: dict(row._mapping) for row in _all(tx, LOCKED, sorted(ids))}


def meetings(tx: Tx, ids: Iterable[int]) -> dict[int, list[Numbered]]:
    """All sessions of these classes by class, in the order of their numbers."""
    found: dict[int, list[Numbered]] = defaultdict(list)
    for row in _all(tx, MEETINGS, ids):
        found[row.offering_id].append(
            Numbered(row.number, Meeting(row.starts_at, row.ends_at, row.venue_id, row.state))
        )
    return found


def seated(tx: Tx, ids: Iterable[int]) -> set[int]:
    """The persons who can be reached and hold a seat, or an offer of one, in any of these classes."""
    return {row.person_id for row in _all(tx, PEOPLE, ids)}


def peopled(tx: Tx, ids: Iterable[int]) -> set[int]:
    """Those of these classes in which anybody holds a seat or an offer of one."""
    return {row.offering_id for row in _all(tx, PEOPLED, ids)}


def taken_codes(tx: Tx, codes: Sequence[str]) -> bool:
    """Whether any of these codes has a class by now."""
    return any(tx.core(CODES, {"codes": list(chunk)}).first() for chunk in chunks(codes))


def place_of_class(row: Row) -> Place | None:
    """Where a class of `classes` meets."""
    return None if row.venue_id is None else Place(row.place, row.address, row.district)


def _all(tx: Tx, statement: Any, ids: Iterable[int]) -> list[Row]:
    return [row for chunk in chunks(list(ids)) for row in tx.core(statement, {"ids": list(chunk)})]
