"""A town of any size, the same each time: classes, people, who is in what, and what they were sent."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.schema import Table

from models.catalogue import class_session, course, offering, org_unit, venue
from models.enrolment import enrolment
from models.outgoing import outgoing
from models.people import account, consent, conversation, person
from models.store import Store, work_now
from services.catalogue import note_changes
from services.phrases.slots import pack_slots

ZONE = ZoneInfo("Asia/Shanghai")
# the first Telegram number of the people; the next ones follow
FIRST_ACCOUNT = 700_000_000
SESSIONS = 12
CAPACITY = 40
HOURS = (8, 10, 14, 16, 18, 20)
CHUNK = 2000
DISTRICTS = ("城关镇", "东关街道", "南湖街道", "北苑街道", "西郊镇", "杏花乡", "柳河镇", "石桥乡")
GIVEN = "秀兰桂英建国志强红梅玉珍德明春生雪芳文华"
FAMILY = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林"


@dataclass(frozen=True, slots=True)
class Size:
    """How large a town is: people, classes, and messages kept in the outbox per person."""

    people: int
    classes: int
    kept: int = 3


@dataclass(frozen=True, slots=True)
class Class_:
    """One class as the benchmarks need to know it."""

    id: int
    title: str
    weekday: int
    hour: int
    aged: bool


def class_at(number: int) -> Class_:
    """The class with this number, from 0."""
    titles = _titles()
    title, level = titles[number % len(titles)], number // len(titles)
    slot = number % (7 * len(HOURS))
    return Class_(
        id=number + 1,
        title=title if not level else f"{title}（{level + 1}班）",
        weekday=slot % 7,
        hour=HOURS[slot // 7],
        aged=number % 3 == 1,
    )


def person_name(number: int) -> str:
    """王秀兰."""
    given = GIVEN[number * 2 % len(GIVEN)] + GIVEN[(number * 7 + 1) % len(GIVEN)]
    return FAMILY[number % len(FAMILY)] + given


def class_of_person(number: int, classes: int) -> int | None:
    """The number of the class that a person is in, or None: two of three are in one."""
    return None if number % 3 == 0 else number * 7 % classes


def has_consented(number: int) -> bool:
    """Whoever is in a class has said yes to it, and half of the others once did."""
    return number % 3 != 0 or number % 2 == 0


def fill(store: Store, size: Size, today: date) -> None:
    """Fill a migrated, unused database; no class begins in this week or the next, so none is reminded of."""
    now = datetime.combine(today, time(1), UTC) - timedelta(days=3)
    units = max(5, size.classes // 40)
    _put(store, org_unit, unit_rows(units))
    _put(store, venue, venue_rows(units))
    _put(store, course, (_course(n, units) for n in range(size.classes)))
    taken = [0] * size.classes
    for number in range(size.people):
        at = class_of_person(number, size.classes)
        if at is not None:
            taken[at] += 1
    _put(store, offering, (_offering(n, units, today, taken[n]) for n in range(size.classes)))
    _put(store, class_session, (row for n in range(size.classes) for row in _sessions(n, units, today)))
    for start in range(0, size.classes, CHUNK):
        ids = range(start + 1, min(start + CHUNK, size.classes) + 1)
        work_now(store, lambda tx, ids=ids: note_changes(tx, ids, now))  # type: ignore[misc]
    _put(store, person, (_person(n, now) for n in range(size.people)))
    _put(store, account, (_account(n, now) for n in range(size.people)))
    _put(
        store,
        conversation,
        ({"account_id": n + 1, "state": "", "updated_at": now} for n in range(size.people)),
    )
    _put(store, consent, (_consent(n, now) for n in range(size.people) if has_consented(n)))
    _put(store, enrolment, (row for n in range(size.people) for row in _enrolment(n, size.classes, now)))
    _put(store, outgoing, (_sent(n, now) for n in range(size.people) for _ in range(size.kept)))
    if store.kind == "postgresql":
        # as the server's own housekeeping would have done by and by
        for table in (offering, class_session, person, account, conversation, enrolment, outgoing):
            _analyse(store, table)


def _put(store: Store, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    statement = insert(table)
    for chunk in _chunks(rows):
        work_now(store, lambda tx, chunk=chunk: tx.core(statement, chunk))  # type: ignore[misc]


def _chunks(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _analyse(store: Store, table: Table) -> None:
    from sqlalchemy import text

    work_now(store, lambda tx: tx.core(text(f"ANALYZE {table.name}")))


def unit_rows(count: int) -> Iterator[dict[str, Any]]:
    """Schools, as rows of a table."""
    for n in range(count):
        yield {
            "code": f"U{n}", "name": f"{DISTRICTS[n % len(DISTRICTS)]}社区学校{n or ''}", "level": "school",
            "parent_id": 1, "path": f"/1/{n + 2}/", "phone": "0570-5550123",
            "desk_hours": "周一至周五 9:00-17:00",
        }  # fmt: skip


def venue_rows(count: int) -> Iterator[dict[str, Any]]:
    """Where they teach, as rows of a table."""
    for n in range(count):
        yield {
            "name": f"{DISTRICTS[n % len(DISTRICTS)]}活动中心{n}号楼", "address": f"文庙街{n + 1}号",
            "district": DISTRICTS[n % len(DISTRICTS)], "latitude": 33.86 + n % 50 / 1000,
            "longitude": 112.74 + n % 70 / 1000,
        }  # fmt: skip


def _course(number: int, units: int) -> dict[str, Any]:
    sample = sample_rows()[number % len(sample_rows())]
    return {"unit_id": number % units + 2, "title": class_at(number).title, "category": sample["category"]}


def _offering(number: int, units: int, today: date, taken: int) -> dict[str, Any]:
    sample, made = sample_rows()[number % len(sample_rows())], class_at(number)
    starts = _starts(number, today)
    last = starts[-1] + timedelta(minutes=90)
    slots = pack_slots([(made.weekday, made.hour * 60, made.hour * 60 + 90)])
    return {
        "code": f"BM{number:05}", "link_key": f"BM{number:05}", "course_id": number + 1,
        "unit_id": number % units + 2, "venue_id": number % units + 1, "form": "class",
        "description": sample["description"], "teacher": sample["teacher"], "audience": sample["audience"],
        "slots": slots, "starts_on": starts[0].astimezone(ZONE).date(),
        "ends_on": starts[-1].astimezone(ZONE).date(), "first_start": starts[0], "last_end": last,
        "capacity": max(CAPACITY, taken + 20), "taken": taken,
        "fee_fen": (0, 0, 3000, 6000, None)[number % 5], "min_age": 50 if made.aged else None,
        "max_age": 75 if made.aged else None, "enrol_opens": None, "enrol_closes": starts[0], "hours": 24.0,
    }  # fmt: skip


def _starts(number: int, today: date) -> list[datetime]:
    made = class_at(number)
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=2 + number % 6)
    first = datetime.combine(monday + timedelta(days=made.weekday), time(made.hour), ZONE).astimezone(UTC)
    return [first + timedelta(weeks=week) for week in range(SESSIONS)]


def _sessions(number: int, units: int, today: date) -> Iterator[dict[str, Any]]:
    for at, start in enumerate(_starts(number, today), 1):
        yield {
            "offering_id": number + 1, "number": at, "starts_at": start,
            "ends_at": start + timedelta(minutes=90), "venue_id": number % units + 1,
        }  # fmt: skip


def _person(number: int, now: datetime) -> dict[str, Any]:
    known = class_of_person(number, 1) is not None
    return {"name": person_name(number) if known else "", "created_at": now}


def _account(number: int, now: datetime) -> dict[str, Any]:
    external = str(FIRST_ACCOUNT + number)
    return {
        "platform": "telegram", "external_id": external, "person_id": number + 1, "chat": external,
        "created_at": now, "seen_at": now,
    }  # fmt: skip


def _silent(number: int, now: datetime) -> dict[str, Any]:
    return {"account_id": number + 1, "state": "", "updated_at": now}


def _consent(number: int, now: datetime) -> dict[str, Any]:
    return {
        "person_id": number + 1, "purpose": "enrolment", "wording": "2026-11", "platform": "telegram",
        "given_at": now,
    }  # fmt: skip


def _enrolment(number: int, classes: int, now: datetime) -> Iterator[dict[str, Any]]:
    at = class_of_person(number, classes)
    if at is not None:
        yield {
            "person_id": number + 1, "offering_id": at + 1, "account_id": number + 1, "state": "enrolled",
            "name": person_name(number), "age_confirmed": class_at(at).aged, "created_at": now, "since": now,
        }  # fmt: skip


def _sent(number: int, now: datetime) -> dict[str, Any]:
    return {
        "account_id": number + 1, "platform": "telegram", "chat": str(FIRST_ACCOUNT + number),
        "lane": "reply", "purpose": "reply", "payload": '{"t":"' + "已报名，开课前一天提醒您。" * 12 + '"}',
        "state": "sent", "attempts": 1, "not_before": now, "expires_at": now + timedelta(minutes=10),
        "platform_message_id": str(number), "created_at": now, "ended_at": now,
    }  # fmt: skip


_read: list[dict[str, str]] = []


def sample_rows() -> list[dict[str, str]]:
    """The rows of the sample town, as material."""
    if not _read:
        text = files("services.sample").joinpath("classes.csv").read_text("utf-8")
        _read.extend({row["title"]: row for row in csv.DictReader(text.splitlines())}.values())
    return _read


def _titles() -> list[str]:
    return [row["title"] for row in sample_rows()]
