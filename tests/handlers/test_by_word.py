"""What stands on buttons can be said, also when the button is no longer there."""

from __future__ import annotations

import icalendar
import pytest

from handlers.by_word import ANSWERS, CONFIRMATIONS
from services.phrases.hours import Lang
from services.texts import LANGUAGES, texts_of
from tests.handlers.play import Person, Play


def test_the_calendar_file_of_the_only_own_class_after_my_classes(wang: Person) -> None:
    wang.enrol("书法")
    wang.say("谢谢")
    wang.say("我的课")
    wang.say("日历文件")
    assert [document.name for document in wang.documents] == ["书法入门.ics"]


def test_with_several_classes_it_asks_which(wang: Person) -> None:
    wang.enrol("书法")
    wang.enrol("手机")
    wang.say("我的课")
    wang.say("日历文件")
    assert "哪一个班" in wang.text
    wang.say("2")
    assert [document.name for document in wang.documents] == ["书法入门.ics"]


def test_of_the_class_on_the_screen(wang: Person) -> None:
    wang.enrol("书法")
    wang.say("烘焙")
    wang.say("1")
    wang.say("日历")
    assert [document.name for document in wang.documents] == ["家常烘焙.ics"]


def test_without_any_class_it_says_how_to_find_one(wang: Person) -> None:
    wang.say("日历文件")
    assert "想报什么班" in wang.text


def test_marking_is_taken_back_in_words(wang: Person) -> None:
    wang.say("烘焙")
    wang.say("1")
    wang.say("收藏")
    assert "已收藏" in wang.text
    wang.say("取消收藏")
    assert "已取消收藏“家常烘焙”" in wang.text
    wang.say("取消收藏")
    assert "还没有收藏" in wang.text


def test_confirming_twice_is_told_kindly(wang: Person) -> None:
    wang.enrol("书法")
    wang.say("确认报名")
    assert "您已经报名“书法入门”了" in wang.text


def test_leaving_the_line_in_words(play: Play, wang: Person) -> None:
    for number in range(2):
        play.person("telegram", str(2000 + number), name="李建国").enrol("手机")
    assert wang.enrol("手机") == "waiting"
    wang.say("谢谢")
    wang.say("退出候补")
    assert "真的不再候补" in wang.text


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("按种类", "哪一类"), ("按时间", "什么时间"), ("按价格", "学费"), ("按地点", "哪一片"),
        ("设置", "设置什么"),
        ("这个班不用提醒", "现在的提醒"), ("给我一个码", "绑定码"), ("收回报名的同意", "还没有同意"),
        ("确认退出", "已经过去"), ("不退了", "已经过去"), ("先不报", "已经过去"), ("确认注销", "已经过去"),
        ("对，合成一个", "已经过去"), ("同意，继续报名", "已经过去"), ("接着报名", "已经过去"),
    ],
)  # fmt: skip
def test_a_button_said_out_of_nowhere_is_no_search(wang: Person, said: str, answer: str) -> None:
    wang.say(said)
    assert answer in wang.text


@pytest.mark.parametrize("said", ["分享", "看看类似的"])
def test_of_the_class_that_was_looked_at(wang: Person, said: str) -> None:
    wang.say("书法")
    wang.say("1")
    wang.say("谢谢")
    wang.say(said)
    assert "书法入门" in wang.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_answer_that_is_known_by_its_words_stands_in_the_catalogue(lang: Lang) -> None:
    say = texts_of(lang)
    assert [key for key in (*ANSWERS, *CONFIRMATIONS) if not say.has(key) or "{" in say(key)] == []


def test_the_answers_still_answer_while_they_are_asked_for(wang: Person) -> None:
    wang.enrol("书法")
    wang.say("退课")
    wang.say("不退了")
    assert "没有退" in wang.text
    wang.say("退课")
    wang.say("确认退出")
    assert "已退出" in wang.text


def test_what_is_marked_can_be_opened_from_my_classes(wang: Person) -> None:
    wang.enrol("书法")
    wang.say("烘焙")
    wang.say("1")
    wang.say("收藏")
    wang.say("我的课")
    assert "2. 家常烘焙" in wang.text
    wang.say("2")
    assert "编号HG01" in wang.text


def test_and_by_whoever_is_in_no_class(wang: Person) -> None:
    wang.say("烘焙")
    wang.say("1")
    wang.say("收藏")
    wang.say("我的课")
    wang.say("1")
    assert "编号HG01" in wang.text


def test_leaving_gives_a_file_that_takes_the_class_out_of_the_calendar(play: Play, wang: Person) -> None:
    wang.enrol("书法")
    wang.tap("日历文件")
    before = events(wang)
    play.at(12, days=6)  # Sunday: one session is over
    wang.say("退课")
    wang.say("好")
    after = events(wang)
    assert len(after) == len(before) - 1
    for uid, event in after.items():
        assert event["STATUS"] == "CANCELLED"
        assert event["SEQUENCE"] > before[uid]["SEQUENCE"]
        assert event["SUMMARY"] == "【已退出】书法入门"


def test_whoever_only_waited_gets_no_file(play: Play, wang: Person) -> None:
    for number in range(2):
        play.person("telegram", str(2000 + number), name="李建国").enrol("手机")
    wang.enrol("手机")
    wang.say("退课")
    wang.say("好")
    assert wang.documents == []


def test_the_yes_says_that_reminders_can_be_switched_off(wang: Person) -> None:
    wang.say("书法")
    wang.say("1")
    wang.tap("报名")
    assert "提醒随时可以关" in wang.text


def events(who: Person) -> dict[str, icalendar.Event]:
    (document,) = who.documents
    calendar = icalendar.Calendar.from_ical(document.content)
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}
