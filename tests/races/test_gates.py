"""What changes between the gates and the seat: a class called off meanwhile, the person's other account."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import select, text, update

from models.catalogue import class_session, offering
from models.enrolment import LIVING, enrolment
from models.people import account
from models.statement import Row, Statement, Tx
from models.store import Store, open_store
from services import sessions
from services.enrolling import gates, offers, seats
from services.town import Town
from tests.handlers.play import Person, Play
from tests.town import empty_town, make_town

WAITS_FOR_LOCK = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
PATIENCE = 5.0


@pytest.fixture
def play(postgres_store: Store) -> Play:
    return Play(postgres_store, make_town(postgres_store))


@contextmanager
def elsewhere(url: str, play: Play) -> Iterator[Play]:
    """The same town in another process."""
    store = open_store(url)
    try:
        other = Play(store, empty_town(store, term_limit=play.town.term_limit))
        other._updates = play._updates
        yield other
    finally:
        store.close()


def before_the_last_word(person: Person, code: str) -> str:
    """Be asked everything about a class; the action of the last button."""
    person.start(f"c_{code}")
    person.tap("报名")
    for label in ("同意", "用“"):
        if any(label in shown for shown in person.buttons):
            person.tap(label)
    assert "请您核对一下" in person.text
    return person.button("确认").action


def places(play: Play) -> list[Row]:
    """The living places of everybody."""
    chosen = select(enrolment.c.person_id, enrolment.c.offering_id, enrolment.c.state)
    return play.rows(chosen.where(enrolment.c.state.in_(LIVING)).order_by(enrolment.c.id))


def called_off_meanwhile(play: Play, url: str) -> Person:
    """Somebody confirms while their class is being called off by another process."""
    wang = play.person(name="王秀兰")
    action = before_the_last_word(wang, "SF01")
    class_id = play.rows(select(offering.c.id).where(offering.c.code == "SF01"))[0].id
    held, waited = threading.Event(), threading.Event()

    def call_off(tx: Tx, town: Town) -> None:
        done = sessions.cancel_class(tx, town, class_id, actor="test")
        assert isinstance(done, sessions.Done), done
        held.set()
        for _ in range(int(PATIENCE / 0.02)):
            if tx.core(WAITS_FOR_LOCK).scalar_one():
                waited.set()
                return
            time.sleep(0.02)

    with elsewhere(url, play) as office, ThreadPoolExecutor(1) as pool:
        calling = pool.submit(office.work, call_off, office.town)
        assert held.wait(PATIENCE)
        wang.tap_action(action)
        calling.result(PATIENCE)
    assert waited.is_set(), "the confirmation did not meet the calling off"
    return wang


def test_a_class_called_off_meanwhile_takes_nobody(play: Play, postgres_url: str) -> None:
    wang = called_off_meanwhile(play, postgres_url)
    assert "已经停办" in wang.text
    assert places(play) == [], "an orphan waits for a class that is over"


def test_without_the_second_look_an_orphan_is_left(
    play: Play, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats.gates, "takes_nobody", _looks_only_before(gates.takes_nobody))
    called_off_meanwhile(play, postgres_url)
    assert [row.state for row in places(play)] == ["waiting"]


def _looks_only_before(look: Callable[..., Any]) -> Callable[..., Any]:
    """As it was: what the gates saw before the lock is believed."""

    def looked(row: Any, now: Any) -> Any:
        under_lock = not hasattr(row, "title")
        return None if under_lock else look(row, now)

    return looked


def both_at_once(play: Play, url: str, monkeypatch: pytest.MonkeyPatch, codes: tuple[str, str]) -> list[str]:
    """One person confirms two classes from two accounts at the same moment; what each account is told."""
    first = play.person("telegram", "1001", name="王秀兰")
    second = play.person("web", "w1", name="王秀兰")
    first.start()
    second.start()
    joined = update(account).where(account.c.id == second.account_id).values(person_id=first.person_id)
    play.work(lambda tx: tx.core(joined).rowcount)
    wants = [before_the_last_word(person, code) for person, code in zip((first, second), codes, strict=True)]
    # whoever has passed the gates waits a moment for the other to pass them too
    passed = threading.Barrier(2)
    take = seats.join

    def after_both(*arguments: Any, **named: Any) -> Any:
        with suppress(threading.BrokenBarrierError):  # the other stands before a lock, or was refused
            passed.wait(1.0)
        return take(*arguments, **named)

    monkeypatch.setattr(seats, "join", after_both)
    with elsewhere(url, play) as other, ThreadPoolExecutor(2) as pool:
        second.play = other
        taps = [pool.submit(one.tap_action, want) for one, want in zip((first, second), wants, strict=True)]
        for tap in taps:
            tap.result(4 * PATIENCE)
    return [first.text, second.text]


def at_the_same_hour(play: Play) -> None:
    """The first sessions of SF01 and HG01 are at the same hour."""

    def unit(tx: Tx) -> None:
        ids = {row.code: row.id for row in tx.core(select(offering.c.code, offering.c.id)).all()}
        at = tx.core(
            select(class_session.c.starts_at, class_session.c.ends_at).where(
                class_session.c.offering_id == ids["SF01"], class_session.c.number == 1
            )
        ).one()
        own = update(class_session).where(
            class_session.c.offering_id == ids["HG01"], class_session.c.number == 1
        )
        tx.core(own.values(starts_at=at.starts_at, ends_at=at.ends_at))

    play.work(unit)


def test_two_accounts_of_one_person_do_not_pass_the_clash_gate_twice(
    play: Play, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_the_same_hour(play)
    said = both_at_once(play, postgres_url, monkeypatch, ("SF01", "HG01"))
    assert sorted("✓ 已报名" in text for text in said) == [False, True]
    assert any("时间撞了" in text for text in said)
    assert len(places(play)) == 1


def test_two_accounts_of_one_person_do_not_pass_the_term_gate_twice(
    play: Play, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    play.town.term_limit = 1
    both_at_once(play, postgres_url, monkeypatch, ("SF01", "SJ01"))
    assert len(places(play)) == 1


def test_without_the_lock_of_the_person_both_pass(
    play: Play, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "LOCK_PERSON", Statement(select(account.c.id).where(account.c.id == -1)))
    at_the_same_hour(play)
    said = both_at_once(play, postgres_url, monkeypatch, ("SF01", "HG01"))
    assert ["✓ 已报名" in text for text in said] == [True, True]
    assert len(places(play)) == 2


def test_people_who_come_at_once_still_do_not_wait_for_each_others_person(play: Play) -> None:
    """The lock of a person is not against the share that a new place takes of the row."""
    compiled = str(gates.LOCK_PERSON.clause.compile(dialect=_dialect(play)))
    assert compiled.rstrip().endswith("FOR NO KEY UPDATE")
    assert "FOR NO KEY UPDATE" in str(offers.LOCK_CLASS.clause.compile(dialect=_dialect(play)))


def _dialect(play: Play) -> Any:
    return play.work(lambda tx: tx._dialect)
