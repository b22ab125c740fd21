"""The gates before a seat: each is one small question that lets pass (None) or refuses with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select

from models.catalogue import class_session, course, offering
from models.enrolment import LIVING, enrolment
from models.people import person
from models.statement import Row, Statement, Tx
from services.classes import seats_left
from services.enrolling.refusal import Refused
from services.windows import gate as windows
from services.windows import reading

ADULT = 18
UNVERIFIED_LIMIT = 2

LIVING_ROWS = Statement(
    select(enrolment.c.id, enrolment.c.offering_id, enrolment.c.state)
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.state.in_(LIVING),
        offering.c.last_end > bindparam("now"),
    )
)
_wanted = class_session.alias("wanted")
_own = class_session.alias("own")


def clashing(but: ColumnElement[bool]) -> Select[Any]:
    """The first session of an own class, but for some, that meets at the time of one of the wanted class."""
    return (
        select(course.c.title, offering.c.id, _own.c.starts_at)
        .select_from(_wanted)
        .join(_own, (_own.c.starts_at < _wanted.c.ends_at) & (_wanted.c.starts_at < _own.c.ends_at))
        .join(enrolment, enrolment.c.offering_id == _own.c.offering_id)
        .join(offering, offering.c.id == enrolment.c.offering_id)
        .join(course, course.c.id == offering.c.course_id)
        .where(
            _wanted.c.offering_id == bindparam("offering_id"),
            _wanted.c.state == "planned",
            _wanted.c.starts_at > bindparam("now"),
            _own.c.state == "planned",
            enrolment.c.person_id == bindparam("person_id"),
            enrolment.c.state.in_(LIVING),
            but,
        )
        .order_by(_own.c.starts_at)
        .limit(1)
    )


CLASH = Statement(clashing(enrolment.c.offering_id != bindparam("offering_id")))


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks for a seat in which class, and what bears on it."""

    tx: Tx
    row: Row
    person_id: int
    verified: bool
    now: datetime
    term_limit: int
    living: list[Row]
    # too late for offers: one who waits may take a free seat
    late: bool = False
    # a child, enrolled by a guardian who has said yes
    child: bool = False


Gate = Callable[[Applicant], Refused | None]
# not against the share that each new place of a person takes of the row
LOCK_PERSON = Statement(
    select(person.c.id).where(person.c.id == bindparam("person_id")).with_for_update(key_share=True)
)


def takes_nobody(row: Row, now: datetime) -> Refused | None:
    """Why a class takes nobody now: called off, not open yet, closed; asked again under its lock."""
    if row.status != "open":
        return Refused("cancelled", ("similar",))
    if row.enrol_opens and row.enrol_opens > now:
        return Refused("not_open_yet", ("favourite", "similar"), {"opens": row.enrol_opens})
    return Refused("closed", ("phone", "similar")) if now >= row.enrol_closes else None


def cancelled(who: Applicant) -> Refused | None:
    """A class that was called off takes nobody, and nobody is told anything else of it."""
    return takes_nobody(who.row, who.now) if who.row.status != "open" else None


def already(who: Applicant) -> Refused | None:
    """One living place per person and class."""
    for mine in who.living:
        if mine.offering_id == who.row.id:
            if who.late and mine.state == "waiting" and seats_left(who.row) != 0:
                return None
            return has_place(mine)
    return None


def has_place(mine: Row) -> Refused:
    """Somebody who has a place in the class already, as LIVING_ROWS gives it."""
    return Refused(f"already_{mine.state}", ("mine", "withdraw"), {"place": mine.id})


def window(who: Applicant) -> Refused | None:
    """Enrolment has begun and not ended, and in a window of several phases it is one's turn."""
    found = reading.window_of(who.tx, who.row)
    if found is None:
        return takes_nobody(who.row, who.now)
    nobody = takes_nobody(who.row, who.now)
    if nobody is not None and not (found.phases and nobody.code == "not_open_yet"):
        return nobody
    # before the first phase each is told of the own one
    own = windows.refused(who.tx, found, who.row.id, who.person_id, who.verified, who.now)
    return own or nobody


def child(who: Applicant) -> Refused | None:
    """A class for under-18s is enrolled in by the parents: for the child, or at the school."""
    return None if who.child or not for_children(who.row) else Refused("child", ("phone", "similar"))


def for_children(row: Row) -> bool:
    """Whether nobody grown is meant by the ages of a class."""
    return row.max_age is not None and row.max_age < ADULT


def web_limit(who: Applicant) -> Refused | None:
    """An unverified web account holds at most two places until the school has seen its owner."""
    if who.verified or _others(who) < UNVERIFIED_LIMIT:
        return None
    # the sentence names the phone and its hours as far as the school has told them
    known = (
        ("unverified" if who.row.desk_hours else "unverified_phone") if who.row.phone else "unverified_visit"
    )
    return Refused(known, ("phone", "mine"), {"limit": UNVERIFIED_LIMIT})


def term(who: Applicant) -> Refused | None:
    """At most so many classes at a time."""
    if _others(who) < who.term_limit:
        return None
    return Refused("term_limit", ("mine",), {"limit": who.term_limit})


def _others(who: Applicant) -> int:
    """Places in other classes: who waits here and may take a late seat gets no more by it."""
    return sum(mine.offering_id != who.row.id for mine in who.living)


def clash(who: Applicant) -> Refused | None:
    """Nobody sits in two classes at the same hour."""
    if not _others(who):
        return None
    found = who.tx.one(CLASH, offering_id=who.row.id, person_id=who.person_id, now=who.now)
    if found is None:
        return None
    return Refused(
        "clash", ("other", "similar"), {"title": found.title, "other": found.id, "at": found.starts_at}
    )


GATES: tuple[Gate, ...] = (cancelled, already, window, child, web_limit, term, clash)


def check(who: Applicant) -> Refused | None:
    """The first gate that refuses, or None."""
    for gate in GATES:
        refused = gate(who)
        if refused is not None:
            return refused
    return None


def asks_age(row: Row) -> bool:
    """Whether the class has an age limit to be confirmed."""
    return row.min_age is not None or row.max_age is not None
