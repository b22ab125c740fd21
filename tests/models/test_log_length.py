"""The log of a SQLite store stays short, however large what is written to it."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from models.clock import ShiftedClock
from models.migrate import migrate
from models.statement import Tx
from models.store import Job, work_now
from models.store_sqlite import SqliteStore
from services.audience import parse
from services.broadcasting import composing
from services.message import Document
from tests.bot.house import MORNING, make_town

MB = 1024 * 1024
MOST_LOG = 64 * MB
PICTURE = Document(
    "海报.png", b"\x89PNG\r\n\x1a\n" + random.Random(4).randbytes(4 * MB), "image/png", picture=True
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    url = f"sqlite:///{tmp_path}/town.db"
    migrate(url)
    made = SqliteStore(url)
    yield made
    made.close()


def logged(store: SqliteStore) -> int:
    return store.path.with_name(f"{store.path.name}-wal").stat().st_size


def draft_with_picture(tx: Tx) -> int:
    """As an organiser's broadcast keeps its picture."""
    draft = composing.Draft(1, None, "学习周开幕", parse("unit:root"), document=PICTURE)
    return composing.create(tx, make_town(ShiftedClock(MORNING)), draft)


def one_by_one(store: SqliteStore) -> None:
    work_now(store, draft_with_picture)


def in_the_loop(store: SqliteStore) -> None:
    job = Job(draft_with_picture)
    while store.run_brief([job]):
        time.sleep(0.001)
    job.wait()


@pytest.mark.parametrize("write", [one_by_one, in_the_loop])
def test_large_pictures_do_not_make_a_long_log(
    store: SqliteStore, write: Callable[[SqliteStore], None]
) -> None:
    most = 0
    for _ in range(24):
        write(store)
        most = max(most, logged(store))
    assert most <= MOST_LOG, f"{most // MB} MB of log for 96 MB of pictures"


def test_a_log_that_a_reader_holds_is_brought_over_when_it_lets_go(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0
    bring_over = SqliteStore._bring_over

    def counted(store: SqliteStore) -> None:
        nonlocal tries
        tries += 1
        bring_over(store)

    monkeypatch.setattr(SqliteStore, "_bring_over", counted)
    work_now(store, draft_with_picture)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM broadcast_file").fetchone()
        for _ in range(24):
            work_now(store, draft_with_picture)
        assert logged(store) > MOST_LOG, "what a reader still sees cannot go"
        assert tries <= 10, "trying after each unit would stop everybody again and again"
        reader.execute("COMMIT")
    for _ in range(8):
        work_now(store, draft_with_picture)
    assert logged(store) <= MOST_LOG, "the file was cut"
    (count,) = store._raw.execute("SELECT count(*) FROM broadcast_file").fetchone()
    assert count == 33
