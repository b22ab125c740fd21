"""Sentences of people who only type: for whom, which of them, not after all, put right, what is saved."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models.enrolment import enrolment
from services.catalogue import note_changes
from tests.handlers.play import Person, Play
from tests.town import add_class


def listed(person: Person) -> Person:
    """Somebody who looks at several classes."""
    person.say("有什么课")
    assert len(person.courses) > 1
    return person


@pytest.mark.parametrize(
    "said", ["那帮我报上", "就帮我报上吧", "加入", "我也加入", "那就报吧", "帮我登记一下"]
)
def test_a_wish_to_join_the_class_looked_at(wang: Person, said: str) -> None:
    wang.say("书法")
    wang.say("第一个")
    wang.say(said)
    assert "要留下您的称呼" in wang.text


@pytest.mark.parametrize(
    "said",
    ["那给我妈报", "就这个了，给我妈报上", "第一个吧，给我妈报名", "行，帮我老伴报上", "给我爸妈都报上"],
)
def test_for_somebody_else_is_not_for_oneself(wang: Person, said: str) -> None:
    wang.say("书法")
    title = wang.text.splitlines()[1].removeprefix("1. ")
    wang.say("1")
    wang.say(said)
    assert f"“{title}”给谁报" in wang.text
    assert "新加一位长辈或家人" in wang.buttons or any("家人" in one for one in wang.buttons)


def test_of_several_it_is_asked_which_to_join_and_a_number_joins(wang: Person) -> None:
    listed(wang).say("就报这个")
    assert "想报哪一个" in wang.text
    wang.say("2")
    assert "要留下您的称呼" in wang.text


def test_whether_one_may_come_without_enrolling_is_answered_first(wang: Person) -> None:
    wang.say("书法")
    wang.say("1")
    messages = wang.say("不用报名直接去行吗")
    assert "要先报个名" in messages[0].text


def test_what_is_kept_already_stays_kept(wang: Person) -> None:
    wang.say("收藏书法入门")
    assert "已收藏" in wang.text
    wang.say("收藏书法入门")
    assert "书法入门" in wang.text and "取消" not in wang.text
    wang.say("我的收藏")
    assert "书法入门" in wang.text


@pytest.mark.parametrize("said", ["好", "好的呀", "行"])
def test_a_yes_to_nothing_is_no_thanks(wang: Person, said: str) -> None:
    listed(wang).say(said)
    assert "不客气" not in wang.text
    assert "回复它的数字" in wang.text
    wang.say("1")
    assert len(wang.courses) == 1


@pytest.mark.parametrize(
    "said", ["两个比一比", "这几个比较一下，哪个人少", "这俩哪个便宜", "比较一下", "这几个哪个人少"]
)
def test_those_shown_are_put_side_by_side(wang: Person, said: str) -> None:
    codes = listed(wang).courses
    wang.say(said)
    assert len(wang.courses) > 1
    assert set(wang.courses) <= set(codes)
    assert "没有" not in wang.text


@pytest.mark.parametrize("said", ["join the first", "sign me up for the first one", "join number 1"])
def test_a_class_of_the_list_is_joined_in_english(play: Play, said: str) -> None:
    anna = play.person("telegram", "1002", name="Anna", lang="en")
    anna.say("english")
    anna.say("calligraphy")
    anna.say(said)
    assert "Is that all right?" in anna.text


@pytest.mark.parametrize("said", ["compare the first two", "compare them", "which one is cheaper"])
def test_those_shown_are_put_side_by_side_in_english(play: Play, said: str) -> None:
    anna = play.person("telegram", "1002", name="Anna", lang="en")
    anna.say("english")
    anna.say("classes")
    anna.say(said)
    assert len(anna.courses) > 1
    assert "There is no class" not in anna.text


@pytest.mark.parametrize("said", ["嗯退", "退吧", "那就退了吧"])
def test_leaving_is_confirmed_in_passing(play: Play, wang: Person, said: str) -> None:
    wang.enrol("书法")
    wang.say("退课")
    wang.say(said)
    assert "已退出" in wang.text


@pytest.mark.parametrize("said", ["算了不退了", "还是不退了吧", "先不退"])
def test_leaving_is_thought_better_of(play: Play, wang: Person, said: str) -> None:
    wang.enrol("书法")
    wang.say("退课")
    wang.say(said)
    assert "已退出" not in wang.text
    assert [row.state for row in play.rows(select(enrolment.c.state))] == ["enrolled"]
    wang.say("确认退出")
    assert [row.state for row in play.rows(select(enrolment.c.state))] == ["enrolled"]


def test_a_lesson_far_off_is_told_with_the_way_out(play: Play, wang: Person) -> None:
    far = ("GQ01", "古琴入门", "arts", "吴老师", date(2026, 12, 20), 9, 60, 3, 10, 0, None, None)
    play.work(lambda tx: note_changes(tx, [add_class(tx, far, 2, 1)], play.town.now()))
    play.refresh()
    wang.enrol("古琴")
    wang.say("下次我要是去不了怎么请假")
    assert "周日（12月20日）上午9点的“古琴入门”，还早" in wang.text
    wang.tap("退出这个班")
    assert "真的要退出" in wang.text


def test_not_after_all_is_leaving(wang: Person) -> None:
    wang.enrol("书法")
    wang.say("还是算了，我不去了")
    assert "真的要退出" in wang.text


def test_a_class_is_saved_by_its_name_and_taken_out_by_its_number(wang: Person) -> None:
    wang.say("书法")
    title = wang.text.splitlines()[1].removeprefix("1. ")
    wang.say(f"帮我收藏{title}")
    assert f"已收藏“{title}”" in wang.text
    wang.say("我的收藏")
    wang.say("删掉第一个收藏")
    assert f"已取消收藏“{title}”" in wang.text
    wang.say("我的收藏")
    assert "还没有收藏" in wang.text


@pytest.mark.parametrize(
    "said",
    [
        "带本子不",
        "要带笔吗",
        "老师讲普通话吗",
        "坐几路车",
        "什么时候考试",
        "考试吗",
        "能随时看吗",
        "老师会手语吗",
    ],
)
def test_what_is_asked_of_ones_class_is_no_search(wang: Person, said: str) -> None:
    wang.enrol("书法")
    codes = wang.courses
    wang.say(said)
    assert wang.courses == codes
    assert "找到" not in wang.text and "暂时没有" not in wang.text
