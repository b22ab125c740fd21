"""Brief units on SQLite run on the thread that brings them, and hold it up for nobody else's sake."""

from __future__ import annotations

import resource
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

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
def store(migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqliteStore]:
    # so much that a busy machine does not decide what fits into it
    monkeypatch.setattr(store_sqlite, "BRIEF_SECONDS", 0.2)
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


SOME = Statement(select(setting.c.key).where(setting.c.key.startswith("unit")).order_by(setting.c.key))


def looks_at_one_of_many(tx: Tx) -> str:
    return str(tx.one(SOME).key)


def three(store: SqliteStore) -> None:
    for number in range(3):
        work_now(store, Unit(number))


def test_a_unit_that_left_rows_unread_does_not_end_the_writer(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    three(store)
    monkeypatch.setattr(store_sqlite, "CHECKPOINT_CHANGES", 1)
    work_now(store, Unit(3, looks_at_one_of_many))
    job = Job(Unit(4))
    store.submit(job)
    assert eventually(job) == "unit 4"


def test_a_unit_that_left_rows_unread_does_not_keep_the_state_it_saw(store: SqliteStore) -> None:
    three(store)
    work_now(store, looks_at_one_of_many)
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("INSERT INTO setting (key, value) VALUES ('another program', '')")
        other.commit()
    job = Job(Unit(4))
    store.submit(job)
    assert eventually(job) == "unit 4"


def test_a_reader_that_left_rows_unread_sees_what_is_written_later(store: SqliteStore) -> None:
    three(store)
    for _ in range(4 * store_sqlite.READERS):
        look_now(store, looks_at_one_of_many)
    work_now(store, Unit(3))
    for _ in range(4 * store_sqlite.READERS):
        assert len(kept(store)) == 4


def test_a_disk_that_takes_no_more_of_the_log_does_not_end_the_writer(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_sqlite, "CHECKPOINT_CHANGES", 1)
    work_now(store, Unit(0))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # the log, which is begun anew, still fits
    resource.setrlimit(resource.RLIMIT_FSIZE, (store.path.stat().st_size, before[1]))
    try:
        work_now(store, lambda tx: tx.run(ADD, key="much", value="x" * 100_000))
        job = Job(Unit(1))
        store.submit(job)
        assert eventually(job) == "unit 1"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    job = Job(Unit(2))
    store.submit(job)
    assert eventually(job) == "unit 2"
    assert store.path.stat().st_size > 100_000


def test_the_log_is_begun_anew_by_the_writer_which_waits_for_the_disk(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_sqlite, "CHECKPOINT_CHANGES", 20)
    log, in_time = store.path.with_name("town.db-wal"), store._in_time
    begun: list[bytes] = []
    left: list[bytes] = []

    def watched(jobs: Sequence[Job[Any]]) -> Sequence[Job[Any]]:
        begun.append(log.read_bytes()[:32])
        ran = in_time(jobs)
        left.append(log.read_bytes()[:32])
        return ran

    monkeypatch.setattr(store, "_in_time", watched)
    work_now(store, Unit(0))
    for number in range(1, 100):
        job = Job(Unit(number))
        while store.run_brief([job]):
            time.sleep(0.001)
        job.wait()
    assert left == begun
    assert len(set(begun)) > 3


def test_whoever_brings_units_does_not_wait_for_the_disk(
    migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.log_sync.MOST_AHEAD", 4)
    (tmp_path / "town.db").write_bytes(migrated.read_bytes())
    free = threading.Event()
    free.set()
    store = SqliteStore(f"sqlite:///{tmp_path / 'town.db'}", sync=lambda descriptor: free.wait(20) and None)
    work_now(store, Unit(0))
    free.clear()
    store.run_brief([first := Job(Unit(1))])
    while store.waiting():
        time.sleep(0.001)

    # what readers looked at meanwhile waits for the disk as well
    def crowd(tx: Tx) -> None:
        for job in looks:
            store.submit_read(job)
        while len(store._log) < len(looks):
            time.sleep(0.001)

    looks = [Job(lambda tx: tx.all(KEYS)) for _ in range(6)]
    done: list[Job[Any]] = []
    brings = threading.Thread(
        target=lambda: store.run_brief([second]) or done.append(second), name="brings", daemon=True
    )
    second = Job(Unit(2, crowd))
    brings.start()
    brings.join(5)
    assert done == [second]
    assert store.run_brief([third := Job(Unit(3))]) == [third], "too far ahead"
    free.set()
    for job in (first, second, *looks):
        job.wait()
    store.close()


def eventually(job: Job[str]) -> str:
    """What a unit gave, if it was run within a few seconds at all."""
    assert job._done.acquire(timeout=5), "nobody writes any more"
    job.finish()
    return job.wait()
