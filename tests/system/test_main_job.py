"""The main job from end to end: a clerk's timetable, a resident's phone, and everything between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.botapi import BotApi, Message, Person
from tests.system.house import ROOT, House

REAL = ROOT.parent / "shared" / "data" / "senior-college-2024-autumn.csv"
OWN = ROOT / "tests" / "data" / "senior-college-shape.csv"
REAL_MAP = """
[values.category]
"书画系" = "arts"
"书画非遗系" = "arts"
"器乐演奏系" = "arts"
"声乐戏曲系" = "arts"
"电子信息系" = "science"
"舞蹈体育系" = "sport"
"语言文学系" = "arts"

[defaults]
starts_on = 2024-09-02
ends_on = 2024-12-27
school = "县老年大学"
enrol_closes = 2024-12-13
"""


@dataclass(frozen=True)
class Term:
    """A timetable with a Saturday on which people enrol, and a class that meets on the Monday after it."""

    sheet: Path
    map: str
    classes: int
    wish: str
    code: str
    title: str
    room: str
    saturday: str
    sunday: str
    monday: str
    thursday: str
    next_monday: str


TERMS = {
    "own sheet": Term(
        OWN, OWN.with_suffix(".toml").read_text("utf-8"), 15, "行草", "L26001", "行草临摹班",
        "河湾街教学点", "2026-09-05", "2026-09-06", "2026-09-07", "2026-09-10", "2026-09-14",
    ),
    "real timetable": Term(
        REAL, REAL_MAP, 48, "书法", "C24001", "书法创作班",
        "二道街教学点", "2024-10-12", "2024-10-13", "2024-10-14", "2024-10-17", "2024-10-21",
    ),
}  # fmt: skip


@pytest.fixture(
    params=[("own sheet", "sqlite"), ("own sheet", "postgresql"), ("real timetable", "sqlite")],
    ids=" on ".join,
)
def chosen(request: pytest.FixtureRequest) -> tuple[Term, str]:
    name, kind = request.param
    term = TERMS[name]
    if not term.sheet.exists():
        pytest.skip(
            f"{term.sheet.name} is not on this machine; the project's own sheet covers the same ground"
        )
    return term, kind


async def test_from_a_clerks_sheet_to_the_last_reminder(
    chosen: tuple[Term, str], new_database: Callable[[str, bool], str], tmp_path: Path, api: BotApi
) -> None:
    term, kind = chosen
    async with House(tmp_path, new_database(kind, False), api, now=f"{term.saturday}T10:00") as house:
        await imports(house, term)
        await house.start()
        wang, li = api.user(1001, "秀兰", "王"), api.user(1002, "建国", "李")

        await finds_and_joins(wang, term, seat=True)
        assert [(row["account"], row["state"]) for row in await house.roster(term.code)] == [
            ("telegram:1001", "enrolled")
        ]
        await leaves(wang)
        await finds_and_joins(wang, term, seat=True)
        await a_seat_is_passed_on(house, wang, li, term)
        await a_poster_opens_the_class(api.user(1003, "来福", "赵"), term)
        await changes_are_told(house, li, term)
        await reminders_come_once(house, li, term)
        assert await said(wang, "快上课了") == [], "who left is not reminded"


async def imports(house: House, term: Term) -> None:
    """The clerk's sheet goes in, and the same again changes nothing."""
    way = house.folder / "map.toml"
    way.write_text(term.map, "utf-8")
    words = ("import", "courses", str(term.sheet), "--map", str(way))
    assert f"新增{term.classes}个班" in (await house.command(*words)).out
    assert "没有变化。" in (await house.command(*words)).out


async def makes_it_a_class_of_one(house: House, term: Term) -> None:
    """The clerk changes the capacity in the sheet, and brings it in again; nobody need be told."""
    lines = term.sheet.read_text("utf-8-sig").splitlines()
    at = lines[0].split(",").index("capacity")
    changed = [line.split(",") for line in lines]
    for row in changed:
        if row[0] == term.code:
            row[at] = "1"
    sheet = house.folder / "changed.csv"
    sheet.write_text("\n".join(",".join(row) for row in changed), "utf-8")
    done = await house.command("import", "courses", str(sheet), "--map", str(house.folder / "map.toml"))
    assert "新增0个班，修改1个" in done.out


