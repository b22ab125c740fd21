"""Tells everybody with a seat what an import changed in their classes: one message a person over all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select

from models.catalogue import class_session
from models.statement import Row, Tx
from services import classes
from services.class_calendar import calendar_document, times_left
from services.daytime import told_at_once_silently
from services.importing import current
from services.importing.edits import CANCELLED, ClassEdit, Meeting, MeetingEdit
from services.importing.making import chunks
from services.message import Button, Document, Message
from services.notices.changes import Change, Clash, change_message
from services.notices.wording import button_rows, shortened
from services.outbox import Subject, post_notice
from services.reach import Reach, reach
from services.schedules.refresh import refresh_reminders
from services.telling import AUDIENCE, MOST_CLASHES, OVERLAPS
from services.town import Town

SESSION_IDS = select(class_session.c.offering_id, class_session.c.number, class_session.c.id).where(
    class_session.c.offering_id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True, slots=True)
class _News:
    """What changed in one class, and the row that shows it."""

    row: Row
    edit: ClassEdit
    meetings: tuple[tuple[int, MeetingEdit], ...]

    def changes(self, to: Reach) -> list[Change]:
        """The changes in one person's words, in the order of the new times."""
        place = _place(to, self.row)
        found = [
            _change(session_id, edit, place if self.edit.moved else "") for session_id, edit in self.meetings
        ]
        return sorted(found, key=lambda change: change.starts[-1])


@dataclass(frozen=True, slots=True)
class _Part:
    """One class of somebody's message."""

    news: _News
    changes: list[Change]
    enrolment_id: int
    enrolled: bool


def tell(tx: Tx, town: Town, edits: Sequence[ClassEdit]) -> int:
    """Write one message to each person with a seat, or an offer of one; how many are told.

    To be called after the edits were written, in the same transaction.
    """
    now = town.now()
    members: dict[int, list[tuple[_News, Row]]] = defaultdict(list)
    for news in _all_news(tx, now, edits):
        if news.edit.tells(now):
            for member in tx.all(AUDIENCE, offering_id=news.edit.offering_id):
                members[member.person_id].append((news, member))
    documents: dict[tuple[int, str, int], Document] = {}
    told = 0
    for person_id, places in members.items():
        to = reach(tx, person_id)
        if to is not None:
            parts = [_Part(news, news.changes(to), one.id, one.state == "enrolled") for news, one in places]
            _post(tx, town, to, person_id, parts, documents)
            told += 1
    return told


def refresh(tx: Tx, town: Town, edits: Sequence[ClassEdit]) -> None:
    """Rewrite the reminders that wait to be sent, whether or not the change itself is told."""
    was: dict[int, dict[int, datetime]] = defaultdict(dict)
    for news in _all_news(tx, town.now(), edits):
        for member in tx.all(AUDIENCE, offering_id=news.edit.offering_id):
            for session_id, one in news.meetings:
                was[member.person_id][session_id] = (one.before or one.after).starts_at
    for person_id, sessions in was.items():
        refresh_reminders(tx, town, person_id, sessions)


def _all_news(tx: Tx, now: datetime, edits: Sequence[ClassEdit]) -> list[_News]:
    """The classes with people in them of which a session to come was touched."""
    touched = [edit for edit in edits if any(one.ahead(now) for one in edit.meetings)]
    peopled = current.peopled(tx, [edit.offering_id for edit in touched])
    touched = [edit for edit in touched if edit.offering_id in peopled]
    ids: dict[tuple[int, int], int] = {}
    for chunk in chunks([edit.offering_id for edit in touched]):
        for row in tx.core(SESSION_IDS, {"ids": list(chunk)}):
            ids[row.offering_id, row.number] = row.id
    return [
        _News(
            classes.one_class(tx, edit.offering_id, now),
            edit,
            tuple((ids[edit.offering_id, one.number], one) for one in edit.meetings if one.ahead(now)),
        )
        for edit in touched
    ]


