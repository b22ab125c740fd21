"""The class card: everything at a glance, in big mode a short card with 更多; and the welcome."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import text

from models.store import Store
from services.phrases.when import say_closing, say_opening
from services.town import Town
from tests.handlers.play import Person, Play
from tests.town import START, ZONE


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    return Play(store, town)


def elder(play: Play) -> Person:
    zhao = play.person("telegram", "70")
    zhao.say("大字")
    return zhao


def change(play: Play, statement: str) -> None:
    play.work(lambda tx: tx.core(text(statement)))


def test_an_elders_card_says_what_when_where_the_price_and_the_seats(play: Play) -> None:
    change(play, "UPDATE offering SET description = '从握笔学起' WHERE code = 'SF01'")
    zhao = elder(play)
    zhao.say("书法")
    zhao.say("1")
    for told in ("书法入门", "时间：", "地点：", "学费：免费", "名额：还有20个"):
        assert told in zhao.text
    for left_out in ("王老师", "编号SF01", "办学：", "从握笔学起"):
        assert left_out not in zhao.text
    assert zhao.buttons[:4] == ["报名", "收藏", "更多", "上一步"]


def test_a_question_about_the_class_on_the_screen_is_answered_under_its_title(play: Play) -> None:
    zhao = elder(play)
    zhao.say("书法")
    zhao.say("1")
    zhao.say("学费多少")
    assert zhao.text == "书法入门\n费用：免费"


def test_the_rest_of_an_elders_card_stands_behind_more(play: Play) -> None:
    change(play, "UPDATE offering SET description = '从握笔学起' WHERE code = 'SF01'")
    zhao = elder(play)
    zhao.say("书法")
    zhao.say("1")
    zhao.say("更多")
    for told in ("书法入门", "从握笔学起", "王老师", "编号SF01", "办学：新城街道社区学校"):
        assert told in zhao.text
    assert zhao.buttons == ["报名", "日历文件", "分享", "上一步"]
    zhao.say("上一步")
    assert "名额：还有20个" in zhao.text


def test_more_of_a_class_that_is_gone(play: Play) -> None:
    wang = play.person()
    wang.say("书法")
    wang.tap_action("more:999")
    assert "不在了" in wang.text


def test_nothing_on_the_card_is_said_twice(play: Play) -> None:
    wang = play.person()
    wang.say("书法")
    card = wang.button("1").action
    wang.say("1")
    assert "地点：新城社区活动中心（新城街道新城路12号）" in wang.text
    assert "下次上课" not in wang.text, "the first session is among the dates"
    play.at(12, days=6)
    wang.tap_action(card)
    assert "下次上课" in wang.text
    change(play, "UPDATE venue SET address = '新城街道新城路12号新城社区活动中心'")
    wang.tap_action(card)
    assert "地点：新城街道新城路12号新城社区活动中心\n" in wang.text


CLOSINGS = [
    ("the end of a day", datetime(2026, 12, 12, 23, 59, tzinfo=ZONE), "周六（12月12日）当天"),
    ("midnight", datetime(2026, 12, 13, 0, 0, tzinfo=ZONE), "周六（12月12日）当天"),
    ("tomorrow", datetime(2026, 12, 1, 23, 59, 59, tzinfo=ZONE), "明天（周二）"),
    ("tonight", datetime(2026, 11, 30, 23, 59, 59, tzinfo=ZONE), "今天"),
    ("an hour", datetime(2026, 12, 12, 9, 0, tzinfo=ZONE), "周六（12月12日）上午9点"),
]


@pytest.mark.parametrize(("case", "at", "said"), CLOSINGS, ids=[one[0] for one in CLOSINGS])
def test_what_closes_with_the_day_says_the_day(case: str, at: datetime, said: str) -> None:
    assert say_closing(at, "zh", START, ZONE) == said, case


def test_what_opens_with_the_day_says_the_day() -> None:
    assert say_opening(datetime(2026, 12, 3, tzinfo=ZONE), "zh", START, ZONE) == "周四（12月3日）"
    assert say_opening(datetime(2026, 12, 3, 8, tzinfo=ZONE), "zh", START, ZONE) == "周四（12月3日）上午8点"
    assert say_closing(datetime(2026, 12, 13, tzinfo=ZONE), "en", START, ZONE) == "at the end of Sat 12 Dec"


def test_in_big_mode_the_welcome_does_not_offer_big_mode(play: Play) -> None:
    zhao = elder(play)
    zhao.start()
    assert "大字" not in zhao.text
    assert len(zhao.text.splitlines()) == 3


def test_who_reads_english_is_told_so_in_three_lines_and_in_the_answer_to_hello(play: Play) -> None:
    kim = play.person("telegram", "88", lang="en")
    kim.start()
    assert len(kim.text.splitlines()) == 3
    assert "/lang" in kim.text
    kim.say("hello")
    assert "/lang" in kim.text
    kim.say("/lang en")
    kim.say("hello")
    assert "/lang" not in kim.text


def test_a_third_class_on_the_web_is_refused_with_the_phone_and_its_hours(play: Play) -> None:
    change(play, "UPDATE org_unit SET phone = '0570-5550123', desk_hours = '周一到周五9点–17点'")
    wang = play.person("web", "abc", name="王秀兰")
    for wish in ("书法", "烘焙"):
        wang.enrol(wish)
    wang.say("手机")
    wang.say("1")
    wang.tap("报名")
    assert "0570-5550123" in wang.text
    assert "周一到周五" in wang.text
    wang.tap("学校电话")
    assert "0570-5550123" in wang.text


def test_a_phone_without_hours_is_named_without_empty_brackets(play: Play) -> None:
    change(play, "UPDATE org_unit SET phone = '0570-5550123', desk_hours = ''")
    wang = play.person("web", "abc", name="王秀兰")
    for wish in ("书法", "烘焙"):
        wang.enrol(wish)
    wang.say("手机")
    wang.say("1")
    wang.tap("报名")
    assert "电话0570-5550123。" in wang.text


def test_where_the_school_has_no_phone_none_is_spoken_of(play: Play) -> None:
    change(play, "UPDATE org_unit SET phone = '', desk_hours = ''")
    wang = play.person("web", "abc", name="王秀兰")
    for wish in ("书法", "烘焙"):
        wang.enrol(wish)
    wang.say("手机")
    wang.say("1")
    wang.tap("报名")
    assert "核实" in wang.text
    assert "电话" not in wang.text


NAMESAKES = [
    ("at the same place", "SELECT 1", ("周六（12月5日）上午9点", "周日（12月6日）下午2点")),
    (
        "the one online",
        "UPDATE offering SET venue_id = NULL, online = true WHERE code = 'HG01'",
        ("新城", "线上"),
    ),
]


@pytest.mark.parametrize(("case", "also", "told"), NAMESAKES, ids=[one[0] for one in NAMESAKES])
def test_classes_of_one_name_are_told_apart_on_their_buttons(
    play: Play, case: str, also: str, told: tuple[str, str]
) -> None:
    wang = play.person(name="王秀兰")
    for wish in ("书法", "烘焙"):
        wang.enrol(wish)
    change(play, "UPDATE course SET title = '书法入门' WHERE title = '家常烘焙'")
    change(play, also)
    wang.say("重新开始")
    wang.say("退课")
    assert len(wang.buttons) == 2, case
    for part in told:
        assert sum(part in label for label in wang.buttons) == 1, (case, wang.buttons)
