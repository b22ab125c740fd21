"""A newcomer looks around, enrols, changes her mind; nothing is asked before it is needed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.enrolment import enrolment
from models.people import consent
from models.store import Store
from services.town import Town
from tests.handlers.play import Person, Play


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    return Play(store, town)


def enrols(person: Person, wish: str) -> None:
    """The whole way from a wish to a place, by words."""
    person.say(wish)
    person.say("1")
    person.say(person.buttons[0])
    if "可以吗" in person.text:
        person.say("同意，继续报名")
    if "怎么称呼" in person.text:
        person.tap("用“") if person.name else person.say("王秀兰")
    if "年龄" in person.text:
        person.say("是的")
    person.say(person.buttons[0])


def test_the_welcome_is_short_and_demands_nothing(play: Play) -> None:
    wang = play.person(name="王秀兰")
    wang.start()
    assert len(wang.text.splitlines()) == 3
    assert "直接打字" in wang.text
    assert any(label.startswith("同意") for label in wang.buttons)
    assert play.rows(select(consent)) == []


def test_the_very_first_words_are_answered_at_once(play: Play) -> None:
    wang = play.person(name="王秀兰")
    wang.say("书法")
    assert "1. 书法入门" in wang.text
    assert wang.courses == ["SF01"]


def test_from_the_first_word_to_a_seat(play: Play) -> None:
    wang = play.person(name="王秀兰")
    wang.say("有没有教写毛笔字的")
    assert "书法入门" in wang.text and "还有20个名额" in wang.text
    wang.say("1")
    assert "每周六上午9点–10点半" in wang.text and "王老师" in wang.text and "免费" in wang.text
    assert wang.messages[0].place is not None
    wang.tap("报名")
    assert "可以吗" in wang.text and "隐私说明" in wang.buttons
    wang.tap("同意")
    assert "怎么称呼您" in wang.text and "用“王秀兰”" in wang.buttons
    wang.tap("用“王秀兰”")
    assert "请您核对一下" in wang.text and "称呼：王秀兰" in wang.text
    assert play.rows(select(enrolment)) == []
    wang.tap("确认报名")
    assert "已报名" in wang.text and "候补" not in wang.text
    assert "第一次上课：周六（12月5日）上午9点" in wang.text
    wang.say("我的课")
    assert "书法入门" in wang.text and "下次周六（12月5日）上午9点" in wang.text


def test_numbers_and_plain_words_work_like_taps(play: Play) -> None:
    wang = play.person("terminal", "王秀兰")
    for said, heard in [
        ("书法", "书法入门"), ("１", "时间："), ("报名", "可以吗"), ("好的", "怎么称呼"), ("王秀兰", "核对"),
        ("一", "已报名"), ("我的课程", "书法入门"), ("退课", "真的要退出"), ("确认退出", "已退出"),
    ]:  # fmt: skip
        wang.say(said)
        assert heard in wang.text, said


def test_a_second_tap_on_confirm_is_told_kindly(play: Play) -> None:
    wang = play.person(name="王秀兰")
    wang.say("书法")
    wang.say("1")
    wang.tap("报名")
    wang.tap("同意")
    wang.tap("用“")
    action = wang.button("确认报名").action
    wang.tap_action(action)
    assert "已报名" in wang.text
    wang.tap_action(action)
    assert "不用再报" in wang.text
    assert len(play.rows(select(enrolment))) == 1


def test_a_question_in_the_middle_is_answered_and_a_name_is_not_taken_from_it(play: Play) -> None:
    wang = play.person(name="王秀兰")
    wang.say("书法")
    wang.say("1")
    wang.say("报名")
    wang.say("同意，继续报名")
    wang.say("有没有烘焙课？")
    assert "家常烘焙" in wang.text
    wang.say("1")
    wang.say("报名")
    assert "怎么称呼" in wang.text, "the yes was kept"


def test_the_question_stands_until_it_is_answered(play: Play) -> None:
    wang = play.person(name="王秀兰")
    wang.say("书法")
    wang.say("1")
    wang.say("报名")
    wang.say("嗯嗯呢呐")
    assert "没听明白" in wang.text
    wang.say("1")
    assert "怎么称呼" in wang.text


def test_a_full_class_means_waiting_and_an_offer_when_a_seat_frees(play: Play) -> None:
    first, second, third = (play.person(account=str(n), name=n) for n in ("甲", "乙", "丙"))
    enrols(first, "智能手机")
    enrols(second, "智能手机")
    assert "已报名" in second.text
    third.say("智能手机")
    assert "已满" in third.text
    third.say("1")
    assert "候补是第1位" in third.text and "排候补" in third.buttons
    enrols(third, "智能手机")
    assert "候补第1位" in third.text and "已报名" not in third.text
    first.say("退课")
    first.say("确认退出")
    third.inbox()
    assert "有名额了" in third.text and "前回复" in third.text
    third.tap("接受名额")
    assert "已报名" in third.text


def test_an_offer_can_be_declined_in_words_and_then_goes_on(play: Play) -> None:
    people = [play.person(account=str(n), name=name) for n, name in enumerate("甲乙丙丁")]
    for person in people:
        enrols(person, "智能手机")
    people[0].say("退课")
    people[0].say("确认退出")
    people[2].inbox()
    people[2].say("放弃")
    assert "让给下一位" in people[2].text
    people[3].inbox()
    assert "有名额了" in people[3].text
    people[3].say("接受")
    assert "已报名" in people[3].text


@pytest.mark.parametrize(
    ("payload", "heard"),
    [("c_SF01", "书法入门"), ("c_NOSUCH", "没找到这个班"), ("", "直接打字"), ("x" * 64, "直接打字")],
    ids=["a poster's code", "a class that is gone", "nothing", "something else"],
)
def test_deep_links(play: Play, payload: str, heard: str) -> None:
    wang = play.person(name="王秀兰")
    wang.start(payload)
    assert heard in wang.text


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("上一步", "书法入门"),
        ("重新开始", "从头来"),
        ("找人帮忙", "0570-5550123"),
        ("帮助", "上一步"),
        ("/nosuch", "不认识"),
        ("😀😀😀", "没太明白"),
        ("字" * 5000, "有点长"),
        ("99", "没有第99项"),
        ("谢谢", "不客气"),
        ("你好", "您好"),
        ("滑雪", "暂时没有"),
    ],
    ids=lambda value: value[:8],
)
def test_words_that_always_work_and_words_that_mean_nothing(play: Play, said: str, heard: str) -> None:
    wang = play.person(name="王秀兰")
    wang.say("书法")
    wang.say("1")
    wang.say(said)
    assert heard in wang.text


@pytest.mark.parametrize("thing", ["voice", "sticker", "photo", "edited", "file", "contact"])
def test_what_cannot_be_read_gets_a_kind_answer_that_leads_on(play: Play, thing: str) -> None:
    wang = play.person(name="王秀兰")
    wang.send(thing)
    assert "打字" in wang.text or "发一遍" in wang.text


@pytest.mark.parametrize(
    "forged",
    [
        "card:999",
        "card:x",
        "enrol_ok:1",
        "offer_yes:77",
        "nothing",
        "page:9:9",
        "fee:7",
        "kind:nosuch",
        "card:-1",
        "card:" + "9" * 19,
        "::",
        "withdraw_ok:1",
        "drop:9",
        "consent:enrolment",
        "at:999",
        "when:never",
    ],
)
def test_forged_and_stale_taps_change_nothing(play: Play, forged: str) -> None:
    wang = play.person(name="王秀兰")
    wang.say("你好")
    wang.tap_action(forged)
    assert wang.text
    assert play.rows(select(enrolment)) == []
    assert play.rows(select(consent)) == []


def test_somebody_elses_offer_cannot_be_taken(play: Play) -> None:
    people = [play.person(account=str(n), name=name) for n, name in enumerate("甲乙丙")]
    for person in people:
        enrols(person, "智能手机")
    people[0].say("退课")
    people[0].say("确认退出")
    people[2].inbox()
    action = people[2].button("接受名额").action
    thief = play.person(account="99", name="丁")
    thief.say("你好")
    thief.tap_action(action)
    assert "没有等您回复的名额" in thief.text


def test_browsing_by_buttons_alone(play: Play) -> None:
    wang = play.person(name="王秀兰")
    wang.start()
    wang.tap("看看有哪些课")
    wang.tap("按种类")
    assert len(wang.buttons) == 9
    wang.tap("职业技能")
    assert "电工上岗培训" in wang.text
    wang.tap("换条件")
    wang.tap("按时间")
    wang.tap("晚上")
    assert "电工上岗培训" in wang.text
    wang.tap("换条件")
    wang.tap("去掉“职业技能”")
    assert "晚上" in wang.text
    wang.say("看看")
    wang.tap("按价格")
    wang.tap("100元以内")
    assert "家常烘焙" in wang.text
    wang.say("看看")
    wang.tap("按地点")
    wang.tap("新城街道")
    assert "新城街道" in wang.text
    wang.tap("下一页") if "下一页" in wang.buttons else None


def test_a_shared_location_is_used_once_and_not_kept(play: Play) -> None:
    from models.people import conversation

    wang = play.person(name="王秀兰")
    wang.say("离我近的")
    assert "位置" in wang.text
    wang.locate(30.123456, 120.654321)
    assert "1. " in wang.text
    assert "30.12" not in play.rows(select(conversation.c.state))[0].state


def test_favourites_and_the_calendar_file(play: Play) -> None:
    wang = play.person(name="王秀兰")
    wang.say("烘焙")
    wang.say("1")
    wang.tap("收藏")
    assert "已收藏" in wang.text
    wang.say("收藏")
    assert "家常烘焙" in wang.text
    wang.say("1")
    assert "取消收藏" in wang.buttons
    enrols(wang, "烘焙")
    wang.say("我的课")
    assert wang.text.count("家常烘焙") == 1, "what one is in is not listed again as marked"
    wang.say("收藏")
    wang.say("1")
    wang.tap("日历文件")
    assert wang.documents[0].name.endswith(".ics")
    assert b"BEGIN:VEVENT" in wang.documents[0].content


def test_after_the_last_page_every_printed_number_means_what_stands_beside_it(play: Play) -> None:
    wang = play.person("terminal", "王秀兰")
    wang.say("书法")
    narrow = wang.button("换条件").number
    for _ in range(2):
        wang.say("下一页")
        assert wang.text.startswith("就这些了")
        assert (wang.button("开课提醒我").number, wang.button("换条件").number) == (narrow + 1, narrow)
    wang.say("1")
    assert "王老师" in wang.text, "the classes still on the screen keep theirs"
    wang.say("书法")
    wang.say("下一页")
    wang.say(str(narrow + 1))
    assert "告诉您" in wang.text


def test_a_label_may_be_typed_without_its_quotation_marks(play: Play) -> None:
    wang = play.person(name="王秀兰")
    for said in ("书法", "1", "报名", "好的", "用王秀兰"):
        wang.say(said)
    assert "称呼：王秀兰" in wang.text


def test_confirming_too_early_asks_for_the_age_again_and_keeps_the_name(play: Play) -> None:
    wang = play.person("terminal", "王秀兰")
    for said in ("太极", "1", "报名", "好的", "王秀兰", "确认报名"):
        wang.say(said)
    assert "在50到75岁之间吗" in wang.text
    wang.say("是的")
    assert "称呼：王秀兰" in wang.text
