"""The ticker: what is due is done by one process, a broken schedule stops no other, time is on record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.clock import build_clock, recorded_civil
from bot.metrics import LEADING
from bot.scheduler import LEASE, PAUSE_AFTER_FAILURE, Scheduler
from bot.settings import Settings
from bot.work import Work
from models.clock import ManualClock
from models.statement import Tx
from models.store import Store, StoreDown, look_now, work_now
from services import leases
from services.schedules.schedule import Done
from services.town import Town
from tests.town import empty_town

Due = Callable[[Tx, Town], int]


def counting(left: list[int]) -> Due:
    """A schedule with so many units to do."""

    def due(tx: Tx, town: Town) -> int:
        if not left[0]:
            return 0
        left[0] -= 1
        return 1

    return due


async def test_everything_due_is_done_in_one_tick(sqlite_store: Store) -> None:
    left = [5]
    town = empty_town(sqlite_store)
    scheduler = Scheduler(Work(sqlite_store), town, [counting(left)])
    await scheduler.tick()
    assert left == [0]
    assert scheduler.leading
    assert scheduler.last_tick == town.clock.elapsed()


async def test_who_runs_the_schedules_is_shown(sqlite_store: Store) -> None:
    """An alarm rings while nobody does, so one that holds the lease over a lost database must not say 1."""
    town = empty_town(sqlite_store)
    scheduler = Scheduler(Work(sqlite_store), town, [])
    scheduler.start()
    await scheduler.tick()
    assert LEADING._value.get() == 1

    def down(_tx: Tx, _town: Town) -> int:
        raise StoreDown

    scheduler._due = [down]
    await scheduler.tick()
    assert (LEADING._value.get(), scheduler.leading) == (0, True)
    scheduler._due = []
    await scheduler.tick()
    assert LEADING._value.get() == 1
    await scheduler.stop()
    assert LEADING._value.get() == 0


async def test_a_second_process_does_nothing_while_the_first_holds_the_schedules(sqlite_store: Store) -> None:
    left = [1]
    town = empty_town(sqlite_store)
    work = Work(sqlite_store)
    first, second = Scheduler(work, town, []), Scheduler(work, town, [counting(left)])
    await first.tick()
    await second.tick()
    assert (left, second.leading) == ([1], False)
    assert second.last_tick is not None
    assert isinstance(town.clock, ManualClock)
    town.clock.pass_real(leases.SECONDS + 1)
    await second.tick()
    assert (left, second.leading) == ([0], True)


async def test_who_lost_the_schedules_undoes_what_it_began(sqlite_store: Store) -> None:
    town = empty_town(sqlite_store)
    assert isinstance(town.clock, ManualClock)
    left = [1]
    scheduler = Scheduler(Work(sqlite_store), town, [counting(left)])
    await scheduler.tick()
    left[0] = 1
    work_now(sqlite_store, lambda tx: leases.let_go(tx, LEASE, 1))
    work_now(sqlite_store, lambda tx: leases.hold(tx, town.clock, LEASE, "another"))
    await scheduler.tick()
    assert (left, scheduler.leading) == ([1], False)


async def test_a_broken_schedule_is_named_and_stops_no_other(sqlite_store: Store) -> None:
    left, named = [2], []

    def broken(tx: Tx, town: Town) -> int:
        raise ZeroDivisionError

    town = empty_town(sqlite_store)
    scheduler = Scheduler(Work(sqlite_store), town, [broken, counting(left)], on_alarm=named.append)
    await scheduler.tick()
    assert (left, named) == ([0], ["broken"])
    await scheduler.tick()
    assert named == ["broken"], "it is left alone for a while"
    assert isinstance(town.clock, ManualClock)
    town.clock.pass_real(PAUSE_AFTER_FAILURE)
    await scheduler.tick()
    assert named == ["broken", "broken"]


async def test_what_a_schedule_found_wrong_is_told_once(sqlite_store: Store) -> None:
    named: list[str] = []

    def nightly(tx: Tx, town: Town) -> Done:
        return Done(0, alarms=("offering 7: taken 3, rows 2",))

    scheduler = Scheduler(Work(sqlite_store), empty_town(sqlite_store), [nightly], on_alarm=named.append)
    await scheduler.tick()
    assert named == ["nightly"]


async def test_a_clean_stop_leaves_the_schedules_free(sqlite_store: Store) -> None:
    town = empty_town(sqlite_store)
    work = Work(sqlite_store)
    first = Scheduler(work, town, [])
    first.start()
    await first.tick()
    await first.stop()
    second = Scheduler(work, town, [])
    await second.tick()
    assert second.leading


async def test_it_ticks_faster_when_time_does(sqlite_store: Store) -> None:
    ticks = []
    town = empty_town(sqlite_store)
    scheduler = Scheduler(Work(sqlite_store), town, [], speed=5040, on_tick=ticks.append)
    assert scheduler.every == 0.1
    scheduler.start()
    async with asyncio.timeout(10):
        while len(ticks) < 3:
            await asyncio.sleep(0.02)
    await scheduler.stop()


async def test_civil_time_is_on_record_and_a_later_start_does_not_run_back(sqlite_store: Store) -> None:
    town = empty_town(sqlite_store)
    assert isinstance(town.clock, ManualClock)
    scheduler = Scheduler(Work(sqlite_store), town, [])
    town.clock.advance(timedelta(days=3))
    await scheduler.tick()
    recorded = look_now(sqlite_store, recorded_civil)
    assert recorded == town.now()
    earlier = Settings(now=town.now() - timedelta(days=3), _env_file=None)
    assert build_clock(earlier, recorded).civil() >= town.now()
