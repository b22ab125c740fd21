"""请假: a play about missing one session, and coming after all."""

from __future__ import annotations

from sqlalchemy import func, select

from models.enrolment import enrolment, excuse
from models.operations import audit_entry
from models.store import Store
from services.schedules import DUE
from services.town import Town
from tests.handlers.play import Person, Play


def everything_due(play: Play) -> None:
    """What happens by itself until nothing is left."""
    for due in DUE:
        while play.work(lambda tx, due=due: due(tx, play.town)):
            pass


def newcomer(play: Play, wish: str = "手机", account: str = "1001") -> Person:
    wang = play.person("telegram", account, name="王秀兰")
    assert wang.enrol(wish) == "enrolled"
    return wang


def excuses(play: Play) -> int:
    return int(play.rows(select(func.count()).select_from(excuse))[0][0])


def test_by_the_button_of_a_reminder(store: Store, town: Town) -> None:
    play = Play(store, town)
    everything_due(play)
    wang = newcomer(play)
    play.at(18, days=1)
    everything_due(play)
    wang.inbox()
    assert "明天有课：\n智能手机从零学，下午2点–3点半" in wang.text
    wang.tap("这次去不了")
    assert "记下您请假了" in wang.text
    assert "明天（周三）下午2点" in wang.text
    assert excuses(play) == 1
    # the hour before, she is left in peace
    play.at(13, days=1)
    everything_due(play)
    assert wang.inbox() == []
    wang.say("又能去了")
    assert "等您来" in wang.text
    assert excuses(play) == 0
    actions = [row[0] for row in play.rows(select(audit_entry.c.action).order_by(audit_entry.c.id))]
    assert actions[-2:] == ["excuse", "excuse_back"]


def test_in_words_with_one_class(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang = newcomer(play)
    wang.say("请假")
    assert "后天（周三）下午2点的“智能手机从零学”去不了，对吗？" in wang.text
    assert excuses(play) == 0
    wang.say("对")
    assert "记下您请假了" in wang.text
    wang.say("请假")
    assert excuses(play) == 1


def test_she_can_come_after_all(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang = newcomer(play)
    wang.say("我后天去不了")
    wang.say("能去")
    assert "到时候见" in wang.text
    assert excuses(play) == 0
    wang.say("又能去了")
    assert "没有请过假" in wang.text
    wang.say("请假")
    wang.say("对")
    assert excuses(play) == 1
    wang.say("能去")
    assert excuses(play) == 0, "said once more after the question"


def test_which_session_stands_whatever_comes_between(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang = newcomer(play)
    wang.enrol("书法")
    wang.say("请假")
    for said in ("啊" * 4000, "哼哼", "谢谢"):
        wang.say(said)
    wang.send("voice")
    wang.tap_action("offer_yes:9")
    wang.say("2")
    assert "书法入门" in wang.text
    assert excuses(play) == 1


def test_in_words_with_several(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang = newcomer(play)
    wang.enrol("书法")
    wang.say("请假")
    assert "哪一次去不了？" in wang.text
    assert len(wang.buttons) == 2
    wang.say("2")
    assert "“书法入门”记下您请假了" in wang.text
    wang.say("又能去了")
    wang.say("书法去不了了")
    assert "“书法入门”去不了，对吗？" in wang.text


def test_nothing_to_be_excused_from(store: Store, town: Town) -> None:
    li = Play(store, town).person("telegram", "1002", name="李建国")
    li.say("请假")
    assert "没有要上的课" in li.text


def test_only_ones_own_and_only_before_it_begins(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang = newcomer(play)
    wang.say("请假")
    action = wang.button("对，这次去不了").action
    li = play.person("telegram", "1002", name="李建国")
    li.tap_action(action)
    assert "没有报名这个班" in li.text
    play.at(14, days=2)
    wang.tap_action(action)
    assert "已经开始了" in wang.text
    for forged in ("excuse:1", "excuse:1:x", "excuse:999999:1", "unexcuse:1:999999", "excuse:-1:1"):
        wang.tap_action(forged)
        assert wang.messages
    assert excuses(play) == 0


def test_no_reminders_of_one_class(store: Store, town: Town) -> None:
    play = Play(store, town)
    everything_due(play)
    wang = newcomer(play)
    place = play.rows(select(enrolment.c.id))[0][0]
    wang.tap_action(f"remind_off:{place}")
    assert "“智能手机从零学”不再提醒您" in wang.text
    play.at(18, days=1)
    everything_due(play)
    assert wang.inbox() == []
    wang.tap_action(f"remind_on:{place}")
    assert "会提醒您" in wang.text
    play.at(13, days=1)
    everything_due(play)
    wang.inbox()
    assert "快上课了" in wang.text
    li = play.person("telegram", "1002", name="李建国")
    li.tap_action(f"remind_off:{place}")
    assert "没有报名这个班" in li.text
