"""Statements built once and run straight on the driver.

A `Statement` is a module-level constant around a Core statement with named `bindparam`s. It is
compiled once per dialect; running it costs the driver's call and the few type conversions that its
columns need, nothing of SQLAlchemy's per-call work.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, Connection, Dialect, Executable, Numeric
from sqlalchemy.sql import bindparam, insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.schema import Table
from sqlalchemy.sql.visitors import cloned_traverse

Row = Any
_Converter = Callable[[Any], Any]
# what is read of people when a transaction begins lies in these
_CHANGES_PEOPLE = re.compile(r"\b(?:UPDATE|INSERT INTO|DELETE FROM) (?:account|person|conversation)\b")


class _Compiled(NamedTuple):
    sql: str
    arrange: Callable[[dict[str, Any]], Any]
    make_row: Callable[[Sequence[Any]], Row]
    changes_people: bool


class Statement:
    """A Core statement as a constant; rows come back as named tuples in the order of its columns.

    `own`: of all people it changes only whoever speaks, by their account or as a person. `on_sqlite` takes
    its place on SQLite.
    """

    __slots__ = ("_by_dialect", "_clause", "_on_sqlite", "_own")

    def __init__(
        self, clause: ClauseElement, on_sqlite: ClauseElement | None = None, *, own: bool = False
    ) -> None:
        self._clause = clause
        self._on_sqlite = clause if on_sqlite is None else on_sqlite
        self._own = own
        self._by_dialect: dict[str, _Compiled] = {}

    @property
    def clause(self) -> ClauseElement:
        """The Core statement, for running it the ordinary way in a test."""
        return self._clause

    def compiled(self, dialect: Dialect) -> _Compiled:
        """The text and conversions for one dialect, made at the first use."""
        found = self._by_dialect.get(dialect.name)
        if found is None:
            clause = self._on_sqlite if dialect.name == "sqlite" else self._clause
            found = self._by_dialect[dialect.name] = _compile(clause, dialect, self._own)
        return found


def _compile(clause: ClauseElement, dialect: Dialect, own: bool) -> _Compiled:
    clause, required = _filled(clause, dialect)
    # a closed list in an IN is written out once, like everything else
    compiled = clause.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(f"not a statement with parameters: {clause}")
    columns = _result_columns(clause)
    converters = {}
    for at, column in enumerate(columns):
        if isinstance(column.type, Numeric):
            continue  # both drivers give a float by themselves, and psycopg's conversion asks for more
        processor = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if processor is not None:
            converters[at] = processor
    return _Compiled(
        compiled.string,
        _arranger(compiled, dialect, required),
        _row_maker(columns, converters),
        not own and _CHANGES_PEOPLE.search(compiled.string) is not None,
    )


def _arranger(compiled: SQLCompiler, dialect: Dialect, required: set[str]) -> Callable[[dict[str, Any]], Any]:
    """What makes the driver's parameters of the given values: converted, with defaults, in their order."""
    binds: dict[str, _Converter] = {}
    defaults: dict[str, Any] = {}
    prefetched = _column_defaults(compiled)
    for name, bind in compiled.binds.items():
        processor = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if bind.expanding:
            for at, value in enumerate(bind.effective_value or (), 1):
                defaults[f"{name}_{at}"] = processor(value) if processor else value
            continue
        if processor is not None:
            binds[name] = processor
        if name in prefetched or name not in required:
            defaults[name] = prefetched.get(name, bind.effective_value)
    if compiled.positional:
        return _in_order(tuple(compiled.positiontup or ()), binds, defaults)
    return _by_name(binds, defaults)


def _in_order(
    names: tuple[str, ...], binds: dict[str, _Converter], defaults: dict[str, Any]
) -> Callable[[dict[str, Any]], Any]:
    if len(names) > 1 and not binds and not defaults:
        return itemgetter(*names)
    known: dict[str, Any] = {}
    parts = []
    for at, name in enumerate(names):
        part = f"values[{name!r}]"
        if name in defaults:
            known[f"default{at}"] = defaults[name]
            part = f"values.get({name!r}, default{at})"
        if name in binds:
            known[f"convert{at}"] = binds[name]
            part = f"convert{at}({part})"
        parts.append(part)
    made: Callable[[dict[str, Any]], Any] = _made(f"lambda values: [{', '.join(parts)}]", known)
    return made


def _made(code: str, known: dict[str, Any]) -> Any:
    """Code out of the names of a statement, which is a constant of ours, as a named tuple is made.

    A loop over its parameters and columns at each run costs as much as a small statement itself.
    """
    return eval(code, known)  # noqa: S307


def _by_name(binds: dict[str, _Converter], defaults: dict[str, Any]) -> Callable[[dict[str, Any]], Any]:
    plan = tuple(binds.items())

    def arrange(values: dict[str, Any]) -> dict[str, Any]:
        made = {**defaults, **values}
        for name, convert in plan:
            made[name] = convert(made[name])
        return made

    return arrange


