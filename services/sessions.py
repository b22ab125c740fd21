"""Sessions of a class: listing, moving and cancelling them, and ending the whole class early."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select, update

from models.catalogue import class_session, offering, venue
from models.enrolment import LIVING, enrolment
from models.statement import Row, Statement, Tx, insert_into
from services import classes
from services.audit import record
from services.catalogue import note_changes
from services.enrolling.moves import free_seat, move
from services.enrolling.offers import LOCK_CLASS, close_offer
from services.enrolling.refusal import Refused
from services.message import clean
from services.notices.changes import Change
from services.telling import count_affected, tell_changes, tell_ended
from services.town import Town

__all__ = [
    "Done",
    "cancel_class",
    "cancel_session",
    "count_affected",
    "list_sessions",
    "move_session",
    "sessions_on",
    "tell_changes",
]

LONGEST = timedelta(hours=24)
MOST_REASON = 200

SESSION = Statement(
    select(
        class_session.c.id, class_session.c.starts_at, class_session.c.ends_at, class_session.c.state,
        class_session.c.venue_id,
    ).where(class_session.c.id == bindparam("id"), class_session.c.offering_id == bindparam("offering_id"))
)  # fmt: skip
MOVE = Statement(
    update(class_session)
    .where(class_session.c.id == bindparam("session"), class_session.c.state == "planned")
    .values(
        starts_at=bindparam("starts", type_=class_session.c.starts_at.type),
        ends_at=bindparam("ends", type_=class_session.c.ends_at.type),
        venue_id=bindparam("place", type_=class_session.c.venue_id.type),
        reason=bindparam("why", type_=class_session.c.reason.type),
        sequence=class_session.c.sequence + 1,
    )
)
CANCEL = Statement(
    update(class_session)
    .where(class_session.c.id == bindparam("session"), class_session.c.state == "planned")
    .values(
        state="cancelled",
        reason=bindparam("why", type_=class_session.c.reason.type),
        sequence=class_session.c.sequence + 1,
    )
)
TERM = Statement(
    select(
        offering.c.venue_id, offering.c.slots, offering.c.first_start, offering.c.last_end,
        offering.c.enrol_closes,
    ).where(offering.c.id == bindparam("id"))
)  # fmt: skip
SET_TERM = Statement(
    update(offering)
    .where(offering.c.id == bindparam("offering_id"))
    .values(
        slots=bindparam("hours_now", type_=offering.c.slots.type),
        first_start=bindparam("first", type_=offering.c.first_start.type),
        last_end=bindparam("last", type_=offering.c.last_end.type),
        enrol_closes=bindparam("closes", type_=offering.c.enrol_closes.type),
    )
)
SET_STATUS = Statement(
    update(offering)
    .where(offering.c.id == bindparam("offering_id"))
    .values(status=bindparam("new", type_=offering.c.status.type))
)
LIVING_HERE = Statement(
    select(enrolment.c.id, enrolment.c.person_id, enrolment.c.state)
    .where(enrolment.c.offering_id == bindparam("offering_id"), enrolment.c.state.in_(LIVING))
    .order_by(enrolment.c.id)
)
VENUES = Statement(
    select(venue.c.id, venue.c.name, venue.c.address, venue.c.district)
    .where(venue.c.name == bindparam("called"))
    .order_by(venue.c.id)
)
ADD_VENUE = insert_into(venue, "name", "address", "district", "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a change: how many people were told, out of how many it concerns."""

    told: int
    affected: int


def list_sessions(tx: Tx, offering_id: int) -> list[Row]:
    """All sessions of a class by their start, cancelled ones too."""
    return classes.sessions_of(tx, offering_id)


def sessions_on(tx: Tx, town: Town, offering_id: int, day: date) -> list[Row]:
    """The sessions of a class on one day of the town, cancelled ones too."""
    return [
        row
        for row in classes.sessions_of(tx, offering_id)
        if row.starts_at.astimezone(town.zone).date() == day
    ]


def move_session(
    tx: Tx, town: Town, offering_id: int, session_id: int, starts_at: datetime, ends_at: datetime,
    venue: str | None = None, *, reason: str = "", actor: str,
) -> Done | Refused:  # fmt: skip
    """Give a planned session other times, and a place where one is named; everybody concerned is told."""
    found = _open(tx, town, offering_id, session_id)
    if isinstance(found, Refused):
        return found
    row, session = found
    now = town.now()
    if not starts_at < ends_at <= starts_at + LONGEST:
        return Refused("times_wrong")
    if starts_at <= now:
        return Refused("times_past", values={"when": starts_at})
    place_id, place = _place(tx, row, session, venue)
    was = (session.starts_at, session.ends_at)
    if was == (starts_at, ends_at) and not place:
        return Refused("unchanged")
    reason = clean(reason, MOST_REASON).strip()
    tx.run(MOVE, session=session.id, starts=starts_at, ends=ends_at, place=place_id, why=reason)
    moved = was != (starts_at, ends_at)
    change = Change("moved" if moved else "place", session.id, was, (starts_at, ends_at), place)
    record(
        tx, now, actor, "session_move", f"session:{session.id}", "starts_at ends_at" + " venue" * bool(place),
        before=_span(was), after=f"{_span((starts_at, ends_at))} {place} {reason}".strip(),
    )  # fmt: skip
    return _settle(tx, town, row, [change], reason)


