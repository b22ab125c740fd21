"""开课提醒 as people set it, list it and stop it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from models.catalogue import offering
from models.operations import occurrence
from models.people import consent
from models.store import Store
from models.watching import demand, watch
from services import erasing
from services.catalogue import note_changes
from services.schedules import watches as schedule
from services.watches_words import waited_for
from tests.handlers.play import Person, Play
from tests.handlers.test_link import join
from tests.services.watching import add, tell
from tests.town import make_town


@pytest.fixture
def play(store: Store) -> Iterator[Play]:
    yield Play(store, make_town(store))


def living(play: Play, person_id: int) -> int:
    rows = play.rows(select(func.count()).where(watch.c.person_id == person_id, watch.c.ended_at.is_(None)))
    return int(rows[0][0])


def wait_for(who: Person, text: str) -> None:
    who.say(text)
    if "同意，有了告诉我" in who.buttons:
        who.tap("同意，有了告诉我")
    assert "记下了" in who.text, who.text


# asking


def test_nothing_found_waited_for_and_told(play: Play, wang: Person) -> None:
    wang.say("二胡")
    assert "暂时没有“二胡”的班" in wang.text
    wang.tap("开课提醒我")
    assert "同意接收开课通知" in wang.text
    assert "隐私说明" in wang.buttons
    wang.tap("同意，有了告诉我")
    assert wang.text.startswith("✓ 记下了，替您留意半年：有了“二胡”的班，就告诉您。")
    assert play.rows(select(consent.c.purpose)) == [("announcements",)]
    add(play, "EH01", "二胡基础班")
    tell(play)
    play.advance(minutes=1)
    [told] = wang.inbox()
    assert wang.text.startswith(
        "您让我留意“二胡”，现在有班了：\n二胡基础班\n每周五上午9点–10点半，新城社区活动中心 · 免费"
    )
    assert wang.buttons == ["二胡基础班", "不用再提醒"]
    wang.tap("二胡基础班")
    assert "报名" in wang.buttons
    assert told.courses == ("EH01",)


def test_one_tap_stops_it_and_one_takes_it_up_again(play: Play, wang: Person) -> None:
    wait_for(wang, "有二胡班了告诉我")
    add(play, "EH01", "二胡基础班")
    tell(play)
    play.advance(minutes=1)
    wang.inbox()
    wang.tap("不用再提醒")
    assert wang.text == "好的，不再等“二胡”了。"
    assert living(play, wang.person_id) == 0
    add(play, "EH02", "二胡提高班")
    tell(play)
    play.advance(minutes=1)
    assert wang.inbox() == []
    wang.say("我的提醒")
    assert "没有在等的课" in wang.text


def test_back_again_after_stopping(play: Play, wang: Person) -> None:
    wait_for(wang, "有二胡班了告诉我")
    wang.tap("不用再提醒")
    wang.tap("接着等")
    assert "记下了" in wang.text
    assert living(play, wang.person_id) == 1


SAID = [
    ("有电工班了告诉我", "电工班"),
    ("开了书法班通知我", "书法班"),
    ("一有免费的瑜伽课就通知我", "免费的瑜伽课"),
    ("周末的书法班开了，喊我一声", "周末的书法班"),
    ("要是有晚上的瑜伽，就跟我说一声。", "晚上的瑜伽"),
    ("什么时候开烘焙课请告诉我", "烘焙课"),
    ("有新的太极班了麻烦通知我一下", "太极班"),
    ("如果开葫芦絲班請告訴我", "葫芦丝班"),
    ("有书法班告诉我", "书法班"),
    ("晚上的家政培训通知我", "晚上的家政培训"),
    ("免费的电脑课告诉我一声", "免费的电脑课"),
    ("tell me when there is a yoga class", "yoga"),
    ("Let me know if a calligraphy course opens.", "calligraphy"),
    ("有班了叫我", ""),
    ("有了告诉我", ""),
    ("开课了提醒我", ""),
    # something else
    ("提醒我", None),
    ("上课前一小时提醒我", None),
    ("开课前提醒我", None),
    ("明天有课提醒我", None),
    ("有名额了告诉我", None),
    ("轮到我了通知我", None),
    ("不要通知我", None),
    ("请告诉我怎么报名", None),
    ("有没有书法班", None),
    ("书法班开了吗", None),
    ("有消息了告诉我", None),
    ("周末的书法", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "wish"), SAID)
def test_what_is_waited_for(text: str, wish: str | None) -> None:
    assert waited_for(text) == wish


PIECES = st.sampled_from(
    [
        "请",
        "一声",
        "开始报名",
        "开班",
        "有",
        "开",
        "了",
        "的时候",
        "新的",
        "告诉",
        "我",
        "跟我说",
        "声",
        "就",
        "一",
        "等",
        " ",
        "tell me when",
        " there is",
        " a",
        " opens",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=400).map("".join) | st.builds(str.__mul__, PIECES, st.just(600)))
def test_whatever_is_said_is_read_in_bounded_time(text: str) -> None:
    began = time.process_time()
    waited_for(text)
    waited_for(f"有{text}告诉我")
    assert time.process_time() - began < 0.2


def test_by_words_after_a_search_the_wish_is_that_of_the_search(wang: Person) -> None:
    wang.say("周末的二胡")
    wait_for(wang, "有班了叫我")
    assert "“二胡 · 周末”" in wang.text


def test_by_words_without_any_wish_it_asks_which(play: Play, wang: Person) -> None:
    wang.say("有班了叫我")
    assert "您在等哪门课" in wang.text
    assert living(play, wang.person_id) == 0


def test_classes_that_fit_already_are_offered_and_are_no_news(play: Play, wang: Person) -> None:
    wait_for(wang, "有电工班了告诉我")
    assert "眼下就有1个班" in wang.text
    wang.tap("看看")
    assert wang.courses == ["DG01"]
    tell(play)
    play.advance(minutes=1)
    assert wang.inbox() == []


def test_after_the_last_page_of_a_search(wang: Person) -> None:
    wang.say("书法")
    wang.say("下一页")
    assert "就这些了" in wang.text
    wang.tap("开课提醒我")
    assert "“书法”" in wang.text


def test_beside_what_is_nearest(wang: Person) -> None:
    wang.say("晚上的书法")
    assert "不限“晚上”" in wang.text
    assert "开课提醒我" in wang.buttons
    wait_for(wang, "开课提醒我")
    assert "“书法 · 晚上”" in wang.text


# the yes


def test_a_no_sets_nothing(play: Play, wang: Person) -> None:
    wang.say("有二胡班了告诉我")
    wang.say("不用")
    assert "没有设提醒" in wang.text
    assert living(play, wang.person_id) == 0
    assert play.rows(select(consent)) == []


def test_a_yes_by_word(play: Play, wang: Person) -> None:
    wang.say("有二胡班了告诉我")
    wang.say("好的")
    assert "记下了" in wang.text


def test_another_wish_puts_the_question_aside(play: Play, wang: Person) -> None:
    wang.say("有二胡班了告诉我")
    wang.say("书法")
    assert "书法入门" in wang.text
    wang.tap_action("watch_yes")
    assert "已经失效" in wang.text
    assert play.rows(select(consent)) == []


def test_a_yes_taken_back_means_no_notices(play: Play, wang: Person) -> None:
    wait_for(wang, "有二胡班了告诉我")
    wang.say("不要通知")
    add(play, "EH01", "二胡基础班")
    tell(play)
    play.advance(minutes=1)
    assert wang.inbox() == []
    wang.say("我的提醒")
    assert "还没有同意接收开课通知" in wang.text
    assert "同意接收开课通知" in wang.buttons


# the list


def test_five_at_most_listed_with_a_stop_each(play: Play, wang: Person) -> None:
    for topic in ("二胡", "古筝", "瑜伽", "剪纸", "合唱"):
        wait_for(wang, f"有{topic}班了告诉我")
    wang.say("有围棋班了告诉我")
    assert "最多同时等5样课" in wang.text
    assert wang.buttons[:2] == ["1 不等“二胡”了", "2 不等“古筝”了"]
    wang.say("1")
    assert "不再等“二胡”" in wang.text
    wait_for(wang, "有围棋班了告诉我")
    assert living(play, wang.person_id) == 5
    wang.say("我的课")
    assert "在等的课：“古筝”、“瑜伽”" in wang.text
    wang.tap("我的提醒")
    assert "5. “围棋”（等到" in wang.text


def test_a_double_tap_sets_one(play: Play, wang: Person) -> None:
    wait_for(wang, "有二胡班了告诉我")
    wait_for(wang, "开了二胡班通知我")
    assert living(play, wang.person_id) == 1


def test_nobody_stops_or_sees_that_of_another(play: Play, wang: Person) -> None:
    wait_for(wang, "有二胡班了告诉我")
    li = play.person("telegram", "1002")
    for action in ("unwatch:1", "watch_again:1", "watch_see:1", "unwatch:x", "unwatch:1.2.3", "watch:7"):
        li.tap_action(action)
        assert "失效" in li.text or "太久" in li.text
    assert living(play, wang.person_id) == 1


def test_large_print_has_four_buttons_one_a_row(play: Play, wang: Person) -> None:
    wang.say("大字")
    for topic in ("二胡", "古筝", "瑜伽", "剪纸"):
        wait_for(wang, f"有{topic}班了告诉我")
    screens = [wang.say("我的提醒"), wang.say("下一页"), wang.say("晚上的书法")]
    for n, (code, title) in enumerate((("EH01", "二胡班"), ("GZ01", "古筝班"), ("YJ01", "瑜伽班"))):
        add(play, code, title, hour=9 + n)
    tell(play)
    play.advance(minutes=1)
    screens.append(wang.inbox())
    assert len(screens[-1]) == 1
    assert wang.buttons == ["二胡班", "古筝班", "都看看", "不用再提醒"]
    for messages in screens:
        for message in messages:
            assert len(message.buttons()) <= 4
            assert all(len(row) == 1 for row in message.rows)
    wang.tap("不用再提醒")
    assert living(play, wang.person_id) == 1


def test_in_english(play: Play) -> None:
    tom = play.person("telegram", "1003")
    tom.say("english")
    tom.say("tell me when there is a yoga class")
    tom.tap("同意 Yes, tell me")
    assert "Noted" in tom.text
    add(play, "YJ01", "瑜伽基础班")
    tell(play)
    play.advance(minutes=1)
    tom.inbox()
    assert "You asked me to look out for" in tom.text


def test_who_sets_it_on_the_web_page_is_told_to_look_in(play: Play) -> None:
    li = play.person("web", "b1")
    wait_for(li, "有二胡班了告诉我")
    assert "请常回来看看" in li.text


# /link and /forget


def test_linking_brings_watches_together(play: Play, wang: Person) -> None:
    for topic in ("二胡", "古筝"):
        wait_for(wang, f"有{topic}班了告诉我")
    web = play.person("web", "b1")
    for topic in ("二胡", "瑜伽"):
        wait_for(web, f"有{topic}班了告诉我")
    add(play, "YJ01", "瑜伽班")
    tell(play)
    join(wang, web)
    assert web.person_id == wang.person_id
    assert living(play, wang.person_id) == 3
    play.advance(minutes=1)
    assert len(web.inbox()) == 1
    play.work(lambda tx: change(tx, play, "YJ01"))
    tell(play)
    play.advance(minutes=1)
    # what one account was told of is no news to the other
    assert not any("留意" in message.text for message in wang.inbox())


def change(tx: Any, play: Play, code: str) -> None:
    row = tx.core(select(offering.c.id).where(offering.c.code == code)).one()
    note_changes(tx, [row.id], play.now)


def test_forgetting_takes_them_along(play: Play, wang: Person) -> None:
    wait_for(wang, "有免费的书法班了告诉我")
    wang.say("注销")
    wang.tap("确认注销")
    play.advance(days=8)
    play.work(erasing.erase_due, play.town)
    assert play.rows(select(watch.c.id)) == []
    assert play.rows(select(occurrence.c.id).where(occurrence.c.schedule == schedule.NAME)) == []


# unmet demand


def counted(play: Play) -> list[tuple[Any, ...]]:
    query = select(demand.c.topic, demand.c.place, demand.c.days, demand.c.part, demand.c.times)
    return [tuple(row) for row in play.rows(query.order_by(demand.c.topic))]


def test_a_miss_is_counted_once_in_a_dialogue_and_never_with_the_person(play: Play, wang: Person) -> None:
    wang.say("新城街道周末晚上的二胡")
    wang.say("新城街道周末晚上的二胡")
    wang.say("上一步")
    assert counted(play) == [("二胡", "新城街道", "weekend", "evening", 1)]
    play.person("telegram", "1002").say("周末晚上新城街道的二胡")
    assert counted(play) == [("二胡", "新城街道", "weekend", "evening", 2)]
    assert not {"person_id", "account_id"} & {column.name for column in demand.columns}


NOT_COUNTED = [
    "书法",
    "asdfgh",
    "你好",
    "王秀兰",
    "李建国老师",
    "13800138000",
    "今天天气真好啊",
    "🎉🎉",
]


@pytest.mark.parametrize("text", NOT_COUNTED)
def test_what_is_not_counted(play: Play, wang: Person, text: str) -> None:
    wang.say(text)
    assert counted(play) == []


def test_what_is_found_but_for_one_condition_is_a_miss_all_the_same(play: Play, wang: Person) -> None:
    wang.say("晚上的书法")
    assert counted(play) == [("书法", "", "", "evening", 1)]
