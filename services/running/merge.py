"""并班: everybody of one class goes over to a parallel class, with a seat or in the order of the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from models.enrolment import LIVING, enrolment
from models.statement import Row, Statement, Tx
from models.teams import seat_group, seat_group_member
from services import classes, sessions
from services.audit import record
from services.catalogue import note_changes
from services.class_calendar import calendar_document
from services.enrolling import groups, offers, seats
from services.enrolling.moves import free_seat, hold_seat, move
from services.enrolling.refusal import Refused
from services.enrolling.transfers import COURSE, lock_classes
from services.message import Document, clean
from services.notices.changes import Change
from services.notices.merging import merged_message
from services.outbox import LASTING_LIFE, Subject, post_notice
from services.reach import reach
from services.running import fees
from services.running.parallel import clash_with
from services.schedules.refresh import refresh_reminders
from services.town import Town
from services.windows import reading

_ORDER = {"enrolled": 0, "offered": 1, "waiting": 2}

MEMBERS = Statement(
    select(
        enrolment.c.id, enrolment.c.person_id, enrolment.c.account_id, enrolment.c.state, enrolment.c.name,
        enrolment.c.age_confirmed, enrolment.c.remind,
    )
    .where(enrolment.c.offering_id == bindparam("offering_id"), enrolment.c.state.in_(LIVING))
    .order_by(enrolment.c.id)
)  # fmt: skip
# who of a class waits or was offered seats together with others
TOGETHER = Statement(
    select(seat_group_member.c.enrolment_id, seat_group_member.c.group_id, seat_group.c.team_id)
    .join_from(seat_group_member, seat_group, seat_group.c.id == seat_group_member.c.group_id)
    .where(seat_group.c.offering_id == bindparam("offering_id"))
)
HOLDING = Statement(
    select(enrolment.c.person_id).where(
        enrolment.c.offering_id == bindparam("offering_id"), enrolment.c.state.in_(("enrolled", "offered"))
    )
)


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it: how many have a seat, how many wait, how many were told."""

    seated: int
    waiting: int
    told: int


@dataclass(frozen=True, slots=True)
class _Gone:
    """Somebody who went over: the new place and the former state."""

    person_id: int
    enrolment_id: int
    former: str


def room_needed(tx: Tx, from_id: int, into_id: int) -> int:
    """How many seats a merging takes: one for each who has a seat here and none there."""
    there = {row.person_id for row in tx.all(HOLDING, offering_id=into_id)}
    members = tx.all(MEMBERS, offering_id=from_id)
    return sum(row.state == "enrolled" and row.person_id not in there for row in members)


def merge(
    tx: Tx, town: Town, from_id: int, into_id: int, *, reason: str = "", actor: str
) -> Merged | Refused:
    """Merge a class into a parallel one that has a seat for everybody who has a seat; all are told.

    Who waited keeps the order behind those who waited there. The former class is over.
    """
    locked = lock_classes(tx, from_id, into_id)
    refused = _refused(tx, town, locked, from_id, into_id)
    if refused is not None:
        return refused
    now = town.now()
    old = classes.one_class(tx, from_id, now)
    reason = clean(reason, sessions.MOST_REASON).strip()
    members = sorted(tx.all(MEMBERS, offering_id=from_id), key=lambda one: (_ORDER[one.state], one.id))
    there = {row.id for row in tx.all(MEMBERS, offering_id=into_id)}
    went = [_take_over(tx, town, member, from_id, into_id, actor) for member in members]
    fresh = {
        member.id: one.enrolment_id
        for member, one in zip(members, went, strict=True)
        if member.state != "enrolled" and one.enrolment_id not in there
    }
    _keep_together(tx, from_id, locked[into_id], fresh, now)
    tx.run(sessions.SET_STATUS, offering_id=from_id, new="cancelled")
    changes = sessions.cancel_coming(tx, town, from_id, reason, actor)
    record(tx, now, actor, "merge", f"offering:{from_id}", f"into:{into_id}", after=reason)
    offers.promote(tx, town, into_id, freed=False)
    note_changes(tx, [from_id, into_id], now)
    states = [tx.one(seats.BY_ID, id=one.enrolment_id).state for one in went]
    told = _tell(tx, town, old, classes.one_class(tx, into_id, now), went, changes, reason)
    return Merged(states.count("enrolled"), len(states) - states.count("enrolled"), told)


