"""Follows a changed timetable: which sessions stay, which move, which fall out and which are new."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.importing.edits import CANCELLED, PLANNED, Meeting, MeetingEdit
from services.sheets.class_row import Session

# stands for the class's own place, whose id may not be known yet
CLASS_VENUE = -1
_NEAR = timedelta(days=31)


class Numbered(NamedTuple):
    """A session as it stands."""

    number: int
    meeting: Meeting


@dataclass(frozen=True)
class Followed:
    """The edits that a new timetable asks for, and all sessions that take place after them."""

    edits: tuple[MeetingEdit, ...]
    planned: tuple[Meeting, ...]


def follow(
    existing: Sequence[Numbered],
    wanted: Iterable[Session],
    now: datetime,
    zone: ZoneInfo,
    called_for: Callable[[datetime, datetime], bool],
) -> Followed:
    """Match the sessions of a class with those of its new timetable.

    `called_for` tells whether the old timetable had a session at that time: one that stands elsewhere was
    moved by hand and stays there, one that was cancelled although it was called for stays cancelled. What
    has begun is left alone.
    """

    def week(at: datetime) -> int:
        return (at.astimezone(zone).date().toordinal() - 1) // 7  # day 1 was a Monday

    line = _Line(existing, now, called_for)
    free = [session for session in sorted(wanted) if not line.take_same(session)]
    coming = [session for session in free if session[0] > now]
    coming = line.keep_begun(coming, lambda at: at.astimezone(zone).date())
    coming = line.keep_moved_by_hand(coming)
    coming = line.move(coming, lambda one, two: week(one) == week(two))
    coming = line.move(coming, lambda one, two: True)
    line.drop()
    line.add(coming)
    return Followed(tuple(sorted(line.edits, key=lambda edit: edit.number)), line.planned())


def relocate(existing: Sequence[Numbered], now: datetime, old_venue: int | None) -> Followed:
    """Move the sessions to come that were held at the class's old place; others stay where they are."""
    edits = tuple(
        MeetingEdit(one.number, one.meeting, replace(one.meeting, venue_id=CLASS_VENUE))
        for one in existing
        if one.meeting.state == PLANNED and one.meeting.starts_at > now and one.meeting.venue_id == old_venue
    )
    return Followed(edits, tuple(one.meeting for one in existing if one.meeting.state == PLANNED))


def joined(first: Iterable[MeetingEdit], then: Iterable[MeetingEdit]) -> tuple[MeetingEdit, ...]:
    """Edits of which the first may have touched the same sessions."""
    by_number = {edit.number: edit for edit in then}
    by_number.update({edit.number: edit for edit in first})
    return tuple(by_number[number] for number in sorted(by_number))


class _Line:
    """The sessions that are not matched yet, and the edits so far."""

    def __init__(
        self, existing: Sequence[Numbered], now: datetime, called_for: Callable[[datetime, datetime], bool]
    ) -> None:
        self.edits: list[MeetingEdit] = []
        self._now = now
        self._called_for = called_for
        self._last = max((one.number for one in existing), default=0)
        self._by_number = {one.number: one.meeting for one in existing}
        # a session that takes place goes before a cancelled one of the same time
        ordered = sorted(existing, key=lambda one: (one.meeting.state != PLANNED, one.number))
        self._by_time: dict[Session, Numbered] = {}
        for one in ordered:
            self._by_time.setdefault((one.meeting.starts_at, one.meeting.ends_at), one)
        self._left = {
            one.number: one.meeting
            for one in sorted(existing, key=lambda one: one.meeting.starts_at)
            if one.meeting.state == PLANNED and one.meeting.starts_at > now
        }

    def take_same(self, session: Session) -> bool:
        found = self._by_time.pop(session, None)
        if found is None:
            return False
        self._left.pop(found.number, None)
        cancelled = found.meeting.state != PLANNED
        if cancelled and session[0] > self._now and not self._called_for(*session):
            self._edit(found.number, Meeting(*session, CLASS_VENUE))
        return True

    def keep_begun(self, wanted: list[Session], day: Callable[[datetime], date]) -> list[Session]:
        """Without those of a day on which the old timetable's session has begun: nobody comes twice."""
        begun = [
            day(one.meeting.starts_at)
            for one in self._by_time.values()
            if one.meeting.state == PLANNED and one.meeting.starts_at <= self._now
        ]
        rest = []
        for session in wanted:
            if day(session[0]) in begun:
                begun.remove(day(session[0]))
            else:
                rest.append(session)
        return rest

    def keep_moved_by_hand(self, wanted: list[Session]) -> list[Session]:
        for number, meeting in list(self._left.items()):
            if self._called_for(meeting.starts_at, meeting.ends_at):
                continue
            origins = [one for one in wanted if self._called_for(*one)]
            origin = min(origins, key=lambda one: abs(one[0] - meeting.starts_at), default=None)
            if origin and abs(origin[0] - meeting.starts_at) <= _NEAR:
                del self._left[number]
                wanted = [one for one in wanted if one != origin]
        return wanted

    def move(self, wanted: list[Session], fits: Callable[[datetime, datetime], bool]) -> list[Session]:
        rest = []
        for session in wanted:
            number = next(
                (number for number, one in self._left.items() if fits(one.starts_at, session[0])), None
            )
            if number is None:
                rest.append(session)
            else:
                del self._left[number]
                self._edit(number, Meeting(*session, CLASS_VENUE))
        return rest

    def drop(self) -> None:
        for number, meeting in self._left.items():
            self._edit(number, replace(meeting, state=CANCELLED))
        self._left = {}

    def add(self, wanted: list[Session]) -> None:
        for session in wanted:
            self._last += 1
            self._edit(self._last, Meeting(*session, CLASS_VENUE))

    def planned(self) -> tuple[Meeting, ...]:
        after = {**self._by_number, **{edit.number: edit.after for edit in self.edits}}
        return tuple(meeting for meeting in after.values() if meeting.state == PLANNED)

    def _edit(self, number: int, after: Meeting) -> None:
        self.edits.append(MeetingEdit(number, self._by_number.get(number), after))
