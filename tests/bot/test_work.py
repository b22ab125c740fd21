"""The event loop's side of the store: brief units run in the loop, and none is lost where others write."""

from __future__ import annotations

import asyncio
import threading

import pytest
from sqlalchemy import func, select

from bot import work as work_module
from bot.work import Work
from models.operations import setting
from models.statement import Statement, Tx, insert_into
from models.store import Job, Overloaded
from models.store_sqlite import SqliteStore

ADD = insert_into(setting, "key", "value", returning=None)
COUNT = Statement(
    select(func.count().label("n")).select_from(setting).where(setting.c.key.startswith("unit"))
)


@pytest.fixture
def store(sqlite_store: SqliteStore) -> SqliteStore:
    return sqlite_store


def adds(number: int, threads: list[int]) -> object:
    def unit(tx: Tx) -> int:
        tx.run(ADD, key=f"unit {number}", value="")
        threads.append(threading.get_ident())
        return number

    return unit


def count(tx: Tx) -> int:
    return int(tx.one(COUNT).n)


class Holding:
    """A unit that writes until it is told to end."""

    def __init__(self, store: SqliteStore) -> None:
        self.began, self.ended = threading.Event(), threading.Event()
        store.submit(Job(self))
        assert self.began.wait(20)

    def __call__(self, tx: Tx) -> None:
        self.began.set()
        assert self.ended.wait(20)


async def test_brief_units_run_in_the_loop_and_the_others_beside_it(store: SqliteStore) -> None:
    work, brief, plain = Work(store), [], []
    done = await asyncio.gather(
        *(work.write(adds(number, brief), brief=True) for number in range(40)),
        *(work.write(adds(number, plain)) for number in range(40, 80)),
    )
    assert done == list(range(80))
    assert await work.read(count) == 80
    assert threading.get_ident() not in plain
    # the first of them came while nobody wrote
    assert threading.get_ident() in brief


async def test_while_others_write_the_loop_goes_on_and_all_is_done_afterwards(store: SqliteStore) -> None:
    work, threads = Work(store), []
    holding = Holding(store)
    units = [asyncio.create_task(work.write(adds(number, threads), brief=True)) for number in range(30)]
    await asyncio.sleep(2 * work_module.PATIENCE_SECONDS)
    units.append(asyncio.create_task(work.write(adds(30, threads), brief=True)))
    await asyncio.sleep(0)
    assert not any(unit.done() for unit in units)
    holding.ended.set()
    assert await asyncio.gather(*units) == list(range(31))
    assert threading.get_ident() not in threads[:30], "the writer was to choose who is next"


async def test_too_many_are_told_to_come_again_and_the_others_are_done(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_module, "MOST_WAITING", 5)
    monkeypatch.setattr("models.job_queue.MOST_WAITING", 3)
    work, threads = Work(store), []
    holding = Holding(store)
    units = [asyncio.create_task(work.write(adds(number, threads), brief=True)) for number in range(8)]
    await asyncio.sleep(2 * work_module.PATIENCE_SECONDS)
    holding.ended.set()
    done = await asyncio.gather(*units, return_exceptions=True)
    # five were gathered, of which the queue had room for three
    assert [one for one in done if not isinstance(one, Overloaded)] == [0, 1, 2]
    assert await work.read(count) == 3
