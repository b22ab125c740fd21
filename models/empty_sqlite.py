"""The tables of an empty SQLite file, written down: a first start need not go through every migration.

`python -m models.empty_sqlite` writes them anew after a migration was added; a test holds them against what
the migrations make.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

FILE = Path(__file__).parent / "migrations" / "empty_sqlite.sql"
_BETWEEN = "\n\n"


def is_untouched(connection: Connection) -> bool:
    """Whether the file holds nothing at all, not even a table of somebody else's."""
    return connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first() is None


def create(connection: Connection) -> None:
    """Make the tables, and what the migrations put into them, within the open transaction."""
    for statement in FILE.read_text("utf-8").split(_BETWEEN):
        connection.exec_driver_sql(statement)


def written(raw: sqlite3.Connection) -> str:
    """What a migrated file holds, as statements."""
    around = ("BEGIN TRANSACTION;", "COMMIT;")
    return _BETWEEN.join(line for line in raw.iterdump() if line not in around) + "\n"


def migrated() -> str:
    """The same of an empty file that went through every migration."""
    from models.migrate import locked, run_migrations

    with locked("sqlite:///:memory:") as connection:
        run_migrations(connection)
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        return written(raw)


if __name__ == "__main__":
    FILE.write_text(migrated(), "utf-8")
    print(f"{FILE} was written", file=sys.stderr)  # noqa: T201
