"""Help, language, large print, reminders and quiet hours, as people ask for them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.people import person
from services.understanding.quiet_span import read_quiet
from tests.handlers.play import Person, Play


def chosen(who: Person) -> dict[str, object]:
    (row,) = who.play.rows(select(person).where(person.c.id == who.person_id))
    return dict(row._mapping)


# help


def test_help_is_short_and_names_the_words_that_always_work(wang: Person) -> None:
    wang.say("帮助")
    assert len(wang.text.splitlines()) <= 4
    (line,) = [line for line in wang.text.splitlines() if "上一步" in line]
    assert "重新开始" in line
    assert "找人帮忙" in line


def test_help_knows_every_command_by_its_word(wang: Person) -> None:
    wang.say("怎么用")
    wang.tap("我还能说什么")
    for said in ("我的课", "收藏", "大字", "帮助", "我的资料", "注销", "隐私", "提醒设置", "语言", "绑定"):
        assert said in wang.text
    wang.say("/lang en")
    wang.say("help")
    wang.tap("What else can I say?")
    for said in ("my", "fav", "big", "help", "mydata", "forget", "privacy", "remind", "lang", "link"):
        assert f"(/{said})" in wang.text


def test_back_from_the_second_page_is_the_first(wang: Person) -> None:
    first = wang.say("/help")
    wang.tap("我还能说什么")
    assert wang.say("上一步") == first


@pytest.mark.parametrize(
    "said", ["我的课", "收藏", "大字", "帮助", "我的资料", "注销", "隐私", "提醒设置", "语言", "绑定"]
)
def test_every_listed_word_is_answered(wang: Person, said: str) -> None:
    wang.say(said)
    assert wang.text
    assert "没太明白" not in wang.text


def test_a_person_to_turn_to_is_one_tap_away(wang: Person) -> None:
    wang.say("帮助")
    wang.tap("找人帮忙")
    assert "0570-5550123" in wang.text


# language


def test_english_and_back(wang: Person) -> None:
    wang.say("语言")
    wang.tap("English")
    assert wang.text.startswith("Done, I will speak English")
    wang.say("help")
    assert "restart" in wang.text
    wang.say("/lang zh")
    assert "以后都说中文" in wang.text
    assert chosen(wang)["lang"] == "zh"


@pytest.mark.parametrize(
    ("said", "lang"),
    [("English", "en"), ("英文", "en"), ("/lang en", "en"), ("说中文", "zh"), ("中文", "zh"), ("汉语", "zh")],
)
def test_a_language_is_chosen_by_its_name(wang: Person, said: str, lang: str) -> None:
    wang.say("/lang en" if lang == "zh" else "/lang zh")
    wang.say(said)
    assert chosen(wang)["lang"] == lang


def test_a_language_that_we_do_not_speak_changes_nothing(wang: Person) -> None:
    wang.say("语言")
    wang.tap_action("lang:fr")
    assert chosen(wang)["lang"] == "zh"


# large print


def test_the_elder_finds_the_letters_too_small(wang: Person) -> None:
    wang.say("字太小了，看不清")
    assert "大字版" in wang.text
    wang.say("提醒设置")
    shown = wang.messages[0]
    assert all(len(row) == 1 for row in shown.rows)
    assert len(shown.buttons()) == 4
    assert "也可以打字：不要每周课表" in wang.text
    wang.say("不要每周课表")
    assert chosen(wang)["weekly"] in (False, 0)
    wang.say("小字")
    assert "换回来了" in wang.text
    assert not chosen(wang)["big"]


def test_large_print_said_twice_stays_and_the_command_changes_it_back(wang: Person) -> None:
    wang.say("大字")
    wang.say("大字")
    assert chosen(wang)["big"]
    wang.say("/big")
    assert not chosen(wang)["big"]


def test_the_very_answer_is_already_in_large_print(wang: Person) -> None:
    wang.say("/big")
    assert all(len(row) == 1 for message in wang.messages for row in message.rows)


# reminders


@pytest.mark.parametrize(
    ("said", "evening", "hour", "weekly"),
    [
        ("前一天不提醒", False, True, True),
        ("前一天晚上不用提醒我", False, True, True),
        ("课前1小时不提醒", True, False, True),
        ("上课前一小时的别提醒了", True, False, True),
        ("不要每周课表", True, True, False),
        ("全部不提醒", False, False, False),
        ("别提醒我", False, False, False),
        ("关掉提醒", False, False, False),
    ],
)
def test_reminders_are_switched_by_words(
    wang: Person, said: str, evening: bool, hour: bool, weekly: bool
) -> None:
    wang.say("提醒设置")
    wang.say(said)
    row = chosen(wang)
    assert (bool(row["remind_evening"]), bool(row["remind_hour"]), bool(row["weekly"])) == (
        evening,
        hour,
        weekly,
    )
    assert "现在的提醒" in wang.text


def test_reminders_are_switched_by_taps_and_come_back(wang: Person) -> None:
    wang.say("/remind")
    for label in ("前一天不提醒", "课前1小时不提醒", "不要每周课表"):
        wang.tap(label)
    assert "恢复提醒" in wang.buttons
    wang.tap("课前1小时提醒我")
    assert "上课前1小时：提醒" in wang.text
    wang.say("恢复提醒")
    assert wang.text.count("：提醒") == 3


def test_everything_off_still_tells_what_matters(wang: Person) -> None:
    wang.say("全部不提醒")
    assert "调课、停课" in wang.text


def test_looking_for_a_class_is_never_taken_for_a_setting(wang: Person) -> None:
    wang.say("提醒设置")
    wang.say("周日的烘焙")
    assert wang.courses == ["HG01"]
    assert chosen(wang)["weekly"]


@pytest.mark.parametrize(
    "action", ["remind_set:name:1", "remind_set:weekly:2", "remind_all:9", "remind_set:weekly"]
)
def test_a_forged_tap_changes_nothing(wang: Person, action: str) -> None:
    wang.say("提醒设置")
    before = chosen(wang)
    wang.tap_action(action)
    assert wang.text
    assert chosen(wang) == before


# own quiet hours


def test_the_worker_at_night_says_when_to_be_left_alone(wang: Person) -> None:
    wang.say("提醒设置")
    wang.tap("什么时候别打扰")
    wang.tap("自己说")
    wang.say("早上8点到下午4点别打扰")
    assert "上午8点到下午4点不打扰您" in wang.text
    assert (chosen(wang)["quiet_from"], chosen(wang)["quiet_to"]) == (480, 960)


def test_quiet_hours_by_taps_and_back_to_the_usual(wang: Person) -> None:
    wang.say("免打扰")
    wang.tap("夜班")
    assert (chosen(wang)["quiet_from"], chosen(wang)["quiet_to"]) == (480, 960)
    wang.say("免打扰")
    wang.tap("平常")
    assert (chosen(wang)["quiet_from"], chosen(wang)["quiet_to"]) == (None, None)
    assert "晚上9点到早上7点" in wang.text


def test_what_is_not_a_span_is_asked_again_and_what_is_a_wish_is_answered(wang: Person) -> None:
    wang.say("免打扰")
    wang.say("8点吧")
    assert "晚上10点到早上6点" in wang.text
    wang.say("书法")
    assert wang.courses == ["SF01"]


def test_hours_that_leave_no_time_for_a_reminder(wang: Person) -> None:
    wang.say("免打扰")
    wang.say("早上8点到早上7点")
    assert "短一点" in wang.text
    assert chosen(wang)["quiet_from"] is None


@pytest.mark.parametrize(
    ("said", "starts", "ends"),
    [
        ("早上8点到下午4点别打扰", "8:00", "16:00"),
        ("晚上十点半到早上六点", "22:30", "6:00"),
        ("晚上10点到6点", "22:00", "6:00"),
        ("早上8点到4点", "8:00", "16:00"),
        ("9点到7点", "21:00", "7:00"),
        ("22:00-06:00", "22:00", "6:00"),
        ("８点到１６点", "8:00", "16:00"),
        ("晚上12点到早上8点", "0:00", "8:00"),
        ("夜里2点到上午10点", "2:00", "10:00"),
        ("中午12点到晚上8点一刻", "12:00", "20:15"),
        ("10pm-6am", "22:00", "6:00"),
        ("10:30 pm to 6:15 am", "22:30", "6:15"),
    ],
)
def test_a_span_as_people_say_it(said: str, starts: str, ends: str) -> None:
    read = read_quiet(said)
    assert read is not None
    assert [f"{minute // 60}:{minute % 60:02d}" for minute in read] == [starts, ends]


@pytest.mark.parametrize("said", ["", "我白天睡觉", "8点", "25点到7点", "8点到9点到10点", "上午8点到上午8点"])
def test_what_is_no_span(said: str) -> None:
    assert read_quiet(said) is None


def test_own_quiet_hours_are_what_the_sender_asks(wang: Person, play: Play) -> None:
    """The columns that settings write are those that the gates of sending read."""
    from services.reach import reach

    wang.say("免打扰")
    wang.tap("夜班")
    to = play.work(reach, wang.person_id)
    assert to.own_quiet is not None
    assert (to.own_quiet.starts.hour, to.own_quiet.ends.hour) == (8, 16)
