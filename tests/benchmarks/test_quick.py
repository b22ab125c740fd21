"""Each benchmark runs and gives figures; how good they are is not asked here, as the machine may be busy."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from benchmarks import blast, broadcast, scale, search, sends, start, turn
from benchmarks.table import Table

QUICK: list[tuple[str, Callable[[], Table]]] = [
    ("turn on SQLite", lambda: turn.measure(quick=True, only="Doorstep, SQLite**")),
    ("turn on PostgreSQL", lambda: turn.measure(quick=True, only="two processes")),
    ("turn of a peer", lambda: turn.measure(quick=True, only="aiogram 3 echo, ")),
    ("sends", lambda: sends.measure(quick=True)),
    ("scale", lambda: scale.measure(quick=True)),
    ("start", lambda: start.measure(quick=True)),
    ("search", lambda: search.measure(quick=True)),
    ("broadcast", lambda: broadcast.measure(quick=True)),
    ("blast", lambda: blast.measure(quick=True)),
]


@pytest.mark.slow
@pytest.mark.parametrize("measure", [row[1] for row in QUICK], ids=[row[0] for row in QUICK])
def test_each_benchmark_gives_figures(measure: Callable[[], Table]) -> None:
    table = measure()
    assert table.rows
    for row in table.rows:
        assert len(row) == len(table.columns)
        figures = [
            float(found.replace(",", "")) for cell in row[1:] for found in re.findall(r"[\d.,]+", cell)
        ]
        assert figures and all(figure >= 0 for figure in figures) and max(figures) > 0
    assert f"## {table.title}" in table.markdown()