def _filled(clause: ClauseElement, dialect: Dialect) -> tuple[ClauseElement, set[str]]:
    """The clause with an empty value in each parameter that has none, and the names of those.

    SQLite prepares a statement anew, which takes longer than to run it, each time a value is bound that it
    has compared with the condition of a partial index: what is constant is written out there.
    """
    required: set[str] = set()

    def fill(bind: Any) -> None:
        if bind.required:
            required.add(bind.key)
            bind.required, bind.value = False, None
        elif bind.unique and dialect.name == "sqlite" and _is_plain(bind.value):
            bind.literal_execute = True

    filled: ClauseElement = cloned_traverse(clause, {}, {"bindparam": fill})
    return filled, required


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int) or (isinstance(value, list | tuple) and all(map(_is_plain, value)))


def _column_defaults(compiled: SQLCompiler) -> dict[str, Any]:
    """The constant defaults that Core would fill in for columns an insert does not name."""
    if not compiled.isinsert:
        return {}
    found = {}
    for column in compiled.insert_prefetch:
        default: Any = column.default
        if default is None or not default.is_scalar:
            raise TypeError(f"{column} has no constant default; name it in the insert")
        found[column.key] = default.arg
    return found


def _result_columns(clause: ClauseElement) -> list[Any]:
    chosen = getattr(clause, "selected_columns", None)
    if chosen is None:
        chosen = getattr(clause, "returning_column_descriptions", None)
        return [described["expr"] for described in chosen] if chosen else []
    return list(chosen)


def _row_maker(columns: Sequence[Any], converters: dict[int, _Converter]) -> Callable[[Sequence[Any]], Row]:
    if not columns:
        return tuple
    names = [str(getattr(column, "key", None) or getattr(column, "name", "")) for column in columns]
    make = partial(tuple.__new__, _named("Row", names))
    if not converters:
        return make
    known = {f"convert{at}": converter for at, converter in converters.items()} | {"make": make}
    parts = [f"convert{at}(row[{at}])" if at in converters else f"row[{at}]" for at in range(len(columns))]
    made: Callable[[Sequence[Any]], Row] = _made(f"lambda row: make(({', '.join(parts)},))", known)
    return made


def _named(name: str, fields: Sequence[str]) -> Any:
    # the names come with the statement, which a type checker cannot follow
    make: Any = namedtuple
    return make(name, fields, rename=True)


class Cursor(Protocol):
    """What we use of a driver's cursor."""

    @property
    def rowcount(self) -> int: ...

    def execute(self, sql: Any, parameters: Any = ..., /) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...


class TakesTime(Exception):
    """The unit is to be run where nobody waits for it."""


class Tx:
    """One open transaction: run constants with `one`, `all`, `run`; dynamic Core with `core`.

    `people_changed`: since it was last set False, a statement may have changed others than whoever speaks.
    `hurried`: everybody else waits while it is open.
    """

    __slots__ = ("_connection", "_cursor", "_dialect", "hurried", "kind", "people_changed")

    def __init__(self, connection: Connection, cursor: Cursor) -> None:
        self._connection = connection
        self._cursor = cursor
        self._dialect = connection.dialect
        self.kind = connection.dialect.name
        self.people_changed = False
        self.hurried = False

    def take_time(self) -> None:
        """Call it before what may take long: in a hurry the unit ends here, to be run again without one.

        Raises TakesTime.
        """
        if self.hurried:
            raise TakesTime

    def one(self, statement: Statement, **values: Any) -> Row:
        """The first row, or None."""
        compiled = self._execute(statement, values)
        row = self._cursor.fetchone()
        return None if row is None else compiled.make_row(row)

    def all(self, statement: Statement, **values: Any) -> list[Row]:
        """Every row."""
        compiled = self._execute(statement, values)
        make = compiled.make_row
        return [make(row) for row in self._cursor.fetchall()]

    def run(self, statement: Statement, **values: Any) -> int:
        """Execute and return how many rows were touched."""
        self._execute(statement, values)
        return self._cursor.rowcount

    def add(self, statement: Statement, **values: Any) -> int:
        """Execute an insert made by `insert_into` and return the new id."""
        self._execute(statement, values)
        if self.kind == "sqlite":
            cursor: Any = self._cursor  # psycopg's has no such thing
            return int(cursor.lastrowid)
        return int(self._cursor.fetchone()[0])

    def core(self, statement: Executable, values: Any = None) -> Any:
        """Run a statement that is put together at run time, the ordinary way."""
        if not statement.is_select:
            self.people_changed = True
        return self._connection.execute(statement, values)

    def _execute(self, statement: Statement, values: dict[str, Any]) -> _Compiled:
        compiled = statement._by_dialect.get(self.kind) or statement.compiled(self._dialect)
        if compiled.changes_people:
            self.people_changed = True
        self._cursor.execute(compiled.sql, compiled.arrange(values))
        return compiled


def insert_into(
    table: Table, *columns: str, returning: str | None = "id", own: bool = False,
    **computed: ColumnElement[Any],
) -> Statement:  # fmt: skip
    """An insert of the named columns as a constant; `Tx.add` gives the new `returning` value.

    `computed` are columns whose value the database finds by itself.
    SQLite tells a new row's number by itself, at half the price.
    """
    given = {name: bindparam(name, type_=table.c[name].type) for name in columns}
    made = insert(table).values({**given, **computed})
    return Statement(made.returning(table.c[returning]) if returning else made, on_sqlite=made, own=own)
