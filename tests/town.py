"""A small town for tests: five classes of two schools, on a fixed autumn Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from models.catalogue import class_session, course, offering, org_unit, venue
from models.clock import Clock, ManualClock
from models.statement import Tx, insert_into
from models.store import Store, look_now, work_now
from services.catalogue import load_catalogue, note_changes
from services.holidays import Holidays
from services.town import Town

ZONE = ZoneInfo("Asia/Shanghai")
# Monday 30 November 2026, 10 in the morning
START = datetime(2026, 11, 30, 10, 0, tzinfo=ZONE)

ADD_UNIT = insert_into(org_unit, "code", "name", "level", "parent_id", "path", "phone", "desk_hours")
ADD_VENUE = insert_into(venue, "name", "address", "district", "latitude", "longitude")
ADD_COURSE = insert_into(course, "unit_id", "title", "category")
ADD_OFFERING = insert_into(
    offering,
    "code", "link_key", "course_id", "unit_id", "venue_id", "form", "description", "teacher",
    "starts_on", "ends_on", "first_start", "last_end", "capacity", "fee_fen", "min_age", "max_age",
    "enrol_opens", "enrol_closes",
)  # fmt: skip
ADD_SESSION = insert_into(class_session, "offering_id", "number", "starts_at", "ends_at", "venue_id")

# code, title, category, teacher, first day, hour, minutes, sessions a week apart, capacity, fee, ages
CLASSES: tuple[tuple[Any, ...], ...] = (
    ("SF01", "书法入门", "arts", "王老师", date(2026, 12, 5), 9, 90, 8, 20, 0, None, None),
    ("TJ01", "太极拳二十四式", "sport", "李老师", date(2026, 12, 1), 7, 60, 10, 30, 0, 50, 75),
    ("SJ01", "智能手机从零学", "science", "张老师", date(2026, 12, 2), 14, 90, 4, 2, 0, None, None),
    ("HG01", "家常烘焙", "leisure", "陈老师", date(2026, 12, 6), 14, 120, 3, 12, 6000, None, None),
    ("DG01", "电工上岗培训", "vocational", "周师傅", date(2026, 12, 1), 19, 120, 6, None, None, 18, None),
)  # fmt: skip


def make_town(store: Store, start: datetime = START, clock: Clock | None = None, **settings: Any) -> Town:
    """A town on `store` with the five classes in it, its clock standing at `start` until it is moved.

    `settings` are fields of `Town`.
    """
    clock = clock or ManualClock(start)
    number = work_now(store, lambda tx: add_classes(tx, clock.civil()))
    assert number == len(CLASSES)
    return empty_town(store, clock, **settings)


def empty_town(store: Store, clock: Clock | None = None, **settings: Any) -> Town:
    """A town with whatever classes its database holds."""
    clock = clock or ManualClock(START)
    random = Random(7)
    return Town(
        clock=clock,
        zone=ZONE,
        catalogue=look_now(store, lambda tx: load_catalogue(tx, ZONE, clock.civil())),
        holidays=settings.pop("holidays", None) or Holidays(),
        secret=b"a key for tests only, thirty-two bytes",
        random_digits=lambda count: "".join(random.choices("0123456789", k=count)),
        **settings,
    )


def add_classes(tx: Tx, now: datetime) -> int:
    """Insert two schools and the five classes; how many classes."""
    school = add_unit(tx, "xincheng", "新城街道社区学校", 1, "/1/")
    other = add_unit(tx, "heping", "和平街道社区学校", 1, "/1/")
    room = tx.add(
        ADD_VENUE, name="新城社区活动中心", address="新城路12号", district="新城街道",
        latitude=30.001, longitude=120.001,
    )  # fmt: skip
    ids = [add_class(tx, row, school if row[0] != "DG01" else other, room) for row in CLASSES]
    note_changes(tx, ids, now)
    return len(ids)


def add_class(tx: Tx, row: tuple[Any, ...], unit_id: int, venue_id: int, course_id: int | None = None) -> int:
    """Insert one class, written like a row of `CLASSES`, with its weekly sessions.

    With a `course_id` it is one more class of that course.
    """
    code, title, category, teacher, day, hour, minutes, count, capacity, fee, min_age, max_age = row
    first = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).astimezone(UTC)
    starts = [first + timedelta(weeks=week) for week in range(count)]
    length = timedelta(minutes=minutes)
    if course_id is None:
        course_id = tx.add(ADD_COURSE, unit_id=unit_id, title=title, category=category)
    made = tx.add(
        ADD_OFFERING, code=code, link_key=code, course_id=course_id, unit_id=unit_id, venue_id=venue_id,
        form="class", description="", teacher=teacher, starts_on=day,
        ends_on=day + timedelta(weeks=count - 1), first_start=first, last_end=starts[-1] + length,
        capacity=capacity, fee_fen=fee, min_age=min_age, max_age=max_age, enrol_opens=None,
        enrol_closes=first,
    )  # fmt: skip
    for number, at in enumerate(starts, 1):
        tx.add(
            ADD_SESSION, offering_id=made, number=number, starts_at=at, ends_at=at + length, venue_id=venue_id
        )
    return made


def add_unit(tx: Tx, code: str, name: str, parent: int, path: str) -> int:
    """Insert one school below another unit."""
    made = tx.add(
        ADD_UNIT, code=code, name=name, level="school", parent_id=parent, path="", phone="0570-5550123",
        desk_hours="周一至周五 9:00-17:00",
    )  # fmt: skip
    tx.core(org_unit.update().where(org_unit.c.id == made).values(path=f"{path}{made}/"))
    return made
