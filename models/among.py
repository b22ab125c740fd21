"""A column among any number of numbers, as one parameter: the statement stays the same however many."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from sqlalchemy import BigInteger, ColumnElement, Dialect, Integer, String, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Numbers(TypeDecorator[Sequence[int]]):
    """Whole numbers in one parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import ARRAY  # a dialect is loaded where it is used

            return dialect.type_descriptor(ARRAY(BigInteger))
        return dialect.type_descriptor(String())

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        return numbers_array if dialect.name == "postgresql" else _as_json


class among(FunctionElement[int]):
    """That `column` is one of the numbers that are given as `name`."""

    # not Boolean, which a database without that type would compare with 1
    type = Integer()
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        super().__init__(column, bindparam(name, type_=Numbers()))


@compiles(among, "postgresql")
def _any(element: Any, compiler: SQLCompiler, **how: Any) -> str:
    column, numbers = (compiler.process(one, **how) for one in element.clauses)
    # how many they are would be seen, and planned for anew each time; in a query of its own it is not
    return f"{column} = ANY ((SELECT {numbers})::bigint[])"


@compiles(among, "sqlite")
def _each(element: Any, compiler: SQLCompiler, **how: Any) -> str:
    column, numbers = (compiler.process(one, **how) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608  both are the compiler's own text


def numbers_array(numbers: Sequence[int]) -> str:
    """The numbers as PostgreSQL writes an array; the driver would ask each for its type."""
    return f"{{{','.join(map(str, numbers))}}}"


def texts_array(texts: Sequence[str]) -> str:
    """The same of texts."""
    quoted = (text.replace("\\", r"\\").replace('"', r"\"") for text in texts)
    return '{"' + '","'.join(quoted) + '"}' if texts else "{}"


def _as_json(numbers: Sequence[int]) -> str:
    return orjson.dumps(list(numbers)).decode()
