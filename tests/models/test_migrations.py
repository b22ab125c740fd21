"""Migrations: they make what the models say, on both databases, once, whoever comes first."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from models import empty_sqlite
from models.migrate import State, alembic_config, check, head, locked, migrate, state_of
from models.migrations.compare import OPTIONS
from models.registry import metadata
from models.store import StoreError, look_now, open_store

STATES = [
    (None, State.EMPTY),
    ("0000", State.BEHIND),
    (head(), State.CURRENT),
    ("9999", State.NEWER),
]


def test_the_models_and_the_migrations_agree(database_url: str) -> None:
    with locked(database_url) as connection:
        context = MigrationContext.configure(connection, opts={**OPTIONS, "target_metadata": metadata})
        assert compare_metadata(context, metadata) == []


def test_checks_and_conditions_are_those_of_the_models(database_url: str, empty_database_url: str) -> None:
    engine = create_engine(empty_database_url, poolclass=NullPool)
    metadata.create_all(engine)
    assert _rules(database_url) == _rules(empty_database_url)


def test_an_empty_database_gets_the_tables_and_the_root_unit(empty_database_url: str) -> None:
    assert check(empty_database_url) is State.EMPTY
    assert migrate(empty_database_url) is State.EMPTY
    assert check(empty_database_url) is State.CURRENT
    store = open_store(empty_database_url)
    rows = look_now(store, lambda tx: tx.core(text("SELECT id, code, level, path FROM org_unit")).all())
    store.close()
    assert [tuple(row) for row in rows] == [(1, "root", "root", "/1/")]


def test_an_empty_file_gets_what_the_migrations_make() -> None:
    file = empty_sqlite.FILE.read_text("utf-8")
    assert _lines(file) == _lines(empty_sqlite.migrated()), "write it anew: python -m models.empty_sqlite"


def test_a_file_with_a_table_of_somebody_elses_is_migrated_beside_it(tmp_path: Any) -> None:
    with sqlite3.connect(tmp_path / "shared.db") as raw:
        raw.execute("CREATE TABLE theirs (id INTEGER)")
    assert migrate(f"sqlite:///{tmp_path / 'shared.db'}") is State.EMPTY
    with sqlite3.connect(tmp_path / "shared.db") as raw:
        names = {row[0] for row in raw.execute("SELECT name FROM sqlite_master")}
    assert {"theirs", "person", "alembic_version"} <= names


def test_a_second_start_finds_nothing_to_do(database_url: str) -> None:
    assert migrate(database_url) is State.CURRENT


def test_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    errors: list[BaseException] = []

    def start() -> None:
        try:
            migrate(empty_database_url)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert check(empty_database_url) is State.CURRENT


def test_a_program_older_than_its_database_refuses(database_url: str) -> None:
    with locked(database_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert check(database_url) is State.NEWER
    with pytest.raises(StoreError, match="older than its database"):
        migrate(database_url)


def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url: str) -> None:
    with pytest.raises(ZeroDivisionError), locked(empty_database_url) as connection:
        connection.execute(text("CREATE TABLE half_done (id INTEGER)"))
        raise ZeroDivisionError
    engine = create_engine(empty_database_url, poolclass=NullPool)
    assert not inspect(engine).has_table("half_done")


def test_asking_changes_nothing(tmp_path: Any) -> None:
    assert check(f"sqlite:///{tmp_path}/none/doorstep.db") is State.EMPTY
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("version", "state"), STATES)
def test_what_a_version_means(version: str | None, state: State) -> None:
    assert state_of(version) is state


def test_the_head_read_from_the_file_names_is_the_real_one(sqlite_url: str) -> None:
    with locked(sqlite_url) as connection:
        assert ScriptDirectory.from_config(alembic_config(connection)).get_heads() == [head()]


BAD_URLS = [
    ("mysql://host/name", "use sqlite:///path or postgresql"),
    ("postgresql+psycopg://nobody@127.0.0.1:1/none", "PostgreSQL cannot be reached"),
]


@pytest.mark.parametrize(("url", "words"), BAD_URLS)
def test_a_database_that_cannot_be_had_is_explained(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        migrate(url)


def test_a_file_that_is_no_database_is_explained(tmp_path: Any) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, only some words\n" * 20)
    with pytest.raises(StoreError, match="not a database of Doorstep"):
        migrate(f"sqlite:///{path}")


def _lines(statements: str) -> list[list[str]]:
    """Alembic copies a table with its keys and indexes in no certain order."""
    return sorted(sorted(line.strip(", \t") for line in one.splitlines()) for one in statements.split("\n\n"))


def _rules(url: str) -> dict[str, Any]:
    look = inspect(create_engine(url, poolclass=NullPool))
    return {
        table: (
            sorted((rule["name"] or "", rule["sqltext"]) for rule in look.get_check_constraints(table)),
            sorted(
                (str(index["name"]), str(index["column_names"]), str(index["unique"]), str(_condition(index)))
                for index in look.get_indexes(table)
            ),
        )
        for table in metadata.tables
    }


def _condition(index: Any) -> str | None:
    options = index.get("dialect_options", {})
    found = options.get("sqlite_where", options.get("postgresql_where"))
    return None if found is None else str(found)
