"""A broadcast to very many: its audience into rows; rows fed, claimed and marked; the memory it takes.

`DOORSTEP_BENCH_PEOPLE` sets how many people there are (1,000,000; 2,000 with --quick).
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.databases import Databases, NoServer
from benchmarks.scale import open_town
from benchmarks.table import Table, whole
from benchmarks.town import ZONE, Size
from models.statement import Tx
from models.store import Store, look_now, work_now
from services import delivery, delivery_outcomes
from services.audience import Atom
from services.broadcasting import acts, composing, feeding, launching, rights, rows
from services.broadcasting.composing import Breakdown
from services.broadcasting.feeding import Wanted
from services.delivery_outcomes import Mark
from services.town import Town

PEOPLE = int(os.environ.get("DOORSTEP_BENCH_PEOPLE", "1000000"))
QUICK = 2000
# what is sent in the second part; a rate needs no more
MOST_SENT = 100_000
BATCH = 500
FIRST = 10_000_000

SERIES = {
    "postgresql": "generate_series(1, {n}) AS s(n)",
    "sqlite": (
        "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {n}) SELECT n FROM c)"
    ),
}
MADE = (
    "INSERT INTO person (id, name, lang, big, remind_evening, remind_hour, weekly, created_at)"
    " SELECT n + {first}, '', 'zh', false, true, true, true, :at FROM {series}",
    "INSERT INTO account (platform, external_id, person_id, chat, verified, state, recovery_hash,"
    " cookie_epoch, created_at, seen_at) SELECT 'telegram', CAST(n + {first} AS varchar), n + {first},"
    " CAST(n + {first} AS varchar), true, 'active', '', 0, :at, :at FROM {series}",
    "INSERT INTO consent (person_id, purpose, wording, platform, given_at)"
    " SELECT n + {first}, 'announcements', '2026-12', 'telegram', :at FROM {series}",
)


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds, rows a second, and megabytes."""

    people: int
    counting: float
    resolving: float
    feeding: float
    marking: float
    grown: float


def measure(quick: bool = False) -> Table:
    """The table."""
    people = QUICK if quick else PEOPLE
    lines, notes = [], []
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as folder:
        databases = Databases(Path(folder), Size(50, 20, 1), datetime.now(ZONE).date())
        try:
            for name, make in (("SQLite", databases.sqlite), ("PostgreSQL", databases.postgres)):
                try:
                    found = _one(make, people)
                except NoServer as error:
                    notes.append(f"{name}: not measured, {error}")
                    continue
                lines.append(
                    [
                        name, f"{found.people:,}", f"{found.counting:.1f}", f"{found.resolving:.1f}",
                        whole(found.feeding), whole(found.marking), f"{found.grown:.0f}",
                    ]
                )  # fmt: skip
        finally:
            databases.close()
    notes.append(
        f"counting is the preview's breakdown; rows a second over {min(people, MOST_SENT):,} messages;"
        " memory is what the process grew by while they were fed, claimed and marked."
    )
    columns = (
        "database", "people", "counted, s", "audience to rows, s", "fed and settled, rows/s",
        "claimed and marked, rows/s", "grown, MB",
    )  # fmt: skip
    return Table("A broadcast to very many", columns, lines, tuple(notes))


def _one(make: Callable[[], str], people: int) -> Result:
    house = open_town(make(), Size(50, 20, 1))
    store, town = house.store, house.town
    try:
        # one after the other, so that a table's rows are there before others point at them
        for statement in MADE:
            sql = statement.format(first=FIRST, series=SERIES[store.kind].format(n=people))
            work_now(store, _run(sql, town))
        if store.kind == "postgresql":
            work_now(store, _run("ANALYZE", town))
        number, counting, resolving, total = _launch(store, town)
        before = _megabytes()
        fed, marked = _deliver(store, town, number, min(people, MOST_SENT))
        return Result(total, counting, resolving, fed, marked, _megabytes() - before)
    finally:
        store.close()


def _run(sql: str, town: Town) -> Callable[[Tx], int]:
    values = {"at": town.now().isoformat(timespec="microseconds")} if ":at" in sql else {}
    return lambda tx: int(tx.core(text(sql), values).rowcount)


def _launch(store: Store, town: Town) -> tuple[int, float, float, int]:
    """The broadcast's number, seconds to count and to resolve its audience, and how many it is for."""

    def begin(tx: Tx) -> int:
        root = composing.unit_by_id(tx, 1)
        rights.set_rule(tx, root, "approve_above", 10**9)
        tx.core(
            text(
                "INSERT INTO role_grant (person_id, unit_id, role, granted_at) VALUES (:id, 1, 'owner', :at)"
            ),
            {"id": FIRST + 1, "at": town.now().isoformat(timespec="microseconds")},
        )
        draft = composing.Draft(1, FIRST + 1, "全民终身学习活动周开幕了，欢迎来学。", Atom("unit", "root"))
        return composing.create(tx, town, draft)

    number = work_now(store, begin)
    began = time.perf_counter()
    came = work_now(store, lambda tx: acts.submit(tx, town, number, by=FIRST + 1))
    counting = time.perf_counter() - began
    if not isinstance(came, Breakdown):
        raise RuntimeError(f"refused: {came}")
    began = time.perf_counter()
    while work_now(store, lambda tx: launching.resolve_some(tx, town, number)):
        pass
    resolving = time.perf_counter() - began
    counted, _ = look_now(store, lambda tx: rows.counts(tx, number))
    if sum(counted.values()) != came.people:
        raise RuntimeError(f"{came.people} people, {counted}")
    return number, counting, resolving, came.people


def _deliver(store: Store, town: Town, number: int, most: int) -> tuple[float, float]:
    """Rows a second: fed and settled, claimed and marked."""
    # whatever the hour is, nobody sleeps in a benchmark
    work_now(store, lambda tx: tx.core(text("UPDATE person SET quiet_from = 0, quiet_to = 0")).rowcount)
    feeds = marks = 0.0
    done = 0
    while done < most:
        began = time.perf_counter()
        work_now(store, lambda tx: feeding.step(tx, town, Wanted(number, BATCH), ("telegram",)))
        fed = time.perf_counter()
        claimed = work_now(store, lambda tx: _claim(tx, town))
        if not claimed:
            break
        outcome = [Mark(row.id, "sent", row.attempt, "", str(row.id)) for row in claimed]
        work_now(store, lambda tx, outcome=outcome: delivery_outcomes.mark(tx, town, outcome))
        marks += time.perf_counter() - fed
        feeds += fed - began
        done += len(claimed)
    counted, _ = look_now(store, lambda tx: rows.counts(tx, number))
    if counted["sent"] != done:
        raise RuntimeError(f"{done} marked, {counted}")
    return done / feeds, done / marks


def _claim(tx: Tx, town: Town) -> Any:
    return delivery.claim(tx, town, delivery.due(tx, town, "telegram", "bulk", BATCH)).rows


def _megabytes() -> float:
    with suppress(OSError, IndexError):
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
