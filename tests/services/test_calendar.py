"""The calendar file of a class, read back by another library's parser."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.calendar import CalendarClass, CalendarSession, class_calendar, clean_text, fold, one_line

SHANGHAI = ZoneInfo("Asia/Shanghai")
STAMP = datetime(2026, 12, 1, 2, 0, 30, tzinfo=UTC)


def session(number: int = 1, **changes: object) -> CalendarSession:
    """A session on a Saturday from 9:00 to 10:30 in the town, with what differs."""
    start = datetime(2026, 12, 5, 1, tzinfo=UTC) + timedelta(weeks=number - 1)
    known = {"uid": f"taiji-{number}@doorstep", "starts_at": start, "ends_at": start + timedelta(minutes=90)}
    return CalendarSession(**{**known, **changes})


def shown(*sessions: CalendarSession, **changes: object) -> CalendarClass:
    """A tai chi class with the given sessions, with what differs."""
    known = {
        "code": "TJ-01",
        "title": "太极拳，入门班；零基础",
        "venue": "云栖社区活动室",
        "address": "云栖路1号2楼",
        "latitude": 30.123456,
        "longitude": 120.5,
        "teacher": "王老师",
        "school": "云栖社区学校",
        "sessions": sessions or (session(1), session(2)),
        "url": "https://example.org/c/TJ-01",
    }
    return CalendarClass(**{**known, **changes})


def written(about: CalendarClass, lang: str = "zh", zone: ZoneInfo = SHANGHAI, **more: object) -> bytes:
    return class_calendar(about, lang, STAMP, zone, **more)


def unfolded(file: bytes) -> list[str]:
    return file.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def read_text(value: str) -> str:
    """A TEXT value as RFC 5545 3.3.11 reads it."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def values(file: bytes, name: str) -> list[str]:
    return [line.partition(":")[2] for line in unfolded(file) if re.match(f"{name}[:;]", line)]


