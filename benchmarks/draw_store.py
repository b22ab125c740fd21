"""How long a draw of 100,000 applications holds the store, in which everybody else is answered meanwhile."""

from __future__ import annotations

import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import delete, update

from benchmarks.databases import Databases, opened
from benchmarks.draw import APPLICATIONS, CLASSES, SECRET, WISHES
from benchmarks.table import Table, whole
from benchmarks.town import ZONE, Size
from models.catalogue import offering
from models.clock import ManualClock
from models.enrolment import enrolment
from models.statement import Tx
from models.store import Store, look_now, work_now
from models.windows import application, application_wish, draw, enrol_window, window_class
from services.catalogue import load_catalogue
from services.drawing import lots, publishing, running
from services.holidays import Holidays
from services.schedules import draws
from services.town import Town


def measure(quick: bool = False) -> Table:
    """The table; `quick` draws a hundredth."""
    part = 100 if quick else 1
    people, classes = APPLICATIONS // part, max(WISHES, CLASSES // part)
    with tempfile.TemporaryDirectory(prefix="doorstep-draw-") as name:
        databases = Databases(Path(name), Size(people, classes, kept=0), datetime.now(ZONE).date())
        url = databases.sqlite()
        with opened(url) as store:
            clock = ManualClock(datetime.now(ZONE))
            town = Town(
                clock=clock, zone=ZONE, holidays=Holidays(), secret=b"benchmark",
                random_digits=lambda n: "0" * n,
                catalogue=look_now(store, lambda tx: load_catalogue(tx, ZONE, clock.civil())),
            )  # fmt: skip
            work_now(store, lambda tx: register_all(tx, clock.civil(), people, classes))
            clock.advance(timedelta(hours=2))
            rows = [_stepped(store, town, what) for what in ("list fixed", "drawn", "outcomes noted")]
            rows.append(_published(store, town))
        databases.close()
    return Table(
        "How long a draw holds the writer",
        ["what", "read beside it", "longest unit of writing", "all writing"],
        rows,
        (f"{whole(people)} applications over {whole(classes)} classes, SQLite.",),
    )


def register_all(tx: Tx, now: datetime, people: int, classes: int) -> None:
    """One window over all classes, closed in an hour, in which everybody has three wishes."""
    random = Random(7)
    closes = now + timedelta(hours=1)
    window = {"id": 1, "unit_id": 1, "mode": "draw", "title": "benchmark", "most": 1, "created_at": now}
    tx.core(enrol_window.insert(), [{**window, "closes_at": closes, "draws_at": closes}])
    tx.core(window_class.insert(), [{"window_id": 1, "offering_id": n + 1} for n in range(classes)])
    bound = {"window_id": 1, "state": "committed", "secret": SECRET, "commitment": lots.commitment(SECRET)}
    tx.core(draw.insert(), [{**bound, "committed_at": now}])
    later = now + timedelta(days=90)
    tx.core(delete(enrolment))
    tx.core(update(offering).values(enrol_closes=later, taken=0, capacity=30))
    weights = [1 / (1 + number % 50) for number in range(classes)]
    refs = random.sample(range(10**12), people)
    tx.core(application.insert(), [
        {
            "id": n + 1, "window_id": 1, "person_id": n + 1, "account_id": n + 1, "ref": f"{ref:012}",
            "state": "applied", "name": "王秀兰", "created_at": now, "since": now,
        }
        for n, ref in enumerate(refs)
    ])  # fmt: skip
    ids = range(1, classes + 1)
    tx.core(application_wish.insert(), [
        {"application_id": n + 1, "offering_id": wish, "rank": rank}
        for n in range(people)
        for rank, wish in enumerate(
            list(dict.fromkeys(random.choices(ids, weights, k=WISHES + 2)))[:WISHES], 1
        )
    ])  # fmt: skip


def _stepped(store: Store, town: Town, what: str) -> list[str]:
    """One step of the schedule: what is read, and then each unit of writing by itself."""
    began = time.perf_counter()
    steps = look_now(store, lambda tx: draws.look(tx, town))
    read = time.perf_counter() - began
    took = [_timed(store, town, step) for step in steps]
    return [what, f"{read:.2f} s", f"{max(took) * 1000:.0f} ms", f"{sum(took):.2f} s"]


def _timed(store: Store, town: Town, step: running.Step) -> float:
    def unit(tx: Tx) -> float:
        began = time.perf_counter()
        step(tx, town)
        return time.perf_counter() - began

    return work_now(store, unit)


def _published(store: Store, town: Town, pieces: int = 300) -> list[str]:
    """The first pieces of publishing, and the last of so many."""
    took = []
    for _ in range(pieces):
        steps = look_now(store, lambda tx: draws.look(tx, town))
        took += [_timed(store, town, step) for step in steps]
        if not steps:
            break
    what = f"told to {whole(len(took) * publishing.PIECE)}"
    return [what, "–", f"{max(took) * 1000:.0f} ms", f"{sum(took):.2f} s"]
