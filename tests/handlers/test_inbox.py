"""找人帮忙 as a thread: a resident asks, the school answers, and who answered is known."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.operations import audit_entry
from models.organising import help_thread
from models.outgoing import outgoing
from models.store import Store
from services import fetching
from services.roles import grant, revoke
from tests.handlers.play import Person, Play
from tests.town import make_town


@pytest.fixture
def play(store: Store) -> Play:
    return Play(store, make_town(store))


@pytest.fixture
def teacher(play: Play) -> Person:
    play.work(lambda tx: grant(tx, play.town, "telegram:3001", "teacher", "xincheng", "cli:test"))
    teacher = play.person("telegram", "3001", name="赵老师")
    return teacher


@pytest.fixture
def wang(play: Play, teacher: Person) -> Person:
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.enrol("书法")
    return wang


def asks(who: Person, text: str) -> None:
    who.say("找人帮忙")
    who.tap("给学校留言")
    who.say(text)
    assert "转给“新城街道社区学校”了" in who.text


def states(play: Play) -> list[str]:
    return [row.state for row in play.rows(select(help_thread.c.state).order_by(help_thread.c.id))]


def test_asked_answered_and_done(play: Play, wang: Person, teacher: Person) -> None:
    asks(wang, "教室有电梯吗？")
    teacher.inbox()
    assert "教室有电梯吗？" in teacher.text
    teacher.say("收件箱")
    assert "1条等回复" in teacher.text
    assert "1. 王秀兰：教室有电梯吗？（等回复）" in teacher.text
    teacher.say("1")
    teacher.tap("回复")
    teacher.say("有的，从东门进。")
    assert "回复发出去了" in teacher.text
    wang.inbox()
    assert "“新城街道社区学校”回复您：\n有的，从东门进。" in wang.text
    wang.tap("接着说")
    wang.say("谢谢")
    teacher.inbox()
    teacher.tap("看看并回复")
    assert "→ 我" in teacher.text
    assert "谢谢" in teacher.text
    teacher.tap("已处理")
    assert states(play) == ["closed"]
    teacher.say("收件箱")
    assert "没有要处理" in teacher.text
    actions = [row.action for row in play.rows(select(audit_entry.c.action))]
    assert "help_answered" in actions and "help_done" in actions


def test_a_colleague_sees_who_answered(play: Play, wang: Person, teacher: Person) -> None:
    play.work(lambda tx: grant(tx, play.town, "telegram:3002", "owner", "root", "cli:test"))
    asks(wang, "几点开门？")
    teacher.say("收件箱")
    teacher.say("1")
    teacher.tap("回复")
    teacher.say("八点半。")
    owner = play.person("telegram", "3002")
    owner.inbox()
    owner.say("收件箱")
    assert "回过了" in owner.text
    owner.say("1")
    assert "→ 同事" in owner.text


def test_several_words_are_one_thread_and_wake_once(play: Play, wang: Person, teacher: Person) -> None:
    asks(wang, "教室有电梯吗？")
    asks(wang, "有停车的地方吗？")
    assert len(teacher.inbox()) == 1
    assert states(play) == ["open"]
    teacher.tap_action("thread:1")
    assert "电梯" in teacher.text and "停车" in teacher.text


def test_whoever_is_not_of_the_school_sees_nothing(play: Play, wang: Person, teacher: Person) -> None:
    asks(wang, "教室有电梯吗？")
    play.work(lambda tx: grant(tx, play.town, "telegram:3009", "owner", "heping", "cli:test"))
    for other in (play.person("telegram", "3009"), play.person("telegram", "1002")):
        for act in ("thread:1", "thread_reply:1", "thread_done:1"):
            other.tap_action(act)
            assert "失效" in other.text
        other.say("收件箱")
        assert "电梯" not in other.text
    assert states(play) == ["open"]


def test_where_nobody_reads_it_there_is_only_the_telephone(play: Play) -> None:
    li = play.person("telegram", "1002")
    li.say("找人帮忙")
    assert "0570-5550123" in li.text
    assert "给学校留言" not in li.buttons
    li.tap_action("ask:2")
    assert "失效" in li.text


def test_what_is_thought_better_of(play: Play, wang: Person) -> None:
    wang.say("找人帮忙")
    wang.tap("给学校留言")
    wang.say("先不说了")
    assert "没有转" in wang.text
    assert states(play) == []


@pytest.mark.parametrize("platform", ["telegram", "web"])
def test_who_is_no_longer_staff_keeps_no_page_of_the_inbox(play: Play, platform: str) -> None:
    name = f"{platform}:3002"
    play.work(lambda tx: grant(tx, play.town, name, "teacher", "xincheng", "cli:test"))
    clerk, li = play.person(platform, "3002", name="钱老师"), play.person("telegram", "1002", name="李桂英")
    li.enrol("书法")
    clerk.say("书法")
    asks(li, "我腿脚不好，教室有电梯吗？")
    clerk.say("收件箱")
    assert "李桂英" in clerk.text
    play.work(lambda tx: revoke(tx, play.town, name, "teacher", "xincheng", "cli:test"))
    own = select(outgoing).where(outgoing.c.account_id == clerk.account_id)
    found = "".join(str(row) for row in play.rows(own))
    assert "电梯" not in found and "李桂英" not in found
    kept = play.work(fetching.look, play.town, clerk.account_id)
    assert not any("李桂英" in str(one.message) for one in kept.shown)
    clerk.say("我的资料")
    for document in clerk.documents:
        said = document.content.decode("utf-8", "ignore")
        assert "电梯" not in said and "李桂英" not in said
    clerk.say("1")
    assert "李桂英" not in clerk.text


def test_the_words_of_the_button_lead_there_too(wang: Person) -> None:
    wang.say("给学校留言")
    assert "您想问什么" in wang.text


@pytest.mark.parametrize("no", ["算了", "先不说了", "没事了"])
def test_a_change_of_mind_is_not_passed_on(play: Play, wang: Person, no: str) -> None:
    wang.say("给学校留言")
    wang.say(no)
    assert "转给" not in wang.text and states(play) == []


def test_a_change_of_mind_about_an_answer_is_not_sent(play: Play, wang: Person, teacher: Person) -> None:
    asks(wang, "教室有电梯吗？")
    teacher.say("收件箱")
    teacher.say("1")
    teacher.tap("回复")
    teacher.say("算了")
    assert "1条等回复" in teacher.text and states(play) == ["open"]
    wang.inbox()
    assert "算了" not in wang.text
