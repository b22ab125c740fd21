"""The running program: starts its parts, serves HTTP, and stops cleanly when told to."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack
from itertools import chain
from socket import socket
from typing import Any

import structlog
from aiohttp import web
from sqlalchemy import text

from bot import metrics
from bot.app import Check, Condition, build_app
from bot.assemble import Assembly, assemble
from bot.compose import House
from bot.instance import BACKLOG
from bot.refresher import Refresher
from bot.scheduler import Scheduler
from bot.timekeeper import keep_time
from bot.work import Work
from models.statement import Statement, Tx
from models.types import forget_mappers
from services.regex import build_ahead, compile_ahead

# connections that are still open get this long to finish
GRACE_SECONDS = 3.0
LATE_TICK = 10.0
# between two patterns, so that they take a tenth of the time at most
PATTERN_SECONDS = 0.005
ALIVE = Statement(text("SELECT 1"))

log = structlog.get_logger()


async def serve(house: House, role: str, door: socket) -> None:
    """Everything that lives in the event loop, from the first part's start to the last one's stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    work = Work(house.store)
    assembly = assemble(house, work, role)
    scheduler = _scheduler(house, work) if role != "chat" else None
    async with AsyncExitStack() as stack:
        for part in assembly.parts:
            await part.start()
            stack.push_async_callback(part.stop)
        for background in (
            Refresher(work, house.town).run(),
            keep_time(work, house.town.clock),
            metrics.watch_loop(),
            _compile_patterns(),
        ):
            await stack.enter_async_context(_beside(background))
        if scheduler is not None:
            scheduler.start()
            stack.push_async_callback(scheduler.stop)
        await stack.enter_async_context(_doors(house, work, assembly, scheduler, door))
        # what lives as long as the program need not be looked through again and again
        forget_mappers()
        gc.collect()
        gc.freeze()
        print(f"家门口已开门 · Doorstep is open: {house.settings.base_url}", flush=True)  # noqa: T201
        log.info("ready", role=role, database=house.store.kind, port=house.settings.port)
        await stop.wait()
        log.info("stopping")
    log.info("stopped")


@contextlib.asynccontextmanager
async def _doors(
    house: House, work: Work, assembly: Assembly, scheduler: Scheduler | None, door: socket
) -> AsyncIterator[None]:
    checks: dict[str, Check] = {"database": lambda: _database(work)}
    if scheduler is not None:
        checks["scheduler"] = lambda: _ticks(scheduler, house)
    checks |= {part.name: part.condition for part in assembly.parts}
    routes = [route for part in assembly.parts for route in part.routes()]
    app = build_app(routes, checks, metrics.render, https=house.settings.public_url.startswith("https://"))

    async def hang_up(_app: web.Application) -> None:
        await assembly.hang_up()

    app.on_shutdown.append(hang_up)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=GRACE_SECONDS)
    await runner.setup()
    try:
        await web.SockSite(runner, door, backlog=BACKLOG).start()
        yield
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _compile_patterns() -> None:
    """Spare who types first the half of a second that this takes, and hold nobody up."""
    for _ in chain(build_ahead(), compile_ahead()):
        await asyncio.sleep(PATTERN_SECONDS)


def _scheduler(house: House, work: Work) -> Scheduler:
    from services.schedules import DUE

    def alarm(name: str) -> None:
        metrics.ALARMS.labels(name).inc()

    return Scheduler(work, house.town, DUE, speed=house.settings.clock_speed, on_alarm=alarm)


async def _database(work: Work) -> Condition:
    def look(tx: Tx) -> bool:
        return tx.one(ALIVE) is not None

    return Condition(await work.read(look), {"waiting": work.store.waiting()})


async def _ticks(scheduler: Scheduler, house: House) -> Condition:
    if scheduler.last_tick is None:
        return Condition(False, {"reason": "has not ticked yet"})
    ago = house.town.clock.elapsed() - scheduler.last_tick
    return Condition(ago < LATE_TICK, {"last_tick_seconds_ago": round(ago, 3), "leading": scheduler.leading})
