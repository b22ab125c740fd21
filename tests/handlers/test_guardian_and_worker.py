"""A guardian is sent to the school with a phone number; a worker enrols at night and is left to sleep."""

from __future__ import annotations

from datetime import date

import pytest

from models.statement import Tx
from models.store import Store, work_now
from services.catalogue import note_changes
from services.town import Town
from tests.handlers.play import Play
from tests.town import add_class

CHILDREN = ("ET01", "少儿围棋", "leisure", "孙老师", date(2026, 12, 5), 15, 60, 6, 10, 0, 6, 12)
CLASHING = ("XY01", "周六国画", "arts", "钱老师", date(2026, 12, 5), 10, 90, 8, 10, 0, None, None)


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    def more(tx: Tx) -> None:
        ids = [add_class(tx, row, 2, 1) for row in (CHILDREN, CLASHING)]
        note_changes(tx, ids, town.now())

    work_now(store, more)
    made = Play(store, town)
    made.refresh()
    return made


def test_a_guardian_is_told_whom_to_call(play: Play) -> None:
    mother = play.person(account="30", name="李静")
    mother.say("给孩子找个围棋班")
    assert "少儿围棋" in mother.text
    mother.say("1")
    mother.tap("报名")
    assert "孩子报名请家长到校或打电话" in mother.text
    assert "0570-5550123" in mother.text and "9:00-17:00" in mother.text


def test_two_classes_at_the_same_hour_are_refused_with_a_way_out(play: Play) -> None:
    wang = play.person(account="31", name="王秀兰")
    for wish in ("书法", "国画"):
        wang.say(wish)
        wang.say("1")
        wang.say("报名")
        wang.say("同意，继续报名") if "可以吗" in wang.text else None
        wang.tap("用“") if "怎么称呼" in wang.text else None
        wang.say("确认报名") if "核对" in wang.text else None
    assert "时间撞了" in wang.text and "书法入门" in wang.text
    wang.tap("看看那个班")
    assert "您已报名这个班" in wang.text


@pytest.mark.parametrize(
    ("said", "heard"),
    [("是的", "核对"), ("不在", "只收"), ("我想想", "没听明白")],
    ids=["yes", "no", "neither"],
)
def test_the_age_is_asked_as_yes_or_no(play: Play, said: str, heard: str) -> None:
    man = play.person(account="32", name="老周")
    for step in ("太极拳", "1", "报名", "同意，继续报名", "老周"):
        man.say(step)
    assert "在50到75岁之间吗" in man.text
    man.say(said)
    assert heard in man.text


def test_a_worker_after_a_night_shift(play: Play) -> None:
    worker = play.person(account="40", name="小马")
    play.at(23, 40)
    worker.say("考电工证的班，晚上的")
    assert "电工上岗培训" in worker.text
    worker.say("1")
    worker.say("报名")
    worker.say("同意，继续报名")
    worker.tap("用“小马”")
    worker.say("是的")
    worker.say("确认报名")
    assert "已报名" in worker.text
    assert "明天（周二）晚上7点就上课了，别忘了。" in worker.text, (
        "enrolled after 18:00: the reminder is in the answer"
    )
    worker.say("提醒设置")
    assert worker.buttons
