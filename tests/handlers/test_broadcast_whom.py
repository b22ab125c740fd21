"""For whom a 群发 is, in whole sentences: what is wholly understood is taken, and nothing is guessed."""

from __future__ import annotations

from datetime import date

import pytest

from services.roles import grant
from tests.handlers.play import Person, Play
from tests.town import add_class


@pytest.fixture
def clerk(play: Play) -> Person:
    """An organiser of the whole county, who is asked for whom."""
    row = ("SF02", "书法提高", "arts", "王老师", date(2026, 12, 6), 9, 90, 8, 20, 0, None, None)
    play.work(add_class, row, 3, 1)
    clerk = play.person("telegram", "9001", name="林老师")
    clerk.say("/start")
    play.work(grant, play.town, "telegram:9001", "owner", "root", "test")
    clerk.say("群发")
    clerk.say("明天停水，课照常上")
    assert "发给谁" in clerk.text
    return clerk


XC, HP = "unit:xincheng", "unit:heping"
WORKERS, ELDERS = "group:migrant_workers", "group:elders"


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("住在新城街道的农民工，不要报了书法入门的", f"{XC} & {WORKERS} - class:SF01"),
        ("新城街道的农民工", f"{XC} & {WORKERS}"), ("新城的打工的人", f"{XC} & {WORKERS}"),
        ("和平街道", HP), ("新城街道和和平街道的居民", f"{XC} + {HP}"),
        ("发给和平街道的老人家", f"{HP} & {ELDERS}"),
        ("和平街道的老人和务工人员", f"{HP} & {ELDERS} + {HP} & {WORKERS}"),
        ("老年人，还有求职的", f"{ELDERS} + group:job_seekers"),
        ("报了书法班的", "class:SF01 + class:SF02"),
        ("报了书法班的老年人", f"(class:SF01 + class:SF02) & {ELDERS}"),
        ("所有老年人，除了报了太极拳的", f"{ELDERS} - class:TJ01"),
        ("除了和平街道的，农民工都发", f"{WORKERS} - {HP}"),
        ("农民工，电工上岗培训的除外", f"{WORKERS} - class:DG01"),
        ("学职业技能的农民工", f"kind:vocational & {WORKERS}"),
        ("想学电工的农民工", f"subscribed:电工 & {WORKERS}"),
        ("SF01和TJ01的学员", "class:SF01 + class:TJ01"), ("新城街道不是老人的居民", f"{XC} - {ELDERS}"),
    ],
)  # fmt: skip
def test_a_sentence_tells_for_whom(clerk: Person, said: str, form: str) -> None:
    clerk.say(said)
    assert f"（写出来是：{form}）" in clerk.text, clerk.text


@pytest.mark.parametrize(
    "said",
    ["新城街道的神仙", "60岁以上的老人", "新城街道的残疾人", "女的", "今天停水", "不要报了书法班的",
     "新城街道没报班的农民工", "哈哈哈哈", "农民工不", "，，，", "老" * 500],
)  # fmt: skip
def test_what_is_not_wholly_understood_is_asked_again(clerk: Person, said: str) -> None:
    clerk.say(said)
    assert "写出来是" not in clerk.text and clerk.messages
    clerk.say("新城街道")
    assert f"（写出来是：{XC}）" in clerk.text, "the question stands"
    assert "在那里报了班的人" in clerk.text


def test_it_is_changed_on_the_screen_from_which_it_is_sent(clerk: Person) -> None:
    clerk.say("新城街道的农民工")
    for said, form in (
        ("不要报了书法入门的", f"{XC} & {WORKERS} - class:SF01"),
        ("再加上志愿者", "+ group:volunteers"),
        ("发给和平街道的老年人", f"（写出来是：{HP} & {ELDERS}）"),
        ("换成农民工", f"（写出来是：{WORKERS}）"),
        ("发给大家", "所有居民"),
    ):  # fmt: skip
        clerk.say(said)
        assert form in clerk.text, clerk.text


def test_nobody_is_reached_outside_the_own_school(play: Play) -> None:
    lin = play.person("telegram", "9002", name="林老师")
    lin.say("/start")
    play.work(grant, play.town, "telegram:9002", "broadcaster", "xincheng", "test")
    for said in ("群发", "明天停水", "和平街道的老年人"):
        lin.say(said)
    assert "不归新城街道社区学校管" in lin.text


@pytest.mark.parametrize(
    "said",
    [
        "怎么群发",
        "怎么给大家发通知",
        "我想给新城街道的农民工发个通知",
        "给老年人发条消息",
        "群发怎么弄",
        "我要发个通知",
    ],
)
def test_an_organiser_who_asks_how_is_led_there(play: Play, clerk: Person, said: str) -> None:
    clerk.say("不发了")
    clerk.say("帮助")
    assert "学校的工作人员" in clerk.text
    clerk.say(said)
    assert "想对大家说什么" in clerk.text, clerk.text
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.say(said)
    assert "想对大家说什么" not in wang.text
    wang.say("帮助")
    assert "工作人员" not in wang.text


def test_for_whom_was_said_when_it_was_begun(clerk: Person) -> None:
    clerk.say("不发了")
    clerk.say("我想给新城街道的农民工发个通知")
    clerk.say("明天停水")
    assert f"（写出来是：{XC} & {WORKERS}）" in clerk.text
    for said in ("群发", "不发了", "有电工培训给我发通知", "上课前给我发个消息"):
        clerk.say(said)
    assert "想对大家说什么" not in clerk.text


def test_of_several_units_one_is_called_by_its_name(play: Play) -> None:
    lin = play.person("telegram", "9003", name="林老师")
    lin.say("/start")
    for unit in ("xincheng", "heping"):
        play.work(grant, play.town, "telegram:9003", "broadcaster", unit, "test")
    lin.say("我想给老年人发个通知")
    assert "哪个单位" in lin.text
    lin.say("周六看展")
    assert "班" not in lin.text and lin.messages, "the question stands"
    lin.say("学校")
    assert "想对大家说什么" not in lin.text, "both are called so"
    lin.say("和平街道")
    assert "想对大家说什么" in lin.text
    lin.say("周六看展")
    assert f"（写出来是：{ELDERS}）" in lin.text
    lin.say("群发")
    lin.say("算了")
    assert "不发了" in lin.text
    lin.say("书法")
    lin.say("看群发1")
    assert "周六看展" in lin.text and "现在就发" in lin.buttons, "it is being written still"
