"""An elder in big mode: one thing at a time, three classes a page, at most four buttons, one a row."""

from __future__ import annotations

import re

import pytest

from models.store import Store
from services.town import Town
from tests.handlers.play import Person, Play

SCREENS = (
    "书法",
    "1",
    "报名",
    "同意，继续报名",
    "赵大爷",
    "确认报名",
    "我的课",
    "看看",
    "按种类",
    "帮助",
    "换条件",
    "提醒设置",
    "隐私",
    "太极拳",
    "1",
    "日历文件",
    "收藏",
    "全部课程",
    "退课",
    "找人帮忙",
    "滑雪",
)


@pytest.fixture
def zhao(store: Store, town: Town) -> Person:
    person = Play(store, town).person("telegram", "70", name="")
    person.say("大字")
    return person


def test_every_screen_is_simple(zhao: Person) -> None:
    for said in SCREENS:
        zhao.say(said)
        for message in zhao.messages:
            buttons = message.buttons()
            assert len(buttons) <= 4, (said, zhao.buttons)
            assert all(len(row) == 1 for row in message.rows), said
            assert message.text.count("\n") < 16, (said, message.text)
            for button in buttons:
                assert re.search(r"[\u4e00-\u9fff]", button.label), (said, button.label)


def test_three_classes_a_page_each_with_its_name_on_the_button(zhao: Person) -> None:
    zhao.say("有什么课")
    assert len(zhao.courses) == 3
    assert zhao.buttons[0].startswith("1 ")
    zhao.say("下一页")
    assert len(zhao.courses) == 2


def test_what_has_no_button_can_be_said(zhao: Person) -> None:
    zhao.say("书法")
    zhao.say("1")
    assert "也可以打字" in zhao.text
    zhao.say("上一步")
    assert "书法入门" in zhao.text


def test_a_small_type_again(zhao: Person) -> None:
    zhao.say("小字")
    zhao.say("有什么课")
    assert len(zhao.courses) == 5


def test_a_card_in_big_mode_leaves_the_number_out(store: Store, town: Town) -> None:
    zhao = Play(store, town).person("telegram", "1009", name="赵奶奶")
    zhao.say("书法")
    zhao.say("1")
    assert "编号SF01" in zhao.text
    zhao.say("大字")
    zhao.say("书法")
    zhao.say("1")
    assert "书法入门" in zhao.text and "编号" not in zhao.text


def test_the_list_of_words_shows_no_english(zhao: Person) -> None:
    zhao.say("帮助")
    zhao.tap("我还能说什么")
    assert "我的课" in zhao.text and not any(c in "/abcdefghijklmnopqrstuvwxyz" for c in zhao.text)
