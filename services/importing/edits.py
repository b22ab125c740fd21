"""A change of one class, as data: what was, what shall be, and the same the other way round."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from models.catalogue import offering

_DATES = ("starts_on", "ends_on")
_MOMENTS = ("first_start", "last_end", "enrol_opens", "enrol_closes")
PLANNED, CANCELLED = "planned", "cancelled"
OPEN, UNDONE = "open", "undone"


@dataclass(frozen=True, slots=True)
class Meeting:
    """When and where one session is, and whether it takes place; aware UTC."""

    starts_at: datetime
    ends_at: datetime
    venue_id: int | None
    state: str = PLANNED


@dataclass(frozen=True, slots=True)
class MeetingEdit:
    """One session before (None: there was none) and after; its number never changes."""

    number: int
    before: Meeting | None
    after: Meeting

    def retimed(self) -> bool:
        """Whether anybody who comes by the old plan would come at the wrong hour."""
        before, after = self.before, self.after
        if before is None or before.state != after.state:
            return True
        return (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at)

    def ahead(self, now: datetime) -> bool:
        """Whether the session is still to come, before or after."""
        return any(one is not None and one.ends_at > now for one in (self.before, self.after))

    def turned(self) -> "MeetingEdit":
        """The way back; a session that was new is cancelled, for calendars that already hold it."""
        before = self.before or replace(self.after, state=CANCELLED)
        return MeetingEdit(self.number, self.after, before)


@dataclass(frozen=True, slots=True)
class ClassEdit:
    """One class: columns of `offering` before and after, only those that change, and its sessions.

    `moved` says that it meets elsewhere from now on.
    """

    offering_id: int
    code: str
    before: dict[str, Any]
    after: dict[str, Any]
    meetings: tuple[MeetingEdit, ...] = ()
    moved: bool = False

    def tells(self, now: datetime) -> bool:
        """Whether those enrolled have to hear of it."""
        coming = [edit for edit in self.meetings if edit.ahead(now)]
        return any(edit.retimed() for edit in coming) or (self.moved and bool(coming))

    def turned(self) -> "ClassEdit":
        """The way back."""
        return ClassEdit(
            self.offering_id, self.code, self.after, self.before,
            tuple(edit.turned() for edit in self.meetings), self.moved,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """What one import did: ids that it made, classes that it changed, coordinates that it replaced."""

    new: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    changed: tuple[ClassEdit, ...] = ()
    pins: tuple[tuple[int, float | None, float | None], ...] = ()

    def class_ids(self) -> set[int]:
        """Every class that it touched."""
        return {*self.new, *(edit.offering_id for edit in self.changed)}

    def to_json(self) -> str:
        """As text for the batch's row."""
        return json.dumps(
            {
                "new": self.new,
                "units": self.units,
                "changed": [_edit_data(edit) for edit in self.changed],
                "pins": self.pins,
            },
            ensure_ascii=False,
            separators=(",", ":"),
            default=_plain,
        )


def batch_from_json(text: str) -> Batch:
    """The batch that `to_json` wrote."""
    data = json.loads(text)
    return Batch(
        tuple(data["new"]),
        tuple(data["units"]),
        tuple(_edit(one) for one in data["changed"]),
        tuple((venue_id, latitude, longitude) for venue_id, latitude, longitude in data["pins"]),
    )


def only(names: Iterable[str], edit: ClassEdit) -> ClassEdit:
    """The edit with these columns alone."""
    kept = list(names)
    return replace(
        edit,
        before={name: edit.before[name] for name in kept},
        after={name: edit.after[name] for name in kept},
    )


def _plain(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"cannot be kept: {value!r}")


def _edit_data(edit: ClassEdit) -> dict[str, Any]:
    return {
        "id": edit.offering_id,
        "code": edit.code,
        "before": edit.before,
        "after": edit.after,
        "meetings": [
            [one.number, _meeting_data(one.before), _meeting_data(one.after)] for one in edit.meetings
        ],
        "moved": edit.moved,
    }


def _meeting_data(meeting: Meeting | None) -> list[Any] | None:
    return None if meeting is None else [meeting.starts_at, meeting.ends_at, meeting.venue_id, meeting.state]


def _edit(data: dict[str, Any]) -> ClassEdit:
    meetings = []
    for number, before, after in data["meetings"]:
        now = _meeting(after)
        assert now is not None
        meetings.append(MeetingEdit(number, _meeting(before), now))
    return ClassEdit(
        data["id"],
        data["code"],
        _values(data["before"]),
        _values(data["after"]),
        tuple(meetings),
        data["moved"],
    )


def _meeting(data: list[Any] | None) -> Meeting | None:
    if data is None:
        return None
    starts, ends, venue_id, state = data
    return Meeting(datetime.fromisoformat(starts), datetime.fromisoformat(ends), venue_id, state)


def _values(columns: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in columns.items():
        assert name in offering.c
        if value is not None and name in _DATES:
            read[name] = date.fromisoformat(value)
        elif value is not None and name in _MOMENTS:
            read[name] = datetime.fromisoformat(value)
        else:
            read[name] = value
    return read
