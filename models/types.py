"""Column types and table helpers that hold on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnDefault,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
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


# the last instant that was turned into text, with its text: most of a turn's are one and the same object
_latest: list[tuple[datetime, str]] = []


def _to_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    for known, text in _latest:
        if known is value:
            return text
    text = _utc(value).isoformat(timespec="microseconds")
    _latest[:] = [(value, text)]
    return text


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


def table_of(model: type[SQLModel]) -> Table:
    """The Core table behind a SQLModel class, for statements."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    for name, field in model.model_fields.items():
        column, default = table.c[name], field.default
        # a column spelled out by `sa_column` does not hear of its field's default by itself
        if column.default is None and isinstance(default, str | int | float):
            ColumnDefault(default)._set_parent(column)
    return table
