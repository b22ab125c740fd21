"""What a turn costs in a large town and in a small one: the same mix, straight through `take`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.databases import Databases, NoServer
from benchmarks.mix import make_mix
from benchmarks.table import Table, times
from benchmarks.town import ZONE, Size
from bot.platforms.telegram.parse import parse
from handlers.incoming import Incoming
from handlers.take import Taking
from models.clock import clock_for
from models.store import Job, Store, look_now, open_store
from services.catalogue import load_catalogue
from services.holidays import Holidays
from services.town import Town

SMALL, LARGE = Size(people=1000, classes=100), Size(people=100_000, classes=20_000)
TURNS, ROUNDS = 1200, 5


@dataclass(frozen=True, slots=True)
class House:
    """An open database with its town."""

    store: Store
    town: Town
    size: Size


def measure(quick: bool = False, people: int = 0) -> Table:
    """The table; `people` makes the large town one of so many, with a class for each ten of them."""
    small, large = (Size(100, 50, 1), Size(400, 100, 1)) if quick else (SMALL, LARGE)
    if people:
        large = Size(people, people // 10)
    turns, rounds = (120, 1) if quick else (TURNS, ROUNDS)
    rows, notes = [], []
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as folder:
        for kind, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
            try:
                costs = _costs(kind, (small, large), Path(folder), turns, rounds)
            except NoServer as error:
                notes.append(f"{name}: not measured, {error}")
                continue
            cells = [f"{cost * 1e6:,.0f}" for cost in costs]
            rows.append([name, *cells, times(costs[1] / costs[0])])
    notes.append(
        f"µs a turn, turns that wait share commits; median of {rounds} alternating rounds of {turns}."
    )
    columns = ("database", *(f"{s.people:,} people, {s.classes:,} classes" for s in (small, large)), "ratio")
    return Table("Cost of a turn by the size of the town", columns, rows, notes)


def _costs(kind: str, sizes: Sequence[Size], folder: Path, turns: int, rounds: int) -> list[float]:
    today = datetime.now(ZONE).date()
    made = [Databases(folder, size, today) for size in sizes]
    houses = []
    try:
        for databases in made:
            url = databases.sqlite() if kind == "sqlite" else databases.postgres()
            houses.append(open_town(url, databases.size))
        found: list[list[float]] = [[] for _ in houses]
        # the first round warms up
        for number in range(rounds + 1):
            for at, house in enumerate(houses):
                cost = _round(house, number, turns)
                if number:
                    found[at].append(cost)
        return [median(costs) for costs in found]
    finally:
        for house in houses:
            house.store.close()
        for databases in made:
            databases.close()


def open_town(url: str, size: Size) -> House:
    """Open a filled database with the town that stands on it."""
    store = open_store(url)
    clock = clock_for(None, 1.0, None)
    random = Random(7)
    town = Town(
        clock=clock, zone=ZONE, catalogue=look_now(store, lambda tx: load_catalogue(tx, ZONE, clock.civil())),
        holidays=Holidays(), secret=b"a key for benchmarks only, 32 bytes",
        random_digits=lambda count: "".join(random.choices("0123456789", k=count)),
    )  # fmt: skip
    return House(store, town, size)


def _round(house: House, number: int, turns: int) -> float:
    """Seconds a turn; the updates are read beforehand."""
    import json

    first = number * 1_000_000
    mix = make_mix(turns, house.size, seed=number, first_update=first + 1)
    incoming = [parse(json.loads(update), "123") for update in mix.updates]
    jobs = [_job(house.town, one) for one in incoming if one is not None]
    began = time.perf_counter()
    for job in jobs:
        house.store.submit(job)
    for job in jobs:
        job.wait()
    return (time.perf_counter() - began) / len(jobs)


def _job(town: Town, incoming: Incoming) -> Job[object]:
    return Job(Taking(town, incoming), int(incoming.account), begin=Taking.begin)
