"""The county of the evaluation: about a thousand classes, made from a seed and brought in like any sheet.

    with county(Path("county.db")) as (store, town):
        ...

Today is Tuesday, 1 December 2026, ten in the morning. What is taught, where and by whom stands in `data/`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from sqlalchemy import select

from models.catalogue import offering
from models.clock import ManualClock
from models.migrate import migrate
from models.statement import Tx
from models.store import Store, open_store, work_now
from services.enrolling.seats import join
from services.importing.applying import apply_courses
from services.importing.known import unit_names
from services.importing.planning import plan_courses
from services.sheets.check import check_courses
from services.sheets.read import read_table
from services.town import Town
from tests.services.learners import Learners
from tests.town import ZONE, empty_town

DATA = Path(__file__).parent / "data"
TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=ZONE)
SEED = 20261201
GROWTH = 1.3
FULL_EVERY = 14
PEOPLE = 6
DAY = timedelta(days=1)
COLUMNS = (
    "code", "title", "category", "form", "description", "school", "district", "venue", "address", "latitude",
    "longitude", "teacher", "audience", "starts_on", "ends_on", "schedule", "capacity", "fee", "min_age",
    "max_age", "enrol_opens", "enrol_closes", "mode",
)  # fmt: skip
# those who meet twice meet on like days, so that "on weekdays" and "at weekends" are never half true
PAIRS = ("一、周三", "二、周四", "三、周五", "一、周四")
WEEKDAYS = "一二三四五"
HOURS = {
    "d": ("08:30-10:00", "09:00-10:30", "09:30-11:00", "14:00-15:30", "14:30-16:00", "15:00-16:30"),
    "e": ("18:30-20:00", "19:00-20:30", "19:30-21:00", "19:00-21:00"),
    "w": ("08:30-10:00", "09:00-10:30", "10:00-11:30", "14:00-15:30", "15:00-16:30", "19:00-20:30"),
    "n": ("12:10-13:10",),
    "x": ("09:00-11:00", "14:30-16:00", "19:00-20:30"),
    "o": ("12:10-13:10", "19:30-20:30", "20:00-21:00", "09:00-10:00"),
}
EARLY = ("06:30-07:30", "07:00-08:00")
FORMS = (("体验", "workshop"), ("沙龙", "salon"), ("读书会", "salon"), ("团", "team"), ("小组", "team"),
         ("票友", "team"), ("队", "team"), ("游学", "tour"), ("参观", "tour"))  # fmt: skip


class Subject(NamedTuple):
    """A line of `data/subjects.txt`."""

    key: str
    category: str
    titles: tuple[str, ...]
    says: tuple[str, ...]
    audiences: tuple[str, ...]
    fees: tuple[str, ...]
    ages: tuple[str, ...]
    when: str
    number: int


def table(name: str) -> list[str]:
    """The lines of a data file without its head."""
    return [line for line in (DATA / name).read_text("utf-8").splitlines() if line and line[0] != "#"]


def subjects() -> list[Subject]:
    """What is taught."""
    found = []
    for line in table("subjects.txt"):
        key, category, *lists, when, count = line.split("|")
        titles, says, audiences, fees, ages = (tuple(cell.split(";")) for cell in lists)
        number = round(int(count) * GROWTH)
        found.append(Subject(key, category, titles, says, audiences, fees, ages, when, number))
    return found


def classes() -> list[dict[str, str]]:
    """Every class as a row of a clerk's sheet; always the same."""
    random = Random(SEED)
    venues = [line.split("|") for line in table("venues.txt")]
    teachers = {key: names.split() for key, names in (line.split(": ") for line in table("teachers.txt"))}
    rows: list[dict[str, str]] = []
    for subject in subjects():
        for number in range(subject.number):
            row = _what(random, subject, number, teachers)
            row |= _times(random, subject, row["title"])
            row |= _where(random, venues, row["mode"])
            rows.append(row | {"code": f"{row['category'][:2].upper()}{len(rows) + 1:04d}"})
    return [{column: row.get(column, "") for column in COLUMNS} for row in rows]


def _what(random: Random, subject: Subject, number: int, teachers: dict[str, list[str]]) -> dict[str, str]:
    title = subject.titles[number % len(subject.titles)]
    online = subject.when == "o" or (subject.when in "me" and random.random() < 0.07)
    low, _, high = random.choice(subject.ages).partition("-")
    audience = random.choice(subject.audiences)
    if title.startswith(("少儿", "儿童")):
        audience = "儿童"
        low, high = (low, high) if high and int(high) < 18 else ("5", "14")
    elif "亲子" in title:
        audience, low, high = "亲子", "", ""
    elif audience in ("儿童", "青少年", "儿童、亲子") and not (high and int(high) < 18):
        low, high = "6", "14"
    elif audience not in ("儿童", "青少年", "儿童、亲子") and high and int(high) < 18 and int(high) > 7:
        low, high = ("16", "") if low and int(low) >= 5 else (low, high)
    if any(word in title for word in ("提高", "进阶", "中级", "二年级")):
        audience = "、".join(word for word in audience.split("、") if word != "零基础")
    if "老年" in title:
        audience, low, high = "老年人", "50", ""
    fee = random.choice(subject.fees)
    form = next((form for word, form in FORMS if word in title), "online" if online else "class")
    capacity = "4" if number % FULL_EVERY == 5 else random.choice(("", "12", "15", "20", "25", "30", "40"))
    return {
        "title": title, "category": subject.category, "form": form, "audience": audience,
        "description": random.choice(subject.says) + "。", "fee": "" if fee == "?" else fee,
        "min_age": low, "max_age": high, "capacity": capacity, "mode": "线上" if online else "线下",
        "teacher": random.choice(teachers.get(subject.key) or teachers["其他"]),
    }  # fmt: skip


