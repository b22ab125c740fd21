"""Brief units on SQLite run on the thread that brings them, and hold it up for nobody else's sake."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from models import store_sqlite
from models.migrate import migrate
from models.operations import setting
from models.statement import Statement, Tx, insert_into
from models.store import Job, look_now, work_now
from models.store_sqlite import SqliteStore

ADD = insert_into(setting, "key", "value", returning=None)
KEYS = Statement(select(setting.c.key).where(setting.c.key.startswith("unit")))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("brief") / "town.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[SqliteStore]:
    (tmp_path / "town.db").write_bytes(migrated.read_bytes())
    store = SqliteStore(f"sqlite:///{tmp_path / 'town.db'}")
    yield store
    store.close()


class Unit:
    """Adds a row, and remembers which threads it ran on."""

    def __init__(self, number: int, does: Callable[[Tx], None] = lambda tx: None) -> None:
        self.key, self.does = f"unit {number}", does
        self.threads: list[str] = []

    def __call__(self, tx: Tx) -> str:
        self.threads.append(threading.current_thread().name)
        tx.run(ADD, key=self.key, value="")
        self.does(tx)
        return self.key


def kept(store: SqliteStore) -> list[str]:
    return [row.key for row in look_now(store, lambda tx: tx.all(KEYS))]


def here() -> str:
    return threading.current_thread().name


def test_they_run_here_and_are_kept(store: SqliteStore) -> None:
    units = [Unit(number) for number in range(3)]
    jobs = [Job(unit) for unit in units]
    assert not store.run_brief(jobs)
    assert [job.wait() for job in jobs] == kept(store)
    assert [unit.threads for unit in units] == [[here()]] * 3


def test_those_for_which_there_is_no_time_are_given_back(store: SqliteStore) -> None:
    slow = Unit(0, lambda tx: time.sleep(store_sqlite.BRIEF_SECONDS * 1.5))
    jobs = [Job(slow), Job(Unit(1))]
    assert store.run_brief(jobs) == jobs[1:]
    jobs[0].wait()
    assert kept(store) == ["unit 0"]


def test_one_that_fails_undoes_only_itself_and_runs_elsewhere(store: SqliteStore) -> None:
    def fails(tx: Tx) -> None:
        raise LookupError

    units = [Unit(0), Unit(1, fails), Unit(2)]
    jobs = [Job(unit) for unit in units]
    assert not store.run_brief(jobs)
    with pytest.raises(LookupError):
        jobs[1].wait()
    jobs[2].wait()
    assert kept(store) == ["unit 0", "unit 2"]
    assert units[0].threads[0] == here()
    assert set(units[0].threads[1:]) == {"store-writer"}


def test_what_takes_long_after_all_is_run_again_elsewhere(store: SqliteStore) -> None:
    long = Unit(1, Tx.take_time)
    jobs = [Job(Unit(0)), Job(long)]
    assert not store.run_brief(jobs)
    assert [job.wait() for job in jobs] == ["unit 0", "unit 1"]
    assert long.threads == [here(), "store-writer"]


def test_who_came_before_goes_first(store: SqliteStore) -> None:
    began, ended = threading.Event(), threading.Event()

    def holds(tx: Tx) -> None:
        began.set()
        assert ended.wait(20)

    before, queued, brief = Job(Unit(0, holds)), Job(Unit(1)), Job(Unit(2))
    store.submit(before)
    assert began.wait(20)
    store.submit(queued)
    assert store.run_brief([brief]) == [brief], "one writes, one waits"
    ended.set()
    queued.wait()
    while store.run_brief([brief]):
        time.sleep(0.001)
    brief.wait()
    assert kept(store) == ["unit 0", "unit 1", "unit 2"]


def test_another_program_that_writes_holds_nobody_up(store: SqliteStore) -> None:
    work_now(store, Unit(0))
    job = Job(Unit(1))
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        # with the writer's own patience this would not return before the other ends
        assert not store.run_brief([job])
        assert kept(store) == ["unit 0"]
        other.rollback()
    assert job.wait() == "unit 1"


def test_the_log_is_brought_into_the_file_by_the_writer(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_sqlite, "CHECKPOINT_CHANGES", 20)
    log = store.path.with_name("town.db-wal")
    for number in range(300):
        job = Job(Unit(number))
        while store.run_brief([job]):
            time.sleep(0.001)
        job.wait()
    with closing(sqlite3.connect(f"file:{store.path}?immutable=1", uri=True)) as file:
        (count,) = file.execute("SELECT count(*) FROM setting WHERE key LIKE 'unit%'").fetchone()
    # what is in the file needs the log no more, which is begun anew
    assert count >= 250
    assert log.stat().st_size < 100 * 4096
