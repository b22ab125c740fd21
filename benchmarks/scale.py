"""What a turn costs in a large town and in a small one: the same mix, straight through `take`.

That somebody is there is noted once in six hours. In the small town the same people speak again and again,
so 3 turns in 100 would note it, in the large one 84: that is about who speaks, not about the towns.
Here every turn of both notes it: nothing is spared, and the large town's pages are still its own to find.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.databases import Databases, NoServer
from benchmarks.mix import make_mix
from benchmarks.opened import House, open_town
from benchmarks.table import Table, times
from benchmarks.town import ZONE, Size
from bot.platforms.telegram.parse import parse
from handlers.incoming import Incoming
from handlers.take import Taking
from models.store import Job
from services import accounts
from services.town import Town

SMALL, LARGE = Size(people=1000, classes=100), Size(people=100_000, classes=20_000)
TURNS, ROUNDS = 1200, 5


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
        f"µs a turn, turns that wait share commits; median of {rounds} alternating rounds of {turns};"
        " every turn notes that its person is there."
    )
    columns = ("database", *(f"{s.people:,} people, {s.classes:,} classes" for s in (small, large)), "ratio")
    return Table("Cost of a turn by the size of the town", columns, rows, notes)


def _costs(kind: str, sizes: Sequence[Size], folder: Path, turns: int, rounds: int) -> list[float]:
    today = datetime.now(ZONE).date()
    made = [Databases(folder, size, today) for size in sizes]
    houses = []
    noted, accounts.SEEN_EVERY = accounts.SEEN_EVERY, timedelta(seconds=-1)
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
        accounts.SEEN_EVERY = noted
        for house in houses:
            house.store.close()
        for databases in made:
            databases.close()


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
