"""Brings a database up to the tables that this program knows, one process at a time.

Alembic is imported only when there is something to do: a start asks the version table itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import empty_sqlite
from models.store import StoreError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

FOLDER = Path(__file__).parent / "migrations"
SQLITE = "sqlite:///"
POSTGRES = "postgresql+psycopg://"
WAIT_SECONDS = 60
# any number does, as long as every process of one database asks for the same
LOCK = 0x6A6D6B6F75
VERSION = "SELECT version_num FROM alembic_version"


class State(StrEnum):
    """How a database stands to this program."""

    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    NEWER = "newer"


def head() -> str:
    """The number of the newest migration; they are numbered `0001`, `0002`, … in their file names."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


def state_of(version: str | None) -> State:
    """What a version found in a database means to this program."""
    newest = head()
    if version is None:
        return State.EMPTY
    if version == newest:
        return State.CURRENT
    return State.BEHIND if version < newest else State.NEWER


def check(url: str) -> State:
    """How the database at `url` stands, changing nothing. Raises StoreError when it cannot be asked."""
    return state_of(_reader(url)())


def migrate(url: str) -> State:
    """Bring the database up to date under a lock; returns how it stood before.

    Raises StoreError when the database cannot be used, or was made by a newer program.
    """
    before = check(url)
    if before is State.NEWER:
        raise StoreError(
            "this Doorstep is older than its database, so it does not touch it; "
            "update the program (or point DOORSTEP_DATABASE_URL at another database)"
        )
    if before is not State.CURRENT:
        _upgrade(url)
    return before


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for one open connection, without any file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(url: str) -> None:
    from sqlalchemy.exc import DBAPIError

    try:
        with locked(url) as connection:
            # another process may have done it while this one waited
            if url.startswith(SQLITE) and empty_sqlite.is_untouched(connection):
                empty_sqlite.create(connection)
            else:
                run_migrations(connection)
    except (DBAPIError, OSError) as error:
        reason = _first_line(error.orig if isinstance(error, DBAPIError) else error)
        raise StoreError(
            f"the database could not be brought up to date ({reason}); check DOORSTEP_DATABASE_URL"
        ) from None


def run_migrations(connection: Connection) -> None:
    """Bring a database up to date one migration after the other, within the open transaction."""
    from alembic import command

    command.upgrade(alembic_config(connection), "head")


@contextmanager
def locked(url: str) -> Iterator[Connection]:
    """One transaction that no other migrating process can share; committed at the end, or undone whole."""
    from sqlalchemy import create_engine, event, text
    from sqlalchemy.pool import NullPool

    if url.startswith(SQLITE):
        path = Path(url.removeprefix(SQLITE))
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine("sqlite://", creator=lambda: _sqlite(path), poolclass=NullPool)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN EXCLUSIVE"))
        taking = None
    else:
        engine = create_engine(url, poolclass=NullPool)
        taking = text("SELECT pg_advisory_xact_lock(:number)").bindparams(number=LOCK)
    try:
        with engine.begin() as connection:
            if taking is not None:
                connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
                connection.execute(taking)
            yield connection
    finally:
        engine.dispose()


def _reader(url: str) -> Callable[[], str | None]:
    if url.startswith(SQLITE):
        return lambda: _sqlite_version(Path(url.removeprefix(SQLITE)))
    if url.startswith(POSTGRES):
        return lambda: _postgres_version(url)
    scheme = url.partition(":")[0]
    raise StoreError(
        f"DOORSTEP_DATABASE_URL starts with {scheme!r}; use sqlite:///path or postgresql+psycopg://…"
    )


def _sqlite(path: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    raw.execute("PRAGMA foreign_keys=OFF")  # a table that is copied has its name taken away for a moment
    return raw


def _sqlite_version(path: Path) -> str | None:
    if not path.exists():
        return None
    try:
        raw = _sqlite(path)
    except sqlite3.Error as error:
        raise StoreError(
            f"the SQLite file {path} cannot be opened ({error}); check DOORSTEP_DATABASE_URL"
        ) from None
    try:
        if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            return None
        row = raw.execute(VERSION).fetchone()
        return str(row[0]) if row else None
    except sqlite3.Error as error:
        raise StoreError(
            f"{path} is not a database of Doorstep ({error}); check DOORSTEP_DATABASE_URL"
        ) from None
    finally:
        raw.close()


def _postgres_version(url: str) -> str | None:
    import psycopg

    try:
        dsn = POSTGRES.replace("+psycopg", "") + url.removeprefix(POSTGRES)
        with psycopg.connect(dsn, connect_timeout=5) as raw:
            raw.execute("SET TIME ZONE 'UTC'")
            row = raw.execute(VERSION).fetchone()
            return str(row[0]) if row else None
    except psycopg.errors.UndefinedTable:
        return None
    except psycopg.Error as error:
        raise StoreError(
            f"PostgreSQL cannot be reached ({_first_line(error)}); check DOORSTEP_DATABASE_URL"
        ) from None


def _first_line(error: Any) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
