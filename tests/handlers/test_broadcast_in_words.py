"""群发 by typing alone: whatever a button does is also said, and nothing typed is lost or sent by mistake."""

from __future__ import annotations

from datetime import date

import pytest

from services.roles import grant
from tests.handlers.play import Person, Play
from tests.town import add_class


def composed(clerk: Person) -> None:
    for said in ("群发", "明天停水，课照常上", "书法入门"):
        clerk.say(said)
    assert "一共 2 人" in clerk.text


@pytest.mark.parametrize("no", ["算了", "取消", "不发了", "不写了", "cancel"])
def test_a_change_of_mind_is_not_taken_for_the_words(clerk: Person, no: str) -> None:
    clerk.say("群发")
    clerk.say(no)
    assert "不发了" in clerk.text and "发给谁" not in clerk.text
    clerk.say("我的群发")
    assert "还没有发过" in clerk.text


def test_a_change_of_mind_about_for_whom(clerk: Person) -> None:
    clerk.say("群发")
    clerk.say("明天停水")
    clerk.say("算了")
    assert "好的，不发了" in clerk.text
    composed(clerk)
    clerk.say("换一批人")
    clerk.say("算了")
    assert "书法入门" in clerk.text and "一共 2 人" in clerk.text, "the audience stays as it was"
    clerk.say("改内容")
    clerk.say("算了")
    assert "明天停水，课照常上" in clerk.text, "and so do the words"


def test_a_button_by_the_name_of_a_class(clerk: Person) -> None:
    composed(clerk)
    clerk.say("加个按钮")
    clerk.say("太极拳二十四式")
    assert clerk.buttons[0] == "报名这门课"
    clerk.say("加个按钮")
    clerk.say("学烘焙 家常烘焙")
    assert clerk.buttons[:2] == ["报名这门课", "学烘焙"]
    clerk.say("加个按钮")
    clerk.say("没有这个班")
    assert "没找到这个班" in clerk.text
    clerk.say("不加了")
    assert "一共 2 人" in clerk.text


def test_of_several_classes_one_chooses(play: Play, clerk: Person) -> None:
    row = ("TJ02", "太极拳四十二式", "sport", "李老师", date(2026, 12, 1), 8, 60, 4, 30, 0, None, None)
    play.work(add_class, row, 2, 1)
    composed(clerk)
    clerk.say("加个按钮")
    clerk.say("太极拳")
    assert clerk.buttons == ["太极拳二十四式（TJ01）", "太极拳四十二式（TJ02）"]
    clerk.say("2")
    assert clerk.buttons[0] == "报名这门课"


@pytest.mark.parametrize("words", ["发吧", "现在发", "现在就发", "send now"])
def test_it_is_sent_in_words(clerk: Person, words: str) -> None:
    composed(clerk)
    clerk.say("先发给我看看")
    clerk.say(words)
    assert "开始发了，2人会收到" in clerk.text


def test_a_mere_yes_sends_nothing(clerk: Person) -> None:
    composed(clerk)
    clerk.say("好的")
    assert "开始发了" not in clerk.text
    clerk.say("我的群发")
    assert "还在写" in clerk.text


def test_the_time_is_said_at_once_with_how_often(clerk: Person) -> None:
    composed(clerk)
    clerk.say("先发给我看看")
    clerk.say("12月5日上午9点")
    assert "以后还要再发吗" in clerk.text
    clerk.say("每周都发")
    assert "定好了" in clerk.text and "12月5日" in clerk.text


def test_asked_when_one_may_say_now(clerk: Person) -> None:
    composed(clerk)
    clerk.say("定个时间")
    clerk.say("算了")
    assert "一共 2 人" in clerk.text
    clerk.say("定时发")
    clerk.say("现在就发")
    assert "开始发了" in clerk.text


def test_what_was_begun_is_found_again(play: Play, clerk: Person) -> None:
    composed(clerk)
    clerk.say("书法")  # something else came in between
    clerk.say("我的群发")
    assert "还在写" in clerk.text and "明天停水" in clerk.text
    clerk.tap("接着写群发")
    assert "一共 2 人" in clerk.text
    other = play.person("telegram", "9002", name="钱老师")
    other.say("/start")
    play.work(grant, play.town, "telegram:9002", "owner", "xincheng", "test")
    other.say("我的群发")
    assert "还在写" not in other.text, "a draft is its author's"
    play.advance(days=8)
    clerk.say("我的群发")
    assert "还在写" not in clerk.text


@pytest.mark.parametrize("everybody", ["所有人", "全镇的人", "全体居民", "大家", "发给所有居民", "everybody"])
def test_everybody_has_many_names(clerk: Person, everybody: str) -> None:
    clerk.say("群发")
    clerk.say("明天停水")
    clerk.say(everybody)
    assert "一共 2 人" in clerk.text and "新城" in clerk.text


def test_how_it_goes_is_asked_in_words_and_nobody_is_counted_too_early(clerk: Person) -> None:
    composed(clerk)
    clerk.say("发吧")
    clerk.say("发到哪了")
    assert "正在列名单" in clerk.text and "发给 0 人" not in clerk.text
    clerk.say("先别发了")
    assert "暂停" in clerk.text or "停" in clerk.text
    clerk.say("还能说什么")
    assert "群发" in clerk.text, "what the staff can say stands there"
