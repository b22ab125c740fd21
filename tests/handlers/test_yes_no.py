"""Yes and no: the same words do for every question, however they are written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers.yes_no import NO, YES, is_no, is_yes
from models.store import Store
from tests.handlers.play import Person, Play
from tests.town import make_town


@pytest.mark.parametrize(
    "said",
    [
        "是",
        "是的。",
        "對",
        "好的！",
        "嗯 嗯",
        "ＯＫ",
        "Yes.",
        "没问题~",
        "对对",
        "好的好的",
        "那好",
        "嗯，可以呀",
        "行啊",
    ],
)
def test_a_yes(said: str) -> None:
    assert is_yes(said)
    assert not is_no(said)


@pytest.mark.parametrize(
    "said", ["不", "不用", "算了。", "No", "取消", "不 行", "不不不", "那算了吧", "还是不要了"]
)
def test_a_no(said: str) -> None:
    assert is_no(said)
    assert not is_yes(said)


@pytest.mark.parametrize(
    "said", ["", "是什么时候", "好像不对", "书法", "不知道", "好什么", "行不行", "我不好"]
)
def test_neither(said: str) -> None:
    assert not is_yes(said)
    assert not is_no(said)


def test_words_of_one_question_count_there_alone() -> None:
    assert is_yes("退 出", "退", "退出")
    assert not is_yes("退出")
    assert is_no("I can come", "i can come")
    for said in ("嗯退", "退吧", "那就退了吧", "好，退"):
        assert is_yes(said, "退") and not is_no(said, "不退"), said
    for said in ("算了不退了", "还是不退了吧", "唉，那就不退"):
        assert is_no(said, "不退") and not is_yes(said, "退"), said
    assert not YES & NO


@pytest.fixture
def wang(sqlite_store: Store) -> Iterator[Person]:
    """Wang in 书法."""
    who = Play(sqlite_store, make_town(sqlite_store)).person(name="王秀兰")
    who.enrol("书法")
    yield who


@pytest.mark.parametrize("asked", ["退课", "注销"])
@pytest.mark.parametrize(("said", "yes"), [("好的。", True), ("嗯", True), ("不要", False), ("不用", False)])
def test_each_question_takes_the_same_words(wang: Person, asked: str, said: str, yes: bool) -> None:
    wang.say(asked)
    wang.say(said)
    done = {"退课": "已退出", "注销": "删掉您的资料，班也到那时退"}[asked]
    assert (done in wang.text) == yes, wang.text
