"""Excuses: somebody tells us beforehand that they miss one session, or that they can come after all."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.types import Integer

from models.catalogue import class_session, course, offering
from models.enrolment import enrolment, excuse
from models.statement import Row, Statement, Tx
from models.types import UtcTime
from services import learning
from services.audit import record
from services.family import people
from services.town import Town

# one excuses oneself from what is near
AHEAD = timedelta(days=8)
# from then on the teacher is told, and decides whether it counts as excused
EXCUSED_BEFORE = timedelta(hours=2)

ONE = Statement(
    select(
        enrolment.c.id.label("enrolment_id"), enrolment.c.person_id, enrolment.c.state,
        class_session.c.id.label("session_id"), class_session.c.starts_at, class_session.c.ends_at,
        class_session.c.state.label("session_state"), offering.c.id.label("offering_id"), offering.c.code,
        course.c.title,
    )
    .join_from(enrolment, class_session, class_session.c.offering_id == enrolment.c.offering_id)
    .join(offering, offering.c.id == enrolment.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(enrolment.c.id == bindparam("enrolment_id"), class_session.c.id == bindparam("session_id"))
)  # fmt: skip
EXCUSED = Statement(
    select(excuse.c.session_id)
    .join_from(excuse, enrolment, enrolment.c.id == excuse.c.enrolment_id)
    .join(class_session, class_session.c.id == excuse.c.session_id)
    .where(enrolment.c.person_id == bindparam("person_id"), class_session.c.starts_at > bindparam("now"))
)
OF_PERSON = Statement(
    select(class_session.c.offering_id, class_session.c.starts_at)
    .join_from(excuse, enrolment, enrolment.c.id == excuse.c.enrolment_id)
    .join(class_session, class_session.c.id == excuse.c.session_id)
    .where(enrolment.c.person_id == bindparam("person_id"), class_session.c.ends_at > bindparam("now"))
)
OF_CLASS = Statement(
    select(excuse.c.enrolment_id, excuse.c.session_id, class_session.c.starts_at)
    .join_from(excuse, enrolment, enrolment.c.id == excuse.c.enrolment_id)
    .join(class_session, class_session.c.id == excuse.c.session_id)
    .where(enrolment.c.offering_id == bindparam("offering_id"), enrolment.c.state == "enrolled")
    .order_by(class_session.c.starts_at)
)
ADD = Statement(
    text(
        "INSERT INTO excuse (enrolment_id, session_id, at) VALUES (:enrolment_id, :session_id, :at)"
        " ON CONFLICT (enrolment_id, session_id) DO NOTHING"
    ).bindparams(
        bindparam("enrolment_id", type_=Integer()),
        bindparam("session_id", type_=Integer()),
        bindparam("at", type_=UtcTime()),
    )
)
REMOVE = Statement(
    delete(excuse).where(
        excuse.c.enrolment_id == bindparam("enrolment_id"), excuse.c.session_id == bindparam("session_id")
    )
)
SWITCH = Statement(
    update(enrolment)
    .where(enrolment.c.id == bindparam("enrolment_id"))
    .values(
        remind=bindparam("wanted", type_=enrolment.c.remind.type),
        remind_only=bindparam("only", type_=enrolment.c.remind_only.type),
    )
)
# how one is reminded of one class: as of every other, of one time only, or not at all
HOW = ("all", "evening", "hour", "none")
OWN = Statement(
    select(
        enrolment.c.id, enrolment.c.person_id, course.c.title, offering.c.code,
        offering.c.id.label("offering_id"), enrolment.c.remind, enrolment.c.remind_only,
    )
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(enrolment.c.id == bindparam("id"), enrolment.c.state == "enrolled")
)  # fmt: skip


def session_of(tx: Tx, person_id: int, enrolment_id: int, session_id: int) -> Row:
    """A session of an own class (enrolled), or of somebody for whom this person may act, or None."""
    row = tx.one(ONE, enrolment_id=enrolment_id, session_id=session_id)
    if row is None or row.state != "enrolled" or not people.may_act(tx, person_id, row.person_id):
        return None
    return row


def coming(tx: Tx, person_id: int, now: datetime, *, excused: bool, ahead: timedelta = AHEAD) -> list[Row]:
    """The sessions of the time `ahead` from which one is (or is not) excused, soonest first."""
    done = {row.session_id for row in tx.all(EXCUSED, person_id=person_id, now=now)}
    rows = learning.next_sessions(tx, person_id, now, now + ahead)
    return [row for row in rows if row.starts_at > now and (row.id in done) is excused]


def excused_starts(tx: Tx, person_id: int, now: datetime) -> frozenset[tuple[int, datetime]]:
    """Class and beginning of every session that is not over and from which this person is excused."""
    return frozenset(
        (row.offering_id, row.starts_at) for row in tx.all(OF_PERSON, person_id=person_id, now=now)
    )


def excuses_of(tx: Tx, offering_id: int) -> list[Row]:
    """Who of those enrolled in a class is excused from which session, by its beginning."""
    return tx.all(OF_CLASS, offering_id=offering_id)


def excuse_from(tx: Tx, town: Town, row: Row, actor: str) -> None:
    """Note that this person misses this session (a row of `session_of`); twice is once."""
    now = town.now()
    if tx.run(ADD, enrolment_id=row.enrolment_id, session_id=row.session_id, at=now):
        record(tx, now, actor, "excuse", f"session:{row.session_id}", f"enrolment:{row.enrolment_id}")


def take_back(tx: Tx, town: Town, row: Row, actor: str) -> None:
    """Note that this person comes after all."""
    if tx.run(REMOVE, enrolment_id=row.enrolment_id, session_id=row.session_id):
        record(
            tx, town.now(), actor, "excuse_back", f"session:{row.session_id}", f"enrolment:{row.enrolment_id}"
        )


def own_class(tx: Tx, person_id: int, enrolment_id: int) -> Row:
    """The class of an own enrolment, or of somebody for whom this person may act, or None."""
    row = tx.one(OWN, id=enrolment_id)
    return row if row is not None and people.may_act(tx, person_id, row.person_id) else None


def set_reminders(tx: Tx, town: Town, person_id: int, enrolment_id: int, *, wanted: bool) -> None:
    """Switch the reminders of one class that `own_class` gave on or off."""
    set_class_reminders(tx, town, person_id, enrolment_id, "all" if wanted else "none")


def reminded(row: Row) -> str:
    """How one is reminded of an own class: one of `HOW`; `row` is one of `own_class`."""
    return str(row.remind_only or "all") if row.remind else "none"


def set_class_reminders(tx: Tx, town: Town, person_id: int, enrolment_id: int, how: str) -> None:
    """Choose how one is reminded of a class that `own_class` gave. Raises ValueError for others."""
    if how not in HOW:
        raise ValueError(how)
    wanted, only = how != "none", how if how in ("evening", "hour") else ""
    if tx.run(SWITCH, enrolment_id=enrolment_id, wanted=wanted, only=only):
        record(
            tx, town.now(), f"person:{person_id}", "reminders_on" if wanted else "reminders_off",
            f"enrolment:{enrolment_id}", "remind",
        )  # fmt: skip
