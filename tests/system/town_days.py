"""Days that pass in a town: the program wired as it is, over the stand-in Bot API, a clock set by hand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import text

from bot.assemble import HOOKS
from bot.desk import Desk
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.deliver import TelegramDeliverer
from bot.platforms.telegram.platform import TelegramPlatform
from bot.scheduler import Scheduler
from bot.sender import Sender
from bot.work import Work
from models.clock import ManualClock
from models.statement import Tx
from models.store import Store, look_now, work_now
from services.schedules import DUE
from services.town import Town
from tests.botapi import BotApi, Person
from tests.town import ZONE, empty_town, make_town

T = TypeVar("T")
AT_ONCE = 32
STILL = (
    "SELECT (SELECT count(*) FROM outgoing WHERE state = 'sending'"
    " OR (state = 'queued' AND not_before <= :now AND expires_at > :now))"
    " + (SELECT count(*) FROM broadcast_recipient WHERE state = 'sending'"
    " OR (state = 'pending' AND not_before <= :now)) AS n"
)


class Days(ManualClock):
    """Civil time by the day; leases and pauses run in real time."""

    def elapsed(self) -> float:
        return time.time()


@dataclass
class Week:
    """The town while the days go by; `patience` is how long anything may take, in seconds."""

    store: Store
    town: Town
    api: BotApi
    work: Work
    sender: Sender
    scheduler: Scheduler
    patience: float

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """What a question to the database gives, at the town's time."""
        if ":now" in statement:
            values["now"] = self.town.now().isoformat(timespec="microseconds")
        return look_now(self.store, lambda tx: list(tx.core(text(statement), values).fetchall()))

    def it_is(self, moment: datetime) -> None:
        """So late it is now; nothing has been done yet that falls due until then."""
        clock = self.town.clock
        assert isinstance(clock, ManualClock)
        clock.set(moment)

    async def until(self, day: date, hour: int = 23, *, hours: Sequence[tuple[int, int]]) -> None:
        """Let the days pass; at each of the `hours` all that is due is done and delivered."""
        end = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
        at = self.town.now().astimezone(ZONE).date()
        while at <= day:
            for wall in hours:
                moment = datetime(at.year, at.month, at.day, *wall, tzinfo=ZONE)
                if self.town.now() < moment <= end:
                    self.it_is(moment)
                    await self.at_rest()
            at += timedelta(days=1)

    async def at_rest(self) -> None:
        """Answer all that was said, do what is due until nothing more is, and let everything arrive."""
        async with asyncio.timeout(self.patience):
            while True:
                await self.scheduler.tick()
                self.sender.nudge()
                await self.sender.settled()
                if not len(self.api.state.queue) and not self.sql(STILL)[0].n:
                    return
                await asyncio.sleep(0.02)


@asynccontextmanager
async def a_week(
    store: Store, start: datetime, add: Callable[[Tx], object], patience: float
) -> AsyncIterator[Week]:
    """The small town with what `add` adds to it, wired as the program wires it."""
    clock = Days(start)
    make_town(store, clock=clock)
    work_now(store, add)
    town = empty_town(store, clock)
    async with BotApi() as api:
        work, connection = Work(store), Connection(api.token, api.url)
        await connection.open()
        telegram = {"telegram": TelegramDeliverer(connection)}
        sender = Sender(work, town, telegram, bot="123", bulk_rate=0, hooks=HOOKS)
        platform = TelegramPlatform(connection, Desk(work, town, sender), work, town)
        scheduler = Scheduler(work, town, DUE)
        await sender.start()
        await platform.start()
        try:
            yield Week(store, town, api, work, sender, scheduler, patience)
        finally:
            await platform.stop_receiving(2.0)
            await sender.stop()
            await connection.close()


async def each(people: Iterable[T], act: Callable[[T], Awaitable[object]]) -> None:
    """Everybody does it, so many at once."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(person: T) -> None:
        async with places:
            await act(person)

    await asyncio.gather(*map(one, people))


async def agrees(person: Person, patience: float) -> None:
    """Somebody new, who says yes to announcements."""
    await person.starts()
    await person.taps("同意", timeout=patience)
    await person.sees("", timeout=patience)