def _where(random: Random, venues: list[list[str]], mode: str) -> dict[str, str]:
    school, district, venue, address, latitude, longitude = random.choice(venues)
    if mode == "线上":
        return {"school": school}
    return {
        "school": school, "district": district, "venue": venue, "address": address, "latitude": latitude,
        "longitude": longitude,
    }  # fmt: skip


def _times(random: Random, subject: Subject, title: str) -> dict[str, str]:
    when = subject.when
    if when == "m":
        when = random.choice("ddeewwn" if random.random() < 0.3 else "ddew")
    if when == "d" and random.random() < 0.12 and subject.category not in ("early_years", "vocational"):
        when = "w"
    hours = random.choice(HOURS[when])
    if title.startswith(("太极", "八段锦", "门球")) and when in "dw" and random.random() < 0.4:
        hours = random.choice(EARLY)
    if when == "x":
        return _one_day(random, hours)
    days, weekend = _days(random, when)
    shift = random.random()
    if shift < 0.14:
        start, closes = TODAY - timedelta(days=random.randrange(20, 80)), ""
    elif shift < 0.20:
        start = TODAY - timedelta(days=random.randrange(7, 30))
        closes = str(TODAY + timedelta(days=random.randrange(7, 25)))
    elif shift < 0.78:
        start, closes = TODAY + timedelta(days=random.randrange(1, 40)), ""
    else:
        start, closes = TODAY + timedelta(days=random.randrange(60, 120)), ""
    if shift > 0.9:
        closes = str(start - timedelta(days=random.randrange(3, 10)))
    later = 0.5 < shift < 0.53 and start > TODAY + 20 * DAY
    opens = str(TODAY + timedelta(days=random.randrange(5, 15))) if later else ""
    weeks = random.choice((4, 6, 8, 8, 10, 12)) if not weekend else random.choice((4, 6, 8, 10))
    ends = max(start, TODAY if closes else start) + timedelta(weeks=weeks)
    return {
        "schedule": f"周{days} {hours}", "starts_on": str(start), "ends_on": str(ends),
        "enrol_opens": opens, "enrol_closes": closes,
    }  # fmt: skip


def _days(random: Random, when: str) -> tuple[str, bool]:
    if when == "w":
        return random.choice(("六", "六", "日", "日", "六、周日")), True
    if random.random() < 0.3:
        return random.choice(PAIRS), False
    return random.choice(WEEKDAYS), False


def _one_day(random: Random, hours: str) -> dict[str, str]:
    day = TODAY + timedelta(days=random.randrange(-10, 50))
    return {"schedule": f"{day} {hours}", "starts_on": "", "ends_on": ""}


@contextmanager
def county(path: Path, rows: Callable[[], list[dict[str, str]]] = classes) -> Iterator[tuple[Store, Town]]:
    """A SQLite database at `path` with every class, some of them full, and a town that reads it."""
    address = f"sqlite:///{path}"
    migrate(address)
    with closing(open_store(address)) as store:
        clock = ManualClock(NOW)
        empty = empty_town(store, clock, term_limit=10_000)
        work_now(store, lambda tx: _bring(tx, empty, rows()))
        _fill_small_classes(store, empty)
        yield store, empty_town(store, clock)


def _bring(tx: Tx, town: Town, rows: list[dict[str, str]]) -> None:
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    read = read_table(sheet.getvalue().encode(), "county.csv")
    checked = check_courses(
        read, today=TODAY, zone=town.zone, holidays=town.holidays, known_units=unit_names(tx)
    )
    plan = plan_courses(tx, town, checked.rows)
    problems = [problem.line_en() for problem in (*checked.problems, *plan.problems)]
    assert not problems, problems[:5]
    apply_courses(tx, town, plan, "evaluation", notify=False)


def _fill_small_classes(store: Store, town: Town) -> None:
    """Six people want each of the classes with four seats, as they would from the chat."""
    learners = Learners(store, town)
    people = [learners.person() for _ in range(PEOPLE)]
    accounts = [learners.account(person) for person in people]

    def unit(tx: Tx) -> None:
        small = tx.core(select(offering.c.id).where(offering.c.capacity == 4).order_by(offering.c.id)).all()
        for (number,) in small:
            for person, account in zip(people, accounts, strict=True):
                join(
                    tx, town, person_id=person, account_id=account, offering_id=number, name="王秀兰",
                    age_confirmed=True, actor=f"person:{person}",
                )  # fmt: skip

    work_now(store, unit)
