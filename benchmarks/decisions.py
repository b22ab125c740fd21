"""How many enrol decisions a second there are through the service layer, and with how little one could do.

A decision is a committed unit of work with every gate. Beside it, in the same run, stand the two statements
that no seat can do without: by pgbench, or on the bare driver, each pair in a commit of its own.

python -m benchmarks.decisions URL FIRST COUNT: one of several processes, which begins when told to.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import psycopg
from sqlalchemy import delete, func, select, update

from benchmarks.databases import opened
from benchmarks.load import NotAsExpected
from benchmarks.town import ZONE, person_name
from models.catalogue import offering
from models.clock import clock_for
from models.enrolment import enrolment
from models.people import conversation
from models.running import fee_entry
from models.statement import Tx
from models.store import Job, Store, look_now, work_now
from services import verify
from services.catalogue import load_catalogue
from services.classes import one_class
from services.enrolling import gates, seats
from services.enrolling.refusal import Refused
from services.holidays import Holidays
from services.town import Town

SEATS, CLASSES = 30, 400
CLIENTS = 4
# so many wait at a time, as at a server that is not overloaded
MOST_WAITING = 2_000
_TPS = re.compile(r"tps = ([0-9.]+)")


def service_rate(url: str, count: int, processes: int = 1) -> float:
    """Decisions a second of so many processes on one database. Raises NotAsExpected if it does not add up."""
    with opened(url) as store:
        work_now(store, _empty)
        rate = _alone(store, 0, count) if processes == 1 else _side_by_side(url, count, processes)
        if wrong := look_now(store, verify.verify):
            raise NotAsExpected(str(wrong[0]))
        placed = look_now(store, lambda tx: tx.core(select(func.count(enrolment.c.id))).scalar_one())
        if placed != count:
            raise NotAsExpected(f"{count} decisions made {placed} places")
    return rate


def _empty(tx: Tx) -> None:
    tx.core(delete(fee_entry))
    tx.core(delete(enrolment))
    tx.core(update(offering).values(taken=0, capacity=SEATS, min_age=None))


def _side_by_side(url: str, count: int, processes: int) -> float:
    """Each with its part of the people, all begun at once."""
    each = count // processes
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.decisions", url, str(at * each),
             str(each if at < processes - 1 else count - at * each)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1],
        )
        for at in range(processes)
    ]  # fmt: skip
    for one in running:
        assert one.stdout is not None
        one.stdout.readline()
    began = time.perf_counter()
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in running:
        one.communicate(timeout=600)
    took = time.perf_counter() - began
    if any(one.returncode for one in running):
        raise NotAsExpected("a process of several came to grief")
    return count / took


def _alone(store: Store, first: int, count: int, ready: Callable[[], object] = lambda: None) -> float:
    """Decisions a second of this process, from when `ready` returns."""
    clock = clock_for()
    town = Town(
        clock=clock, zone=ZONE, holidays=Holidays(), secret=b"benchmark", random_digits=lambda n: "0" * n,
        catalogue=look_now(store, lambda tx: load_catalogue(tx, ZONE, clock.civil())),
    )  # fmt: skip
    people = look_now(
        store, lambda tx: int(tx.core(select(func.count(conversation.c.account_id))).scalar_one())
    )
    jobs: list[Job[object]] = [
        Job(_decision(town, at % people + 1, at * 7 % CLASSES + 1), key=at)
        for at in range(first, first + count)
    ]
    ready()
    began = time.perf_counter()
    for job in jobs:
        while store.waiting() > MOST_WAITING:
            time.sleep(0.001)
        store.submit(job)
    for job in jobs:
        job.wait()
    return count / (time.perf_counter() - began)


def _decision(town: Town, person_id: int, offering_id: int) -> Callable[[Tx], object]:
    def unit(tx: Tx) -> object:
        now = town.now()
        row = one_class(tx, offering_id, now)
        tx.one(gates.LOCK_PERSON, person_id=person_id)
        living = tx.all(gates.LIVING_ROWS, person_id=person_id, now=now)
        refused: Refused | None = gates.check(
            gates.Applicant(tx, row, person_id, True, now, town.term_limit, living)
        )
        if refused is not None:
            return refused
        return seats.join(
            tx, town, person_id=person_id, account_id=person_id, offering_id=offering_id,
            name=person_name(person_id), age_confirmed=True, actor=f"person:{person_id}",
        )  # fmt: skip

    return unit


_INSERT = (
    "INSERT INTO enrolment (person_id, offering_id, account_id, state, name, age_confirmed, remind, ended,"
    " created_at, since) VALUES ({0}, {0}, {0}, 'waiting', '', {1}, {1}, '', {0}, {0})"
)
_TAKE = "UPDATE offering SET taken = taken + 1 WHERE id = {0} AND (capacity IS NULL OR taken < capacity)"


def bare_rate(url: str, count: int) -> float:
    """The same seat on the bare driver: an INSERT and a conditional UPDATE, each pair in its own commit."""
    with opened(url) as store:
        work_now(store, _empty)
    if url.startswith("sqlite"):
        return _bare_sqlite(url.removeprefix("sqlite:///"), count)
    return _bare_postgres(url.replace("+psycopg", ""), count)


def _bare_sqlite(path: str, count: int) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        now = datetime.now(ZONE).isoformat()
        began = time.perf_counter()
        for at in range(count):
            person, wanted = at + 1, at * 7 % CLASSES + 1
            raw.execute("BEGIN IMMEDIATE")
            raw.execute(_INSERT.format("?", "1"), (person, wanted, person, now, now))
            raw.execute(_TAKE.format("?"), (wanted,))
            raw.execute("COMMIT")
        return count / (time.perf_counter() - began)


def _bare_postgres(url: str, count: int, threads: int = CLIENTS) -> float:
    def work(first: int) -> None:
        with psycopg.connect(url) as raw:
            for at in range(first, count, threads):
                person, wanted, now = at % 300 + 1, at * 7 % CLASSES + 1, datetime.now(ZONE)
                raw.execute(_BARE_INSERT, (person, wanted, person, now, now))
                raw.execute(_BARE_TAKE, (wanted,))
                raw.commit()

    running = [threading.Thread(target=work, args=(first,)) for first in range(threads)]
    began = time.perf_counter()
    for one in running:
        one.start()
    for one in running:
        one.join()
    return count / (time.perf_counter() - began)


_BARE_INSERT = _INSERT.format("%s", "true").replace("'waiting'", "'withdrawn'").encode()
_BARE_TAKE = _TAKE.format("%s").encode()


def pgbench_rate(url: str, count: int) -> float | None:
    """The same pair of statements by pgbench, prepared, on as many connections; None where there is none."""
    program = shutil.which("pgbench")
    if program is None:
        return None
    with opened(url) as store:
        work_now(store, _empty)
    values = {"person": ":person", "wanted": ":wanted"}
    script = "\n".join(
        [
            r"\set person random(1, 300)", rf"\set wanted random(1, {CLASSES})", "BEGIN;",
            _PGBENCH_INSERT.format(**values), _TAKE.format(values["wanted"]) + ";", "COMMIT;",
        ]
    )  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        ran = subprocess.run(
            [program, "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-t", str(count // CLIENTS),
             "-f", file.name, url.replace("+psycopg", "")],
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
    found = _TPS.search(ran.stdout)
    if ran.returncode or found is None:
        raise NotAsExpected(f"pgbench: {ran.stderr[-300:]}")
    return float(found[1])


_PGBENCH_INSERT = (
    "INSERT INTO enrolment (person_id, offering_id, account_id, state, name, age_confirmed, remind, ended,"
    " created_at, since) VALUES ({person}, {wanted}, {person}, 'withdrawn', '', true, true, '', now(),"
    " now());"
)


def main(url: str, first: str, count: str) -> None:
    """One of several processes: says that it is ready, waits for a line, and decides."""

    def ready() -> None:
        print("ready", flush=True)
        sys.stdin.readline()

    with opened(url) as store:
        _alone(store, int(first), int(count), ready)


if __name__ == "__main__":
    main(*sys.argv[1:])
