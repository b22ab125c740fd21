"""A learning week from the organiser's first word to the closing report, with a town full of residents.

Everything goes the way of the program: polling, desk, schedules, sender, over the stand-in Bot API; only the
days pass faster. DOORSTEP_WEEK_RESIDENTS sets how many people there are (200).
"""

from __future__ import annotations

import asyncio
import os
import re
from collections import Counter
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import insert, select, text

from models.attending import hour_entry
from models.catalogue import class_session
from models.enrolment import enrolment
from models.store import Store, work_now
from services.campaigns.plan import EVERYONE, read_plan, template
from services.roles import grant
from tests.botapi import Person
from tests.system.town_days import Week, a_week, agrees, each
from tests.town import ZONE, add_class

RESIDENTS = int(os.environ.get("DOORSTEP_WEEK_RESIDENTS", "200"))
PATIENCE = 60.0 + RESIDENTS / 20
MORNING = datetime(2026, 11, 29, 10, 0, tzinfo=ZONE)
OPENS, OVER = date(2026, 12, 14), date(2026, 12, 28)
# the hours at which the plan says something, and what else falls due
HOURS = ((8, 31), (10, 1), (12, 16), (18, 1))
EVENT = ("XX01", "葫芦丝同乐", "arts", "王老师", date(2026, 12, 16), 14, 90, 1, None, 0, None, None)
PLAN = read_plan(template("lifelong-learning-week"))
# a piece of each message that stands in no other
MARKS = {one.key: max(re.split(r"[{}\n]", one.zh), key=len) for one in PLAN.messages if one.zh.strip()}
# what leads from a card to a place
WANTED = ("确认报名", "用“", "同意，继续报名", "是的")
OUTCOMES = (
    "SELECT m.key, a.external_id, r.state, r.reason FROM broadcast_recipient r"
    " JOIN campaign_message m ON m.broadcast_id = r.broadcast_id"
    " JOIN account a ON a.person_id = r.person_id"
)


async def enrols(person: Person) -> None:
    """From a wish to a place."""
    await person.says("葫芦丝")
    await person.sees("葫芦丝同乐", timeout=PATIENCE)
    await person.says("1")
    await person.taps("报名", timeout=PATIENCE)
    async with asyncio.timeout(PATIENCE):
        while True:
            newest = person.chat.from_bot[-1]
            if "已报名" in newest.text:
                return
            wanted = next((word for word in WANTED if newest.find(word)), None)
            if wanted is None:
                await asyncio.sleep(0.02)
                continue
            await person.taps(wanted)
            await person.sees("", timeout=PATIENCE)


async def votes(person: Person) -> None:
    """For the only candidate, twice: one vote is counted."""
    for _ in range(2):
        await person.says("投票")
        await person.sees("给谁投一票", timeout=PATIENCE)
        await person.taps("百姓学习之星", timeout=PATIENCE)
        await person.sees("李大爷", timeout=PATIENCE)
        await person.says("1")
        await person.sees("对吗", timeout=PATIENCE)
        await person.taps("对，投这一票", timeout=PATIENCE)
        await person.sees("投好了", timeout=PATIENCE)


async def starts_the_week(week: Week, chief: Person, second: Person) -> None:
    """In the chat; above the size that one may reach alone a second organiser says yes."""
    await chief.says("学习周管理")
    await chief.taps("办一次新的学习周")
    await chief.sees("哪一天开幕")
    await chief.says("12月14日")
    await chief.sees("还没开始")
    await chief.taps("开始")
    await chief.sees("开始了" if RESIDENTS + 2 <= 500 else "另一位负责人")
    await week.at_rest()
    if RESIDENTS + 2 > 500:
        await second.taps("同意，开始")
        await second.sees("开始了")


async def names_a_star(chief: Person, friend: Person, star: Person) -> None:
    """A friend names him, he says yes, the school publishes it."""
    await friend.says("提名")
    await friend.sees("您想推荐哪一个")
    await friend.taps("百姓学习之星")
    await friend.sees("推荐谁")
    await friend.says("李大爷")
    await friend.sees("为什么推荐")
    await friend.says("七十三岁还天天练字")
    await friend.taps("是别人")
    link = (await friend.sees("本人同意")).text.rsplit("n_", 1)[1].split()[0]
    await star.starts(f"n_{link}")
    await star.taps("我愿意")
    await star.sees("谢谢您")
    await chief.says("学习周管理")
    await chief.taps("终身学习，就在家门口 · ")
    await chief.taps("推荐名单")
    await chief.taps("看看“李大爷”")
    await chief.taps("公布")
    await chief.sees("大家可以投票")


