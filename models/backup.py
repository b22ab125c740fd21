"""A copy of the database while it is in use, and putting such a copy in its place again.

SQLite is copied by its own online backup, PostgreSQL by pg_dump and pg_restore of the server's version or a
later one. What stood there before a copy was put back is kept beside it.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from models.migrate import SQLITE, State, state_of
from models.store import StoreError

BUSY_SECONDS = 60.0
# how each kind of copy begins
SQLITE_START = b"SQLite format 3\x00"
POSTGRES_START = b"PGDMP"
SUFFIXES = {True: ".db", False: ".dump"}


def backup(url: str, out: Path) -> int:
    """Write a copy of the database to `out`, whole or not at all; its size in bytes. Raises StoreError."""
    made = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        # nobody else may read what people have enrolled in
        os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        if url.startswith(SQLITE):
            _copy_sqlite(Path(url.removeprefix(SQLITE)), made)
        else:
            from models.backup_postgres import dump

            dump(url, made)
        _sync(made)
        size = made.stat().st_size
        made.replace(out)
        _sync(out.parent)
    except OSError as error:
        raise StoreError(f"{out} cannot be written ({error.strerror or error})") from None
    finally:
        made.unlink(missing_ok=True)
    return size


def restore(url: str, source: Path, at: datetime) -> str:
    """Put a copy in the database's place; where the state before it is kept, or nothing if there was none.

    The program must not be running. Raises StoreError; then everything is as it was.
    """
    try:
        with source.open("rb") as file:
            start = file.read(len(SQLITE_START))
    except OSError as error:
        raise StoreError(f"{source} cannot be read ({error.strerror})") from None
    embedded = url.startswith(SQLITE)
    if not start.startswith(SQLITE_START if embedded else POSTGRES_START):
        kind = "SQLite file" if embedded else "PostgreSQL dump"
        raise StoreError(f"{source} is not a {kind}, as DOORSTEP_DATABASE_URL needs; nothing was changed")
    if embedded:
        return _restore_sqlite(Path(url.removeprefix(SQLITE)), source, at)
    from models.backup_postgres import load

    return load(url, source, at)


def refuse_newer(source: Path, version: str | None) -> None:
    """Raise StoreError for a copy that is not Doorstep's, or was made by a newer one."""
    state = state_of(version)
    if state is State.EMPTY:
        raise StoreError(f"{source} is no copy of a Doorstep database; nothing was changed")
    if state is State.NEWER:
        raise StoreError(f"{source} was made by a newer Doorstep; update the program first")


def _copy_sqlite(path: Path, made: Path) -> None:
    if not path.exists():
        raise StoreError(f"there is no database at {path}; check DOORSTEP_DATABASE_URL")
    try:
        with closing(_open(path, "ro")) as source, closing(_open(made, "rw")) as copy:
            # one step: it sees one moment, and whoever writes meanwhile does not wait for it
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            _check(made, copy)
    except sqlite3.Error as error:
        raise StoreError(f"{path} could not be copied ({error})") from None


def _restore_sqlite(path: Path, source: Path, at: datetime) -> str:
    try:
        with closing(_open(source, "ro")) as copy:
            refuse_newer(source, _check(source, copy))
            kept = ""
            if path.exists():
                aside = path.with_name(f"{path.name}.before-{at:%Y%m%d-%H%M%S}")
                backup(f"{SQLITE}{path}", aside)
                kept = str(aside)
            path.parent.mkdir(parents=True, exist_ok=True)
            # written as one transaction of the file that is there, so a power cut leaves the one or the other
            with closing(_open(path, "rwc")) as target:
                copy.backup(target)
    except sqlite3.Error as error:
        raise StoreError(f"{source} could not be put in place ({error})") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror})") from None
    return kept


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS)


def _check(path: Path, copy: sqlite3.Connection) -> str | None:
    """The version of a copy, once every page of it was looked at. Raises StoreError."""
    found = copy.execute("PRAGMA quick_check").fetchone()
    if found != ("ok",):
        raise StoreError(f"{path} is damaged ({found and found[0]}); nothing was changed")
    try:
        row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return str(row[0]) if row else None


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
