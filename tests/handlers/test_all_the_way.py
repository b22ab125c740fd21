"""From a wish to a place by typing alone, in the words people use on the way."""

from __future__ import annotations

import pytest

from tests.handlers.play import Person


@pytest.mark.parametrize("yes", ["中", "成", "要得", "行吧", "好嘞", "可以啊"])
def test_a_yes_of_any_region_goes_on(wang: Person, yes: str) -> None:
    wang.say("书法")
    wang.say("报名")
    wang.say(yes)
    assert "怎么称呼" in wang.text
    wang.say("李大爷")
    wang.say(yes)
    assert "已报名" in wang.text


@pytest.mark.parametrize("said", ["行 报", "俺要报", "中，就报这个", "好的，报吧"])
def test_assent_and_enrolling_in_one_breath(wang: Person, said: str) -> None:
    wang.say("书法")
    wang.say(said)
    assert "报名“书法入门”要留下" in wang.text


def test_of_one_class_that_was_found_the_fee_is_asked(wang: Person) -> None:
    wang.say("书法")
    (code,) = wang.courses
    wang.say("免费的吗")
    assert wang.courses == [code]
    assert "费用" in wang.text


def test_oneself_and_somebody_else_go_one_after_the_other(wang: Person) -> None:
    wang.say("书法")
    wang.say("第一个")
    wang.say("给我和老伴都报上")
    assert "给老伴报名" in wang.messages[0].text
    assert wang.text.endswith("隐私说明”。")


def test_those_compared_are_asked_about_and_chosen_from(wang: Person) -> None:
    wang.say("有哪些课")
    shown = wang.courses
    wang.say("有什么区别")
    assert "放在一起看看" in wang.text
    wang.say("第二个和第三个有什么区别")
    assert wang.courses == shown[1:3]
    wang.say("哪个近")
    assert "2. " in wang.text
    assert "1. " not in wang.text
    assert "您的位置" in wang.text
    wang.say("第二个和第三个有什么区别")
    wang.say("哪个老师好")
    assert wang.courses == shown[1:3]
    wang.say("第二个和第三个有什么区别")
    wang.say("便宜的那个")
    (chosen,) = wang.courses
    assert chosen in shown[1:3]


def test_what_is_not_wanted_of_a_class_is_no_complaint(wang: Person) -> None:
    wang.say("书法")
    wang.say("不要太吵的")
    assert "抱歉" not in wang.text
    assert wang.courses


def test_in_a_new_list_the_class_looked_at_before_is_not_the_one_that_is_meant(wang: Person) -> None:
    wang.say("书法")
    wang.say("第一个")
    wang.say("有哪些课")
    assert len(wang.courses) > 1
    wang.say("几点")
    assert "哪一个班" in wang.text