def cancel_session(
    tx: Tx, town: Town, offering_id: int, session_id: int, *, reason: str = "", actor: str
) -> Done | Refused:
    """Call one planned session off; everybody concerned is told."""
    found = _open(tx, town, offering_id, session_id)
    if isinstance(found, Refused):
        return found
    row, session = found
    reason = clean(reason, MOST_REASON).strip()
    change = _cancel(tx, town, session, reason, actor)
    return _settle(tx, town, row, [change], reason)


def cancel_class(tx: Tx, town: Town, offering_id: int, *, reason: str = "", actor: str) -> Done | Refused:
    """End a class early: coming sessions are called off, every place ends, all are told, also who waits."""
    now = town.now()
    locked = tx.one(LOCK_CLASS, id=offering_id)
    row = classes.one_class(tx, offering_id, now)
    if locked is None or row is None:
        return Refused("class_gone")
    if row.status != "open":
        return Refused("class_over", values={"title": row.title})
    reason = clean(reason, MOST_REASON).strip()
    tx.run(SET_STATUS, offering_id=offering_id, new="cancelled")
    record(tx, now, actor, "class_cancel", f"offering:{offering_id}", "status", before="open", after=reason)
    changes = cancel_coming(tx, town, offering_id, reason, actor)
    people = tx.all(LIVING_HERE, offering_id=offering_id)
    for member in people:
        close_offer(tx, member.id, "lapsed")
        move(tx, member.id, member.state, "withdrawn", now, "class_cancelled")
        if member.state != "waiting":
            free_seat(tx, offering_id)
        record(
            tx, now, actor, "withdraw", f"offering:{offering_id}", f"enrolment:{member.id} class_cancelled"
        )
    note_changes(tx, [offering_id], now)
    told = tell_ended(tx, town, row, people, changes, reason=reason)
    return Done(told, len(people))


def cancel_coming(tx: Tx, town: Town, offering_id: int, reason: str, actor: str) -> list[Change]:
    """Call off every session of a class that is not over; nobody is told by this alone."""
    return [
        _cancel(tx, town, session, reason, actor)
        for session in classes.sessions_of(tx, offering_id)
        if session.state == "planned" and session.ends_at > town.now()
    ]


def _open(tx: Tx, town: Town, offering_id: int, session_id: int) -> tuple[Row, Row] | Refused:
    """The locked class and its session, if it can still be changed."""
    now = town.now()
    locked = tx.one(LOCK_CLASS, id=offering_id)
    row = classes.one_class(tx, offering_id, now)
    if locked is None or row is None:
        return Refused("class_gone")
    if row.status != "open":
        return Refused("class_over", values={"title": row.title})
    session = tx.one(SESSION, id=session_id, offering_id=offering_id)
    if session is None:
        return Refused("session_gone", values={"title": row.title})
    if session.state != "planned":
        return Refused("session_cancelled", values={"when": session.starts_at})
    if session.ends_at <= now:
        return Refused("session_over", values={"when": session.starts_at})
    return row, session


def _cancel(tx: Tx, town: Town, session: Row, reason: str, actor: str) -> Change:
    was = (session.starts_at, session.ends_at)
    tx.run(CANCEL, session=session.id, why=reason)
    record(
        tx, town.now(), actor, "session_cancel", f"session:{session.id}", "state",
        before=_span(was), after=reason,
    )  # fmt: skip
    return Change("cancelled", session.id, was, None)


def _settle(tx: Tx, town: Town, row: Row, changes: list[Change], reason: str) -> Done:
    _keep_term(tx, town, row.id, changes)
    note_changes(tx, [row.id], town.now())
    told = tell_changes(tx, town, row.id, changes, reason=reason)
    return Done(told, count_affected(tx, row.id))


def _keep_term(tx: Tx, town: Town, offering_id: int, changes: list[Change]) -> None:
    """Bring what the class says of itself in line with its sessions."""
    term = tx.one(TERM, id=offering_id)
    planned = [row for row in classes.sessions_of(tx, offering_id) if row.state == "planned"]
    slots = term.slots
    for change in changes:
        if change.was and change.now:
            slots = slots.replace(_dated(change.was, town), _dated(change.now, town))
    first = min((row.starts_at for row in planned), default=term.first_start)
    last = max((row.ends_at for row in planned), default=term.last_end)
    # enrolment that closes with the first session, as it does unless somebody said otherwise, goes with it
    closes = first if term.enrol_closes == term.first_start else term.enrol_closes
    tx.run(SET_TERM, offering_id=offering_id, hours_now=slots, first=first, last=last, closes=closes)


def _dated(span: tuple[datetime, datetime], town: Town) -> str:
    """A single day's hours as they stand in a class's slots; weekly hours do not change with one session."""
    starts, ends = (at.astimezone(town.zone) for at in span)
    minutes = (starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute)
    return f"{starts.date()}@{minutes[0]}-{minutes[1]}"


def _place(tx: Tx, row: Row, session: Row, name: str | None) -> tuple[int | None, str]:
    """The id of a named place and, where that is another one than before, its words.

    Of places with the same name that of the class's own district is meant; an unknown one is made.
    """
    name = clean(name or "", 120).strip()
    if not name:
        return session.venue_id, ""
    before = session.venue_id or tx.one(TERM, id=row.id).venue_id
    found = tx.all(VENUES, called=name)
    for known in sorted(found, key=lambda known: (known.id != before, known.district != row.district)):
        words = " ".join(word for word in (known.name, known.address) if word)
        return (session.venue_id, "") if known.id == before else (known.id, words)
    made = tx.add(
        ADD_VENUE, name=name, address="", district=row.district or "", latitude=None, longitude=None
    )
    return made, name


def _span(span: tuple[datetime, datetime]) -> str:
    return "/".join(at.isoformat(timespec="minutes") for at in span)
