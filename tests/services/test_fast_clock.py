"""A demonstration in which a week passes in two minutes: schedules run ahead, what people do has its time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock import ShiftedClock
from models.outgoing import outgoing
from models.people import conversation, received_update
from models.store import Store, work_now
from services import fetching
from services.schedules import retention
from tests.handlers.play import Person, Play
from tests.town import START, make_town

WEEK_IN_TWO_MINUTES = 5040.0


@dataclass
class Machine:
    """The machine's own clock, moved by hand."""

    seconds: float = START.timestamp()

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def play(store: Store, machine: Machine) -> Play:
    clock = ShiftedClock(START, WEEK_IN_TWO_MINUTES, real=machine)
    return Play(store, make_town(store, clock=clock))


def pass_real(play: Play, machine: Machine, seconds: float) -> None:
    """Let people's time pass, with everything that is due done every ten seconds of it."""
    ends = machine.seconds + seconds
    while machine.seconds < ends:
        machine.seconds = min(machine.seconds + 10, ends)
        while work_now(play.store, lambda tx: retention.due(tx, play.town)):
            pass


def state(play: Play) -> str:
    (row,) = play.rows(select(conversation.c.state))
    return str(row.state)


def test_a_dialogue_outlives_the_minutes_in_which_weeks_pass(play: Play, machine: Machine) -> None:
    wang = play.person("telegram", "1001")
    wang.say("书法")
    pass_real(play, machine, 120)
    assert play.now - START > timedelta(days=6)
    assert state(play) and play.rows(select(received_update.c.update_id))
    wang.say("1")
    assert "书法入门" in wang.text


def test_a_dialogue_still_ends_after_a_day_of_peoples_time(store: Store, machine: Machine) -> None:
    # slow enough that a day is no year of silence, after which there would be nobody left
    play = Play(store, make_town(store, clock=ShiftedClock(START, 50.0, real=machine)))
    play.person("telegram", "1001").say("书法")
    machine.seconds += 24 * 3600 + 60
    pass_real(play, machine, 10)
    assert state(play) == ""


@pytest.mark.parametrize(("seconds", "good"), [(300, True), (660, False)])
def test_a_link_code_has_its_ten_minutes(play: Play, machine: Machine, seconds: float, good: bool) -> None:
    phone, web = play.person("telegram", "1001", name="王秀兰"), play.person("web", "b1")
    phone.tap_action("link")
    (code,) = re.findall(r"\d{3} \d{3}", phone.text)
    pass_real(play, machine, seconds)
    web.say("绑定")
    web.say(code)
    assert (any("合成一个" in label for label in web.buttons)) is good


def test_an_answer_waits_ten_minutes_for_its_sender(play: Play, machine: Machine) -> None:
    play.person("telegram", "1001").say("书法")
    machine.seconds += 590
    (row,) = play.rows(select(outgoing.c.expires_at))
    assert row.expires_at > play.now
    machine.seconds += 20
    assert row.expires_at < play.now


def test_the_web_page_keeps_what_was_said_today(play: Play, machine: Machine) -> None:
    li = play.person("web", "b1")
    li.say("书法")
    shown = read(play, li)
    machine.seconds += 120
    assert shown and read(play, li) == shown


def read(play: Play, who: Person) -> list[int]:
    (row,) = play.rows(select(outgoing.c.account_id).limit(1))
    found = play.work(fetching.look, play.town, row.account_id)
    ids = [one.id for one in found.shown]
    play.work(fetching.reached, play.town, row.account_id, ids)
    return ids
