"""Leases: one holder at a time, a new epoch at each takeover, and no claim under a lost one."""

from __future__ import annotations

import time

from models.clock import ManualClock
from models.store import Store, work_now
from services import leases
from tests.town import START


def test_one_holds_it_and_the_other_waits_until_it_lapses(store: Store) -> None:
    clock = ManualClock(START)
    first = work_now(store, lambda tx: leases.hold(tx, clock, "schedules", "one", 0.3))
    assert first == 1
    assert work_now(store, lambda tx: leases.hold(tx, clock, "schedules", "two")) is None
    assert work_now(store, lambda tx: leases.held(tx, clock, "schedules", 1))
    _pass(store, clock, 0.4)
    assert not work_now(store, lambda tx: leases.held(tx, clock, "schedules", 1))
    assert work_now(store, lambda tx: leases.hold(tx, clock, "schedules", "two")) == 2
    assert work_now(store, lambda tx: leases.hold(tx, clock, "schedules", "one")) is None


def test_the_holder_renews_under_the_same_epoch(store: Store) -> None:
    clock = ManualClock(START)
    epochs = [work_now(store, lambda tx: leases.hold(tx, clock, "schedules", "one")) for _ in range(3)]
    assert epochs == [1, 1, 1]


def test_a_paused_holder_cannot_claim_after_a_takeover(store: Store) -> None:
    clock = ManualClock(START)
    work_now(store, lambda tx: leases.hold(tx, clock, "schedules", "paused", 0.2))
    _pass(store, clock, 0.3)
    work_now(store, lambda tx: leases.hold(tx, clock, "schedules", "awake"))
    assert not work_now(store, lambda tx: leases.held(tx, clock, "schedules", 1))
    assert work_now(store, lambda tx: leases.held(tx, clock, "schedules", 2))


def test_a_lease_given_back_is_free_at_once(store: Store) -> None:
    clock = ManualClock(START)
    work_now(store, lambda tx: leases.hold(tx, clock, "schedules", "one"))
    work_now(store, lambda tx: leases.let_go(tx, "schedules", 1))
    assert work_now(store, lambda tx: leases.hold(tx, clock, "schedules", "two")) == 2


def test_giving_back_a_lease_that_was_lost_takes_nothing_from_its_new_holder(store: Store) -> None:
    clock = ManualClock(START)
    work_now(store, lambda tx: leases.hold(tx, clock, "schedules", "one", 0.2))
    _pass(store, clock, 0.3)
    work_now(store, lambda tx: leases.hold(tx, clock, "schedules", "two"))
    work_now(store, lambda tx: leases.let_go(tx, "schedules", 1))
    assert work_now(store, lambda tx: leases.held(tx, clock, "schedules", 2))


def _pass(store: Store, clock: ManualClock, seconds: float) -> None:
    """Let real time pass: PostgreSQL asks its own clock, SQLite the one it is handed."""
    if store.kind == "postgresql":
        time.sleep(seconds)
    else:
        clock.pass_real(seconds)
