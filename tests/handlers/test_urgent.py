"""紧急通知 as it is composed: offered to owners only, asked once more, and said wherever the broadcast is."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.broadcasting import broadcast
from models.store import Store
from services.roles import grant
from tests.handlers.play import Person, Play
from tests.handlers.test_broadcast import compose, learner, run
from tests.town import make_town


@pytest.fixture
def play(store: Store) -> Play:
    play = Play(store, make_town(store))
    play.at(22)
    return play


def staff(play: Play, role: str, number: str = "9001") -> Person:
    one = play.person("telegram", number, name="林老师")
    one.say("/start")
    play.work(grant, play.town, f"telegram:{number}", role, "xincheng", "test")
    return one


def test_an_owner_marks_it_and_everybody_is_told_plainly(play: Play) -> None:
    wang = learner(play, 1001)
    owner = staff(play, "owner")
    compose(owner, "今晚停水")
    owner.tap("新城街道社区学校的居民")
    assert "现在是免打扰时间，过后再发：1 人" in owner.text
    owner.tap("标为紧急")
    assert "会把人吵醒" in owner.text and "会记下来" in owner.text
    owner.tap("不算紧急")
    assert "紧急" not in owner.text
    owner.tap("标为紧急")
    owner.tap("确定，标为紧急")
    preview, summary = owner.messages
    assert preview.text == "【紧急通知】\n今晚停水"
    assert summary.text.startswith("紧急通知：不等免打扰时间")
    assert "也马上发：1 人" in summary.text
    owner.tap("现在就发")
    assert "紧急通知开始发了，1人会收到" in owner.text
    run(play)
    owner.say("我的群发")
    assert "群发1发完了（紧急，夜里也发）" in owner.text
    owner.tap("看群发1")
    assert "送达 1 / 1 人" in owner.text and "紧急" in owner.text
    owner.tap("看报告")
    assert "（紧急，夜里也发）" in owner.text
    assert wang.known


def test_planned_for_the_night_it_is_not_asked_whether_it_repeats(play: Play) -> None:
    learner(play, 1001)
    owner = staff(play, "owner")
    compose(owner, "明早停课")
    owner.tap("新城街道社区学校的居民")
    owner.tap("标为紧急")
    owner.tap("确定，标为紧急")
    owner.tap("定个时间")
    owner.say("今晚11点")
    assert "晚上11点发紧急通知给1人" in owner.text


def test_a_broadcaster_is_not_offered_it_and_a_forged_tap_does_nothing(play: Play) -> None:
    learner(play, 1001)
    clerk = staff(play, "broadcaster")
    compose(clerk, "今晚停水")
    clerk.tap("新城街道社区学校的居民")
    assert "标为紧急" not in clerk.buttons
    clerk.tap_action("bcast_wakes:1")
    assert "只有新城街道社区学校的负责人能发" in clerk.text
    other = staff(play, "owner", "9002")
    for action in ("bcast_wakes:1", "bcast_urgent:1", "bcast_calm:1"):
        other.tap_action(action)
        assert "不能再改" in other.text
    assert [row.urgent for row in play.rows(select(broadcast.c.urgent))] == [False]


def test_in_english_and_in_big_mode_by_words(play: Play) -> None:
    learner(play, 1001)
    owner = staff(play, "owner")
    owner.say("/en")
    owner.say("大字")
    owner.say("/broadcast")
    owner.say("No water tonight")
    owner.say("1")
    assert "Mark as urgent" in owner.text
    owner.say("Mark as urgent")
    owner.say("1")
    assert owner.messages[0].text == "[Urgent]\nNo water tonight"
    owner.say("Send now")
    assert "The urgent notice is on its way to 1 person" in owner.text


def test_what_is_urgent_is_answered_before_anything_is_sent(play: Play) -> None:
    learner(play, 1001)
    owner = staff(play, "owner")
    compose(owner, "河堤告急")
    owner.tap("新城街道社区学校的居民")
    owner.say("标为紧急")
    owner.say("现在就发")
    assert play.rows(select(broadcast.c.state)) == [("draft",)], "urgent or not is still open"
    owner.say("确定")
    owner.say("现在就发")
    assert "紧急通知开始发了" in owner.text


def test_at_night_it_is_said_that_what_is_not_urgent_waits(play: Play) -> None:
    learner(play, 1001)
    owner = staff(play, "owner")
    compose(owner, "下周有讲座")
    owner.tap("新城街道社区学校的居民")
    owner.say("标为紧急")
    owner.say("不算紧急")
    owner.say("现在就发")
    assert "开始发了" in owner.text and "过后再发：1 人" in owner.text
