"""The calendar file of a class, from its rows."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy import bindparam, func, select

from models.enrolment import enrolment
from models.statement import Row, Statement, Tx
from services import classes
from services.calendar import CalendarClass, CalendarSession, class_calendar, one_line
from services.message import Document
from services.phrases.hours import Lang
from services.town import Town

MIME = "text/calendar"
MOST_NAME = 60
TIMES_LEFT = Statement(
    select(func.count().label("n")).where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.offering_id == bindparam("offering_id"),
        enrolment.c.state == "withdrawn",
    )
)
_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|]+')


def times_left(tx: Tx, person_id: int, offering_id: int) -> int:
    """How often a person has left a class, which the person's calendar file must know."""
    return int(tx.one(TIMES_LEFT, person_id=person_id, offering_id=offering_id).n)


def calendar_document(
    tx: Tx, town: Town, offering_id: int, lang: str, *, departures: int = 0, left: bool = False
) -> Document:
    """`书法入门.ics`: every session of a class that is there, cancelled ones marked as such.

    Each keeps its UID and raises its SEQUENCE through moves, so a phone replaces what it had. For somebody
    who has `left` it holds the sessions to come, each cancelled, so that a phone takes them out; `departures`
    is how often that person has left by now, and raises what is written after a cancelling file above it.
    Raises LookupError for a class that is gone.
    """
    shown = shown_class(tx, town, offering_id, departures=departures, left=left)
    spoken: Lang = "en" if lang == "en" else "zh"
    content = class_calendar(shown, spoken, town.now(), town.zone)
    return Document(f"{file_name(shown.title)}.ics", content, MIME)


def shown_class(
    tx: Tx, town: Town, offering_id: int, *, departures: int = 0, left: bool = False
) -> CalendarClass:
    """A class with its sessions as a person's calendar shows it. Raises LookupError for one that is gone."""
    now = town.now()
    row = classes.one_class(tx, offering_id, now)
    if row is None:
        raise LookupError(f"no class {offering_id}")
    # two steps a departure: one for the file that cancels, one for those that come after it
    risen = 2 * departures - left
    sessions = tuple(
        _session(town, offering_id, row, session, risen) for session in classes.sessions_of(tx, offering_id)
    )
    if left:
        sessions = tuple(
            replace(one, cancelled=True, left=True)
            for one in sessions
            if one.starts_at > now and not one.cancelled
        )
    return CalendarClass(
        code=row.code,
        title=row.title,
        venue=row.venue or "",
        address=row.address or "",
        latitude=row.latitude,
        longitude=row.longitude,
        teacher=row.teacher,
        school=row.school,
        sessions=sessions,
        url=f"{town.public_url}/c/{row.link_key}" if town.public_url else "",
    )


def file_name(title: str) -> str:
    """A title as it may name a file on any system, never empty."""
    return _NO_FILE_NAME.sub(" ", one_line(title)).strip(" .")[:MOST_NAME].strip() or "calendar"


def _session(town: Town, offering_id: int, row: Row, session: Row, risen: int) -> CalendarSession:
    elsewhere = session.venue and (session.venue, session.address) != (row.venue, row.address)
    return CalendarSession(
        uid=town.calendar_uids.of(offering_id, session.number),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        sequence=session.sequence + risen,
        # not the class's: what was held stays held, though the class was called off later
        cancelled=session.state != "planned",
        venue=session.venue if elsewhere else "",
        address=(session.address or "") if elsewhere else "",
    )
