"""What a power cut would leave: nothing is said to be done that is not on the disk."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from sqlalchemy import func, select

from models import log_sync, store_sqlite
from models.log_sync import GATHER_SECONDS, LogSync, to_disk
from models.migrate import migrate
from models.operations import setting
from models.statement import Statement, Tx, insert_into
from models.store import Job, StoreDown, look_now, work_now
from models.store_sqlite import SqliteStore

ADD = insert_into(setting, "key", "value", returning=None)
COUNT = Statement(select(func.count().label("n")).where(setting.c.key.startswith("unit")))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "town.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def town(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated, tmp_path / "town.db"))


@contextmanager
def opened(path: Path, sync: Callable[[int], None] = to_disk) -> Iterator[SqliteStore]:
    store = SqliteStore(f"sqlite:///{path}", sync=sync)
    try:
        yield store
    finally:
        store.close()


def adds(name: str) -> Callable[[Tx], None]:
    return lambda tx: tx.run(ADD, key=name, value="") and None


def counts(tx: Tx) -> int:
    return int(tx.one(COUNT).n)


class Disk:
    """A disk that holds what had been written when it was last told to take it."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self.folder = path, folder
        self.times = 0

    def take(self, descriptor: int) -> None:
        to_disk(descriptor)
        held = self.folder / f"{self.times + 1}.db"
        shutil.copy(self.path, held)
        shutil.copy(f"{self.path}-wal", f"{held}-wal")
        self.times += 1

    def count(self, times: int) -> int:
        """How many units are found after a power cut, by the copy that had then been taken."""
        if not times:
            return 0
        with closing(sqlite3.connect(self.folder / f"{times}.db")) as held:
            return int(held.execute("SELECT count(*) FROM setting WHERE key LIKE 'unit%'").fetchone()[0])


def power_cuts(town: Path, folder: Path) -> list[tuple[int, int]]:
    """After each unit that was handed back: what was promised by then, and what the disk holds of it."""
    folder.mkdir()
    disk, moments, lock = Disk(town, folder), [], threading.Lock()

    def brings(unit: Callable[[Tx], None]) -> None:
        job = Job(unit)
        while store.run_brief([job]):
            time.sleep(0.001)
        job.wait()

    def write(writer: int) -> None:
        nonlocal written
        for number in range(12):
            unit = adds(f"unit {writer} {number}")
            # the last one runs its units itself
            brings(unit) if writer == 3 else work_now(store, unit)
            with lock:
                written += 1
                moments.append((written, disk.times))

    def read() -> None:
        for _ in range(24):
            seen = look_now(store, counts)
            with lock:
                moments.append((seen, disk.times))

    written = 0
    with opened(town, disk.take) as store:
        work_now(store, adds("of the house"))
        threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        threads += [threading.Thread(target=read) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [(promised, disk.count(times)) for promised, times in moments]


def test_what_was_promised_or_seen_is_found_after_a_power_cut(town: Path, tmp_path: Path) -> None:
    cuts = power_cuts(town, tmp_path / "disk")
    assert [cut for cut in cuts if cut[0] > cut[1]] == []
    assert max(promised for promised, _ in cuts) == 48


def test_control_handing_back_at_once_would_be_found_out(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hasty(LogSync):
        def committed(self, jobs: Sequence[Job[Any]]) -> None:
            self._hand_back(jobs)
            super().committed([Job(counts) for _ in jobs])

    monkeypatch.setattr(store_sqlite, "LogSync", Hasty)
    cuts = power_cuts(town, tmp_path / "disk")
    assert [cut for cut in cuts if cut[0] > cut[1]]


class Gate:
    """A disk that takes nothing before it is opened."""

    def __init__(self) -> None:
        self.asked, self.opened = threading.Event(), threading.Event()

    def take(self, descriptor: int) -> None:
        self.asked.set()
        assert self.opened.wait(20)
        to_disk(descriptor)


def test_the_writer_goes_on_while_the_disk_is_slow_and_order_is_kept(town: Path) -> None:
    gate, order, ran = Gate(), [], threading.Event()

    def second(tx: Tx) -> None:
        adds("unit 2")(tx)
        ran.set()

    with opened(town, gate.take) as store:
        store.hand_back = lambda jobs: order.extend(job.unit for job in jobs)
        units = [adds("unit 1"), second, counts]
        store.submit(Job(units[0]))
        assert gate.asked.wait(20)
        store.submit(Job(units[1]))
        assert ran.wait(20), "the writer waits for the disk"
        assert order == []
        gate.opened.set()
    assert order == units[:2]


def test_the_writer_is_not_further_ahead_than_it_may_be(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_sync, "MOST_AHEAD", 2)
    monkeypatch.setattr(store_sqlite, "GROUP", 1)
    gate, ran = Gate(), []
    with opened(town, gate.take) as store:
        jobs = [Job(lambda tx, name=f"unit {number}": ran.append(adds(name)(tx))) for number in range(9)]
        store.submit(jobs[0])
        assert gate.asked.wait(20)
        for job in jobs[1:]:
            store.submit(job)
        # one is with the disk and two are behind it; a fourth was run, and its writer waits
        threading.Event().wait(0.3)
        assert len(ran) == 4
        gate.opened.set()
        for job in jobs:
            job.wait()
    assert len(ran) == 9


class Clock:
    """A clock that only sleeping moves on, and what is done meanwhile."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds
        self.meanwhile()


def test_several_soon_after_the_last_wait_for_more_and_go_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, handed = Clock(), Queue[Sequence[Job[Any]]]()
    monkeypatch.setattr(log_sync, "time", clock)
    (tmp_path / "town.db-wal").touch()
    log = LogSync(tmp_path / "town.db", handed.put, to_disk)

    def come(count: int) -> None:
        log.committing()
        log.committed([Job(counts) for _ in range(count)])

    def back(count: int) -> int:
        come(count)
        return len(handed.get(timeout=20))

    assert (back(2), clock.slept) == (2, []), "the last was long ago"
    clock.now += GATHER_SECONDS / 5
    assert (back(1), clock.slept) == (1, []), "somebody alone waits for nobody"
    clock.now += GATHER_SECONDS / 5
    clock.meanwhile = lambda: come(4)
    assert (back(3), clock.slept) == (7, [round(GATHER_SECONDS * 4 / 5, 6)])
    clock.now += GATHER_SECONDS
    assert (back(2), len(clock.slept)) == (2, 1), "long ago again"
    log.close()


def test_after_an_error_of_the_disk_nothing_is_promised_until_a_new_start(town: Path) -> None:
    broken = True

    def take(descriptor: int) -> None:
        if broken:
            raise OSError(5, "Input/output error")
        to_disk(descriptor)

    with opened(town, take) as store:
        with pytest.raises(StoreDown, match="Input/output error"):
            work_now(store, adds("unit 1"))
        # that the disk takes the next does not say that it took what it lost
        broken = False
        with pytest.raises(StoreDown):
            work_now(store, adds("unit 2"))
        with pytest.raises(StoreDown):
            look_now(store, counts)
    with opened(town) as store:
        work_now(store, adds("unit 3"))
        assert look_now(store, counts) == 3


def test_closing_at_once_loses_nothing(town: Path) -> None:
    for number in range(5):
        with opened(town) as store:
            job = Job(adds(f"unit {number}"))
            store.submit(job)
        job.wait()
    with opened(town) as store:
        assert look_now(store, counts) == 5
