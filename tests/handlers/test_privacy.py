"""Privacy: who keeps what, and each yes with its way back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models.enrolment import enrolment
from models.people import consent
from models.store import Store
from services import consenting
from tests.handlers.play import Person, Play
from tests.town import make_town


def stage(store: Store, **settings: Any) -> Play:
    return Play(store, make_town(store, **settings))


@pytest.fixture
def play(sqlite_store: Store) -> Play:
    return stage(
        sqlite_store,
        operator_name="新城街道社区学校",
        operator_contact="0570-5550123",
        public_url="https://learn.example",
    )


def test_it_says_who_what_how_long_and_which_rights(wang: Person) -> None:
    wang.say("隐私")
    for part in ("新城街道社区学校", "0570-5550123", "存什么", "存多久", "您可以", "我的资料", "注销"):
        assert part in wang.text


def test_the_term_it_names_is_the_one_that_is_kept(wang: Person) -> None:
    wang.say("隐私")
    assert "一年没来、没上课、也不收开课通知，您的资料就全都删掉" in wang.text
    assert consenting.WORDING > "2026-11", "the wording changed in substance"


def test_without_an_operator_it_still_says_whom_to_ask(sqlite_store: Store) -> None:
    wang = stage(sqlite_store).person(name="王秀兰")
    wang.say("/privacy")
    assert "您当地的社区学校" in wang.text
    assert "找人帮忙" in wang.text
    assert "None" not in wang.text


def test_on_telegram_one_line_says_that_messages_lie_abroad(play: Play, wang: Person) -> None:
    wang.say("隐私")
    (line,) = [line for line in wang.text.splitlines() if "境外" in line]
    assert "https://learn.example" in line
    neighbour = play.person("web", "b1")
    neighbour.say("隐私")
    assert "境外" not in neighbour.text


def test_a_newcomer_has_agreed_to_nothing(wang: Person) -> None:
    wang.say("隐私")
    assert "没有同意，不会给您发" in wang.text
    assert any(label.startswith("同意") for label in wang.buttons)
    assert "收回报名的同意" not in wang.buttons


def test_yes_to_announcements_and_one_tap_back(play: Play, wang: Person) -> None:
    wang.say("隐私")
    wang.tap("同意")
    wang.say("隐私")
    assert "您今天同意了" in wang.text
    wang.tap("不要开课通知")
    assert "不再给您发" in wang.text
    rows = play.rows(select(consent).where(consent.c.person_id == wang.person_id))
    assert [(row.purpose, row.wording, row.withdrawn_at is None) for row in rows] == [
        ("announcements", consenting.WORDING, False)
    ]


def test_the_yes_to_enrolling_goes_back_at_once_where_there_is_no_class(play: Play, wang: Person) -> None:
    wang.say("书法")
    wang.say("1")
    wang.tap("报名")
    wang.tap("同意，继续报名")
    wang.say("隐私")
    wang.tap("收回报名的同意")
    assert "已经收回" in wang.text
    wang.say("书法")
    wang.say("1")
    wang.tap("报名")
    assert "同意，继续报名" in wang.buttons


def test_with_a_class_it_is_explained_first(play: Play, wang: Person) -> None:
    wang.enrol("书法")
    wang.say("隐私")
    wang.tap("收回报名的同意")
    assert "都退掉了" in wang.text
    assert "注销" in wang.buttons
    wang.say("我的课")
    assert "书法入门" in wang.text
    wang.say("隐私")
    wang.tap("收回报名的同意")
    wang.tap("都退掉，收回同意")
    (row,) = play.rows(select(enrolment).where(enrolment.c.person_id == wang.person_id))
    assert (row.state, row.ended) == ("withdrawn", "no_consent")
    wang.say("我的课")
    assert "还没报名任何班" in wang.text


def test_an_old_button_asks_again_before_anything_is_left(play: Play, wang: Person) -> None:
    wang.enrol("书法")
    wang.tap_action("no_enrolment_ok")
    (row,) = play.rows(select(enrolment).where(enrolment.c.person_id == wang.person_id))
    assert row.state == "enrolled"
    assert "都退掉，收回同意" in wang.buttons


def test_after_taking_everything_back_the_rest_goes_on(wang: Person) -> None:
    wang.enrol("书法")
    wang.say("不要通知")
    wang.say("隐私")
    wang.tap("收回报名的同意")
    wang.tap("都退掉")
    wang.say("烘焙")
    assert wang.courses == ["HG01"]
    wang.enrol("烘焙")
    assert "已报名" in wang.text


def test_in_big_mode_it_comes_one_part_at_a_time(wang: Person) -> None:
    wang.say("大字")
    wang.say("隐私")
    parts = [wang.text]
    while "接着看" in wang.buttons:
        assert len(wang.text.splitlines()) == 1
        wang.tap("接着看")
        parts.append(wang.text)
    assert len(parts) == 5
    assert "没有同意" in parts[-1]
    assert len(wang.buttons) <= 4
    wang.say("上一步")
    assert wang.text == parts[-2]


def test_a_page_that_is_not_there(wang: Person) -> None:
    wang.tap_action("privacy_page:99")
    assert "存什么" in wang.text


@pytest.mark.parametrize("way", ["隐私说明", "隐私", "/privacy"])
def test_reading_it_while_being_asked_keeps_the_question(wang: Person, way: str) -> None:
    wang.say("书法")
    wang.say("1")
    wang.tap("报名")
    wang.say(way)
    assert "接着报名" in wang.buttons
    wang.say("好")
    assert "称呼您" in wang.text
    wang.say(way)
    wang.say("王秀兰")
    assert "请您核对" in wang.text
    wang.say(way)
    wang.say("确认报名")
    assert "已报名" in wang.text


@pytest.mark.parametrize("big", [False, True])
def test_from_it_one_goes_on_enrolling_by_a_tap(wang: Person, big: bool) -> None:
    if big:
        wang.say("大字")
    wang.say("书法")
    wang.say("1")
    wang.tap("报名")
    wang.tap("隐私说明")
    if big:
        wang.tap("接着看")
    wang.tap("接着报名")
    assert "可以吗" in wang.text
    wang.tap("同意")
    assert "称呼您" in wang.text


def test_without_a_question_there_is_nothing_to_go_on_with(wang: Person) -> None:
    wang.say("隐私")
    assert "接着报名" not in wang.buttons


def test_the_yes_to_enrolling_names_the_web_page_where_there_is_one(wang: Person) -> None:
    wang.say("书法")
    wang.say("1")
    wang.tap("报名")
    assert "可以用我们的网页：https://learn.example" in wang.text


def test_without_a_public_address_it_names_the_school(sqlite_store: Store) -> None:
    wang = stage(sqlite_store).person("telegram", "1001", name="王秀兰")
    wang.say("书法")
    wang.say("1")
    wang.tap("报名")
    assert "到社区学校当面报名" in wang.text
    assert "网页" not in wang.text
