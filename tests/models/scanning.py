"""Listens to what is asked of a database, and tells which of it goes through a whole big table.

SQLite plans without statistics, as it does where the program runs: what it says of a small table holds for a
big one. PostgreSQL goes by the sizes; there only tables that hold much are looked at, and it is told to read
one from end to end, or to join whole tables, only where nothing else can be done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from sqlalchemy import text

from models.statement import Statement, Tx

# what grows with the people and the years; of the others a few hundred rows make a county
BIG = frozenset({
    "account", "acted_for", "application", "attendance", "audit_entry", "audit_text", "broadcast_recipient",
    "catalogue_change", "class_session", "consent", "conversation", "course", "credit_entry", "enrolment",
    "excuse", "favourite", "fee_entry", "help_message", "help_thread", "hour_entry",
    "occurrence", "offering", "opt_out", "outgoing", "person", "person_group", "received_update",
    "seat_offer", "survey", "team_member", "vote", "watch",
})  # fmt: skip
# of these indexes only a little is in use at any time
SHORT = frozenset({
    "ix_outgoing_open", "uq_help_thread_open", "uq_seat_offer_living", "ix_broadcast_recipient_pending",
    "ix_broadcast_recipient_sending", "ix_broadcast_recipient_recall", "ix_outgoing_learner_id",
})  # fmt: skip
MUCH = 2000
_PLANNED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
_NAMED = re.compile(r"(?:FROM|JOIN|UPDATE|INTO|,) (\w+)(?: AS)? (\w+)", re.IGNORECASE)
_SCANNED = re.compile(r"^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")


@dataclass(frozen=True, slots=True)
class Scan:
    """A statement that goes through a table, by an index from end to end where one is named."""

    table: str
    index: str
    sql: str

    def __str__(self) -> str:
        return f"{self.table} {self.index or 'row by row'}: {' '.join(self.sql.split())}"


class Heard:
    """Every statement once, with the parameters that it came with first."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def scans(self, tx: Tx) -> list[Scan]:
        """Which of them go through a big table."""
        asked = [(sql, of) for sql, of in self.asked.items() if sql.lstrip().startswith(_PLANNED)]
        found = _of_sqlite(tx, asked) if tx.kind == "sqlite" else _of_postgres(tx, asked)
        return [one for one in dict.fromkeys(found) if one.index not in SHORT]


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear what every transaction asks meanwhile."""
    heard = Heard()
    execute, core = Tx._execute, Tx.core

    def hear(tx: Tx, statement: Statement, values: dict[str, Any]) -> Any:
        compiled = statement.compiled(tx._dialect)
        heard.asked.setdefault(compiled.sql, compiled.arrange(values))
        return execute(tx, statement, values)

    def hear_core(tx: Tx, statement: Any, values: Any = None) -> Any:
        result = core(tx, statement, values)
        context = result.context
        if not context.executemany:
            heard.asked.setdefault(context.statement, context.parameters[0])
        return result

    with patch.object(Tx, "_execute", hear), patch.object(Tx, "core", hear_core):
        yield heard


def _of_sqlite(tx: Tx, asked: list[tuple[str, Any]]) -> Iterator[Scan]:
    for sql, of in asked:
        names = {alias: table for table, alias in _NAMED.findall(sql)}
        for *_, detail in tx._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(of)).all():
            if found := _SCANNED.match(detail):
                table = found[1] if found[1] in BIG else names.get(found[1], found[1])
                if table in BIG:
                    yield Scan(table, found[2] or "", sql)


def _of_postgres(tx: Tx, asked: list[tuple[str, Any]]) -> Iterator[Scan]:
    for way in ("seqscan", "hashjoin", "mergejoin"):
        tx.core(text(f"SET LOCAL enable_{way} = off"))
    sizes = tx.core(text("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'")).all()
    big = {name for name, rows in sizes if name in BIG and rows >= MUCH}
    for sql, of in asked:
        [(plan,)] = tx._connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", of).all()
        for table, index in _nodes(plan[0]["Plan"], ""):
            if table in big:
                yield Scan(table, index, sql)


def _nodes(node: dict[str, Any], above: str) -> Iterator[tuple[str, str]]:
    """Each table that is read whole, with the index by which it is."""
    kind = node["Node Type"]
    by_index = kind in ("Index Scan", "Index Only Scan", "Bitmap Index Scan") and "Index Cond" not in node
    # in the order of an index up to the first that is asked for
    ends = above == "Limit" and "Filter" not in node
    if kind == "Seq Scan" or (by_index and not ends):
        yield node.get("Relation Name", ""), node.get("Index Name", "")
    for below in node.get("Plans", ()):
        yield from _nodes(below, kind)
