"""The sample town is whole, and stays in the near future on whatever day it is asked for."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.catalogue import CATEGORIES, FORMS
from services.holidays import Holidays
from services.sample.town import classes_csv, resolve, units_csv
from services.sheets.check import check_courses
from services.sheets.read import read_table
from services.sheets.units import check_units

UNIT_COLUMNS = "code,name,level,parent,phone,desk_hours,address,latitude,longitude"
CLASS_COLUMNS = (
    "code,title,category,form,description,school,district,venue,address,latitude,longitude,teacher,audience,"
    "starts_on,ends_on,schedule,skips,capacity,fee,min_age,max_age,enrol_opens,enrol_closes,hours,mode"
)
WEEKDAYS = "一二三四五六日"
TODAYS = {
    "an ordinary Tuesday": date(2026, 11, 24),
    "a Sunday, when next week begins tomorrow": date(2026, 11, 29),
    "a Monday": date(2026, 11, 30),
    "the last day of a year": date(2026, 12, 31),
    "New Year's Day": date(2027, 1, 1),
    "a leap day": date(2028, 2, 29),
    "the day before a leap day": date(2028, 2, 28),
}
each_today = pytest.mark.parametrize("today", TODAYS.values(), ids=TODAYS.keys())
SLOT = re.compile(
    r"(?P<days>周[一二三四五六日](?:、周[一二三四五六日])*|\d{4}-\d{2}-\d{2})"
    r" (?P<from>\d{2}:\d{2})-(?P<to>\d{2}:\d{2})"
)

Row = dict[str, str]
Meeting = tuple[date, str, str]


def rows(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def meetings(row: Row) -> list[Meeting]:
    """Every (day, from, to) at which a class of the sheet meets."""
    first, last = date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"])
    skipped = {date.fromisoformat(day) for day in row["skips"].split("、") if day[:1].isdigit()}
    found: list[Meeting] = []
    for slot in SLOT.finditer(row["schedule"]):
        if slot["days"].startswith("周"):
            wanted = {WEEKDAYS.index(day) for day in re.findall("周(.)", slot["days"])}
            days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
            days = [day for day in days if day.weekday() in wanted]
        else:
            days = [date.fromisoformat(slot["days"])]
        found += [(day, slot["from"], slot["to"]) for day in days if day not in skipped]
    return sorted(found)


def is_event(row: Row) -> bool:
    return row["schedule"][0] == "2"


def closes(row: Row) -> date:
    return date.fromisoformat(row["enrol_closes"]) if row["enrol_closes"] else meetings(row)[0][0]


def is_open(row: Row, today: date) -> bool:
    opens = date.fromisoformat(row["enrol_opens"] or "2000-01-01")
    return opens <= today <= closes(row)


SOME_DAY = TODAYS["an ordinary Tuesday"]
CLASSES = rows(classes_csv(SOME_DAY))
UNITS = rows(units_csv())


def test_the_sheets_have_the_import_columns() -> None:
    assert ",".join(CLASSES[0]) == CLASS_COLUMNS
    assert ",".join(UNITS[0]) == UNIT_COLUMNS
    assert all(None not in row and None not in row.values() for row in CLASSES + UNITS)
    assert all(value == value.strip() for row in CLASSES + UNITS for value in row.values())


def test_the_town_has_a_college_its_schools_and_their_teaching_points() -> None:
    level_of = {unit["code"]: unit["level"] for unit in UNITS} | {"root": "root"}
    assert Counter(level_of.values()) == {"root": 1, "college": 1, "school": 5, "point": 10}
    above = {"college": "root", "school": "college", "point": "school"}
    assert all(level_of[unit["parent"]] == above[unit["level"]] for unit in UNITS)
    assert len({unit["name"] for unit in UNITS}) == len(UNITS)


def test_no_telephone_of_the_town_can_be_real() -> None:
    assert all(re.fullmatch(r"0000-5550\d{3}", unit["phone"]) for unit in UNITS)
    assert len({unit["phone"] for unit in UNITS}) == len(UNITS)
    assert all(unit["desk_hours"] for unit in UNITS)


def test_about_120_classes_over_every_kind_and_form() -> None:
    assert 115 <= len(CLASSES) <= 130
    kinds = Counter(row["category"] for row in CLASSES)
    assert set(kinds) == set(CATEGORIES)
    assert all(kinds[kind] >= 7 for kind in CATEGORIES if kind != "staff"), kinds
    assert 2 <= kinds["staff"] <= 6
    forms = Counter(row["form"] for row in CLASSES)
    assert set(forms) == set(FORMS)
    assert min(forms.values()) >= 5, forms


def test_codes_are_unique_and_fit_a_deep_link() -> None:
    codes = [row["code"] for row in CLASSES]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,60}", code) for code in codes)
    assert len({unit["code"] for unit in UNITS}) == len(UNITS)


def test_every_school_of_a_class_is_a_unit() -> None:
    assert {row["school"] for row in CLASSES} <= {unit["name"] for unit in UNITS}


def test_words_fit_a_small_screen_and_are_not_said_twice() -> None:
    assert all(2 <= len(row["title"]) <= 20 for row in CLASSES)
    assert all(12 <= len(row["description"]) <= 80 for row in CLASSES)
    assert all(row["description"][-1] == "。" for row in CLASSES)
    assert len({row["description"] for row in CLASSES}) == len(CLASSES)
    assert all(row["teacher"] and row["audience"] for row in CLASSES)


def test_places_stand_near_one_another_and_online_classes_nowhere() -> None:
    for row in CLASSES:
        place = [row[key] for key in ("district", "venue", "address", "latitude", "longitude")]
        assert (row["mode"] == "线上") == (row["form"] == "online")
        assert any(place) == all(place) == (row["mode"] == "线下"), row["code"]
    for row in [row for row in CLASSES if row["latitude"]] + UNITS:
        assert abs(float(row["latitude"]) - 33.86) < 0.15
        assert abs(float(row["longitude"]) - 112.75) < 0.15
    keys = ("venue", "district", "address", "latitude", "longitude")
    places = {tuple(row[key] for key in keys) for row in CLASSES}
    assert len({place[0] for place in places}) == len(places), "one venue, one place"
    assert Counter(place[1] for place in places if place[0]).keys() == {
        "城关镇", "东关街道", "西桥街道", "石门镇", "杏花乡",
    }  # fmt: skip


def test_numbers_are_plausible() -> None:
    for row in CLASSES:
        fee = row["fee"]
        assert fee in ("", "0") or 15 <= int(fee) <= 300
        assert not row["capacity"] or 2 <= int(row["capacity"]) <= 60
        assert not row["hours"] or 1 <= int(row["hours"]) <= 80
        if row["min_age"] and row["max_age"]:
            assert int(row["min_age"]) < int(row["max_age"])


def is_weekday_morning(meeting: Meeting) -> bool:
    day, _, ends = meeting
    return day.weekday() < 5 and ends <= "12:00"


FEATURES: dict[str, tuple[int, Callable[[Row], bool]]] = {
    "free": (30, lambda row: row["fee"] == "0"),
    "paid": (30, lambda row: row["fee"] not in ("", "0")),
    "a fee that is not told": (3, lambda row: row["fee"] == ""),
    "no limit of seats": (10, lambda row: row["capacity"] == ""),
    "small enough to fill by hand": (4, lambda row: row["capacity"] in ("2", "3")),
    "online": (5, lambda row: row["mode"] == "线上"),
    "in the evening": (25, lambda row: all(m[1] >= "18:00" for m in meetings(row))),
    "at the weekend": (25, lambda row: all(m[0].weekday() >= 5 for m in meetings(row))),
    "on weekday mornings": (12, lambda row: all(is_weekday_morning(m) for m in meetings(row))),
    "a single event": (25, is_event),
    "for elders only": (8, lambda row: row["min_age"] == "50"),
    "for children only": (4, lambda row: 0 < int(row["max_age"] or 0) < 18),
    "with a day left out": (1, lambda row: row["skips"][:1].isdigit()),
    "on holidays too": (2, lambda row: row["skips"] == "节假日照常"),
    "for wheelchairs": (1, lambda row: "轮椅" in row["title"]),
    "for migrant workers": (8, lambda row: "农民工" in row["audience"]),
    "琴": (2, lambda row: "琴" in row["title"]),
    "舞": (4, lambda row: "舞" in row["title"]),
    "smartphones for beginners": (3, lambda row: row["title"] == "智能手机零基础班"),
    "提高班": (5, lambda row: "提高班" in row["title"]),
}  # fmt: skip


@pytest.mark.parametrize("feature", FEATURES)
def test_the_town_shows(feature: str) -> None:
    at_least, has = FEATURES[feature]
    assert sum(map(has, CLASSES)) >= at_least


@each_today
def test_every_day_is_written_out_and_meetings_fall_within_the_term(today: date) -> None:
    for row in rows(classes_csv(today)):
        for column in ("starts_on", "ends_on", "enrol_opens", "enrol_closes"):
            assert not row[column] or date.fromisoformat(row[column])
        assert SLOT.sub("", row["schedule"]).strip("、; ") == "", row["schedule"]
        met = meetings(row)
        assert (met[0][0], met[-1][0]) == (
            date.fromisoformat(row["starts_on"]),
            date.fromisoformat(row["ends_on"]),
        ), row["code"]
        assert all("07:00" <= begins < ends <= "21:00" for _, begins, ends in met)


@each_today
def test_no_single_event_lies_in_the_past(today: date) -> None:
    events = [meetings(row) for row in rows(classes_csv(today)) if is_event(row)]
    assert all(event[0][0] >= today and event[-1][0] > today for event in events)


@each_today
def test_nearly_every_class_can_be_joined_today(today: date) -> None:
    sheet = rows(classes_csv(today))
    joinable = [row for row in sheet if is_open(row, today)]
    assert len(joinable) >= 110
    not_yet = [row for row in sheet if row["enrol_opens"] > today.isoformat()]
    assert len(not_yet) >= 4
    assert all(date.fromisoformat(row["enrol_opens"]) <= closes(row) for row in not_yet)
    assert any(closes(row) < today for row in sheet), "one class is closed"
    soon = [row for row in joinable if row["enrol_closes"] and (closes(row) - today).days <= 2]
    assert len(soon) >= 2
    assert all(closes(row) <= meetings(row)[-1][0] for row in sheet), "enrolment ends before the class does"


@each_today
def test_reminders_can_be_watched_today_and_tomorrow(today: date) -> None:
    joinable = [row for row in rows(classes_csv(today)) if is_open(row, today)]
    tomorrow = today + timedelta(days=1)
    begins_today = {begins for row in joinable for day, begins, _ in meetings(row) if day == today}
    begins_tomorrow = {begins for row in joinable for day, begins, _ in meetings(row) if day == tomorrow}
    hours = [int(begins[:2]) for begins in sorted(begins_today)]
    assert hours[0] <= 8
    assert hours[-1] == 20
    assert all(later - earlier <= 4 for earlier, later in pairwise(hours))
    assert len(begins_tomorrow) >= 4


@each_today
def test_two_open_classes_of_one_morning_clash(today: date) -> None:
    by_title = {row["title"]: row for row in rows(classes_csv(today)) if is_open(row, today)}
    first, second = meetings(by_title["书法零基础班"])[0], meetings(by_title["国画花鸟入门"])[0]
    assert first[0] == second[0]
    assert max(first[1], second[1]) < min(first[2], second[2])


def test_the_same_day_gives_the_same_bytes() -> None:
    assert classes_csv(SOME_DAY) == classes_csv(SOME_DAY)
    assert classes_csv(SOME_DAY) != classes_csv(SOME_DAY + timedelta(days=1))


TUESDAY = date(2026, 11, 24)
WRITTEN_OUT = {
    "+0d": "2026-11-24",
    "+9d": "2026-12-03",
    "-3d": "2026-11-21",
    "W+0": "2026-11-23",
    "W+2": "2026-12-07",
    "W-1周日": "2026-11-22",
    "W+6周六": "2027-01-09",
    "周二、周四 19:00-20:30": "周二、周四 19:00-20:30",
    "周+1d 19:00-20:30": "周三 19:00-20:30",
    "+12d 09:00-11:30": "2026-12-06 09:00-11:30",
    "+1d 19:00-20:30、W+2周二 19:00-20:30": "2026-11-25 19:00-20:30、2026-12-08 19:00-20:30",
    "": "",
}


@pytest.mark.parametrize(("relative", "expected"), WRITTEN_OUT.items())
def test_a_relative_day_is_written_out(relative: str, expected: str) -> None:
    assert resolve(relative, TUESDAY) == expected


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 20))
def test_a_week_ahead_is_a_monday_and_never_today(today: date, weeks: int) -> None:
    monday = date.fromisoformat(resolve(f"W+{weeks}", today))
    assert monday.weekday() == 0
    assert 7 * (weeks - 1) < (monday - today).days <= 7 * weeks


@each_today
def test_the_town_passes_the_ordinary_import_check(today: date) -> None:
    units = check_units(read_table(units_csv(), "units.csv"))
    assert not units.problems + units.warnings
    checked = check_courses(
        read_table(classes_csv(today), "classes.csv"),
        today=today,
        zone=ZoneInfo("Asia/Shanghai"),
        holidays=Holidays(),
        known_units={unit.code: unit.name for unit in units.rows},
    )
    assert [problem.line_zh() for problem in checked.problems] == []
    assert len(checked.rows) == len(CLASSES)
    assert {row.school for row in checked.rows} <= {unit.code for unit in units.rows}
