"""Databases and towns: each test gets a database of its own, copied from one that was migrated once."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from models.migrate import migrate
from models.store import Store, open_store
from services.town import Town
from tests.memory import write_there
from tests.postgres import NoPostgres, server
from tests.town import make_town
from tests.words import read_once

TEMPLATE = "doorstep_template"
_number = itertools.count(1)


def pytest_configure() -> None:
    """What every test would do again costs thousands of times its time.

    To copy a database of 300 files takes 0.02 s in memory, 0.4 s on a disk.
    """
    write_there()
    read_once()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server's address with `{}` for the database; tests that need one are skipped where there is none."""
    running = server()
    try:
        address = running.__enter__()
    except NoPostgres as error:
        pytest.skip(f"no PostgreSQL ({error})")
    try:
        yield address
    finally:
        running.__exit__(None, None, None)


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """The name of a migrated database to copy."""
    _admin(postgres, f"CREATE DATABASE {TEMPLATE}")
    migrate(postgres.format(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "doorstep.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def new_postgres(postgres: str) -> Iterator[Callable[[str], str]]:
    """Makes databases on the server, copied from the named one, and drops them after the test."""
    made = []

    def make(source: str = "template0") -> str:
        name = f"doorstep_{next(_number)}"
        _admin(postgres, f"CREATE DATABASE {name} TEMPLATE {source}")
        made.append(name)
        return postgres.format(name)

    yield make
    for name in made:
        _admin(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str, bool], str]:
    """Makes databases of a kind, `sqlite` or `postgresql`, migrated or without any table."""

    def make(kind: str, migrated: bool) -> str:
        if kind == "sqlite":
            path = tmp_path / f"doorstep-{next(_number)}.db"
            if migrated:
                shutil.copy(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        source = request.getfixturevalue("postgres_template") if migrated else "template0"
        made: str = request.getfixturevalue("new_postgres")(source)
        return made

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Each of the two databases."""
    named: str = request.param
    return named


@pytest.fixture
def empty_database_url(kind: str, new_database: Callable[[str, bool], str]) -> str:
    """A database without any table, on each of the two."""
    return new_database(kind, False)


@pytest.fixture
def database_url(kind: str, new_database: Callable[[str, bool], str]) -> str:
    """A migrated database with nothing in it but the root unit, on each of the two."""
    return new_database(kind, True)


@pytest.fixture
def sqlite_url(new_database: Callable[[str, bool], str]) -> str:
    """A migrated SQLite database, for tests to which the kind does not matter."""
    return new_database("sqlite", True)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open store on each of the two databases."""
    opened = open_store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """An open store on SQLite, for tests to which the kind does not matter."""
    opened = open_store(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def postgres_url(new_database: Callable[[str, bool], str]) -> str:
    """A migrated PostgreSQL database, for what only several writers bring about."""
    return new_database("postgresql", True)


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[Store]:
    """An open store on PostgreSQL, for what only several writers bring about."""
    opened = open_store(postgres_url)
    yield opened
    opened.close()


@pytest.fixture
def town(store: Store) -> Town:
    """The small town of `tests/town.py` on each database; its clock stands still until it is moved."""
    return make_town(store)


def _admin(address: str, command: str) -> None:
    with psycopg.connect(address.format("postgres").replace("+psycopg", ""), autocommit=True) as raw:
        raw.execute(command.encode())
