"""What only the school can tell is said to be so; two classes wanted at once go one after the other."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from models.catalogue import offering
from models.statement import Tx
from tests.handlers.play import Person, Play

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
        ("能退费吗", "打个电话问问"),
        ("退费", "打个电话问问"),
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


# what is asked, and what the class of the screen tells of itself or of the school
OF_A_CLASS = (
    ("停车方便吗", "停车"), ("骑车去有地方放吗", "停车"), ("有教材吗", "教材"),
    ("材料费多少", "学费以外"), ("书本费另算吗", "学费以外"), ("迟到了能进吗", "晚到一会儿也不要紧"),
    ("几个人一个班", "一共收20人"), ("一个班多少人", "一共收20人"), ("老师好不好", "王老师"),
    ("老师凶不凶", "王老师"), ("有没有证书", "证书"), ("学完能干啥", "学完能做什么"),
    ("包分配吗", "学完能做什么"), ("缺课了能补吗", "缺了课"), ("能带老伴一起吗", "能不能带人"),
    ("轮椅进得去吗", "轮椅"), ("有电梯吗", "电梯"), ("有暖气没", "教室里的条件"),
    ("要考试吗", "要不要考试"), ("管饭不", "管不管吃住"), ("有没有补助", "补贴"),
    ("能微信付吗", "学费到学校交"), ("老年人打折吗", "优惠"), ("上课穿什么", "穿什么"),
    ("下雨还上课吗", "停课、改时间都会告诉您"), ("过年上不上", "上课的日子"), ("能录像吗", "回放"),
    ("有微信群吗", "班级群"), ("要带身份证不", "不用身份证"), ("是谁办的", "开办"),
    ("是不是骗人的", "开办"), ("会不会推销保健品", "开办"), ("旷课会怎样", "请假"),
    ("能借笔吗", "毛笔可以借"), ("跟得上吗", "学得怎么样"), ("七十五了还收不收", "谁都可以报"),
    ("能抽烟不", "介绍里没有写到的"), ("中间休息吗", "介绍里没有写到的"),
    ("can i bring my grandson", "能不能带人"),
    ("is there parking", "停车"), ("要带手机去不", "还要带什么"), ("老师是医生吗", "王老师"),
    ("下雨天咋整", "停课、改时间都会告诉您"), ("缺课咋办", "请假"), ("几号去", "下次上课"), ("咋去", "地点"),
)  # fmt: skip


@pytest.fixture
def described(play: Play, wang: Person) -> Person:
    """Wang, in a town where calligraphy is described."""

    def unit(tx: Tx) -> None:
        words = "先学握笔。毛笔可以借，晚到一会儿也不要紧。"
        tx.core(update(offering).where(offering.c.code == "SF01").values(description=words, fee_fen=6000))

    play.work(unit)
    return wang


def test_whatever_is_asked_of_a_class_is_answered_of_it(described: Person) -> None:
    described.say("书法")
    described.say("第一个")
    for asked, told in OF_A_CLASS:
        described.say(asked)
        assert told in described.text, asked
        assert described.courses == ["SF01"], asked
        assert "抱歉" not in described.text, asked


def test_what_is_not_told_comes_with_the_phone_and_its_hours(described: Person) -> None:
    described.say("书法")
    described.say("第一个")
    described.say("有教材吗")
    assert "电话" in described.text
    described.say("晚到让进不")
    assert "介绍里写着" in described.text
    assert "打个电话问问" not in described.text


def test_two_questions_in_one_breath_are_both_answered(described: Person) -> None:
    described.say("书法")
    described.say("多少钱包饭不")
    assert "60元" in described.text
    assert "管不管吃住" in described.text


def test_asked_of_classes_that_are_still_to_be_found(described: Person) -> None:
    described.say("书法能借笔吗")
    assert described.courses == ["SF01"]
    assert "毛笔可以借" in described.text


def test_asked_of_a_whole_list_each_tells_what_it_knows(described: Person) -> None:
    described.say("免费的或者收费的课都行")
    described.say("有哪些课")
    shown = described.courses
    assert len(shown) > 1
    described.say("能借笔吗")
    assert described.courses == shown
    assert described.text.startswith("每个班不一样")
    assert "毛笔可以借" in described.text
    described.say(str(shown.index("SF01") + 1))
    assert described.courses == ["SF01"]


@pytest.mark.parametrize(
    "asked", ["停车方便吗", "有教材吗", "学完能干啥", "几个人一个班", "老师好不好", "要考试吗"]
)
def test_out_of_the_blue_it_is_no_search_and_no_complaint(wang: Person, asked: str) -> None:
    wang.say(asked)
    assert "每个班不一样" in wang.text
    assert "电话" in wang.text
    assert wang.courses == []


def test_what_one_may_look_for_is_looked_for(wang: Person) -> None:
    wang.say("书法")
    wang.say("第一个")
    wang.say("有没有太极")
    assert "SF01" not in wang.courses
    wang.say("周末的有吗")
    assert "资料里" not in wang.text


def test_the_one_class_that_was_found_is_asked_about_as_if_it_were_open(wang: Person) -> None:
    wang.say("书法")
    (code,) = wang.courses
    wang.say("能坐着写吗")
    assert wang.courses == [code]
    assert "打个电话问问" in wang.text
