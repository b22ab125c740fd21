"""A blast at Telegram's limit beside people who talk: what of the limit is used, and how long answers take.

The program runs as it is run, on a webhook; what it sends is timed where it arrives. Answers are timed with
a blast under way and without, in turns, to updates that come at a steady pace.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

import uvloop
from aiohttp import ClientSession, TCPConnector

from benchmarks.broadcast import launch, make_people
from benchmarks.databases import Databases, NoServer
from benchmarks.load import PATH, NotAsExpected
from benchmarks.opened import open_town
from benchmarks.peers.serving import SECRET
from benchmarks.processes import free_port, get, process
from benchmarks.table import Table, millis, times
from benchmarks.town import FIRST_ACCOUNT, ZONE, Size
from benchmarks.turn import environment, sink
from tests.botapi.load import text_update
from tests.botapi.webhook import SECRET_HEADER

LIMIT = 30
BASE = Size(people=2000, classes=500, kept=0)
# seconds of a blast alone, updates a second beside one, how many, how often in turns
ALONE, PACE, UPDATES, ROUNDS = 20.0, 10.0, 200, 2
SETTLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Heard:
    """When messages of the blast arrived, and how many seconds each answer took."""

    blast: tuple[float, ...]
    answers: tuple[float, ...]


def measure(quick: bool = False) -> Table:
    """The table."""
    alone, updates, rounds = (3.0, 20, 1) if quick else (ALONE, UPDATES, ROUNDS)
    lines, notes = [], []
    with (
        tempfile.TemporaryDirectory(prefix="doorstep-bench-") as name,
        sink(Path(name)) as port,
        sink(Path(name), LIMIT) as strict,
    ):
        databases = Databases(Path(name), BASE, datetime.now(ZONE).date())
        try:
            for label, kind in (("SQLite", "sqlite"), ("PostgreSQL", "postgresql")):
                try:
                    lines.append(
                        [
                            label,
                            *_measured(databases, kind, (port, strict), Path(name), alone, updates, rounds),
                        ]
                    )
                except NoServer as error:
                    notes.append(f"{label}: not measured, {error}")
        finally:
            databases.close()
    notes.append(
        f"The limit is {LIMIT} messages a second, answers among them; used of it by a blast alone, over"
        f" {alone:.0f} s with a Bot API that refuses what is beyond it (it refused none)."
        f" Answers to {updates * rounds:,} updates, {PACE:.0f} a second, in {rounds} turns."
    )
    columns = (
        "database", "limit used", "most in a second", "answers without, ms p50 / p99",
        "with a blast, ms p50 / p99", "p99 ratio",
    )  # fmt: skip
    return Table("A blast beside people who talk", columns, lines, notes)


def _measured(
    databases: Databases, kind: str, sinks: tuple[int, int], folder: Path, alone: float, updates: int,
    rounds: int,
) -> list[str]:  # fmt: skip
    port, strict = sinks
    used, most = _limit_used(_run(databases, kind, strict, folder, alone, 0, blast=True).blast)
    if floods := json.loads(get(strict, "/_control/calls")[1])["counts"].get("flood", 0):
        raise NotAsExpected(f"{kind}: {floods} messages of the blast alone were refused with a 429")
    found: dict[bool, list[float]] = {True: [], False: []}
    for number in range(rounds):
        for blast in (True, False) if number % 2 else (False, True):
            heard = _run(databases, kind, port, folder, updates / PACE, updates, blast=blast)
            found[blast] += heard.answers
            most = max(most, _most_in_a_second(heard.blast))
    without, beside = (sorted(found[blast]) for blast in (False, True))
    cells = [f"{millis(median(one))} / {millis(_p99(one))}" for one in (without, beside)]
    return [f"{used:.1%}", str(most), *cells, times(_p99(beside) / _p99(without))]


def _run(
    databases: Databases, kind: str, port: int, folder: Path, seconds: float, updates: int, *, blast: bool
) -> Heard:
    url = databases.sqlite() if kind == "sqlite" else databases.postgres()
    house = open_town(url, BASE)
    with closing(house.store) as store:
        # more than go out in that time
        make_people(store, house.town, int((seconds + 30) * LIMIT))
        if blast:
            launch(store, house.town)
    served = free_port()
    surroundings = environment(url, served, port) | {"DOORSTEP_BULK_RATE": str(LIMIT)}
    get(port, "/_control/times")
    with process(["-m", "bot", "run", "--no-sample"], served, folder / "blast.log", environment=surroundings):
        time.sleep(SETTLE_SECONDS)
        posted = uvloop.run(_post(served, updates, seconds))
        arrived = json.loads(get(port, "/_control/times")[1])
    databases.drop(url)
    return _heard(arrived, posted)


async def _post(port: int, updates: int, seconds: float) -> dict[int, float]:
    """Post one update of each of so many people, evenly; when each was posted. Without any, just wait."""
    posted: dict[int, float] = {}
    url = f"http://127.0.0.1:{port}{PATH}"
    headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
    began = asyncio.get_running_loop().time()
    async with ClientSession(connector=TCPConnector(limit=0)) as session:

        async def one(number: int) -> None:
            account = FIRST_ACCOUNT + number
            posted[account] = time.perf_counter()
            update = text_update(number + 1, account, "我的课")
            async with session.post(url, data=update, headers=headers) as said:
                if said.status != 200:
                    raise NotAsExpected(f"an update was answered with {said.status}")

        async with asyncio.TaskGroup() as tasks:
            for number in range(updates):
                await asyncio.sleep(max(0.0, began + number / PACE - asyncio.get_running_loop().time()))
                tasks.create_task(one(number))
            await asyncio.sleep(max(0.0, began + seconds - asyncio.get_running_loop().time()))
        await asyncio.sleep(1.0)
    return posted


def _heard(arrived: dict[str, list[float]], posted: dict[int, float]) -> Heard:
    blast = sorted(at for chat, times_of in arrived.items() if int(chat) < FIRST_ACCOUNT for at in times_of)
    answers = []
    for account, at in posted.items():
        got = [one for one in arrived.get(str(account), ()) if one >= at]
        if not got:
            raise NotAsExpected(f"{account} was not answered")
        answers.append(min(got) - at)
    return Heard(tuple(blast), tuple(answers))


def _limit_used(arrived: Sequence[float]) -> tuple[float, int]:
    """The share of the limit between the first and the last message, and the most in any second."""
    if len(arrived) < 2:
        raise NotAsExpected("nothing of the blast arrived")
    return (len(arrived) - 1) / (arrived[-1] - arrived[0]) / LIMIT, _most_in_a_second(arrived)


def _most_in_a_second(arrived: Sequence[float]) -> int:
    most = first = 0
    for at, moment in enumerate(arrived):
        while moment - arrived[first] >= 1.0:
            first += 1
        most = max(most, at - first + 1)
    return most


def _p99(ordered: Sequence[float]) -> float:
    return ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)]
