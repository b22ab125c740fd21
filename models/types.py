"""Column types and table helpers that hold on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnDefault,
    Connection,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    event,
    text,
)
from sqlmodel import SQLModel

# names that Alembic can compare on both databases
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# rows are read and written as Core has them: nothing is ever checked by pydantic, and its schemas of all
# tables would take a start sixty milliseconds
SQLModel.model_config["defer_build"] = True

metadata: MetaData = SQLModel.metadata

# sqlite numbers rows by itself only where the type is INTEGER
BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC instant: `timestamptz` on PostgreSQL, fixed-width ISO text on SQLite.

    The text sorts as the instants do and can be read in the sqlite3 shell.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        return _to_text if dialect.name == "sqlite" else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _from_text if dialect.name == "sqlite" else _as_utc


# the last two instants that were turned into text, with their texts: most of a turn's are one and the same
# object, or the other one
_latest: list[tuple[datetime, str]] = []


def _to_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    for known, written in _latest:
        if known is value:
            return written
    written = _utc(value).isoformat(timespec="microseconds")
    _latest[:] = [(value, written), *_latest[:1]]
    return written


def _utc(value: datetime) -> datetime:
    if value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {value!r}")
    return value.astimezone(UTC)


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _as_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that meet a condition, alike on both databases.

    PostgreSQL hears of the condition when tables are made or compared: naming it here would load that dialect
    (2 MB, 50 ms) where all is on SQLite.
    """
    return Index(name, *columns, unique=unique, sqlite_where=text(where), info={"where": where})


def tell_postgresql(metadata: MetaData) -> None:
    """Give each partial index its condition for PostgreSQL, too."""
    for table in metadata.tables.values():
        for index in table.indexes:
            if "where" in index.info:
                index.dialect_options["postgresql"]["where"] = text(index.info["where"])


@event.listens_for(metadata, "before_create")
def _before_create(target: MetaData, connection: Connection, **_: Any) -> None:
    if connection.dialect.name == "postgresql":
        tell_postgresql(target)


def forget_mappers() -> None:
    """Let go of what SQLAlchemy keeps to make objects of rows (over a megabyte): none is ever made.

    For a program that has read all its modules; the tables stay.
    """
    SQLModel._sa_registry.dispose()


def table_of(model: type[SQLModel]) -> Table:
    """The Core table behind a SQLModel class, for statements."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    for name, field in model.model_fields.items():
        column, default = table.c[name], field.default
        # a column spelled out by `sa_column` does not hear of its field's default by itself
        if column.default is None and isinstance(default, str | int | float):
            ColumnDefault(default)._set_parent(column)
    return table
