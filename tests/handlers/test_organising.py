"""名单, 停课 and 改时间 by whoever teaches or runs the class."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from models.catalogue import class_session, offering
from models.operations import audit_entry
from models.store import Store
from services.new_time import read_new_time
from services.roles import grant
from tests.handlers.play import Person, Play
from tests.town import ZONE, make_town


@pytest.fixture
def play(store: Store) -> Play:
    return Play(store, make_town(store))


@pytest.fixture
def teacher(play: Play) -> Person:
    teacher = play.person("telegram", "3001", name="赵老师")
    play.work(lambda tx: grant(tx, play.town, "telegram:3001", "teacher", "xincheng", "cli:test"))
    return teacher


@pytest.fixture
def wang(play: Play) -> Person:
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.enrol("书法")
    return wang


def first_session(play: Play) -> tuple[str, datetime]:
    query = (
        select(class_session.c.state, class_session.c.starts_at)
        .join_from(class_session, offering, offering.c.id == class_session.c.offering_id)
        .where(offering.c.code == "SF01", class_session.c.number == 1)
    )
    [row] = play.rows(query)
    return row.state, row.starts_at


def test_the_roster_as_a_sheet(play: Play, wang: Person, teacher: Person) -> None:
    teacher.say("名单 SF01")
    [document] = teacher.documents
    assert document.name == "名单-SF01.xlsx"
    cells = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(document.content)).active]
    assert any("王秀兰" in row for row in cells)
    assert "已报名1人" in teacher.text
    assert play.rows(select(audit_entry.c.id).where(audit_entry.c.action == "roster_sent"))


def test_which_class_is_answered_with_its_code_or_title(play: Play, teacher: Person) -> None:
    teacher.say("停课")
    assert "哪个班停课" in teacher.text and len(teacher.buttons) > 1
    teacher.say("sf01")
    assert "书法入门" in teacher.text and "12月5日" in teacher.text + "".join(teacher.buttons)
    teacher.say("名单")
    teacher.say("书法")
    assert [document.name for document in teacher.documents] == ["名单-SF01.xlsx"]
    teacher.say("改时间")
    teacher.say("太空舞")
    assert "哪个班" not in teacher.text, "what names none of one's classes is answered as ever"


def test_called_off_in_three_taps(play: Play, wang: Person, teacher: Person) -> None:
    teacher.say("停课")
    assert "哪个班停课" in teacher.text
    assert not any("电工" in label for label in teacher.buttons)
    teacher.tap("书法入门")
    teacher.say("1")
    assert "会告诉1个人" in teacher.text
    assert first_session(play)[0] == "planned"
    teacher.tap("确定停课")
    assert "已经告诉1个人" in teacher.text
    assert first_session(play)[0] == "cancelled"
    wang.inbox()
    assert "停一次" in wang.text
    teacher.tap_action("stop_do:1:1")
    assert "改不了" in teacher.text


def test_moved_by_a_tap(play: Play, wang: Person, teacher: Person) -> None:
    teacher.say("改时间 书法")
    teacher.say("1")
    assert "改好会告诉1个人" in teacher.text
    teacher.tap("上午10点")
    assert "已经告诉1个人" in teacher.text
    assert first_session(play)[1] == datetime(2026, 12, 5, 10, tzinfo=ZONE)
    wang.inbox()
    assert "上午10点" in wang.text


def test_moved_in_words_is_read_back_first(play: Play, wang: Person, teacher: Person) -> None:
    teacher.say("改时间 SF01")
    teacher.say("1")
    teacher.say("周日下午3点到5点")
    assert "周日（12月6日）下午3点–5点" in teacher.text
    assert first_session(play)[1] == datetime(2026, 12, 5, 9, tzinfo=ZONE)
    teacher.say("确定改")
    assert first_session(play)[1] == datetime(2026, 12, 6, 15, tzinfo=ZONE)


def test_who_has_no_role_is_no_organiser(play: Play, wang: Person, teacher: Person) -> None:
    for action in (
        "own_roster:1",
        "own_stop:1",
        "one_stop:1:1",
        "stop_do:1:1",
        "one_move:1:1",
        "move_do:1:1:9:9",
    ):
        wang.tap_action(action)
        assert "失效" in wang.text
    # a class of another school
    for action in ("own_roster:5", "own_stop:5"):
        teacher.tap_action(action)
        assert "失效" in teacher.text
    wang.say("名单")
    assert not wang.documents
    assert first_session(play)[0] == "planned"


DAYS = [
    ("下周六上午9点", "周六（12月12日）上午9点–10点半"),
    ("下周六9点到10点", "周六（12月12日）上午9点–10点"),
    ("12月20日下午2点", "周日（12月20日）下午2点–3点半"),
    ("周日上午9点", "周日（12月6日）上午9点–10点半"),
    ("下周上午9点", "没听明白是哪一天"),
    ("周末上午9点", "没听明白是哪一天"),
    ("不改了", "什么也没有改"),
]


def test_the_day_that_is_said_is_the_day_that_is_read_back(play: Play, wang: Person, teacher: Person) -> None:
    for said, told in DAYS:
        teacher.say("改时间 SF01")
        teacher.say("1")
        teacher.say(said)
        assert told in teacher.text, said
    teacher.say("改时间 SF01")
    teacher.say("1")
    teacher.say("下周上午9点")
    teacher.say("下周日下午3点")
    assert "12月13日" in teacher.text, "the question stood"


def test_a_no_in_words_cancels_nothing(play: Play, wang: Person, teacher: Person) -> None:
    teacher.say("停课 SF01")
    teacher.say("1")
    teacher.say("不停了")
    assert "什么也没有改" in teacher.text
    assert first_session(play)[0] == "planned"


SAT = (datetime(2026, 12, 5, 1, tzinfo=UTC), datetime(2026, 12, 5, 2, 30, tzinfo=UTC))
TIMES = [
    ("10点", None, "05 10:00-11:30"),
    ("下午3点到4点半", None, "05 15:00-16:30"),
    ("周日", date(2026, 12, 6), "06 09:00-10:30"),
    ("周日晚上7点", date(2026, 12, 6), "06 19:00-20:30"),
    ("14:00-15:00", None, "05 14:00-15:00"),
    ("换个时间吧", None, None),
    ("下午5点到下午3点", None, None),
]


@pytest.mark.parametrize(("text", "day", "new"), TIMES)
def test_a_new_time_in_words(text: str, day: date | None, new: str | None) -> None:
    found = read_new_time(text, SAT, day, ZONE)
    said = found and f"{found[0].astimezone(ZONE):%d %H:%M}-{found[1].astimezone(ZONE):%H:%M}"
    assert said == new


@pytest.mark.parametrize(
    "text", ["书法班12月5日停课", "SF01 12月5日停课", "这周六书法停课", "12月5日的书法入门，停课"]
)
def test_the_class_and_its_day_are_said_before_what_happens(teacher: Person, text: str) -> None:
    teacher.say(text)
    assert "书法入门" in teacher.text and "12月5日" in teacher.text and "确定停课" in teacher.buttons


@pytest.mark.parametrize("text", ["SF01的名单", "书法班名单", "发书法入门的花名册", "请看看书法的名单"])
def test_a_roster_is_asked_for_as_one_speaks(teacher: Person, text: str) -> None:
    teacher.say(text)
    assert [document.name for document in teacher.documents] == ["名单-SF01.xlsx"]


def test_a_day_without_a_session_asks_which(teacher: Person) -> None:
    teacher.say("书法班12月6日停课")
    assert "停哪一次课" in teacher.text


def test_a_resident_who_says_so_only_searches(wang: Person) -> None:
    for text in ("书法班名单", "书法班12月5日停课"):
        wang.say(text)
        assert not wang.documents and "确定停课" not in wang.buttons


@pytest.mark.parametrize("yes", ["确定", "确定停课", "是的", "好的", "停吧"])
def test_called_off_by_a_yes_in_words(play: Play, wang: Person, teacher: Person, yes: str) -> None:
    teacher.say("停课 SF01")
    teacher.say("1")
    assert "确定吗" in teacher.text
    teacher.say(yes)
    assert "停课" in teacher.text and "没听明白" not in teacher.text
    wang.inbox()
    assert "停一次" in wang.text
    teacher.say(yes)
    wang.inbox()
    assert not wang.messages, "once"


def test_a_word_for_the_other_act_is_no_yes(play: Play, wang: Person, teacher: Person) -> None:
    teacher.say("停课 SF01")
    teacher.say("1")
    assert "确定吗" in teacher.text
    teacher.say("改吧")
    wang.inbox()
    assert not wang.messages and first_session(play)[0] == "planned"
    teacher.say("改时间 SF01")
    teacher.say("1")
    teacher.say("周日下午两点")
    assert "确定吗" in teacher.text
    teacher.say("停吧")
    wang.inbox()
    assert not wang.messages and first_session(play)[0] == "planned"


def test_the_sessions_of_a_class_leave_no_question_about_another(
    play: Play, wang: Person, teacher: Person
) -> None:
    teacher.say("停课 SF01")
    teacher.say("1")
    assert "确定吗" in teacher.text
    teacher.tap_action("own_stop:1")
    teacher.say("好")
    wang.inbox()
    assert not wang.messages and first_session(play)[0] == "planned"


def test_moved_by_a_yes_in_words_after_another_thought(play: Play, wang: Person, teacher: Person) -> None:
    teacher.say("改时间 SF01")
    teacher.say("1")
    teacher.say("周日下午两点")
    assert "下午2点" in teacher.text and "确定吗" in teacher.text
    teacher.say("还是下午三点吧")
    assert "下午3点" in teacher.text and "确定吗" in teacher.text
    teacher.say("好")
    wang.inbox()
    assert "下午3点" in wang.text
