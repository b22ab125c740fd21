"""What only the school can tell is said to be so; two classes wanted at once go one after the other."""

from __future__ import annotations

import pytest

from tests.handlers.play import Person

ASKED = (
    ("能退费吗", "按学校的规定"), ("退费", "按学校的规定"), ("能试听吗", "能不能试听，资料里没有写"),
    ("有作业吗", "有没有作业，资料里没有写"),
    ("发证书吗", "发不发证书，资料里没有写"), ("包教包会吗", "包不包会"),
    ("在几楼", "在几楼、哪间教室，资料里没有写"),
    ("坐公交能到吗", "坐几路车，我这里查不到"), ("那候补呢", "不用候补"),
)  # fmt: skip


@pytest.mark.parametrize(("asked", "told"), ASKED)
def test_a_class_on_the_screen_is_asked_about(wang: Person, asked: str, told: str) -> None:
    wang.say("烘焙")
    wang.say("第一个")
    (code,) = wang.courses
    wang.say(asked)
    assert told in wang.text
    assert wang.courses == [code]
    assert wang.buttons[-1] == "学校电话" or asked == "那候补呢"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("能退费吗", "要问学校"),
        ("退费", "要问学校"),
        ("要带什么", "每个班不一样"),
        ("候补要等多久", "按先后轮到"),
    ],
)
def test_without_a_class_it_is_answered_in_general(wang: Person, asked: str, told: str) -> None:
    wang.say(asked)
    assert told in wang.text
    assert wang.courses == []


def test_both_are_wanted_and_go_one_after_the_other(wang: Person) -> None:
    wang.say("免费")
    first, second = wang.courses[:2]
    wang.say("比较1和2")
    assert "放在一起看看" in wang.text
    assert wang.courses == [first, second]
    wang.say("两个都想报")
    assert "一个一个来" in wang.text
    assert wang.courses == [first]


def test_those_compared_keep_their_numbers(wang: Person) -> None:
    wang.say("免费")
    third = wang.courses[2]
    wang.say("第二个和第三个哪个好")
    wang.say("3")
    assert wang.courses == [third]


def test_who_wants_all_of_a_long_list_is_asked_which(wang: Person) -> None:
    wang.say("免费")
    assert len(wang.courses) > 2
    wang.say("都报上")
    assert "先报哪个" in wang.text
    wang.say("2")
    assert len(wang.courses) == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("上传表格", "发课程表"),
        ("传名单", "集中报名"),
        ("建一个队", "小组"),
        ("退出登记", "登记"),
        ("我要退出登记", "登记"),
    ],
)
def test_what_is_no_search_and_no_leaving_of_a_class(wang: Person, said: str, told: str) -> None:
    wang.say(said)
    assert told in wang.text
    assert wang.courses == []
