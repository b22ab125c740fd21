"""An enrolment day with a town full of people: announced, rushed, drawn, passed on, one class cancelled.

Everything goes the way of the program, in chat over the stand-in Bot API; only the days pass faster.
DOORSTEP_ENROLMENT_DAY_PEOPLE sets how many people there are (100); 5,000 take six minutes.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from models.store import Store, look_now
from services import verify
from services.drawing import check
from tests.system.enrolment_people import Resident
from tests.system.enrolment_report import report
from tests.system.enrolment_town import (
    APPLY,
    DRAWN,
    FEW,
    LATER,
    LEAST,
    ONE,
    PATIENCE,
    PEOPLE,
    ROOM,
    RUSHED,
    EnrolmentDay,
    an_enrolment_day,
    at,
)  # fmt: skip
from tests.system.enrolment_truth import RULES, each_was_true, heard
from tests.system.town_days import AT_ONCE, each

ROOT = Path(__file__).parents[2]
ANNOUNCED = "邻居您好，明天上午9点开始报名，先看看想学什么吧"
OFFERS = (
    "SELECT o.id, a.external_id FROM seat_offer o JOIN enrolment e ON e.id = o.enrolment_id"
    " JOIN account a ON a.id = e.account_id WHERE o.state = 'running' ORDER BY o.expires_at, o.id"
)
IN_ORDER = (
    "SELECT e.state, o.capacity FROM enrolment e JOIN offering o ON o.id = e.offering_id"
    " WHERE o.code = :code ORDER BY e.id"
)
ENROLLED = (
    "SELECT a.external_id, o.code FROM enrolment e JOIN account a ON a.id = e.account_id"
    " JOIN offering o ON o.id = e.offering_id WHERE e.state = 'enrolled' AND o.code != :but ORDER BY e.id"
)


async def sets_the_windows(day: EnrolmentDay) -> None:
    """By one sentence each, read back, and confirmed in words or by a tap."""
    for unit in DRAWN:
        await day.says(f"报名安排 {unit} 抽签，12月1日到12月4日，12月6日上午10点公布", "12月4日截止")
        await day.taps("确认", "封存码")
    for code in RUSHED:
        await day.says(f"报名安排 {code} 先到先得，12月1日上午9点开始", "12月1日上午9点开始报名")
        await day.says("确认", "设好了")
    await day.says(f"报名安排 {LATER} 抽签，12月12日截止，12月13日上午10点公布", "12月12日截止")
    await day.says("确认", "设好了")


async def announces_it(day: EnrolmentDay) -> None:
    """The day before; above a certain number of people a second organiser says yes."""
    day.week.it_is(at(-1, 10))
    await day.says("/broadcast", "想对大家说什么")
    await day.says("{姓名}您好，明天上午9点开始报名，先看看想学什么吧", "发给谁")
    await day.says("机构：root", f"一共 {PEOPLE + 2} 人")
    await day.says("现在就发", "开始发了" if PEOPLE + 2 <= 500 else "另一位")
    await day.week.at_rest()
    if PEOPLE + 2 > 500:
        await day.second.taps("同意，发出去", timeout=PATIENCE)
        await day.second.sees("", timeout=PATIENCE)
        await day.week.at_rest()
    assert all([m.text for m in one.phone.chat.from_bot].count(ANNOUNCED) == 1 for one in day.people)


async def rushes(day: EnrolmentDay) -> None:
    """A minute too early nobody gets in; at nine all come at once, and all confirm twice."""
    codes = list(RUSHED)
    day.week.it_is(at(0, 8, 59))
    for one in day.rushers[:3]:
        card = await one.opens(codes[0], "上午9点开始")
        assert not any(label.startswith("报名 ") for label in card.labels), card.show()
    day.week.it_is(at(0, 9))
    await each(day.rushers, lambda one: one.rushes(codes[one.number % len(codes)]))
    await day.week.at_rest()
    for code in codes:
        rows = day.week.sql(IN_ORDER, code=code)
        seats = rows[0].capacity
        assert [row.state for row in rows] == ["enrolled"] * seats + ["waiting"] * (len(rows) - seats)


async def registers(one: Resident) -> None:
    """Up to three parallel classes, best first; some think again."""
    codes = list(DRAWN.values())[one.number % len(DRAWN)]
    first = one.number // len(DRAWN) % len(codes)
    for n in range(1 + one.number % len(codes)):
        await one.registers(codes[(first + n) % len(codes)])
    if len(one.wishes) > 1 and one.number % 4:
        await one.says("我的志愿", "您登记的志愿")
        await one.says("第二志愿改成第一志愿", "第一志愿")
    if one.number % 20 == 7:
        await one.says("我的志愿", "您登记的志愿")
        await one.says("撤回登记", "真的要撤回登记吗")
        await one.says("确认撤回", "登记已撤回")
        one.wishes.clear()


async def draws(day: EnrolmentDay, files: Path) -> None:
    """In the chat: the fingerprint, a value that nobody knew before, the result; and anybody checks it."""
    day.week.it_is(at(4, 9))
    for number, _ in enumerate(DRAWN, 1):
        await day.says("抽签", "您学校的抽签")
        await day.taps(f"第{number}号抽签", "封存码")
        await day.taps("公布名单指纹", "名单定好了")
        await day.taps("现在抽签", "公开值")
        await day.says("双色球 2026139: 03 08 17 21 26 30 + 11", "还没有告诉任何人")
        assert not any("抽签结果" in m.text for one in day.applicants for m in one.phone.chat.from_bot)
    for number, _ in enumerate(DRAWN, 1):
        await day.says("抽签", "已抽签，还没公布")
        await day.taps(f"第{number}号抽签", "已抽签")
        await day.taps("公布结果", "正在公布")
    while day.week.sql("SELECT 1 FROM draw WHERE state = 'publishing'"):
        await day.week.at_rest()
    for row in day.week.sql("SELECT window_id, result FROM draw WHERE state = 'published'"):
        checks(row.result, files / f"draw-{row.window_id}.json")


def checks(published: str, file: Path) -> None:
    """The published file holds, by the service and by the command; with one lot changed it does not."""
    assert check.verify(published) is None
    tampered = file.with_suffix(".tampered.json")
    file.write_text(published, "utf-8")
    tampered.write_text(published.replace('"lot": 1,', '"lot": 2,', 1), "utf-8")
    assert tampered.read_text("utf-8") != published
    for path, code in ((file, 0), (tampered, 1)):
        command = [sys.executable, "-m", "bot", "draw", "verify", str(path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr


def each_heard_one_outcome(day: EnrolmentDay) -> Counter[str]:
    """Of a draw everybody who stayed in it heard once, and nobody else; how many won and lost."""
    heard_of: Counter[str] = Counter()
    for one in day.people:
        outcomes = [m.text for m in one.phone.chat.from_bot if m.text.startswith("抽签结果")]
        assert len(outcomes) == bool(one.wishes), one.phone.chat.show()
        heard_of.update("won" if "您抽中了" in text else "lost" for text in outcomes)
    return heard_of


async def some_leave(day: EnrolmentDay) -> None:
    """In the evening before the second night; some who wait have gone from Telegram, told or untold."""
    await day.it_is(4, 20, 20)
    rows = day.week.sql(ENROLLED, but=FEW)
    gone = day.week.sql(
        "SELECT a.external_id FROM enrolment e JOIN account a ON a.id = e.account_id"
        " WHERE e.state = 'waiting' AND a.person_id NOT IN"
        " (SELECT person_id FROM enrolment WHERE state = 'enrolled')"
        " GROUP BY a.external_id ORDER BY min(e.id)"
    )[::7]
    for number, row in enumerate(gone):
        person = day.by_account(row.external_id).phone
        if person is day.silent.phone:  # who has an answer to miss
            continue
        if number % 2:
            person.deactivates()
        else:
            await person.blocks()
    await day.it_is(4, 20, 30)
    leaving = {str(day.seated.phone.user_id): ONE}
    for row in rows[::4]:
        leaving.setdefault(row.external_id, row.code)
    await each(leaving.items(), lambda pair: day.by_account(pair[0]).leaves(pair[1]))
    await day.week.at_rest()


async def answer(day: EnrolmentDay, moment: int) -> None:
    """Whoever has an offer takes it at once or the next morning, gives it back, or never says a word."""
    for row in day.week.sql(OFFERS):
        one = day.by_account(row.external_id)
        if one is day.silent or one.phone.profile.blocked or one.phone.profile.deactivated:
            continue
        habit = row.id % 5
        if habit in (0, 1) or (habit == 2 and moment % 3 == 1):
            await one.answers(row.id, "接受")
        elif habit == 3 and moment % 3 == 2:
            await one.answers(row.id, "放弃")
    await day.week.at_rest()


async def passes_seats_on(day: EnrolmentDay) -> None:
    """Over two nights and as long as it takes; the report of offers that lapsed shows both."""
    moments = [(4, 20, 40)] + [(d, h, m) for d in range(5, 9) for h, m in ((8, 10), (12, 0), (19, 40))]
    for number, moment in enumerate(moments):
        if moment == (6, 12, 0):
            await cancels(day)
        await day.it_is(*moment)
        await answer(day, number)


async def joins_the_small_ones(day: EnrolmentDay) -> None:
    """Two want a class of one seat, and three one that needs eight."""
    await day.it_is(0, 15)
    await day.seated.rushes(ONE)
    await day.silent.rushes(ONE)
    for one in day.few:
        await one.rushes(FEW)
    await day.needs(FEW, LEAST, 6)


async def cancels(day: EnrolmentDay) -> None:
    """On its day the staff are asked, and call it off; all are told, and one takes what is offered."""
    day.chief.reads()
    await day.it_is(6, 9)
    await day.chief.sees(FEW, timeout=PATIENCE)
    await day.says("开班确认", "等您定")
    await day.taps(FEW, f"最少要{LEAST}人")
    await day.taps("取消", "确定吗")
    await day.taps("确认取消", "通知了3人（共3人）")
    await day.week.at_rest()
    for one in day.few:
        [told] = [m for m in one.phone.chat.from_bot if "停办了" in m.text]
        assert "现在有名额" in told.text and told.find(ROOM) and not told.find(LATER), told.show()
    one = day.few[0]
    await one.phone.taps(ROOM, timeout=PATIENCE)
    await one.phone.sees("", timeout=PATIENCE)
    await one.goes_on_to_a_seat()


@pytest.mark.slow
async def test_the_day_adds_up(store: Store, kind: str, tmp_path: Path) -> None:
    async with an_enrolment_day(store, kind) as day:
        await sets_the_windows(day)
        await announces_it(day)
        await rushes(day)
        await joins_the_small_ones(day)
        for group in range(3):
            await day.it_is(group, 16)
            await each(day.applicants[group::3], registers)
        assert sum(bool(one.wishes) for one in day.people) < APPLY
        await draws(day, tmp_path)
        drawn = each_heard_one_outcome(day)
        await some_leave(day)
        await passes_seats_on(day)
        assert look_now(store, verify.verify) == []
        said = each_was_true(heard(day.week), at_once=AT_ONCE if kind == "postgresql" else 1)
        assert set(said) == set(RULES), "every kind of message was heard and held"
        print(report(day, drawn, said.total()))
