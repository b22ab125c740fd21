"""Enrolment day: thousands tap for 30 seats, each twice; and how many enrol decisions a second there are.

The taps go over the Telegram webhook of the program as it is run, 500 at once, and the database must add up
afterwards. The decisions go through the service layer over many classes, beside the same two statements on
the bare driver in the same run.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import uvloop
from sqlalchemy import delete, insert, select, update

from benchmarks.databases import Databases, NoServer, opened
from benchmarks.decisions import CLASSES, SEATS, bare_rate, pgbench_rate, service_rate
from benchmarks.load import PATH, NotAsExpected
from benchmarks.peers.serving import SECRET
from benchmarks.table import Table, millis, times, whole
from benchmarks.town import FIRST_ACCOUNT, ZONE, Size
from benchmarks.turn import doorstep, sink
from handlers.dialogue import Dialogue
from models.catalogue import offering
from models.enrolment import enrolment
from models.outgoing import outgoing
from models.people import consent, conversation
from models.running import fee_entry
from models.statement import Tx
from models.store import Store, look_now, work_now
from services import verify
from tests.botapi.load import Driven, drive, tap_update

PEOPLE, AT_ONCE = 10_000, 500
DECISIONS = 6_000
SERVERS = (
    ("SQLite", "sqlite", 1),
    ("PostgreSQL", "postgresql", 1),
    ("PostgreSQL, 2 processes", "postgresql", 2),
)
WANTED = 1
_PLACE = re.compile(r"候补第(\d+)位")


@dataclass(frozen=True, slots=True)
class Rushed:
    """What a rush came to."""

    rate: float
    p50: float
    p95: float


def measure(quick: bool = False, people: int = PEOPLE) -> Table:
    """The table; `people` sizes the rush."""
    if quick:
        people = 300
    decisions = 400 if quick else DECISIONS
    rows, notes = [], []
    with tempfile.TemporaryDirectory(prefix="doorstep-rush-") as name, sink(Path(name)) as port:
        databases = Databases(Path(name), Size(people, CLASSES, kept=0), datetime.now(ZONE).date())
        try:
            for label, kind, processes in SERVERS:
                try:
                    came = one_rush(databases, kind, processes, port, Path(name), people)
                    what = f"{whole(people)} people, each twice, {SEATS} seats: {label}"
                    waits = f"{millis(came.p50)} / {millis(came.p95)}"
                    rows.append([what, f"{whole(came.rate)} taps/s", waits, "–"])
                except NoServer as error:
                    notes.append(f"{label}: not measured, {error}")
            for label, kind, processes in SERVERS:
                try:
                    rows.append(_decided(databases, label, kind, processes, decisions))
                except NoServer as error:
                    notes.append(f"{label}: not measured, {error}")
        finally:
            databases.close()
    notes.append(
        "After each rush: exactly the seats enrolled, nobody twice, no seat leaked, the others waiting in "
        "the order of their rows, and everybody told the place that they have. A decision is a committed "
        "unit of work with every gate; the bare driver does one INSERT and one conditional UPDATE in a "
        "commit of its own."
    )
    return Table(
        "Enrolment day",
        ["what", "rate", f"p50 / p95 ms, {AT_ONCE} at once", "share"],
        rows,
        notes,
    )


def _decided(databases: Databases, label: str, kind: str, processes: int, count: int) -> list[str]:
    url = databases.sqlite() if kind == "sqlite" else databases.postgres()
    ours = service_rate(url, count, processes)
    bare = bare_rate(url, count)
    share = f"{times(ours / bare)} of {whole(bare)}/s on the bare driver"
    peer = pgbench_rate(url, count) if kind == "postgresql" else None
    if peer is not None:
        share = f"{times(ours / peer)} of {whole(peer)}/s by pgbench, {share}"
    return [f"enrol decisions over {CLASSES} classes, {label}", f"{whole(ours)}/s", "–", share]


def one_rush(
    databases: Databases, kind: str, processes: int, sink_port: int, folder: Path, people: int,
    at_once: int = AT_ONCE, module: str = "",
) -> Rushed:  # fmt: skip
    """Everybody taps twice at one class; raises NotAsExpected where the database does not add up."""
    server = contextmanager(doorstep(kind, processes=processes, module=module))
    ready = _Ready(databases, kind, people)
    with server(ready, sink_port, folder) as served:  # type: ignore[arg-type]
        updates = rush_updates(people)
        began = time.perf_counter()
        driven = uvloop.run(_post(served.ports, updates, at_once))
        took = time.perf_counter() - began
    refused = sum(run.statuses.total() - run.statuses[200] for run in driven)
    if refused:
        raise NotAsExpected(f"{refused} taps were not answered with 200")
    with opened(served.url) as store:
        check_rush(store, people)
    databases.drop(served.url)
    waits = sorted(seconds for run in driven for seconds in run.latencies)
    return Rushed(len(updates) / took, waits[len(waits) // 2], waits[len(waits) * 95 // 100])


class _Ready:
    """Databases in which everybody stands before the last tap."""

    def __init__(self, databases: Databases, kind: str, people: int) -> None:
        self._databases, self._kind, self._people = databases, kind, people

    def sqlite(self) -> str:
        """A prepared file."""
        return self._prepared(self._databases.sqlite())

    def postgres(self) -> str:
        """A prepared database on the server."""
        return self._prepared(self._databases.postgres())

    def _prepared(self, url: str) -> str:
        with opened(url) as store:
            work_now(store, lambda tx: stand_ready(tx, self._people))
        return url


def stand_ready(tx: Tx, people: int, wanted: int = WANTED, seats: int = SEATS) -> None:
    """Empty the classes, and put everybody before the last word about one class of so many seats."""
    now = datetime.now(ZONE)
    tx.core(delete(fee_entry))
    tx.core(delete(enrolment))
    tx.core(update(offering).values(taken=0))
    later = now + timedelta(days=30)
    tx.core(
        update(offering)
        .where(offering.c.id == wanted)
        .values(capacity=seats, enrol_closes=later, first_start=later, min_age=None, max_age=None)
    )
    tx.core(delete(consent))
    tx.core(
        insert(consent),
        [
            {
                "person_id": number + 1, "purpose": "enrolment", "wording": "1", "platform": "telegram",
                "given_at": now,
            }
            for number in range(people)
        ],
    )  # fmt: skip
    state = Dialogue(step="enrol.last", data={"id": wanted, "name": "王秀兰"}).to_json()
    tx.core(update(conversation).values(state=state, updated_at=now))


def rush_updates(people: int, wanted: int = WANTED, seed: int = 5) -> list[bytes]:
    """Two taps of everybody in the order of a crowd; the second of a person never comes before the first."""
    random = Random(seed)
    order = [number for number in range(people) for _ in range(2)]
    random.shuffle(order)
    return [
        tap_update(1_000 + at, FIRST_ACCOUNT + number, f"enrol_ok:{wanted}", message_id=at + 1)
        for at, number in enumerate(order)
    ]


async def _post(ports: Sequence[int], updates: Sequence[bytes], at_once: int) -> list[Driven]:
    each = max(1, at_once // len(ports))
    return await asyncio.gather(
        *(
            drive(f"http://127.0.0.1:{port}{PATH}", SECRET, iter(updates[at :: len(ports)]), each)
            for at, port in enumerate(ports)
        )
    )


def check_rush(store: Store, people: int, wanted: int = WANTED, seats: int = SEATS) -> None:
    """Seats, persons, the counter, the order and what everybody was told. Raises NotAsExpected."""
    rows = look_now(
        store,
        lambda tx: tx.core(
            select(enrolment.c.id, enrolment.c.person_id, enrolment.c.state)
            .where(enrolment.c.offering_id == wanted)
            .order_by(enrolment.c.id)
        ).all(),
    )
    states = [row.state for row in rows]
    expected = ["enrolled"] * min(seats, people) + ["waiting"] * max(0, people - seats)
    if states != expected:
        held = states.count("enrolled")
        raise NotAsExpected(f"{held} enrolled, {len(states) - held} waiting, or not in the order of arrival")
    if len({row.person_id for row in rows}) != people:
        raise NotAsExpected("somebody is in the class twice")
    if wrong := look_now(store, verify.verify):
        raise NotAsExpected(str(wrong[0]))
    place = {row.person_id: at for at, row in enumerate(rows[seats:], 1)}
    told: dict[int, list[str]] = {}
    chosen = select(outgoing.c.account_id, outgoing.c.payload).order_by(outgoing.c.id)
    for row in look_now(store, lambda tx: tx.core(chosen).all()):
        told.setdefault(row.account_id, []).append(row.payload)
    for row in rows:
        first = told[row.person_id][0]
        found = _PLACE.search(first)
        if ("✓ 已报名" in first) is not (row.state == "enrolled"):
            raise NotAsExpected(f"person {row.person_id} is {row.state} and was told: {first[:80]}")
        if row.state == "waiting" and (found is None or int(found[1]) != place[row.person_id]):
            raise NotAsExpected(f"person {row.person_id} was told another place in line: {first[:80]}")
