"""The figures that /metrics shows; whoever does the work counts it here."""

import asyncio
from collections.abc import Iterable
from functools import cache
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_SHORT: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

REGISTRY: Final = CollectorRegistry()
for _collector in (ProcessCollector, PlatformCollector, GCCollector):
    _collector(registry=REGISTRY)

SENDS: Final = Counter(
    "doorstep_sends",
    "Attempts to send, by how they ended.",
    ["platform", "lane", "outcome"],
    registry=REGISTRY,
)
SEND_SECONDS: Final = Histogram(
    "doorstep_send_seconds",
    "Time until the platform had answered.",
    ["lane"],
    buckets=_SHORT,
    registry=REGISTRY,
)
QUEUE_DEPTH: Final = Gauge(
    "doorstep_queue_depth", "Messages that wait and may go now.", ["platform", "lane"], registry=REGISTRY
)
QUEUE_AGE: Final = Gauge(
    "doorstep_queue_age_seconds",
    "Age of the oldest message that waits.",
    ["platform", "lane"],
    registry=REGISTRY,
)
HALTS: Final = Counter(
    "doorstep_halts", "Times a platform told us to slow down.", ["platform"], registry=REGISTRY
)
PLATFORM_TROUBLE: Final = Gauge(
    "doorstep_platform_trouble",
    "1 while a platform does not take the bot, or takes another program for it.",
    ["platform", "reason"],
    registry=REGISTRY,
)
TURNS: Final = Counter(
    "doorstep_turns", "Updates taken in, by how they ended.", ["platform", "outcome"], registry=REGISTRY
)
TURN_SECONDS: Final = Histogram(
    "doorstep_turn_seconds",
    "Time of a turn until its commit.",
    ["platform"],
    buckets=_SHORT,
    registry=REGISTRY,
)
SCHEDULE_LAG: Final = Gauge(
    "doorstep_schedule_lag_seconds",
    "How much longer than a tick a schedule last waited for its turn.",
    ["schedule"],
    registry=REGISTRY,
)
LEADING: Final = Gauge("doorstep_leading", "1 while this process runs the schedules.", registry=REGISTRY)
MISSED: Final = Counter(
    "doorstep_missed", "What came due and could not be done in time.", ["schedule"], registry=REGISTRY
)
SEARCH_SECONDS: Final = Histogram(
    "doorstep_search_seconds", "Time of one search.",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25), registry=REGISTRY,
)  # fmt: skip
ASSISTANT: Final = Counter(
    "doorstep_assistant",
    "Texts that were not understood and went to the language model, by what came of it.",
    ["outcome"],
    registry=REGISTRY,
)
ASSISTANT_SECONDS: Final = Histogram(
    "doorstep_assistant_seconds", "Time until the language model had answered, or was given up.",
    buckets=(0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5), registry=REGISTRY,
)  # fmt: skip
LOOP_DELAY: Final = Histogram(
    "doorstep_loop_delay_seconds",
    "How late the event loop wakes its sleepers.",
    # fine about what it may be
    buckets=(0.001, 0.002, 0.005, 0.0075, 0.01, 0.0125, 0.015, 0.0175, 0.02, 0.025, 0.03, 0.05, 0.1, 0.5),
    registry=REGISTRY,
)
ALARMS: Final = Counter(
    "doorstep_alarms", "Counters that did not equal their rows, and the like.", ["kind"], registry=REGISTRY
)


@cache
def _sends(platform: str, lane: str, outcome: str) -> Counter:
    return SENDS.labels(platform, lane, outcome)


@cache
def _turns(platform: str, outcome: str) -> Counter:
    return TURNS.labels(platform, outcome)


@cache
def _turn_seconds(platform: str) -> Histogram:
    return TURN_SECONDS.labels(platform)


@cache
def _send_seconds(lane: str) -> Histogram:
    return SEND_SECONDS.labels(lane)


def send_done(platform: str, lane: str, outcome: str, seconds: float) -> None:
    """Count one attempt to send and the time until the platform had answered."""
    _sends(platform, lane, outcome).inc()
    _send_seconds(lane).observe(seconds)


def turn_done(platform: str, outcome: str, seconds: float) -> None:
    """Count a turn: done, duplicate, failed or refused (come again later)."""
    _turns(platform, outcome).inc()
    _turn_seconds(platform).observe(seconds)


def queue_seen(platform: str, lanes: Iterable[str], waiting: Iterable[tuple[str, int, float]]) -> None:
    """Show what waits: (lane, rows, age of the oldest in seconds); lanes that are not named are empty."""
    found = {lane: (rows, age) for lane, rows, age in waiting}
    for lane in lanes:
        rows, age = found.get(lane, (0, 0.0))
        QUEUE_DEPTH.labels(platform, lane).set(rows)
        QUEUE_AGE.labels(platform, lane).set(age)


async def watch_loop(period: float = 0.1) -> None:
    """Measure the loop's own delay until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + period
        await asyncio.sleep(period)
        LOOP_DELAY.observe(max(loop.time() - due, 0.0))


def render() -> bytes:
    """Everything in Prometheus' text form."""
    return generate_latest(REGISTRY)