def _change(session_id: int, edit: MeetingEdit, place: str) -> Change:
    before, after = edit.before, edit.after
    if after.state == CANCELLED:
        return Change("cancelled", session_id, _span(before or after), None)
    if before is None or before.state == CANCELLED:
        return Change("added", session_id, None, _span(after))
    if edit.retimed():
        return Change("moved", session_id, _span(before), _span(after), place)
    return Change("place", session_id, _span(before), _span(after), place)


def _span(meeting: Meeting) -> tuple[datetime, datetime]:
    return meeting.starts_at, meeting.ends_at


def _place(to: Reach, row: Row) -> str:
    if row.online:
        return to.say("search.online")
    words = " ".join(dict.fromkeys(word for word in (row.venue, row.address) if word))
    return words or to.say("import.place_open")


def _post(
    tx: Tx, town: Town, to: Reach, person_id: int, parts: list[_Part],
    documents: dict[tuple[int, str, int], Document],
) -> None:  # fmt: skip
    now = town.now()
    parts = [replace(part, changes=_worth_telling(part)) for part in parts]
    changes = [change for part in parts for change in part.changes]
    if len(parts) == 1:
        message = _of_one_class(tx, town, to, person_id, parts[0], documents)
        subject = Subject(session_id=changes[0].session_id, enrolment_id=parts[0].enrolment_id)
    else:
        # without an enrolment, whose end would hold back what is said of the other classes
        message, subject = _of_several(tx, town, to, person_id, parts), Subject()
    silent = any(
        told_at_once_silently(now, at, to.class_quiet, town.zone)
        for change in changes
        for at in change.starts
    )
    post_notice(
        tx, town, to.address, message, purpose="change", silent=silent, subject=subject,
        expires_at=max(change.last_end for change in changes),
    )  # fmt: skip


def _worth_telling(part: _Part) -> list[Change]:
    # a venue whose address was filled in is the same place
    return [change for change in part.changes if change.kind != "place" or change.place]


def _of_one_class(
    tx: Tx,
    town: Town,
    to: Reach,
    person_id: int,
    part: _Part,
    documents: dict[tuple[int, str, int], Document],
) -> Message:
    offering_id = part.news.edit.offering_id
    key = (offering_id, to.lang, times_left(tx, person_id, offering_id))
    if key not in documents:
        documents[key] = calendar_document(tx, town, offering_id, to.lang, departures=key[2])
    return change_message(
        to, part.news.row, part.changes, town.now(), town.zone, clashes=_clashes(tx, person_id, part),
        document=documents[key], enrolment_id=part.enrolment_id if part.enrolled else None,
    )  # fmt: skip


def _of_several(tx: Tx, town: Town, to: Reach, person_id: int, parts: list[_Part]) -> Message:
    """One paragraph a class; a message carries one file, so each class's calendar is behind its button."""
    said, buttons, codes = [], [], []
    for part in parts:
        row = part.news.row
        clashes = _clashes(tx, person_id, part)
        said.append(change_message(to, row, part.changes, town.now(), town.zone, clashes=clashes).text)
        label = to.say("import.calendar", title=shortened(row.title))
        buttons.append(Button(label, f"ics:{row.id}"))
        codes.append(row.code)
    text = "\n\n".join([*said, to.say("import.calendars")])
    return Message(text, button_rows(to, buttons), courses=tuple(codes))


def _clashes(tx: Tx, person_id: int, part: _Part) -> list[Clash]:
    found: list[Clash] = []
    for change in part.changes:
        if change.now is None or change.kind == "place" or len(found) >= MOST_CLASHES:
            continue
        starts, ends = change.now
        offering_id = part.news.edit.offering_id
        rows = tx.all(OVERLAPS, person_id=person_id, offering_id=offering_id, starts=starts, ends=ends)
        found += [Clash(row.title, row.starts_at, row.ends_at) for row in rows]
    return list(dict.fromkeys(found))[:MOST_CLASHES]
