"""Seats and offers under the lock of their class: who is faster, who cannot be reached, what is too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from models.catalogue import offering
from models.enrolment import enrolment, seat_offer
from models.people import account
from models.store import Store
from services.enrolling import lapses, offers, seats
from services.town import Town
from tests.handlers.play import Person, Play

PHONES = "SJ01"  # two seats


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    return Play(store, town)


def crowd(play: Play, names: str) -> list[Person]:
    """These people, each with a place in the class of two seats, in this order."""
    people = [play.person(account=str(n), name=name) for n, name in enumerate(names, 1)]
    for person in people:
        for said in ("智能手机", "1", person.name):
            person.say(said)
            if said == "1":
                person.tap("报名" if "报名" in person.buttons else "排候补")
                person.say("好")
        person.say("好")
    return people


def states(play: Play) -> list[str]:
    """The states of all places, in the order of their rows."""
    return [row.state for row in play.rows(select(enrolment.c.state).order_by(enrolment.c.id))]


def taken(play: Play) -> int:
    """The counter of the class."""
    return int(play.rows(select(offering.c.taken).where(offering.c.code == PHONES))[0].taken)


def test_whoever_cannot_be_reached_does_not_hold_up_the_line(play: Play) -> None:
    people = crowd(play, "甲乙丙丁戊己")
    stopped = update(account).where(account.c.external_id == "3").values(state="stopped")
    play.work(lambda tx: tx.core(stopped))
    wider = update(offering).where(offering.c.code == PHONES).values(capacity=5)
    play.work(lambda tx: tx.core(wider))
    offering_id = play.rows(select(offering.c.id).where(offering.c.code == PHONES))[0].id
    made = play.work(lambda tx: offers.promote(tx, play.town, offering_id))
    assert made == 3
    assert states(play) == ["enrolled", "enrolled", "withdrawn", "offered", "offered", "offered"]
    assert taken(play) == 5
    people[3].inbox()
    people[3].say("接受")
    assert "已报名" in people[3].text


def test_an_offer_that_was_answered_does_not_lapse(play: Play) -> None:
    people = crowd(play, "甲乙丙")
    people[0].say("退课")
    people[0].say("确认退出")
    people[2].inbox()
    people[2].say("接受")
    offer_id = play.rows(select(seat_offer.c.id))[0].id
    play.work(lambda tx: lapses.undeliverable(tx, play.town, offer_id))
    play.advance(timedelta(days=1, hours=2))
    assert play.work(lambda tx: lapses.lapse_due(tx, play.town)) == 0
    assert states(play) == ["withdrawn", "enrolled", "enrolled"]


def test_an_offer_is_answered_too_late(play: Play) -> None:
    people = crowd(play, "甲乙丙丁")
    people[0].say("退课")
    people[0].say("确认退出")
    people[2].inbox()
    action = people[2].button("接受名额").action
    play.advance(timedelta(hours=30))
    people[2].tap_action(action)
    assert "已经过期" in people[2].text
    assert play.work(lambda tx: lapses.lapse_due(tx, play.town)) == 1
    people[3].inbox()
    assert "有名额了" in people[3].text
    assert taken(play) == 2


def test_leaving_twice_frees_one_seat(play: Play) -> None:
    people = crowd(play, "甲乙")
    row = play.work(lambda tx: seats.living(tx, people[0].person_id, 3))
    leave = lambda tx: seats.leave(tx, play.town, row, why="self", actor="test")  # noqa: E731
    assert [play.work(leave), play.work(leave)] == [True, False]
    assert taken(play) == 1


def test_shortly_before_the_class_a_free_seat_is_for_whoever_comes(play: Play) -> None:
    people = crowd(play, "甲乙丙")
    play.town.clock.set(datetime(2026, 12, 2, 13, 0, tzinfo=play.town.zone).astimezone(UTC))  # type: ignore[attr-defined]
    people[0].say("退课")
    people[0].say("确认退出")
    assert states(play) == ["withdrawn", "enrolled", "waiting"], "an hour before, nothing is offered any more"
    people[2].say("我的课")
    people[2].say("1")
    assert "报名" in people[2].buttons
    people[2].tap("报名")
    for _ in range(3):
        if "已报名" not in people[2].text:
            people[2].tap("确认报名" if "确认报名" in people[2].buttons else "用“")
    assert "已报名" in people[2].text
    assert taken(play) == 2


def test_a_step_of_another_version_does_not_silence_anybody(play: Play) -> None:
    from models.people import conversation

    wang = play.person(name="王秀兰")
    wang.say("你好")
    gone = update(conversation).values(state='{"v":1,"step":"gone.step"}')
    play.work(lambda tx: tx.core(gone))
    wang.say("书法")
    assert "书法入门" in wang.text


def test_without_a_living_yes_nothing_is_kept(play: Play) -> None:
    from services import consenting

    wang = play.person(name="王秀兰")
    for said in ("书法", "1", "报名", "好", "好"):
        wang.say(said)
    assert "核对" in wang.text
    play.work(lambda tx: consenting.withdraw(tx, wang.person_id, "enrolment", play.now))
    wang.tap("确认报名")
    assert "可以吗" in wang.text
    assert states(play) == []