def _refused(tx: Tx, town: Town, locked: dict[int, Row], from_id: int, into_id: int) -> Refused | None:
    if from_id == into_id or None in locked.values():
        return Refused("merge_other_course")
    if tx.one(COURSE, id=from_id).course_id != tx.one(COURSE, id=into_id).course_id:
        return Refused("merge_other_course")
    if any(row.status != "open" for row in locked.values()):
        return Refused("merge_over")
    if any(reading.by_lot(tx, row) for row in locked.values()):
        return Refused("merge_drawn")
    into = locked[into_id]
    need = room_needed(tx, from_id, into_id)
    free = None if into.capacity is None else into.capacity - into.taken
    if free is not None and need > free:
        return Refused("merge_no_room", values={"need": need, "free": free})
    return None


def _take_over(tx: Tx, town: Town, member: Row, from_id: int, into_id: int, actor: str) -> _Gone:
    """One place of the former class becomes one of the other, in the state that it had."""
    now = town.now()
    mine = seats.living(tx, member.person_id, into_id)
    new = mine.id if mine else tx.add(
        seats.ADD, person_id=member.person_id, account_id=member.account_id, offering_id=into_id,
        state="waiting", name=member.name, age_confirmed=member.age_confirmed, created_at=now, since=now,
    )  # fmt: skip
    state = mine.state if mine else "waiting"
    if member.state == "enrolled" and state == "waiting":
        hold_seat(tx, into_id)
        move(tx, new, "waiting", "enrolled", now)
    elif member.state == "enrolled" and state == "offered":
        offers.close_offer(tx, new, "accepted")
        move(tx, new, "offered", "enrolled", now)
    if member.state == "enrolled":
        fees.carry(tx, town, member.id, new)
    offers.close_offer(tx, member.id, "lapsed")
    move(tx, member.id, member.state, "withdrawn", now, "merged")
    if member.state != "waiting":
        free_seat(tx, from_id)
    record(tx, now, actor, "merge", f"offering:{into_id}", f"enrolment:{new} from:{member.id}")
    return _Gone(member.person_id, new, member.state)


def _keep_together(tx: Tx, from_id: int, into: Row, fresh: dict[int, int], now: datetime) -> None:
    """Who waited as a group goes on waiting as one, as far as the other class could ever hold all of it.

    `fresh`: the new place in the line for each former one; those that were there before stand where they did.
    """
    found: dict[tuple[int, int | None], list[int]] = {}
    for row in tx.all(TOGETHER, offering_id=from_id):
        if row.enrolment_id in fresh:
            found.setdefault((row.group_id, row.team_id), []).append(fresh[row.enrolment_id])
    for (_, team_id), ids in found.items():
        if len(ids) > 1 and (into.capacity is None or len(ids) <= into.capacity):
            groups.bind(tx, into.id, sorted(ids), now, team_id)


def _tell(
    tx: Tx, town: Town, old: Row, new: Row, went: Sequence[_Gone], changes: Sequence[Change], reason: str
) -> int:
    was = {change.session_id: change.starts[0] for change in changes}
    documents: dict[str, Document] = {}
    told = 0
    for one in went:
        if was and one.former != "waiting":
            refresh_reminders(tx, town, one.person_id, was)
        to = reach(tx, one.person_id)
        if to is None:
            continue
        if to.lang not in documents:
            documents[to.lang] = calendar_document(tx, town, new.id, to.lang)
        state = tx.one(seats.BY_ID, id=one.enrolment_id).state
        message = merged_message(
            to, old, new, town.now(), town.zone,
            state=state,
            position=seats.position(tx, new.id, one.enrolment_id) if state == "waiting" else 0,
            clash=clash_with(tx, town, one.person_id, new.id, leaving=old.id), reason=reason,
            document=documents[to.lang] if state == "enrolled" else None, enrolment_id=one.enrolment_id,
        )  # fmt: skip
        post_notice(
            tx, town, to.address, message, purpose="change",
            expires_at=max(new.last_end, town.now() + LASTING_LIFE),
            subject=Subject(enrolment_id=one.enrolment_id),
        )  # fmt: skip
        told += 1
    return told
