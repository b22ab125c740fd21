"""The roll of a session: who is expected, and each change as a new row along the written transitions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.types import Integer

from models.attending import ATTENDANCE_TRANSITIONS, attendance, roll_call
from models.catalogue import class_session, offering
from models.enrolment import check_move, enrolment, excuse
from models.statement import Row, Statement, Tx, insert_into
from models.types import UtcTime
from services.attending import crediting, standing
from services.audit import record
from services.enrolling.refusal import Refused
from services.excusing import EXCUSED_BEFORE
from services.message import clean
from services.town import Town

MOST_REASON = 200

_newer = attendance.alias("newer")
_latest = (
    select(func.max(_newer.c.version))
    .where(_newer.c.session_id == attendance.c.session_id, _newer.c.enrolment_id == attendance.c.enrolment_id)
    .scalar_subquery()
)
_members = (
    select(
        enrolment.c.id, enrolment.c.person_id, enrolment.c.name, enrolment.c.state.label("place"),
        attendance.c.state, attendance.c.version, attendance.c.way, attendance.c.reason, attendance.c.at,
        (excuse.c.at <= bindparam("in_time", type_=UtcTime())).label("excused"),
    )
    .outerjoin_from(
        enrolment, attendance,
        (attendance.c.enrolment_id == enrolment.c.id)
        & (attendance.c.session_id == bindparam("session_id"))
        & (attendance.c.version == _latest),
    )
    .outerjoin(
        excuse, (excuse.c.enrolment_id == enrolment.c.id) & (excuse.c.session_id == bindparam("session_id"))
    )
)  # fmt: skip
# who has left since stays on the roll of a session at which something was noted of them
MEMBERS = Statement(
    _members.where(
        enrolment.c.offering_id == bindparam("offering_id"),
        (enrolment.c.state == "enrolled") | attendance.c.id.is_not(None),
    ).order_by(enrolment.c.id)
)
MEMBER = Statement(_members.where(enrolment.c.id == bindparam("enrolment_id")))
LOCK_PLACE = Statement(
    select(enrolment.c.id, enrolment.c.person_id, enrolment.c.offering_id, enrolment.c.state)
    .where(enrolment.c.id == bindparam("id"))
    .with_for_update(key_share=True)
)
ADD = insert_into(attendance, "session_id", "enrolment_id", "version", "state", "way", "reason", "at")
HISTORY = Statement(
    select(attendance.c.state, attendance.c.way, attendance.c.reason, attendance.c.at)
    .where(
        attendance.c.session_id == bindparam("session_id"),
        attendance.c.enrolment_id == bindparam("enrolment_id"),
    )
    .order_by(attendance.c.version)
)
CLOSED = Statement(select(roll_call.c.closed_at).where(roll_call.c.session_id == bindparam("session_id")))
CLOSE = Statement(
    text(
        "INSERT INTO roll_call (session_id, closed_at) VALUES (:session_id, :at)"
        " ON CONFLICT (session_id) DO NOTHING"
    ).bindparams(bindparam("session_id", type_=Integer()), bindparam("at", type_=UtcTime()))
)
SESSION = Statement(
    select(
        class_session.c.id, class_session.c.offering_id, class_session.c.starts_at, class_session.c.ends_at,
        class_session.c.state, offering.c.unit_id, offering.c.hours,
    )
    .join_from(class_session, offering, offering.c.id == class_session.c.offering_id)
    .where(class_session.c.id == bindparam("id"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """One line of a roll."""

    enrolment_id: int
    person_id: int
    name: str
    state: str
    version: int
    way: str = ""
    reason: str = ""


def roll(tx: Tx, session_id: int, offering_id: int) -> list[Member]:
    """Everybody who is expected at a session or was noted at it, in the order of their enrolment."""
    session = tx.one(SESSION, id=session_id)
    rows = tx.all(
        MEMBERS, session_id=session_id, offering_id=offering_id, in_time=session.starts_at - EXCUSED_BEFORE
    )
    return [_member(row) for row in rows]


def _member(row: Row) -> Member:
    if row.state is not None:
        return Member(row.id, row.person_id, row.name, row.state, row.version, row.way, row.reason)
    # somebody who told us in time is excused until the roll says otherwise
    return Member(row.id, row.person_id, row.name, "excused" if row.excused else "expected", 0)


def closed(tx: Tx, session_id: int) -> bool:
    """Whether the roll of a session was closed."""
    return tx.one(CLOSED, session_id=session_id) is not None


def history(tx: Tx, session_id: int, enrolment_id: int) -> list[Row]:
    """Everything that was noted of one person at one session, oldest first."""
    return tx.all(HISTORY, session_id=session_id, enrolment_id=enrolment_id)


def note(
    tx: Tx, town: Town, session_id: int, enrolment_id: int, state: str, *, way: str, actor: str,
    reason: str = "",
) -> Member | Refused:  # fmt: skip
    """Note that somebody is in this state at a session; the same twice is once.

    Hours, credits and the standing follow in the same transaction. Once the roll is closed a change needs
    its reason. Raises IllegalMove for a state that does not follow from the present one.
    """
    now = town.now()
    session, place = tx.one(SESSION, id=session_id), tx.one(LOCK_PLACE, id=enrolment_id)
    if session is None or place is None or place.offering_id != session.offering_id:
        return Refused("roll_not_in")
    if session.state != "planned":
        return Refused("roll_cancelled")
    member = _member(
        tx.one(
            MEMBER,
            session_id=session_id,
            enrolment_id=enrolment_id,
            in_time=session.starts_at - EXCUSED_BEFORE,
        )
    )
    if place.state != "enrolled" and not member.version:
        return Refused("roll_not_in")
    if member.state == state and (member.version or state == "expected"):
        return member
    reason = clean(reason, MOST_REASON).strip()
    if closed(tx, session_id):
        if not reason:
            return Refused("roll_reason")
        way = "correction"
    if member.state != state:
        check_move(ATTENDANCE_TRANSITIONS, member.state, state)
    tx.add(
        ADD, session_id=session_id, enrolment_id=enrolment_id, version=member.version + 1, state=state,
        way=way, reason=reason, at=now,
    )  # fmt: skip
    record(
        tx, now, actor, "attendance", f"session:{session_id}",
        f"enrolment:{enrolment_id} {member.state}>{state}", person_id=place.person_id, after=reason,
    )  # fmt: skip
    crediting.follow(tx, town, session, enrolment_id, state, correction=way == "correction")
    # while the roll is open a tap is soon taken back, and nobody is to be told of it
    if way == "correction" and "absent" in (member.state, state):
        standing.follow(tx, town, place.person_id, session, actor=actor)
    return Member(enrolment_id, place.person_id, member.name, state, member.version + 1, way, reason)


def all_present(tx: Tx, town: Town, session_id: int, offering_id: int, *, actor: str) -> int:
    """Note everybody as present of whom nothing else is known; how many were noted."""
    noted = 0
    for member in roll(tx, session_id, offering_id):
        if member.state in ("expected", "absent"):
            done = note(tx, town, session_id, member.enrolment_id, "present", way="roster", actor=actor)
            noted += isinstance(done, Member)
    return noted


def close(tx: Tx, town: Town, session_id: int, offering_id: int, *, actor: str) -> list[Member]:
    """Close the roll: whoever is still expected was absent, whoever told us beforehand was excused."""
    if not closed(tx, session_id):
        for member in roll(tx, session_id, offering_id):
            if not member.version or member.state == "expected":
                after = "absent" if member.state == "expected" else member.state
                way = "closing" if after == "absent" else "excuse"
                note(tx, town, session_id, member.enrolment_id, after, way=way, actor=actor)
        tx.run(CLOSE, session_id=session_id, at=town.now())
        session = tx.one(SESSION, id=session_id)
        for member in roll(tx, session_id, offering_id):
            if member.state == "absent":
                standing.follow(tx, town, member.person_id, session, actor=actor)
        record(tx, town.now(), actor, "roll_closed", f"session:{session_id}", f"offering:{offering_id}")
    return roll(tx, session_id, offering_id)
