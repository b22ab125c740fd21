"""Queries joined to others, and queries that count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tantivy import Occur, Query


class Counted(NamedTuple):
    """A part of the score: of its ways, each a value and a query, the best that fits counts, times weight."""

    kind: str
    what: str
    weight: float
    ways: tuple[tuple[str, float, Query], ...]


def counting(kind: str, what: str, weight: float, query: Query) -> Counted:
    """Return a part of the score that has one way."""
    return Counted(kind, what, weight, (("", 1.0, query),))


def but(query: Query) -> Query:
    """Return what does not fit a query."""
    return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, query)])


def some(queries: Sequence[Query]) -> Query:
    """Return what fits at least one query; nothing fits none."""
    if not queries:
        return Query.empty_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, q) for q in queries])


def every(queries: Sequence[Query]) -> Query | None:
    """Return what fits every query, None where there is none."""
    if not queries:
        return None
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, q) for q in queries])
