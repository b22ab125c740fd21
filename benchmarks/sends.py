"""Sends a second: our client bare and fully recorded, beside a raw loop and the library's default."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import uvloop
from sqlalchemy import insert
from telegram import Bot
from telegram.request import HTTPXRequest

from benchmarks.databases import Databases, NoServer, counts
from benchmarks.load import NotAsExpected
from benchmarks.opened import open_town
from benchmarks.peers.serving import TOKEN
from benchmarks.processes import get
from benchmarks.table import Table, whole
from benchmarks.town import FIRST_ACCOUNT, ZONE, Size
from benchmarks.turn import sink
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.deliver import TelegramDeliverer
from bot.sender import Sender
from bot.work import Work
from models.people import consent
from models.statement import Tx
from services.message import Message
from services.outbox import Address, post_notice
from services.town import Town

RUNS = 3
SENDS, DEFAULT_SENDS = 12_000, 2_000
AT_ONCE = 64
# more at once only slows the library's default transport
DEFAULT_AT_ONCE = 1
SIZE = Size(people=SENDS, classes=50, kept=0)
TEXT = "明天（周三）上午9点，书法入门，新城社区活动中心。"
RAW = "raw aiohttp POST loop"
Way = Callable[[int, int, Databases], Coroutine[Any, Any, float]]


def measure(quick: bool = False) -> Table:
    """The table."""
    sends, few, runs = (300, 60, 1) if quick else (SENDS, DEFAULT_SENDS, RUNS)
    found: dict[str, list[float]] = {name: [] for name, _ in WAYS}
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as name, sink(Path(name)) as port:
        databases = Databases(Path(name), SIZE, datetime.now(ZONE).date())
        for number in range(runs):
            for way, run in WAYS if number % 2 == 0 else reversed(WAYS):
                count = few if run is _library_default else sends
                found[way].append(uvloop.run(run(port, count, databases)))
    rates = {way: median(values) for way, values in found.items()}
    rows = [[way, whole(rate), f"{rate / rates[RAW]:.0%}"] for way, rate in rates.items()]
    note = f"{AT_ONCE} at once (the library's default: {DEFAULT_AT_ONCE}, as more only slow it)."
    return Table("Sends, one process", ("way", "a second", "of raw"), rows, (note,))


def _payload(number: int) -> dict[str, object]:
    return {"chat_id": FIRST_ACCOUNT + number % SIZE.people, "text": TEXT, "parse_mode": "HTML"}


async def _workers(count: int, at_once: int, send: Callable[[int], Awaitable[object]]) -> float:
    """Sends a second by so many workers that take numbers from one row."""
    numbers = iter(range(count))

    async def worker() -> None:
        for number in numbers:
            await send(number)

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return count / (time.perf_counter() - began)


async def _raw(port: int, count: int, _databases: Databases) -> float:
    url = f"http://127.0.0.1:{port}/bot{TOKEN}/sendMessage"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def send(number: int) -> None:
            async with session.post(url, json=_payload(number)) as answer:
                await answer.json()

        return await _workers(count, AT_ONCE, send)


async def _bare(port: int, count: int, _databases: Databases) -> float:
    connection = Connection(TOKEN, f"http://127.0.0.1:{port}")
    await connection.open()
    try:
        return await _workers(
            count, AT_ONCE, lambda number: connection.api.call("sendMessage", _payload(number))
        )
    finally:
        await connection.close()


async def _recorded(port: int, count: int, databases: Databases) -> float:
    """From rows of the outbox, through lease, gates and marks, to the last committed outcome."""
    return await _recorded_on(databases.sqlite(), port, count, databases)


async def _recorded_on_postgres(port: int, count: int, databases: Databases) -> float:
    try:
        url = databases.postgres()
    except NoServer:
        return 0.0
    return await _recorded_on(url, port, count, databases)


async def _recorded_on(url: str, port: int, count: int, databases: Databases) -> float:
    house = open_town(url, SIZE)
    connection = Connection(TOKEN, f"http://127.0.0.1:{port}")
    await connection.open()
    work = Work(house.store)
    await work.write(lambda tx: _queue(tx, house.town, count))
    before = _sent(port)
    sender = Sender(work, house.town, {"telegram": TelegramDeliverer(connection)}, bulk_rate=0)
    began = time.perf_counter()
    try:
        await sender.start()
        while _sent(port) - before < count:
            await asyncio.sleep(0.02)
        await sender.settled()
        rate = count / (time.perf_counter() - began)
    finally:
        await sender.stop()
        await connection.close()
        house.store.close()
    if counts(url)["unsent"]:
        raise NotAsExpected("some rows were not marked as sent")
    databases.drop(url)
    return rate


def _queue(tx: Tx, town: Town, count: int) -> None:
    """An announcement that does not disturb at any hour, to so many accounts with their yes."""
    accounts = list(range(1, SIZE.people + 1))
    now = town.now()
    tx.core(
        insert(consent),
        [
            {
                "person_id": number, "purpose": "announcements", "wording": "2026-11", "platform": "telegram",
                "given_at": now,
            }
            for number in accounts
        ],
    )  # fmt: skip
    for number in range(count):
        at = accounts[number % len(accounts)]
        post_notice(
            tx, town, Address(at, "telegram", str(FIRST_ACCOUNT + at - 1)), Message(TEXT),
            purpose="announcement", expires_at=now + timedelta(hours=2), silent=True, lane="bulk",
        )  # fmt: skip


def _sent(port: int) -> int:
    return int(json.loads(get(port, "/_control/calls")[1])["counts"].get("sendMessage", 0))


async def _library_default(port: int, count: int, _databases: Databases) -> float:
    bot = Bot(TOKEN, base_url=f"http://127.0.0.1:{port}/bot", request=HTTPXRequest())
    async with bot:
        return await _workers(
            count, DEFAULT_AT_ONCE, lambda number: bot.send_message(FIRST_ACCOUNT + number, TEXT)
        )


WAYS: tuple[tuple[str, Way], ...] = (
    (RAW, _raw),
    ("**Doorstep's client, bare**", _bare),
    ("**Doorstep, recorded: outbox, lease, gates, send, mark (SQLite)**", _recorded),
    ("**the same (PostgreSQL)**", _recorded_on_postgres),
    ("python-telegram-bot, default transport", _library_default),
)