async def finds_and_joins(person: Person, term: Term, *, seat: bool) -> Message:
    """From a wish to a place: list, card, yes, name, repeat-back, confirmation."""
    await person.says(term.wish)
    listed = await person.sees(term.title)
    assert "名额" in listed.text or "已满" in listed.text
    number = next(n for n in range(1, 6) if f"{n}. {term.title}" in listed.text)
    await person.says(str(number))
    card = await person.sees("老师：" if "老师：" in listed.text else "时间：")
    assert term.title in card.text and term.room in card.text
    await person.taps("报名" if seat else "排候补")
    if not any("称呼：" in message.text for message in person.chat.from_bot):
        consent = await person.sees("可以吗")
        assert consent.find("隐私说明")
        await person.taps("同意，继续报名")
    await person.sees("怎么称呼您")
    await person.taps("用“")
    check = await person.sees("请您核对一下")
    assert term.title in check.text and "称呼：" in check.text
    await person.taps("确认报名" if seat else "确认候补")
    return await person.sees("已报名" if seat else "候补第")


async def leaves(person: Person) -> None:
    """Withdraw, and confirm it."""
    await person.says("退课")
    await person.taps("确认退出")
    await person.sees("已退出")


async def a_seat_is_passed_on(house: House, first: Person, second: Person, term: Term) -> None:
    """The class is full; who waits gets the seat offered when the first leaves, and takes it."""
    await makes_it_a_class_of_one(house, term)
    answer = await finds_and_joins(second, term, seat=False)
    assert "候补第1位" in answer.text and "已报名" not in answer.text
    assert [row["state"] for row in await house.roster(term.code)][:2] == ["enrolled", "waiting"]
    second.reads()
    await leaves(first)
    offer = await second.sees("轮到您了", timeout=6)
    assert "前回复" in offer.text
    assert (await house.roster(term.code))[0]["state"] == "offered"
    await second.taps("接受名额")
    await second.sees("已报名")
    states = [(row["account"], row["state"]) for row in await house.roster(term.code)]
    assert states[0] == ("telegram:1002", "enrolled")
    assert all(state == "withdrawn" for _, state in states[1:])


async def a_poster_opens_the_class(newcomer: Person, term: Term) -> None:
    """The QR code of a poster, on a phone that never spoke to the bot."""
    await newcomer.starts(f"c_{term.code}")
    card = await newcomer.sees(term.title)
    assert card.find("排候补")


async def changes_are_told(house: House, learner: Person, term: Term) -> None:
    """A moved and a cancelled session are told at once, with the calendar that follows them."""
    learner.reads()
    came = await house.command(
        "sessions", "move", term.code, term.thursday, "--to", f"{term.thursday} 09:00-11:00",
        "--reason", "教室检修",
    )  # fmt: skip
    assert "通知1人" in came.out
    moved = await learner.sees("改到", timeout=6)
    assert term.title in moved.text and "教室检修" in moved.text and "上午9点" in moved.text
    learner.reads()
    await house.command("sessions", "cancel", term.code, term.next_monday, "--reason", "老师请假")
    cancelled = await learner.sees("停一次", timeout=6)
    assert "老师请假" in cancelled.text
    sessions = (await house.command("sessions", "list", term.code, "--json")).json
    states = {(one["date"], one["from"]): one["state"] for one in sessions}
    assert states[term.thursday, "09:00"] == "planned"
    assert states[term.next_monday, "08:30"] == "cancelled"


async def reminders_come_once(house: House, learner: Person, term: Term) -> None:
    """Evening before, weekly notice, hour before; a restart within their time adds nothing."""
    learner.reads()
    await house.restart(f"{term.sunday}T17:59:57")
    evening = await learner.sees("有课", timeout=15)
    assert "明天" in evening.text and term.title in evening.text and evening.find("这次去不了")
    await house.restart(f"{term.sunday}T18:59:57")
    weekly = await learner.sees("这一周", timeout=15)
    assert "2节课" in weekly.text and term.title in weekly.text
    await house.restart(f"{term.monday}T07:29:57")
    hour = await learner.sees("快上课了", timeout=15)
    assert term.title in hour.text
    await house.restart(f"{term.monday}T07:31")
    await house.settled()
    for once in ("有课", "这一周", "快上课了"):
        assert len(await said(learner, once)) == 1, once
    await learner.taps("这次去不了")
    excused = await learner.sees(term.title)
    if excused.find("对，这次去不了"):
        await learner.taps("对，这次去不了")
        await learner.sees("记下您请假了")
    assert len(house.sql("SELECT id FROM excuse")) == 1
    assert (await house.roster(term.code))[0]["state"] == "enrolled", "an excuse is no withdrawal"


async def said(person: Person, what: str) -> list[str]:
    """The bot's messages to a person that contain this."""
    return [message.text for message in person.chat.from_bot if what in message.text]
