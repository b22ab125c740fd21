"""Enrolling by what people really write: ordinary answers count, and nobody is called 算了 on a list."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models.enrolment import enrolment
from models.people import conversation
from models.statement import Tx
from models.store import Store, work_now
from services import naming
from services.catalogue import note_changes
from tests.handlers.play import Person, Play
from tests.town import add_class, make_town

UP_TO = ("LN01", "盆景养护", "leisure", "吴老师", date(2026, 12, 12), 9, 60, 3, 10, 0, None, 70)


@pytest.fixture
def play(sqlite_store: Store) -> Play:
    town = make_town(sqlite_store)

    def more(tx: Tx) -> None:
        note_changes(tx, [add_class(tx, UP_TO, 2, 1)], town.now())

    work_now(sqlite_store, more)
    made = Play(sqlite_store, town)
    made.refresh()
    return made


def asked(play: Play, step: str, *, name: str = "", wish: str = "书法", account: str = "1001") -> Person:
    """Somebody who stands before one of the questions: consent, name, age or last."""
    person = play.person(account=account, name=name)
    person.say(wish)
    person.say("1")
    person.tap("报名")
    if step == "consent":
        return person
    person.tap("同意")
    if step == "name":
        return person
    person.say("我叫王秀兰")
    return person


@pytest.mark.parametrize(
    "said",
    [
        "不对 叫冯源",
        "不对，叫冯源",
        "写错了，是冯源",
        "名字错了，叫冯源",
        "我叫冯源",
        "改成冯源",
        "不是，我叫冯源",
    ],
)
def test_the_name_read_back_is_put_right_by_typing(play: Play, said: str) -> None:
    person = asked(play, "last")
    person.say(said)
    assert "称呼：冯源" in person.text
    person.say("对")
    assert names(play) == ["冯源"]


@pytest.mark.parametrize("said", ["名字不对", "名字写错了", "改一下名字"])
def test_a_name_that_is_wrong_is_asked_for_again(play: Play, said: str) -> None:
    person = asked(play, "last")
    person.say(said)
    assert "怎么称呼" in person.text
    person.say("冯源")
    assert "称呼：冯源" in person.text


@pytest.mark.parametrize("said", ["是周三吗", "等等，周几", "不对，周六的", "不用报名直接去行吗"])
def test_a_question_at_the_repeat_back_is_no_name_and_no_yes(play: Play, said: str) -> None:
    person = asked(play, "last")
    person.say(said)
    assert names(play) == []
    assert said[-2:] not in person.text.partition("称呼：")[2]


def names(play: Play) -> list[str]:
    """The names on the lists."""
    return [row.name for row in play.rows(select(enrolment.c.name))]


YES = ["好", "同意。", "好的。", "可以！", "好啊", "嗯嗯", "是的。", "ＯＫ"]
NO = ["不要", "算了。", "取消", "不用了", "不报了", "先不报了！", "不了"]


@pytest.mark.parametrize("said", YES)
def test_a_yes_to_the_first_question(play: Play, said: str) -> None:
    person = asked(play, "consent")
    person.say(said)
    assert "怎么称呼您" in person.text


@pytest.mark.parametrize("said", YES)
def test_a_yes_to_the_last_question(play: Play, said: str) -> None:
    person = asked(play, "last")
    person.say(said)
    assert "✓ 已报名" in person.text


@pytest.mark.parametrize("said", ["报名", "确认报名", "我要报名", "没错"])
def test_the_last_word_may_be_to_enrol(play: Play, said: str) -> None:
    person = asked(play, "last")
    person.say(said)
    assert "✓ 已报名" in person.text


@pytest.mark.parametrize("step", ["consent", "name", "last"])
@pytest.mark.parametrize("said", [*NO, "退出", "我要退出"])
def test_a_no_is_a_no_at_every_question(play: Play, step: str, said: str) -> None:
    person = asked(play, step)
    person.say(said)
    assert "没有报名" in person.text, person.text
    assert names(play) == []


@pytest.mark.parametrize(
    ("wish", "said", "heard"),
    [
        ("太极拳", "在的。", "核对"),
        ("太极拳", "62", "核对"),
        ("太极拳", "我今年62岁了", "核对"),
        ("太极拳", "80岁", "只收"),
        ("太极拳", "没有", "只收"),
        ("电工", "满了。", "核对"),
        ("电工", "还没满", "只收"),
        ("电工", "没有", "只收"),
        ("电工", "17岁", "只收"),
        ("盆景", "是的", "核对"),
        ("盆景", "不是", "只收"),
        ("盆景", "超过了", "只收"),
        ("盆景", "不报了", "没有报名"),
    ],
)
def test_the_age_in_words(play: Play, wish: str, said: str, heard: str) -> None:
    person = asked(play, "age", wish=wish)
    assert "这个班招" in person.text
    person.say(said)
    assert heard in person.text, person.text


@pytest.mark.parametrize(
    ("wish", "question", "labels"),
    [
        ("太极拳", "您的年龄在50到75岁之间吗？", ["是的", "不在"]),
        ("电工", "您满18岁了吗？", ["满了", "没满"]),
        ("盆景", "您的年龄在70岁以下吗？", ["是的", "不是"]),
    ],
)
def test_the_buttons_fit_the_question(play: Play, wish: str, question: str, labels: list[str]) -> None:
    person = asked(play, "age", wish=wish)
    assert question in person.text
    assert person.buttons == labels


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("王秀兰", "王秀兰"),
        ("王秀兰。", "王秀兰"),
        ("我叫王秀兰", "王秀兰"),
        ("我叫王秀兰！", "王秀兰"),
        ("我是王秀兰", "王秀兰"),
        ("我的名字是王秀兰", "王秀兰"),
        ("叫我王阿姨就行", "王阿姨"),
        ("叫我老张吧", "老张"),
        ("何苗", "何苗"),
        ("张晨", "张晨"),
        ("于晚晴", "于晚晴"),
        ("欧阳娜娜", "欧阳娜娜"),
        ("李老师", "李老师"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("Anna", "Anna"),
        ("José García", "José García"),
        ("我叫高兴", "高兴"),
        ("我叫陶艺", "陶艺"),
        ("叫我快乐人生", "快乐人生"),
    ],
)
def test_a_name_is_taken(play: Play, said: str, name: str) -> None:
    person = asked(play, "name")
    person.say(said)
    assert f"称呼：{name}" in person.text.splitlines(), person.text


@pytest.mark.parametrize("said", ["高兴", "陶艺", "小雪", "周三", "快乐人生", "随便", "anna", "管理"])
def test_what_may_be_a_name_is_asked_back(play: Play, said: str) -> None:
    person = asked(play, "name")
    person.say(said)
    assert f"要用“{said}”作称呼吗？" in person.text
    person.say("是的")
    assert f"称呼：{said}" in person.text.splitlines()


def test_no_to_the_asking_back_asks_for_another_and_ends_nothing(play: Play) -> None:
    person = asked(play, "name")
    person.say("快乐人生")
    person.say("不是")
    assert "请打字告诉我怎么称呼您" in person.text
    person.say("王秀兰")
    assert "称呼：王秀兰" in person.text


def test_a_name_after_the_asking_back_is_that_name(play: Play) -> None:
    person = asked(play, "name")
    person.say("快乐人生")
    person.say("王秀兰")
    assert "称呼：王秀兰" in person.text


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("谢谢", "不客气"),
        ("多少钱", "免费"),
        ("几点上课", "上午9点"),
        ("太极拳", "太极拳二十四式"),
        ("有没有烘焙课？", "家常烘焙"),
        ("滑雪", "没听明白"),
        ("人工", "0570-5550123"),
        ("你好", "您好"),
        ("为什么要名字", ""),
        ("明天上午的课", ""),
        ("免费的", ""),
        ("第二个", ""),
    ],
)
def test_what_is_no_name_is_answered_as_what_it_is(play: Play, said: str, heard: str) -> None:
    person = asked(play, "name")
    person.say(said)
    assert heard in person.text, person.text
    assert "称呼：" not in person.text and "作称呼吗" not in person.text


def test_a_yes_is_no_name(play: Play) -> None:
    person = asked(play, "name")
    person.say("好的。")
    assert "请打字告诉我怎么称呼您" in person.text


@pytest.mark.parametrize("said", ["=1+1", "😀", "王秀兰" * 8, "@all", "<b>王</b>"])
def test_what_cannot_stand_on_a_list_is_told_so(play: Play, said: str) -> None:
    person = asked(play, "name")
    person.say(said)
    assert "不太合适" in person.text


@pytest.mark.parametrize(
    ("own", "button"),
    [
        ("王秀兰", "王秀兰"),
        ("王秀兰🌸", "王秀兰"),
        ("🌸 开心 每一天 🌸", "开心 每一天"),
        ("  Anna  Smith ", "Anna Smith"),
        ("甲" * 30, "甲" * 20),
        ("🌸🌸", ""),
        ('=HYPERLINK("http://x")', ""),
        ("+8613900000000", ""),
        ("@wang", ""),
        ("-王", "王"),
        ("138 0000 0000", ""),
        ("", ""),
    ],
)
def test_the_platforms_own_name_passes_the_same_check(play: Play, own: str, button: str) -> None:
    assert naming.usable(own) == button
    person = asked(play, "name", name=own)
    offered = [label for label in person.buttons if label.startswith("用“")]
    assert offered == ([f"用“{button}”"] if button else [])


@pytest.mark.parametrize(
    "text", ["A" + "-" * 400 + "!", "我叫" * 200, "李" * 500, "A." * 200, "。" * 500, "就行" * 200 + "x"]
)
def test_reading_a_name_is_quick(text: str) -> None:
    name, _ = naming.said_name(text)
    assert naming.like_a_name(name) is False
    naming.usable(text)


def test_a_step_back_goes_to_the_question_before_and_loses_nothing(play: Play) -> None:
    person = asked(play, "last", wish="太极拳")
    person.say("是的")
    assert "核对" in person.text
    person.say("上一步")
    assert "您的年龄在50到75岁之间吗" in person.text
    person.say("上一步")
    assert "怎么称呼您" in person.text and "用“王秀兰”" in person.buttons
    person.say("上一步")
    assert "太极拳二十四式" in person.text and "报名" in person.buttons
    person.tap("报名")
    assert "用“王秀兰”" in person.buttons, "what was typed is still there"
    person.tap("用“")
    person.say("是的")
    person.say("确认报名")
    assert "✓ 已报名" in person.text
    assert names(play) == ["王秀兰"]


def test_a_step_back_from_the_first_question_is_the_card(play: Play) -> None:
    person = asked(play, "consent")
    person.say("上一步")
    assert "书法入门" in person.text and "报名" in person.buttons
    person.say("上一步")
    assert "回复数字看详情" in person.text, "and then the list, as ever"


def test_a_step_back_from_another_name_is_the_name_question(play: Play) -> None:
    person = asked(play, "last")
    person.tap("改称呼")
    person.say("上一步")
    assert "用“王秀兰”" in person.buttons
    person.tap("改一个")
    person.say("快乐人生")
    assert "作称呼吗" in person.text
    person.say("上一步")
    assert "怎么称呼您" in person.text and "用“快乐人生”" not in person.buttons


def test_a_step_back_when_the_class_is_gone(play: Play) -> None:
    person = asked(play, "name")
    play.work(
        lambda tx: tx.core(conversation.update().values(state='{"v":1,"step":"enrol.name","data":{"id":99}}'))
    )
    person.say("上一步")
    assert "这个班不在了" in person.text