def attended(week: Week) -> None:
    """The teacher has marked who was there."""
    session = select(class_session.c.id).where(class_session.c.offering_id == enrolment.c.offering_id)
    rows = select(
        enrolment.c.id, session.limit(1).scalar_subquery(), 150, text("'present'"), enrolment.c.created_at
    ).where(enrolment.c.state == "enrolled")
    columns = ["enrolment_id", "session_id", "hundredths", "reason", "at"]
    work_now(week.store, lambda tx: tx.core(insert(hour_entry).from_select(columns, rows)).rowcount)


async def sees_the_card(person: Person) -> None:
    """The year as a picture."""
    await person.taps("看我的学习卡", timeout=PATIENCE)
    shown = await person.sees("学习", timeout=PATIENCE)
    assert shown.document_name or shown.photo, shown.show()


@pytest.mark.slow
async def test_the_week_adds_up(sqlite_store: Store) -> None:
    event = partial(add_class, row=EVENT, unit_id=2, venue_id=1)
    async with a_week(sqlite_store, MORNING, event, PATIENCE) as week:
        chief, second = (week.api.user(number, f"负责人{number}") for number in (1, 2))
        people = [week.api.user(1000 + number, f"居民{number}") for number in range(RESIDENTS)]
        await each([chief, second, *people], partial(agrees, patience=PATIENCE))
        for one in (chief, second):
            name = f"telegram:{one.user_id}"
            await week.work.write(
                partial(grant, town=week.town, account=name, role="owner", unit_code="root", by="test")
            )
        await starts_the_week(week, chief, second)
        await week.until(OPENS - timedelta(days=5), hours=HOURS)
        await names_a_star(chief, people[0], people[1])
        joined, voters, leavers = people[::3], people[::2], people[5::20]
        await each(joined, enrols)
        await week.until(OPENS, 9, hours=HOURS)
        await each(voters, votes)
        await each(leavers, Person.blocks)
        await week.until(OPENS + timedelta(days=6), hours=HOURS)
        attended(week)
        await week.until(OPENS + timedelta(days=7), 11, hours=HOURS)
        await each([one for one in joined if one not in leavers][:20], sees_the_card)
        await week.until(OVER, hours=HOURS)
        told = _nobody_twice_nobody_missed(week, people, leavers)
        chief.reads()
        report = next(m.text for m in chief.chat.from_bot if "学习周报告" in m.text)
        assert f"消息送到{len(told)}人，一共{sum(told.values())}条" in report, report
        assert f"{len(joined)}人报名" in report
        assert f"推荐1个，投票{len(voters)}张" in report
        assert f"百姓学习之星：李大爷（{len(voters)}票）" in report
        print(report)


def _nobody_twice_nobody_missed(week: Week, people: list[Person], leavers: list[Person]) -> Counter[str]:
    """What arrived in each chat agrees with the outcome of each; how many messages each person got."""
    arrived: Counter[tuple[str, str]] = Counter()
    for number, person in week.api.people.items():
        for message in person.chat.from_bot:
            arrived.update((key, str(number)) for key, mark in MARKS.items() if mark in message.text)
    outcomes = {(key, account): (state, reason) for key, account, state, reason in week.sql(OUTCOMES)}
    sent = {pair for pair, (state, _) in outcomes.items() if state == "sent"}
    assert set(arrived) == sent and set(arrived.values()) == {1}
    gone = {str(one.user_id) for one in leavers}
    for key, audience in ((one.key, one.audience) for one in PLAN.messages if one.key in MARKS):
        if audience == EVERYONE:
            missing = {str(one.user_id) for one in people} - {a for k, a in sent if k == key}
            assert missing <= gone, key
    assert {account for (_, account), (state, _) in outcomes.items() if state != "sent"} <= gone
    return Counter(account for _, account in sent)
