"""A checked row as the columns of a class, and what tells whether a row has changed."""

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from services.importing.known import Place
from services.phrases.slots import pack_slots
from services.sheets.class_row import ClassRow
from services.timetable import AnySlot, Slot

_LINK = re.compile(r"[A-Za-z0-9_-]{1,60}")
_HALF = 32
# columns that follow from when a class meets; the others are what it is
WHEN = ("slots", "starts_on", "ends_on", "skips", "first_start", "last_end")


def what_columns(row: ClassRow, first_start: datetime) -> dict[str, Any]:
    """All columns of `offering` that a row sets by itself but those of when it meets.

    Enrolment closes at `first_start` where the row does not say.
    """
    return {
        "form": row.form,
        "description": row.description,
        "teacher": row.teacher,
        "audience": "、".join(row.audience),
        "online": row.online,
        "capacity": row.capacity,
        "fee_fen": row.fee_fen,
        "min_age": row.min_age,
        "max_age": row.max_age,
        "enrol_opens": row.enrol_opens,
        "enrol_closes": row.enrol_closes or first_start,
        "hours": row.hours,
    }


def when_columns(row: ClassRow, first_start: datetime, last_end: datetime) -> dict[str, Any]:
    """The columns of when a class meets."""
    return {
        "slots": pack_slots(_packed(slot) for slot in row.slots),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "skips": "、".join(day.isoformat() for day in row.skips),
        "first_start": first_start,
        "last_end": last_end,
    }


def place_of(row: ClassRow) -> Place | None:
    """Where a class meets, None for an online class or one without any place."""
    name = row.venue or row.address or row.district
    if row.online or not name:
        return None
    return Place(name, row.address if row.venue else "", row.district)


def link_key(code: str) -> str:
    """The code where a link can carry it, else a short key that always follows from it."""
    if _LINK.fullmatch(code):
        return code
    digest = hashlib.sha256(code.encode()).digest()
    return "k" + base64.b32encode(digest[:10]).decode().lower()


def fingerprint(row: ClassRow, unit_id: int) -> str:
    """What a row says, as 64 characters: 32 of what the class is, 32 of when it meets."""
    what = (
        row.title, row.category, row.form, row.online, row.description, unit_id, place_of(row), row.latitude,
        row.longitude, row.teacher, row.audience, row.enrol_opens, row.enrol_closes, row.capacity,
        row.fee_fen, row.min_age, row.max_age, row.hours,
    )  # fmt: skip
    when = (row.sessions, row.starts_on, row.ends_on, row.skips, tuple(_packed(slot) for slot in row.slots))
    return _digest(what) + _digest(when)


def same_times(one: str, other: str) -> bool:
    """Whether two fingerprints are of rows that meet at the same times."""
    return one[_HALF:] == other[_HALF:] != ""


def called_for(columns: Mapping[str, Any], starts: datetime, ends: datetime, zone: ZoneInfo) -> bool:
    """Whether a class with these columns meets at that time by its sheet, public holidays left aside."""
    local, end = starts.astimezone(zone), ends.astimezone(zone)
    day = local.date()
    if not columns["starts_on"] <= day <= columns["ends_on"] or day.isoformat() in columns["skips"].split(
        "、"
    ):
        return False
    hours = f"@{_minutes(local.time())}-{_minutes(end.time())}"
    slots = columns["slots"].split(";")
    return f"{day.weekday()}{hours}" in slots or f"{day.isoformat()}{hours}" in slots


def _packed(slot: AnySlot) -> tuple[int | date, int, int]:
    day = slot.weekday if isinstance(slot, Slot) else slot.date
    return day, _minutes(slot.starts), _minutes(slot.ends)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _digest(said: object) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:_HALF]
