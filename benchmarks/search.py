"""Understanding and searching in large catalogues, beside other ways to search the same classes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks import search_peers
from benchmarks.mix import TOPICS
from benchmarks.search_process import UNTAUGHT, rounds
from benchmarks.table import Table, millis, whole
from benchmarks.town import ZONE
from tests.postgres import NoPostgres, server

SIZES = (100_000, 1_000_000)
# fewer are asked where each takes longer
QUERIES = {100_000: 600, 1_000_000: 300}
STEPS = (
    ("understand", "understand what was typed, ms"),
    ("search", "from the meaning to ranked classes, ms"),
    ("both", "**the whole, from text to ranked classes**, ms"),
    ("nothing", "the whole when nothing fits, with what to give up, ms"),
)


def measure(quick: bool = False) -> Table:
    """The table."""
    sizes = (2_000,) if quick else SIZES
    columns = ["step"]
    cells: dict[str, list[str]] = {}
    notes = []
    with _server() as postgres:
        for size in sizes:
            columns += [f"{whole(size)} classes: p50", "p95"]
            with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as folder:
                taken = _measured(Path(folder), size, 60 if quick else QUERIES[size], postgres)
            for name, (first, second) in taken.items():
                cells.setdefault(name, []).extend((first, second))
    notes += [
        "Each wish is timed in five rounds, each topic of the other ways in three (one at a million), and "
        "the median counts; what was read of a text is forgotten before each. The whole includes conditions "
        "of time, money and place, typos, pinyin and ranking; the other ways only look a topic's words up.",
        "At 100,000 each class has a title of its own, the hardest case to build; at a million twelve share "
        "one. Memory is this process's own; the index is a file that the system keeps as it sees fit.",
    ]
    if postgres is None:
        notes.append("PostgreSQL: not measured, no server to be had.")
    rows = [[name, *values] for name, values in cells.items()]
    return Table("Search in large catalogues", columns, rows, notes)


def _measured(folder: Path, size: int, queries: int, postgres: str | None) -> dict[str, tuple[str, str]]:
    today = datetime.now(ZONE).date()
    address = _database(postgres, size) if postgres else None
    (folder / "peers").mkdir()
    # the peers' tables are filled on the other core meanwhile
    filling = get_context("spawn").Process(
        target=search_peers.build, args=(folder / "peers", size, today, address)
    )
    filling.start()
    built = _process("build", folder / "ours", size, queries)
    filling.join()
    if filling.exitcode:
        raise RuntimeError("the peers' tables could not be filled")
    asked = _process("ask", folder / "ours", size, queries)
    found = {name: _quantiles(asked[key]) for key, name in STEPS}
    # a table that is read from end to end takes a second then
    often = 3 if size <= 100_000 else 1
    with search_peers.ways(folder / "peers", address) as ways:
        for name, way in ways.items():
            questions = [partial(way, topic) for topic in TOPICS + UNTAUGHT]
            found[f"{name}, ms"] = _quantiles(rounds(questions, often))
    found["building the index, µs a class (wall, processor)"] = (
        f"{built['build'] * 1e6:.0f}", f"{built['cpu'] * 1e6:.0f}",
    )  # fmt: skip
    found["index on disk, MB; memory of the process for it, MB"] = (
        f"{built['disk']:.0f}", f"{asked['memory']:.0f}",
    )  # fmt: skip
    found["taking it up again at start, s; a change until found and kept, ms"] = (
        f"{asked['open']:.2f}", millis(asked["change"]),
    )  # fmt: skip
    return found


def _process(what: str, folder: Path, size: int, queries: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.search_process", what, str(folder), str(size), str(queries)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _quantiles(values: Sequence[float]) -> tuple[str, str]:
    ordered = sorted(values)
    return millis(ordered[len(ordered) // 2]), millis(ordered[len(ordered) * 95 // 100])


@contextmanager
def _server() -> Iterator[str | None]:
    try:
        with server() as address:
            yield address
    except NoPostgres:
        yield None


def _database(address: str, size: int) -> str:
    import psycopg

    plain = address.replace("+psycopg", "")
    with psycopg.connect(plain.format("postgres"), autocommit=True) as raw:
        raw.execute(f"CREATE DATABASE search_{size}".encode())
    return plain.format(f"search_{size}")
