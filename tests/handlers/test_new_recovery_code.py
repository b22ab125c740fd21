"""A 取回码 that was lost: a new one is asked for, and the old one is void from then on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from models.operations import audit_entry
from models.store import Store
from tests.handlers.play import Person, Play
from tests.town import make_town


@pytest.fixture
def play(store: Store) -> Iterator[Play]:
    yield Play(store, make_town(store))


@pytest.fixture
def wang(play: Play) -> Person:
    """Wang on the web page, with a class and the code that came with it."""
    made = play.person("web", "b1", name="王秀兰")
    made.enrol("书法")
    return made


def code_in(who: Person) -> str:
    (code,) = re.findall(r"\d{4} \d{4} \d{4}", who.text)
    return str(code)


def brings_back(play: Play, code: str, browser: str) -> bool:
    other = play.person("web", browser)
    other.say(f"取回 {code}")
    return "找到您的另一个账号" in other.text


@pytest.mark.parametrize("said", ["换取回码", "新取回码", "取回码丢了", "重新给我一个取回码"])
def test_a_new_code_in_words_and_the_old_one_is_void(play: Play, wang: Person, said: str) -> None:
    old = code_in(wang)
    wang.say(said)
    assert "旧的就不能用了" in wang.text
    assert brings_back(play, old, "b2")  # only asked so far
    wang.say("换")
    new = code_in(wang)
    assert new != old
    assert not brings_back(play, old, "b3")
    assert brings_back(play, new, "b4")


def test_by_tap_where_one_looks_for_it(play: Play, wang: Person) -> None:
    old = code_in(wang)
    wang.say("取回码")
    wang.tap("换一个新取回码")
    wang.tap("换新码")
    assert not brings_back(play, old, "b2")
    assert brings_back(play, code_in(wang), "b3")
    actions = play.rows(select(audit_entry.c.action, audit_entry.c.fields).order_by(audit_entry.c.id.desc()))
    assert tuple(actions[0]) == ("recovery_renewed", "recovery_code")


def test_who_says_no_keeps_the_old_one(play: Play, wang: Person) -> None:
    old = code_in(wang)
    wang.say("换取回码")
    wang.say("不换")
    assert "还是原来的" in wang.text
    assert brings_back(play, old, "b2")


def test_a_button_of_long_ago_only_asks(play: Play, wang: Person) -> None:
    old = code_in(wang)
    wang.tap_action("recovery_ok")
    assert "旧的就不能用了" in wang.text
    assert brings_back(play, old, "b2")


def test_every_page_of_the_person_has_the_new_code(play: Play, wang: Person) -> None:
    """A page that was brought back kept the old code beside the first one's."""
    old = code_in(wang)
    second = play.person("web", "b2")
    second.say(f"取回 {old}")
    second.tap("对，合成一个")
    second.say("换取回码")
    second.tap("换新码")
    assert not brings_back(play, old, "b3")
    assert brings_back(play, code_in(second), "b4")


def test_a_joining_that_was_begun_with_the_old_code_comes_to_nothing(play: Play, wang: Person) -> None:
    other = play.person("web", "b2")
    other.say(f"取回 {code_in(wang)}")
    wang.say("换取回码")
    wang.tap("换新码")
    other.tap("对，合成一个")
    assert "过期" in other.text
    assert other.person_id != wang.person_id


def test_without_a_code_there_is_none_to_change(play: Play) -> None:
    newcomer = play.person("web", "b9")
    newcomer.say("换取回码")
    assert "报了名" in newcomer.text
    phone = play.person("telegram", "1001", name="李建国")
    phone.say("换取回码")
    assert "网页" in phone.text


def test_in_english(wang: Person) -> None:
    old = code_in(wang)
    wang.say("/lang en")
    wang.say("new recovery code")
    wang.tap("Yes, a new one")
    assert code_in(wang) != old
