"""A class as an iCalendar file (RFC 5545) that a phone can keep, with an alarm before each session.

Written by hand: `icalendar` 6.3 takes 150 ms to import, which one turn would have to wait for, turns a
`\\N` within a title into a line break, and lets control characters through. Its parser reads every file
back in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.calendar_zone import timezone_lines
from services.phrases.hours import Lang

EVENING = time(18)
HOUR_BEFORE = 60
_FOLD_AT = 75
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")

_WORDS = {
    "zh": {
        "product": "-//Doorstep//Doorstep//ZH",
        "teacher": "教师：",
        "school": "学校：",
        "code": "课程编号：",
        "cancelled": "【停课】",
        "left": "【已退出】",
        "alarm": "快上课了：",
    },
    "en": {
        "product": "-//Doorstep//Doorstep//EN",
        "teacher": "Teacher: ",
        "school": "School: ",
        "code": "Class code: ",
        "cancelled": "[Cancelled] ",
        "left": "[Left] ",
        "alarm": "Class soon: ",
    },
}


@dataclass(frozen=True, slots=True)
class Uids:
    """What makes the UIDs of a town unlike any other's: its own key, made once.

    Classes up to `short_up_to` had been given out without it and keep their UIDs: a phone that holds such a
    file would show each session twice, and a cancelling file would not find the ones it cancels.
    """

    key: str = ""
    short_up_to: int = 0

    def of(self, offering_id: int, number: int) -> str:
        """The UID of a class's session, the same for ever."""
        town = f"{self.key}." if self.key and offering_id > self.short_up_to else ""
        return f"{offering_id}-{number}@{town}doorstep"


@dataclass(frozen=True, slots=True)
class CalendarSession:
    """One session: `uid` never changes, `sequence` rises with each move or cancellation; a `venue` of
    its own stands in for the class's, with its `address` and place in degrees.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    sequence: int = 0
    cancelled: bool = False
    # cancelled for one person alone, who has left the class
    left: bool = False
    venue: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class CalendarClass:
    """What a calendar file tells about a class; what is empty or None is left out."""

    code: str
    title: str
    venue: str
    address: str
    latitude: float | None
    longitude: float | None
    teacher: str
    school: str
    sessions: tuple[CalendarSession, ...]
    url: str = ""


def class_calendar(
    shown: CalendarClass,
    lang: Lang,
    stamp: datetime,
    zone: ZoneInfo,
    evening: time | None = EVENING,
    minutes: tuple[int, ...] = (HOUR_BEFORE,),
) -> bytes:
    """The file: one VEVENT a session, in the order given, with alarms on the evening before and `minutes`
    before.

    `stamp` is the time of writing; the same class, language and stamp give the same bytes. Lines end with
    CRLF and are folded at 75 octets between characters. Source: RFC 5545; METHOD:PUBLISH as in RFC 5546.
    """
    return _calendar([shown], shown.title, lang, stamp, zone, evening, minutes)


def feed_calendar(
    shown: Sequence[CalendarClass], name: str, lang: Lang, stamp: datetime, zone: ZoneInfo
) -> bytes:
    """All classes of a person in one file that a phone asks for again by itself; every hour is enough."""
    again = ("REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H")
    return _calendar(shown, name, lang, stamp, zone, EVENING, (HOUR_BEFORE,), again)


def _calendar(
    classes: Sequence[CalendarClass], name: str, lang: Lang, stamp: datetime, zone: ZoneInfo,
    evening: time | None, minutes: tuple[int, ...], more: tuple[str, ...] = (),
) -> bytes:  # fmt: skip
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_WORDS[lang]['product']}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(one_line(name))}",
        f"X-WR-TIMEZONE:{zone.key}",
        *more,
        *timezone_lines(
            [(one.starts_at, one.ends_at) for shown in classes for one in shown.sessions], stamp, zone
        ),
    ]
    written = _utc(stamp)
    for shown in classes:
        about = tuple(_about(shown, lang))
        for session in shown.sessions:
            lines += _event(shown, session, lang, written, zone)
            lines += about
            if not session.cancelled:
                lines += _alarms(shown, session, lang, zone, evening, minutes)
            lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return b"".join(map(fold, lines))


def one_line(text: str) -> str:
    """Text as it may stand on one line: line breaks become spaces, what no calendar may hold is dropped."""
    return clean_text(text).replace("\n", " ")


def clean_text(text: str) -> str:
    """Text with every kind of line break as a line feed, without control characters and halves of
    characters.
    """
    return _FORBIDDEN.sub("", _BREAKS.sub("\n", text))


def fold(line: str) -> bytes:
    """A content line with its CRLF, folded so that no line is longer than 75 octets and no character is
    cut.
    """
    raw = line.encode()
    if len(raw) <= _FOLD_AT:
        return raw + b"\r\n"
    parts = []
    start, room = 0, _FOLD_AT
    while len(raw) - start > room:
        end = start + room
        while raw[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(raw[start:end])
        # the space that begins a folded line counts as well
        start, room = end, _FOLD_AT - 1
    parts.append(raw[start:])
    return b"\r\n ".join(parts) + b"\r\n"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _event(
    shown: CalendarClass, session: CalendarSession, lang: Lang, written: str, zone: ZoneInfo
) -> Iterator[str]:
    words = _WORDS[lang]
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(one_line(session.uid))}"
    yield f"DTSTAMP:{written}"
    yield f"LAST-MODIFIED:{written}"
    yield f"SEQUENCE:{session.sequence}"
    yield f"STATUS:{'CANCELLED' if session.cancelled else 'CONFIRMED'}"
    yield f"DTSTART;TZID={zone.key}:{_local(session.starts_at, zone)}"
    yield f"DTEND;TZID={zone.key}:{_local(session.ends_at, zone)}"
    # phones that ignore STATUS still show the title
    title = (words["left" if session.left else "cancelled"] if session.cancelled else "") + one_line(
        shown.title
    )
    yield f"SUMMARY:{_text(title)}"
    place = session if session.venue else shown
    where = [one_line(part) for part in (place.venue, place.address) if part]
    if where:
        yield f"LOCATION:{_text('，'.join(where) if lang == 'zh' else ', '.join(where))}"
    if place.latitude is not None and place.longitude is not None:
        yield f"GEO:{place.latitude:.6f};{place.longitude:.6f}"


def _about(shown: CalendarClass, lang: Lang) -> Iterator[str]:
    """What each session of a class says alike, at the end of its event."""
    words = _WORDS[lang]
    told = (("teacher", shown.teacher), ("school", shown.school), ("code", shown.code))
    said = [words[key] + one_line(value) for key, value in told if value]
    if shown.url:
        said.append(one_line(shown.url))
        yield f"URL:{one_line(shown.url)}"
    if said:
        yield f"DESCRIPTION:{_text(chr(10).join(said))}"


def _alarms(
    shown: CalendarClass,
    session: CalendarSession,
    lang: Lang,
    zone: ZoneInfo,
    evening: time | None,
    minutes: tuple[int, ...],
) -> Iterator[str]:
    before = set(minutes)
    if evening is not None:
        # counted back from the session, as phones understand no alarm by the clock so well
        eve = session.starts_at.astimezone(zone).date() - _DAY
        before.add((session.starts_at - datetime.combine(eve, evening, zone).astimezone(UTC)) // _MINUTE)
    for count in sorted(before, reverse=True):
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{_text(_WORDS[lang]['alarm'] + one_line(shown.title))}"
        yield f"TRIGGER:-PT{count}M"
        yield "END:VALARM"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y%m%dT%H%M%S")
