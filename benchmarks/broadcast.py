"""A broadcast to very many: its audience into rows; rows fed, claimed and marked; the memory of its sender.

`--people` or `DOORSTEP_BENCH_PEOPLE` sets how many people there are (1,000,000; 12,000 with --quick).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from benchmarks.databases import Databases, NoServer
from benchmarks.opened import open_town
from benchmarks.table import Table, times, whole
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
QUICK, FEW = 12_000, 10_000
# the town around them, in which classes have their sessions and people their places
BASE = Size(2000, 500, 0)
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
    """Seconds, rows a second, messages a second, and megabytes."""

    people: int
    counting: float
    resolving: float
    feeding: float
    marking: float
    sending: float
    peak: float


def measure(quick: bool = False, people: int = PEOPLE) -> Table:
    """The table, for few people and for `people`."""
    sizes = (QUICK // 3, QUICK) if quick else (FEW, people)
    lines, notes = [], []
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as folder:
        databases = Databases(Path(folder), BASE, datetime.now(ZONE).date())
        try:
            for name, make in (("SQLite", databases.sqlite), ("PostgreSQL", databases.postgres)):
                try:
                    found = [_one(databases, make, size) for size in sizes]
                except NoServer as error:
                    notes.append(f"{name}: not measured, {error}")
                    continue
                lines += [_line(name, one) for one in found]
                few, many = found
                notes.append(
                    f"{name}: the sender takes {times(many.peak / few.peak)} the memory for"
                    f" {times(many.people / few.people)} the people."
                )
        finally:
            databases.close()
    notes.append(
        f"Counting is the preview's breakdown; rows a second over at most {MOST_SENT:,} messages in batches"
        f" of {BATCH}; the sender is a process of its own, with limits off, whose messages arrive at once."
    )
    columns = (
        "database", "people", "counted, s", "audience to rows, s", "fed and settled, rows/s",
        "claimed and marked, rows/s", "sent and recorded, messages/s", "sender's peak, MB",
    )  # fmt: skip
    return Table("A broadcast to very many", columns, lines, tuple(notes))


def _line(name: str, found: Result) -> list[str]:
    return [
        name, f"{found.people:,}", f"{found.counting:.1f}", f"{found.resolving:.1f}", whole(found.feeding),
        whole(found.marking), whole(found.sending), f"{found.peak:.0f}",
    ]  # fmt: skip


def _one(databases: Databases, make: Callable[[], str], people: int) -> Result:
    url = make()
    house = open_town(url, BASE)
    store, town = house.store, house.town
    try:
        make_people(store, town, people)
        if store.kind == "postgresql":
            _tidy(url)
        number, counting, resolving, total = launch(store, town)
        most = min(people, MOST_SENT) // 2
        # exactly so many first: the sender, which is stopped at a glance, may be done with more
        fed, marked = _deliver(store, town, number, most)
        sent = _send(url, number, min(most, total - most - BATCH))
        return Result(total, counting, resolving, fed, marked, sent["rate"], sent["peak"])
    finally:
        store.close()
        databases.drop(url)


def make_people(store: Store, town: Town, people: int) -> None:
    """So many people with an account and their yes to announcements."""
    # one after the other, so that a table's rows are there before others point at them
    for statement in MADE:
        series = SERIES[store.kind].format(n=people)
        work_now(store, _run(statement.format(first=FIRST, series=series), town))
    # whatever the hour is, nobody sleeps in a benchmark
    work_now(store, _run("UPDATE person SET quiet_from = 0, quiet_to = 0", town))


def _tidy(url: str) -> None:
    """As the server's own housekeeping would have done by and by."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as raw:
        raw.execute("VACUUM ANALYZE")
        raw.execute("CHECKPOINT")


def _send(url: str, number: int, most: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.broadcast_sender", url, str(number), str(most)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _run(sql: str, town: Town) -> Callable[[Tx], int]:
    values = {"at": town.now().isoformat(timespec="microseconds")} if ":at" in sql else {}
    return lambda tx: int(tx.core(text(sql), values).rowcount)


def launch(store: Store, town: Town) -> tuple[int, float, float, int]:
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