def test_every_session_is_an_event_that_says_what_when_and_where():
    calendar = icalendar.Calendar.from_ical(written(shown()))
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["VERSION"] == "2.0"
    first, second = calendar.walk("VEVENT")
    assert first["UID"] == "taiji-1@doorstep" and second["UID"] == "taiji-2@doorstep"
    assert first["SUMMARY"] == "太极拳，入门班；零基础"
    assert first["LOCATION"] == "云栖社区活动室，云栖路1号2楼"
    assert first["DTSTART"].dt == datetime(2026, 12, 5, 9, tzinfo=SHANGHAI)
    assert first["DTEND"].dt == datetime(2026, 12, 5, 10, 30, tzinfo=SHANGHAI)
    assert first["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert first["DTSTAMP"].dt == STAMP
    assert first["GEO"].to_ical() == "30.123456;120.5"
    assert first["URL"] == "https://example.org/c/TJ-01"
    assert (
        first["DESCRIPTION"]
        == "教师：王老师\n学校：云栖社区学校\n课程编号：TJ-01\nhttps://example.org/c/TJ-01"
    )
    assert first["STATUS"] == "CONFIRMED" and first["SEQUENCE"] == 0


def test_in_english():
    event = icalendar.Calendar.from_ical(written(shown(), "en")).walk("VEVENT")[0]
    assert event["DESCRIPTION"].startswith("Teacher: 王老师\nSchool: 云栖社区学校\nClass code: TJ-01\n")
    assert event["LOCATION"] == "云栖社区活动室, 云栖路1号2楼"
    assert event.walk("VALARM")[0]["DESCRIPTION"] == "Class soon: 太极拳，入门班；零基础"


def test_a_moved_session_keeps_its_uid_and_raises_its_sequence():
    before = written(shown(session(1)))
    moved = session(
        1, sequence=1, starts_at=STAMP + timedelta(days=9), ends_at=STAMP + timedelta(days=9, hours=1)
    )
    after = written(shown(moved))
    assert values(before, "UID") == values(after, "UID")
    assert (values(before, "SEQUENCE"), values(after, "SEQUENCE")) == (["0"], ["1"])
    assert values(before, "DTSTART") != values(after, "DTSTART")


def test_a_cancelled_session_says_so_and_rings_no_more():
    file = written(shown(session(1, cancelled=True, sequence=2), session(2)))
    off, on = icalendar.Calendar.from_ical(file).walk("VEVENT")
    assert off["STATUS"] == "CANCELLED" and off["SEQUENCE"] == 2
    assert off["SUMMARY"] == "【停课】太极拳，入门班；零基础"
    assert not off.walk("VALARM") and len(on.walk("VALARM")) == 2


def test_a_session_elsewhere_names_its_own_place():
    elsewhere = session(1, venue="镇文化站", latitude=30.2, longitude=120.7)
    event = icalendar.Calendar.from_ical(written(shown(elsewhere))).walk("VEVENT")[0]
    assert event["LOCATION"] == "镇文化站"
    assert event["GEO"].to_ical() == "30.2;120.7"


def test_an_online_class_has_neither_place_nor_point():
    bare = shown(venue="", address="", latitude=None, longitude=None, teacher="", school="", url="", code="")
    event = icalendar.Calendar.from_ical(written(bare)).walk("VEVENT")[0]
    assert not {"LOCATION", "GEO", "URL", "DESCRIPTION"} & set(event)


@pytest.mark.parametrize(
    ("start_hour", "evening", "minutes", "triggers"),
    [
        (9, time(18), (60,), [15 * 60, 60]),
        (19, time(18), (60,), [25 * 60, 60]),
        (9, time(20, 30), (60,), [12 * 60 + 30, 60]),
        (9, time(18), (30, 120), [15 * 60, 120, 30]),
        (9, None, (60,), [60]),
        (9, time(18), (15 * 60,), [15 * 60]),
        (9, None, (), []),
    ],
    ids=[
        "a morning class",
        "an evening class",
        "a later evening",
        "two of one's own",
        "no evening",
        "both at the same time ring once",
        "silent",
    ],
)
def test_it_rings_on_the_evening_before_and_before_the_class(start_hour, evening, minutes, triggers):
    start = datetime(2026, 12, 5, start_hour, tzinfo=SHANGHAI).astimezone(UTC)
    about = shown(session(1, starts_at=start, ends_at=start + timedelta(hours=1)))
    calendar = icalendar.Calendar.from_ical(written(about, evening=evening, minutes=minutes))
    alarms = calendar.walk("VALARM")
    assert [alarm["TRIGGER"].dt for alarm in alarms] == [-timedelta(minutes=count) for count in triggers]
    assert all(alarm["ACTION"] == "DISPLAY" and alarm["DESCRIPTION"] for alarm in alarms)


def test_the_zone_travels_with_the_file():
    calendar = icalendar.Calendar.from_ical(written(shown()))
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Shanghai"
    (standard,) = zone.walk("STANDARD")
    assert standard["TZOFFSETTO"].td == standard["TZOFFSETFROM"].td == timedelta(hours=8)
    assert not zone.walk("DAYLIGHT")


@pytest.mark.parametrize(
    "key", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
)
def test_a_zone_with_summer_time_means_the_same_instants_by_its_own_rules(key):
    zone = ZoneInfo(key)
    sessions = tuple(session(number) for number in range(1, 60))
    file = written(shown(*sessions), zone=zone)
    rules = icalendar.Calendar.from_ical(file).walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
    for said, meant in zip(values(file, "DTSTART;TZID=.*")[-59:], sessions, strict=True):
        wall = datetime.strptime(said, "%Y%m%dT%H%M%S")
        assert wall.replace(tzinfo=rules).utcoffset() == meant.starts_at.astimezone(zone).utcoffset()
        assert wall.replace(tzinfo=zone) == meant.starts_at


def test_the_same_class_gives_the_same_bytes():
    assert written(shown()) == written(shown())


def test_a_class_without_sessions_is_an_empty_calendar():
    calendar = icalendar.Calendar.from_ical(written(shown(sessions=())))
    assert not calendar.walk("VEVENT") and calendar["X-WR-CALNAME"] == "太极拳，入门班；零基础"


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("逗号,分号;反斜杠\\", "逗号,分号;反斜杠\\"),
        ("C:\\Neu\\nacht", "C:\\Neu\\nacht"),
        ("两\r\n行\u2028三行", "两 行 三行"),
        ("响\x07铃\x00", "响铃"),
        ("半个\ud83d字", "半个字"),
        ('BEGIN:VEVENT "引号": 冒号', 'BEGIN:VEVENT "引号": 冒号'),
        ("👨‍👩‍👧 亲子" * 20, "👨‍👩‍👧 亲子" * 20),
    ],
)
def test_a_title_is_kept_but_cannot_break_the_file(title, kept):
    file = written(shown(session(1), title=title))
    assert read_text(values(file, "SUMMARY")[0]) == kept
    assert len(values(file, "BEGIN")) == 6


