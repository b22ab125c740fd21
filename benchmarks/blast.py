"""A blast at Telegram's limit beside people who talk: what of the limit is used, and how long answers take.

The program runs as it is run, on a webhook; what it sends is timed where it arrives. Answers are timed to
updates that come at a steady pace, in one process whose blast goes on and is paused by turns: whatever else
the machine does meanwhile meets both alike.
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
from itertools import chain
from pathlib import Path
from statistics import median

import uvloop
from aiohttp import ClientSession, TCPConnector

from benchmarks.broadcast import launch, make_people
from benchmarks.databases import Databases, NoServer
from benchmarks.load import PATH, NotAsExpected
from benchmarks.opened import House, open_town
from benchmarks.peers.serving import SECRET
from benchmarks.processes import free_port, get, process
from benchmarks.table import Table, millis, times
from benchmarks.town import FIRST_ACCOUNT, ZONE, Size
from benchmarks.turn import environment, sink
from models.store import work_now
from services.broadcasting import acts
from tests.botapi.load import text_update
from tests.botapi.webhook import SECRET_HEADER

Turns = tuple[tuple[bool, float], ...]

LIMIT = 30
BASE = Size(people=2000, classes=500, kept=0)
# seconds of a blast alone, and updates a second beside one
ALONE, PACE = 15.0, 15.0
# seconds with a blast and without, by turns; it takes about a second to be under way, or to be over
TURNS: Turns = tuple((blast, 5.0) for blast in (False, True, True, False, False, True, True, False))
QUICK_TURNS: Turns = ((True, 1.5), (False, 1.5))
SETTLE_SECONDS, SWITCH_SECONDS = 2.0, 1.5


@dataclass(frozen=True, slots=True)
class Spell:
    """A while with a blast or without: from when to when, and when each update was posted."""

    blast: bool
    began: float
    ended: float
    posted: dict[int, float]


@dataclass(frozen=True, slots=True)
class Heard:
    """When messages of the blast arrived, and what each answer took, turn by turn, with it and without."""

    blast: tuple[float, ...]
    answers: dict[bool, list[list[float]]]


def measure(quick: bool = False) -> Table:
    """The table."""
    alone, turns = (3.0, QUICK_TURNS) if quick else (ALONE, TURNS)
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
                        [label, *_measured(databases, kind, (port, strict), Path(name), alone, turns)]
                    )
                except NoServer as error:
                    notes.append(f"{label}: not measured, {error}")
        finally:
            databases.close()
    notes.append(
        f"The limit is {LIMIT} messages a second, answers among them; used of it by a blast alone, over"
        f" {alone:.0f} s with a Bot API that refuses what is beyond it (it refused none)."
        f" Answers to {PACE:.0f} updates a second over {sum(length for _, length in turns):.0f} s, in"
        f" {len(turns)} turns with a blast and without."
    )
    columns = (
        "database", "limit used", "most in a second", "answers without, ms p50 / p99",
        "with a blast, ms p50 / p99", "p99 ratio", "of the middle turns",
    )  # fmt: skip
    return Table("A blast beside people who talk", columns, lines, notes)


def _measured(
    databases: Databases, kind: str, sinks: tuple[int, int], folder: Path, alone: float, turns: Turns
) -> list[str]:
    port, strict = sinks
    used, most = _limit_used(_run(databases, kind, strict, folder, ((True, alone),), talk=False).blast)
    if floods := json.loads(get(strict, "/_control/calls")[1])["counts"].get("flood", 0):
        raise NotAsExpected(f"{kind}: {floods} messages of the blast alone were refused with a 429")
    heard = _run(databases, kind, port, folder, turns, talk=True)
    most = max(most, _most_in_a_second(heard.blast))
    without, beside = (sorted(chain(*heard.answers[blast])) for blast in (False, True))
    cells = [f"{millis(median(one))} / {millis(_p99(one))}" for one in (without, beside)]
    # what the machine does to one turn moves the worst of all answers, and leaves the middle turn alone
    middle = [median(_p99(sorted(turn)) for turn in heard.answers[blast]) for blast in (False, True)]
    return [
        f"{used:.1%}", str(most), *cells, times(_p99(beside) / _p99(without)), times(middle[1] / middle[0]),
    ]  # fmt: skip


def _run(databases: Databases, kind: str, port: int, folder: Path, turns: Turns, *, talk: bool) -> Heard:
    url = databases.sqlite() if kind == "sqlite" else databases.postgres()
    house = open_town(url, BASE)
    served = free_port()
    surroundings = environment(url, served, port) | {"DOORSTEP_BULK_RATE": str(LIMIT)}
    get(port, "/_control/times")
    with closing(house.store):
        # more than go out in that time
        make_people(house.store, house.town, int((sum(length for _, length in turns) + 30) * LIMIT))
        number = launch(house.store, house.town)[0]
        if not turns[0][0]:
            _switch(house, number, False)
        command = ["-m", "bot", "run", "--no-sample"]
        with process(command, served, folder / "blast.log", environment=surroundings):
            time.sleep(SETTLE_SECONDS)
            spells = uvloop.run(_spells(house, number, served, turns, talk))
            arrived = json.loads(get(port, "/_control/times")[1])
    databases.drop(url)
    return _heard(arrived, spells)


def _switch(house: House, number: int, on: bool) -> None:
    """Let the blast go on, or pause it, as its organiser would."""
    act = acts.resume if on else acts.pause
    refused = work_now(house.store, lambda tx: act(tx, house.town, number, by="system"))
    if refused is not None:
        raise NotAsExpected(f"the blast could not be switched: {refused}")


async def _spells(house: House, number: int, port: int, turns: Turns, talk: bool) -> list[Spell]:
    """Go through the turns, and post updates at their pace meanwhile; without talk, just wait."""
    found: list[Spell] = []
    async with ClientSession(connector=TCPConnector(limit=0)) as session:
        for blast, seconds in turns:
            if found and blast is not found[-1].blast:
                await asyncio.to_thread(_switch, house, number, blast)
                await asyncio.sleep(SWITCH_SECONDS)
            began = time.perf_counter()
            first = sum(len(spell.posted) for spell in found)
            posted = await _post(session, port, first, int(seconds * PACE) if talk else 0, seconds)
            found.append(Spell(blast, began, began + seconds, posted))
        await asyncio.sleep(1.0)
    return found


async def _post(
    session: ClientSession, port: int, first: int, updates: int, seconds: float
) -> dict[int, float]:  # fmt: skip
    """Post one update of each of so many people, evenly; when each was posted."""
    posted: dict[int, float] = {}
    url = f"http://127.0.0.1:{port}{PATH}"
    headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def one(number: int) -> None:
        account = FIRST_ACCOUNT + number
        posted[account] = time.perf_counter()
        update = text_update(number + 1, account, "我的课")
        async with session.post(url, data=update, headers=headers) as said:
            if said.status != 200:
                raise NotAsExpected(f"an update was answered with {said.status}")

    async with asyncio.TaskGroup() as tasks:
        for number in range(updates):
            await asyncio.sleep(max(0.0, began + number / PACE - loop.time()))
            tasks.create_task(one(first + number))
        await asyncio.sleep(max(0.0, began + seconds - loop.time()))
    return posted


def _heard(arrived: dict[str, list[float]], spells: list[Spell]) -> Heard:
    blast = sorted(at for chat, times_of in arrived.items() if int(chat) < FIRST_ACCOUNT for at in times_of)
    answers: dict[bool, list[list[float]]] = {True: [], False: []}
    for spell in spells:
        meanwhile = sum(spell.began <= at < spell.ended for at in blast)
        if bool(meanwhile) is not spell.blast:
            raise NotAsExpected(f"{meanwhile} messages of the blast where it was {spell.blast}")
        answers[spell.blast].append([])
        for account, at in spell.posted.items():
            got = [one for one in arrived.get(str(account), ()) if one >= at]
            if not got:
                raise NotAsExpected(f"{account} was not answered")
            answers[spell.blast][-1].append(min(got) - at)
    return Heard(tuple(blast), answers)


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
