"""The town of an enrolment day: its classes, sized by how many people there are, its staff and residents."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from functools import partial

from models.statement import Tx
from models.store import Store, work_now
from services.catalogue import note_changes
from services.classes import class_by_code
from services.roles import grant
from services.running.minimum import set_minimum
from tests.system.enrolment_people import Resident
from tests.system.enrolment_truth import call_a_witness
from tests.system.town_days import Week, a_week, agrees, each
from tests.town import ADD_COURSE, START, ZONE, add_class, add_unit

PEOPLE = int(os.environ.get("DOORSTEP_ENROLMENT_DAY_PEOPLE", "100"))
PATIENCE = 20.0 + PEOPLE / 10
APPLY, RUSH = PEOPLE * 3 // 5, PEOPLE * 3 // 5
OPENING = date(2026, 12, 1)

# two schools whose places are drawn: one draw each, over three parallel classes
DRAWN = {"dongli": ("DL1", "DL2", "DL3"), "xili": ("XL1", "XL2", "XL3")}
TITLES = {"dongli": ("东里村社区学习点", "国画入门"), "xili": ("西里村社区学习点", "二胡入门")}
# first come, first served
RUSHED = {"BD1": "八段锦", "JZ1": "剪纸", "YJ1": "瑜伽"}
# too few want the first; of the parallel ones one has room and one is still to be drawn
FEW, ROOM, LATER = "CY1", "CY2", "CY3"
LEAST = 8
# one seat; the only one who waits for it never answers
ONE = "SY1"
MONDAY = date(2026, 12, 21)
ROOM_ID, SCHOOL_ID = 1, 2


def seats(people: int, of: Sequence[str]) -> int:
    """So many in each class that about a third of these people get one."""
    return max(2, people // (3 * len(of)))


def add_enrolment_day(tx: Tx, applicants: int, rushers: int) -> int:
    """The schools and classes; how many classes."""
    ids = []
    hour = 8
    for unit, codes in DRAWN.items():
        name, title = TITLES[unit]
        school = add_unit(tx, unit, name, 1, "/1/")
        count = seats(applicants // len(DRAWN), codes)
        ids += _parallel(tx, school, title, "arts", codes, hour, count)
        hour += 2
    for code, title in RUSHED.items():
        ids += _parallel(tx, SCHOOL_ID, title, "sport", (code,), hour, seats(rushers, list(RUSHED)))
        hour += 2
    ids += _parallel(tx, SCHOOL_ID, "茶艺入门", "leisure", (FEW, ROOM, LATER), hour, 20)
    ids += _parallel(tx, SCHOOL_ID, "摄影入门", "arts", (ONE,), hour + 2, 1)
    note_changes(tx, ids, START)
    return len(ids)


def _parallel(
    tx: Tx, unit: int, title: str, kind: str, codes: Sequence[str], hour: int, count: int
) -> list[int]:
    """The same course on so many days of the week, each with so many seats."""
    course_id = tx.add(ADD_COURSE, unit_id=unit, title=title, category=kind)
    return [
        add_class(
            tx,
            (code, title, kind, "王老师", MONDAY + timedelta(days), hour, 90, 2, count, 0, None, None),
            unit,
            ROOM_ID,
            course_id,
        )
        for days, code in enumerate(codes)
    ]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant so many days after the opening."""
    on = OPENING + timedelta(day)
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZONE)


class EnrolmentDay:
    """The town with its staff and its residents."""

    def __init__(self, week: Week) -> None:
        self.week = week
        self.chief, self.second = (week.api.user(number, f"负责人{number}") for number in (1, 2))
        self.people = [
            Resident(number, week.api.user(1000 + number, f"居民{number}"), PATIENCE)
            for number in range(PEOPLE)
        ]
        self.applicants, self.rushers = self.people[:APPLY], self.people[PEOPLE - RUSH :]
        # how long each chat was before the day
        self.before: dict[int, int] = {}
        # the first two meet in the class of one seat, the last three in the one that too few want
        self.seated, self.silent, self.few = self.people[0], self.people[1], self.people[-3:]

    def by_account(self, account: str) -> Resident:
        """Who has this account."""
        return self.people[int(account) - 1000]

    async def says(self, words: str, sees: str) -> None:
        """The chief types."""
        await self.chief.says(words)
        await self.chief.sees(sees, timeout=PATIENCE)

    async def taps(self, label: str, sees: str) -> None:
        """The chief taps."""
        await self.chief.taps(label, timeout=PATIENCE)
        await self.chief.sees(sees, timeout=PATIENCE)

    async def it_is(self, day: int, hour: int, minute: int = 0) -> None:
        """So late it is now, and all that is due has been done and has arrived."""
        # what was said a moment ago is answered a moment later
        await self.week.at_rest()
        self.week.it_is(at(day, hour, minute))
        await self.week.at_rest()

    async def needs(self, code: str, least: int, by: int) -> None:
        """What `doorstep class minimum` sets."""
        town = self.week.town

        def set_it(tx: Tx) -> None:
            row = class_by_code(tx, code, town.now())
            set_minimum(tx, town, row.id, least, OPENING + timedelta(by), actor="test")

        await self.week.work.write(set_it)


@asynccontextmanager
async def an_enrolment_day(store: Store, kind: str) -> AsyncIterator[EnrolmentDay]:
    """Everybody has said yes to announcements; two of the staff may do everything."""
    add = partial(add_enrolment_day, applicants=APPLY, rushers=RUSH)
    async with a_week(store, at(-2, 10), add, PATIENCE) as week:
        day = EnrolmentDay(week)
        staff = [day.chief, day.second]
        await each(staff, partial(agrees, patience=PATIENCE))
        for one in staff:
            name = f"telegram:{one.user_id}"
            await week.work.write(
                partial(grant, town=week.town, account=name, role="owner", unit_code="root", by="test")
            )
        await each(day.people, Resident.arrives)
        await week.at_rest()
        work_now(store, partial(call_a_witness, kind=kind))
        day.before = {number: len(one.chat.log) for number, one in week.api.people.items()}
        yield day
