"""What is told of a place: the right day, the reminders that will come, and old buttons that ask again."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from models.catalogue import org_unit
from models.enrolment import enrolment
from models.people import conversation
from models.statement import Tx
from models.store import Store, work_now
from services.catalogue import note_changes
from services.schedules import reminders_evening
from tests.handlers.play import Person, Play
from tests.town import add_class, make_town

CHILDREN = ("ET01", "少儿围棋", "leisure", "孙老师", date(2026, 12, 5), 15, 60, 6, 10, 0, 6, 12)


@pytest.fixture
def play(sqlite_store: Store) -> Play:
    town = make_town(sqlite_store)

    def more(tx: Tx) -> None:
        note_changes(tx, [add_class(tx, CHILDREN, 2, 1)], town.now())

    work_now(sqlite_store, more)
    made = Play(sqlite_store, town)
    made.refresh()
    return made


def is_now(play: Play, moment: str) -> None:
    play.town.clock.set(datetime.fromisoformat(moment).replace(tzinfo=play.town.zone))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("moment", "line"),
    [
        ("2026-12-02 09:00", "今天下午2点就上课了，别忘了。"),
        ("2026-12-01 19:00", "明天（周三）下午2点就上课了，别忘了。"),
        ("2026-12-01 17:59", "第一次上课：明天（周三）下午2点。"),
    ],
    ids=["today", "tomorrow", "before the evening"],
)
def test_the_day_of_the_first_session_is_the_right_one(play: Play, moment: str, line: str) -> None:
    is_now(play, moment)
    wang = play.person(name="王秀兰")
    wang.enrol("智能手机")
    assert line in wang.text.splitlines(), wang.text
    assert ("前一天傍晚" in wang.text) is ("第一次" in line), "no promise for an evening that has begun"


def offered(play: Play, platform: str = "telegram") -> Person:
    """Somebody who holds an offer in the class of two seats."""
    people = [play.person(account=str(n), name=name) for n, name in enumerate("甲乙", 1)]
    third = play.person(platform, "7", name="丙")
    for person in (*people, third):
        person.enrol("智能手机")
    people[0].say("退课")
    people[0].say("确认退出")
    third.inbox()
    assert "有名额了" in third.text
    return third


def test_an_accepted_offer_tells_all_that_an_enrolment_tells(play: Play) -> None:
    third = offered(play)
    third.tap("接受名额")
    assert "✓ 已报名：智能手机从零学" in third.text
    assert "第一次上课：后天（周三）下午2点。" in third.text.splitlines()
    assert "上课前一天傍晚" in third.text and "这个班不用提醒" in third.buttons
    third.tap("这个班不用提醒")
    assert "不再提醒" in third.text


def test_what_the_evening_reminder_leaves_out_the_answer_has_said(play: Play) -> None:
    people = [play.person(account=str(n), name=name) for n, name in enumerate("甲乙丙", 1)]
    for person in people:
        person.enrol("智能手机")
    is_now(play, "2026-12-01 18:05")
    people[0].say("退课")
    people[0].say("确认退出")
    people[2].inbox()
    people[2].say("接受")
    assert "明天（周三）下午2点就上课了，别忘了。" in people[2].text
    while play.work(reminders_evening.SCHEDULE, play.town):
        pass
    assert people[2].inbox() == [], "not told twice"


def test_on_the_web_an_accepted_offer_says_that_nobody_can_be_woken(play: Play) -> None:
    third = offered(play, "web")
    third.tap("接受名额")
    assert "网页不能主动叫您" in third.text and "日历文件" in third.buttons


@pytest.mark.parametrize("between", ["", "书法", "谢谢", "重新开始", "不退了"])
def test_an_old_button_to_leave_asks_again(play: Play, between: str) -> None:
    wang = play.person(name="王秀兰")
    wang.enrol("书法")
    wang.enrol("烘焙")
    wang.tap_action("withdraw:1")
    action = wang.button("确认退出").action
    if between:
        wang.say(between)
        if between == "谢谢":
            wang.tap_action("withdraw:4")  # the question is about another class now
    else:
        # as it is after a day
        play.work(lambda tx: tx.core(update(conversation).values(state="")).rowcount)
    wang.tap_action(action)
    assert "真的要退出“书法入门”吗" in wang.text
    states = {row.state for row in play.rows(select(enrolment.c.state))}
    assert states == {"enrolled"}
    wang.tap("确认退出")
    assert "已退出“书法入门”" in wang.text


def test_a_next_page_of_a_list_that_has_become_shorter(play: Play) -> None:
    wang = play.person(name="王秀兰")
    wang.enrol("书法")
    wang.tap_action("mys:5")
    assert "书法入门" in wang.text
    wang.tap_action("mys:500")
    assert "1. 书法入门" in wang.text


def test_the_class_of_children_names_only_what_the_school_has_told(play: Play) -> None:
    def told(**unit: str) -> str:
        play.work(lambda tx: tx.core(update(org_unit).where(org_unit.c.id == 2).values(**unit)).rowcount)
        mother = play.person(account=f"m{len(unit)}{unit.get('phone', 'x')}", name="李静")
        mother.say("少儿围棋")
        mother.say("1")
        mother.tap("报名")
        return mother.text

    assert "电话0570-5550123（周一" in told(phone="0570-5550123")
    assert told(desk_hours="").endswith("电话0570-5550123。")
    text = told(phone="", desk_hours="")
    assert "电话" not in text and "（" not in text and "请家长到校办理：新城街道社区学校" in text


@pytest.mark.parametrize(
    ("said", "heard"), [("退出", "没有报名"), ("取消报名", "没有报名"), ("退课", "真的要退出")]
)
def test_to_leave_in_the_middle_of_enrolling_leaves_that(play: Play, said: str, heard: str) -> None:
    wang = play.person(name="王秀兰")
    wang.enrol("书法")
    wang.say("烘焙")
    wang.say("1")
    wang.tap("报名")
    wang.say(said)
    assert heard in wang.text
