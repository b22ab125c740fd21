"""Telling a class: who is in it and hears of a change, one message a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, select

from models.catalogue import class_session, course, offering
from models.enrolment import LIVING, enrolment
from models.statement import Row, Statement, Tx
from services import classes
from services.class_calendar import calendar_document, times_left
from services.daytime import Quiet, told_at_once_silently
from services.message import Document, Message
from services.notices.changes import Change, Clash, change_message, ended_message
from services.outbox import LASTING_LIFE, Subject, post_notice
from services.reach import Reach, reach
from services.running.parallel import candidates, fitting
from services.schedules.refresh import refresh_reminders
from services.town import Town

# whoever has a seat or is offered one
HOLDING = ("enrolled", "offered")
MOST_CLASHES = 3

AUDIENCE = Statement(
    select(enrolment.c.id, enrolment.c.person_id, enrolment.c.state)
    .where(enrolment.c.offering_id == bindparam("offering_id"), enrolment.c.state.in_(HOLDING))
    .order_by(enrolment.c.id)
)
COUNTED = Statement(
    select(enrolment.c.state, func.count().label("people"))
    .where(enrolment.c.offering_id == bindparam("offering_id"), enrolment.c.state.in_(LIVING))
    .group_by(enrolment.c.state)
)
OVERLAPS = Statement(
    select(course.c.title, class_session.c.starts_at, class_session.c.ends_at)
    .join_from(enrolment, class_session, class_session.c.offering_id == enrolment.c.offering_id)
    .join(offering, offering.c.id == enrolment.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.state.in_(LIVING),
        enrolment.c.offering_id != bindparam("offering_id"),
        class_session.c.state == "planned",
        class_session.c.starts_at < bindparam("ends"),
        class_session.c.ends_at > bindparam("starts"),
    )
    .order_by(class_session.c.starts_at)
    .limit(MOST_CLASHES)
)


def count_affected(tx: Tx, offering_id: int, *, waiting: bool = False) -> int:
    """How many people a change would be told to; with those who wait, as when a whole class is cancelled."""
    rows = tx.all(COUNTED, offering_id=offering_id)
    return sum(row.people for row in rows if waiting or row.state != "waiting")


def tell_changes(tx: Tx, town: Town, offering_id: int, changes: Sequence[Change], *, reason: str = "") -> int:
    """Tell everybody with a seat in the class, or with one on offer, what changed, each in one message.

    To be called in the transaction that made the changes, after them; reminders of the old times that are
    still unsent are rewritten. What lies wholly in the past is told to nobody. Returns how many were told.
    """
    now = town.now()
    changes = [change for change in changes if change.last_end > now]
    row = classes.one_class(tx, offering_id, now)
    if row is None or not changes:
        return 0
    documents: dict[tuple[str, int], Document] = {}
    was = {change.session_id: change.starts[0] for change in changes}
    told = 0
    people = tx.all(AUDIENCE, offering_id=offering_id)
    for member in people:
        refresh_reminders(tx, town, member.person_id, was)
    for member, to in _once_each(tx, people):
        message = change_message(
            to, row, changes, now, town.zone,
            reason=reason, clashes=_clashes(tx, member.person_id, offering_id, changes),
            document=_document(tx, town, offering_id, to, member.person_id, documents),
            enrolment_id=member.id if member.state == "enrolled" else None,
        )  # fmt: skip
        # what tells a keeper of several does not hang on the place of one
        own = None if to.address.learner_id else member.id
        subject = Subject(session_id=changes[0].session_id, enrolment_id=own)
        _post(tx, town, to, message, changes, subject)
        told += 1
    return told


def tell_ended(
    tx: Tx, town: Town, row: Row, people: Sequence[Row], changes: Sequence[Change], *, reason: str = ""
) -> int:
    """Tell `people` (id, person_id and the state that each was in) that a class was called off.

    `row` is the class, `changes` its cancelled sessions. Returns how many were told.
    """
    documents: dict[tuple[str, int], Document] = {}
    was = {change.session_id: change.starts[0] for change in changes}
    among = candidates(tx, town, row)
    told = 0
    for member in people:
        if was and member.state != "waiting":
            refresh_reminders(tx, town, member.person_id, was)
    for member, to in _once_each(tx, people):
        waiting = member.state == "waiting"
        document = (
            None if waiting or not changes else _document(tx, town, row.id, to, member.person_id, documents)
        )
        others = fitting(tx, town, member.person_id, row, among)
        message = ended_message(to, row, waiting=waiting, reason=reason, document=document, others=others)
        # without the enrolment, which has ended: a message that names it would be held back
        _post(tx, town, to, message, changes, Subject())
        told += 1
    return told


def _once_each(tx: Tx, people: Sequence[Row]) -> list[tuple[Row, Reach]]:
    """How each is told; a keeper of several in one class and state hears once, of all of them."""
    found: list[tuple[Row, Reach]] = []
    kept: dict[tuple[int, str], list[tuple[Row, Reach]]] = {}
    for member in people:
        to = reach(tx, member.person_id)
        if to is None:
            continue
        if to.address.learner_id is None:
            found.append((member, to))
        else:
            kept.setdefault((to.address.account_id, member.state), []).append((member, to))
    for together in kept.values():
        member, to = together[0]
        about = "".join(one.address.about for _, one in together)
        found.append((member, replace(to, address=replace(to.address, about=about))))
    return found


def _post(
    tx: Tx, town: Town, to: Reach, message: Message, changes: Sequence[Change], subject: Subject
) -> None:
    now = town.now()
    ends = max((change.last_end for change in changes), default=now + LASTING_LIFE)
    silent = _cannot_wait(changes, now, to.class_quiet, town)
    post_notice(
        tx, town, to.address, message, purpose="change", expires_at=ends, silent=silent, subject=subject
    )


def _cannot_wait(changes: Sequence[Change], now: datetime, quiet: Quiet, town: Town) -> bool:
    return any(told_at_once_silently(now, at, quiet, town.zone) for change in changes for at in change.starts)


def _document(
    tx: Tx, town: Town, offering_id: int, to: Reach, person_id: int, made: dict[tuple[str, int], Document]
) -> Document:
    """The same file for all who speak one language, but for those who had left and came back."""
    key = (to.lang, times_left(tx, person_id, offering_id))
    if key not in made:
        made[key] = calendar_document(tx, town, offering_id, to.lang, departures=key[1])
    return made[key]


def _clashes(tx: Tx, person_id: int, offering_id: int, changes: Sequence[Change]) -> list[Clash]:
    found: list[Clash] = []
    for change in changes:
        if change.now is None or change.kind == "place" or len(found) >= MOST_CLASHES:
            continue
        starts, ends = change.now
        rows = tx.all(OVERLAPS, person_id=person_id, offering_id=offering_id, starts=starts, ends=ends)
        found += [Clash(row.title, row.starts_at, row.ends_at) for row in rows]
    return list(dict.fromkeys(found))[:MOST_CLASHES]
