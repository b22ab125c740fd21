"""One run of load against one server: every update posted once, timed until the answer was delivered."""

from __future__ import annotations

import gc
import json
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import uvloop

from benchmarks.peers.serving import SECRET
from benchmarks.processes import get
from tests.botapi.load import Driven, drive

AT_ONCE = 64
PATH = "/telegram/webhook"
SETTLE_SECONDS = 0.4
MOST_SETTLING = 30.0


class NotAsExpected(Exception):
    """A server did not do what it was measured for; the text says what."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Updates a second until the last answer was delivered, and latencies in seconds.

    `taken` is until the webhook's 200, `answered` until the answer reached the Bot API; `taps` is how many
    taps were answered with the 200.
    """

    rate: float
    taken_p50: float
    taken_p95: float
    answered_p50: float
    answered_p95: float
    taps: int


def run_load(ports: Sequence[int], sink: int, updates: Sequence[bytes], chats: Sequence[int]) -> Figures:
    """Post the updates, 64 at once, to one server or shared among several. Raises NotAsExpected.

    A small number is posted fewer at once, as a dialogue's steps then lie closer together.
    """
    get(sink, "/_control/times")
    posted: dict[int, list[float]] = defaultdict(list)
    shared = _noting(updates, chats, posted)

    async def post() -> list[Driven]:
        import asyncio

        each = min(AT_ONCE, max(len(updates) // 40, len(ports))) // len(ports)
        return await asyncio.gather(
            *(drive(f"http://127.0.0.1:{port}{PATH}", SECRET, shared, each) for port in ports)
        )

    gc.collect()
    gc.disable()
    began = time.perf_counter()
    try:
        driven = uvloop.run(post())
    finally:
        gc.enable()
    refused = sum(run.statuses.total() - run.statuses[200] for run in driven)
    if refused:
        raise NotAsExpected(f"{refused} of {len(updates)} updates were not answered with 200")
    answers = _answers(sink)
    last = max((times[-1] for times in answers.values()), default=began)
    waits = sorted(_waits(posted, answers))
    if len(waits) < len(updates) * 0.999:
        raise NotAsExpected(f"only {len(waits)} of {len(updates)} updates were answered")
    taken = sorted(seconds for run in driven for seconds in run.latencies)
    return Figures(
        len(updates) / (last - began), _at(taken, 50), _at(taken, 95), _at(waits, 50), _at(waits, 95),
        sum(run.taps for run in driven),
    )  # fmt: skip


def post_all(ports: Sequence[int], updates: Sequence[bytes]) -> None:
    """Post without measuring, to warm up."""

    async def post() -> None:
        for at, port in enumerate(ports):
            await drive(f"http://127.0.0.1:{port}{PATH}", SECRET, updates[at :: len(ports)], 16)

    uvloop.run(post())


def _noting(
    updates: Sequence[bytes], chats: Sequence[int], posted: dict[int, list[float]]
) -> Iterator[bytes]:
    for update, chat in zip(updates, chats, strict=True):
        posted[chat].append(time.perf_counter())
        yield update


def _answers(sink: int) -> dict[int, list[float]]:
    """When each chat was answered, once nothing more arrives; the sink's clock is this machine's."""
    found: dict[int, list[float]] = defaultdict(list)
    until = time.monotonic() + MOST_SETTLING
    while time.monotonic() < until:
        time.sleep(SETTLE_SECONDS)
        new = json.loads(get(sink, "/_control/times")[1])
        if not new:
            break
        for chat, times in new.items():
            found[int(chat)] += times
    return found


def _waits(posted: dict[int, list[float]], answers: dict[int, list[float]]) -> Iterator[float]:
    for chat, times in posted.items():
        given = answers.get(chat, [])
        for at in times:
            found = bisect_left(given, at)
            if found < len(given):
                yield given[found] - at


def _at(ordered: Sequence[float], percent: int) -> float:
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]