def check_form(file: bytes) -> None:
    """Every line ends in CRLF, has at most 75 octets and is whole UTF-8."""
    assert file.endswith(b"\r\n")
    lines = file.removesuffix(b"\r\n").split(b"\r\n")
    for line in lines:
        assert len(line) <= 75
        assert b"\n" not in line and b"\r" not in line
        line.decode()
    assert lines[0] == b"BEGIN:VCALENDAR" and lines[-1] == b"END:VCALENDAR"


anything = st.text(st.characters(exclude_categories=()), max_size=120)


@settings(max_examples=200, deadline=None)
@given(anything, anything)
@example("é" * 80, "𠮷" * 60)
@example("\\n\\N\\;", "")
def test_any_title_and_place_in_unicode_comes_back(title, venue):
    file = written(shown(session(1), title=title, venue=venue, address=""))
    check_form(file)
    assert read_text(values(file, "SUMMARY")[0]) == one_line(title)
    if one_line(venue):
        assert read_text(values(file, "LOCATION")[0]) == one_line(venue)


# the library's own parser takes a backslash before an n for a line break, so it is asked about all else
@settings(max_examples=200, deadline=None)
@given(anything.map(lambda text: text.replace("\\", "/")))
def test_another_parser_reads_any_title_alike(title):
    (event,) = icalendar.Calendar.from_ical(written(shown(session(1), title=title))).walk("VEVENT")
    assert str(event["SUMMARY"]) == one_line(title)
    assert event["UID"] == "taiji-1@doorstep" and not event.errors


@given(anything)
def test_cleaned_text_is_clean_and_stays_so(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert clean.encode().decode() == clean
    assert "\r" not in clean and "\n" not in one_line(text)


@pytest.mark.parametrize(
    ("line", "lengths"),
    [
        ("a" * 75, [75]),
        ("a" * 76, [75, 2]),
        ("a" * 223, [75, 75, 75]),
        ("a" * 224, [75, 75, 75, 2]),
        ("课" * 25, [75]),
        ("课" * 50, [75, 73, 4]),
        ("a" + "𠮷" * 19, [73, 5]),
    ],
)
def test_the_space_that_begins_a_folded_line_counts(line, lengths):
    assert [len(part) for part in fold(line).removesuffix(b"\r\n").split(b"\r\n")] == lengths


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=40, max_size=300))
def test_folding_can_be_undone(line):
    folded = fold(line)
    assert folded.replace(b"\r\n ", b"").removesuffix(b"\r\n").decode() == line
    assert all(len(part) <= 75 for part in folded.split(b"\r\n"))


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)
@settings(deadline=None)
def test_an_evening_alarm_rings_at_six_by_the_towns_clock(start, key):
    zone, start = ZoneInfo(key), start.replace(second=0, microsecond=0)
    about = shown(session(1, starts_at=start, ends_at=start + timedelta(hours=1)))
    minutes = max(int(text[3:-1]) for text in values(written(about, zone=zone), "TRIGGER"))
    rings = (start - timedelta(minutes=minutes)).astimezone(zone)
    day: date = start.astimezone(zone).date() - timedelta(days=1)
    assert (rings.date(), rings.time()) == (day, time(18))
