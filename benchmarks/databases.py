"""Databases of the benchmarks: filled once, copied for each run, so that every run begins alike."""

from __future__ import annotations

import itertools
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path

import psycopg
from sqlalchemy import text

from benchmarks.town import Size, fill
from models.migrate import migrate
from models.statement import Statement, Tx
from models.store import Store, look_now, open_store

TEMPLATE = "benchmark_template"
COUNTS = Statement(
    text(
        "SELECT (SELECT COUNT(*) FROM received_update WHERE outcome = 'done') AS done,"
        " (SELECT COUNT(*) FROM received_update WHERE outcome <> 'done') AS failed,"
        " (SELECT COUNT(*) FROM outgoing WHERE state <> 'sent') AS unsent,"
        " (SELECT COUNT(*) FROM enrolment WHERE state = 'enrolled') AS enrolled,"
        " (SELECT COUNT(*) FROM enrolment WHERE state = 'withdrawn') AS withdrawn"
    )
)


class NoServer(Exception):
    """No PostgreSQL to measure with; the text says why."""


class Databases:
    """Makes databases of one size in `folder`; PostgreSQL is started at the first use."""

    def __init__(self, folder: Path, size: Size, today: date) -> None:
        self.size = size
        self._folder = folder
        self._today = today
        self._number = itertools.count(1)
        self._stack = ExitStack()
        self._template: Path | None = None
        self._server = ""

    def close(self) -> None:
        """Stop the server."""
        self._stack.close()

    def sqlite(self) -> str:
        """The address of a fresh copy."""
        if self._template is None:
            self._template = self._folder / f"{self.size.people}-{self.size.classes}.db"
            self._fill(f"sqlite:///{self._template}")
        path = self._folder / f"run-{self.size.people}-{next(self._number)}.db"
        # with what may still lie beside the file in its log
        with closing(sqlite3.connect(self._template)) as filled, closing(sqlite3.connect(path)) as copy:
            filled.backup(copy)
            copy.execute("PRAGMA journal_mode=WAL")
        # what lies in the system's memory now must not be written out while others are measured
        subprocess.run(["sync", str(path)], check=True)
        return f"sqlite:///{path}"

    def postgres(self) -> str:
        """The address of a fresh copy. Raises NoServer."""
        if not self._server:
            self._server = self._stack.enter_context(_durable_server())
            _command(self._server, f"CREATE DATABASE {TEMPLATE}")
            self._fill(self._server.format(TEMPLATE))
        name = f"run_{next(self._number)}"
        _command(self._server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        _command(self._server, "CHECKPOINT")
        return self._server.format(name)

    def drop(self, url: str) -> None:
        """Remove a copy."""
        if url.startswith("sqlite:///"):
            for path in self._folder.glob(f"{Path(url.removeprefix('sqlite:///')).name}*"):
                path.unlink()
        else:
            name = url.partition("?")[0].rpartition("/")[2]
            _command(self._server, f"DROP DATABASE {name} WITH (FORCE)")

    def _fill(self, url: str) -> None:
        migrate(url)
        store = open_store(url)
        fill(store, self.size, self._today)
        store.close()


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """A store, closed at the end."""
    store = open_store(url)
    try:
        yield store
    finally:
        store.close()


def counts(url: str) -> dict[str, int]:
    """What a run left in its database."""

    def look(tx: Tx) -> dict[str, int]:
        row = tx.one(COUNTS)
        names = ("done", "failed", "unsent", "enrolled", "withdrawn")
        return {name: int(value) for name, value in zip(names, row, strict=True)}

    with opened(url) as store:
        return look_now(store, look)


@contextmanager
def _durable_server() -> Iterator[str]:
    """The server of the tests with what they switch off for speed switched on again."""
    from tests.postgres import NoPostgres, server

    try:
        # in memory, where tests have it, a commit would cost nothing
        with server(Path(tempfile.gettempdir())) as address:
            for setting in ("fsync", "full_page_writes", "autovacuum"):
                _command(address, f"ALTER SYSTEM RESET {setting}")
            _command(address, "SELECT pg_reload_conf()")
            yield address
    except NoPostgres as error:
        raise NoServer(str(error)) from None


def _command(address: str, command: str) -> None:
    with psycopg.connect(address.format("postgres").replace("+psycopg", ""), autocommit=True) as raw:
        raw.execute(command.encode())
