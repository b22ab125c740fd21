"""What a crowd before a class asks together, before it is in line, is still so when its places are made."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from handlers.incoming import Incoming
from handlers.prepare import line_of
from handlers.take import Taken, Taking
from models.catalogue import offering
from models.people import account, consent
from models.statement import Statement
from models.store import Job, Store
from services.enrolling import crowd
from tests.handlers.play import Play
from tests.races.test_gates import at_the_same_hour, before_the_last_word, both_at_once, places
from tests.town import make_town


def as_one_of_a_crowd(play: Play, incoming: Incoming) -> Taken:
    """Take in an update as the desk does: a tap at a seat in the line of its class."""
    line = line_of(incoming)
    begin = Taking.begin_in_line if line else Taking.begin
    job: Job[Taken] = Job(Taking(play.town, incoming), 1, line, begin)
    play.store.submit(job)
    return job.wait()


@pytest.fixture
def play(postgres_store: Store, monkeypatch: pytest.MonkeyPatch) -> Play:
    monkeypatch.setattr(Play, "take", as_one_of_a_crowd)
    return Play(postgres_store, make_town(postgres_store))


def test_two_accounts_of_one_person_in_two_lines_do_not_pass_the_clash_gate_twice(
    play: Play, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_the_same_hour(play)
    said = both_at_once(play, postgres_url, monkeypatch, ("SF01", "HG01"))
    assert sorted("✓ 已报名" in text for text in said) == [False, True]
    assert any("时间撞了" in text for text in said)
    assert len(places(play)) == 1


def test_without_the_lock_of_their_persons_both_pass(
    play: Play, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "LOCK_PERSONS", Statement(select(account.c.id).where(account.c.id == -1)))
    at_the_same_hour(play)
    said = both_at_once(play, postgres_url, monkeypatch, ("SF01", "HG01"))
    assert ["✓ 已报名" in text for text in said] == [True, True]
    assert len(places(play)) == 2


def test_a_yes_that_was_taken_back_is_asked_for_again(play: Play) -> None:
    wang = play.person(name="王秀兰")
    action = before_the_last_word(wang, "SF01")
    gone = update(consent).where(consent.c.person_id == wang.person_id).values(withdrawn_at=play.town.now())
    play.work(lambda tx: tx.core(gone).rowcount)
    wang.tap_action(action)
    assert "同意" in " ".join(wang.buttons) and places(play) == []


def test_a_second_tap_is_told_the_place_that_the_first_was_given(play: Play) -> None:
    people = [play.person(account=f"200{number}", name="李建国") for number in (1, 2)]
    actions = [before_the_last_word(one, "SF01") for one in people]
    full = update(offering).where(offering.c.code == "SF01").values(capacity=0)
    play.work(lambda tx: tx.core(full).rowcount)
    for number, (one, action) in enumerate(zip(people, actions, strict=True), 1):
        one.tap_action(action)
        assert f"候补第{number}位" in one.text
        one.tap_action(action)
        assert f"的候补里了，排第{number}位" in one.text
    assert [row.state for row in places(play)] == ["waiting", "waiting"]
