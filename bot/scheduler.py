"""The ticker: asks every second what is due, and lets one process of a database do it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import record_civil
from bot.instance import own_name
from bot.metrics import LEADING, MISSED, SCHEDULE_LAG
from bot.work import Work
from models.clock import SystemClock, real_seconds
from models.statement import Tx
from models.store import Overloaded, StoreDown
from services import leases
from services.schedules.schedule import Done
from services.town import Town

LEASE = "schedules"
TICK = 1.0
FASTEST = 0.1
# one tick takes no more than this many units of one schedule, so that none starves the others
MOST_UNITS = 200
RECORD_EVERY = timedelta(seconds=10)
# a schedule that failed is left alone so long, so that it neither floods the log nor holds up the others
PAUSE_AFTER_FAILURE = 30.0

log = structlog.get_logger()


class Due(Protocol):
    """One schedule: does one unit of what is due and says how much it did; 0 means nothing is left."""

    def __call__(self, tx: Tx, town: Town, /) -> int: ...


Look = Callable[[Tx, Town], Sequence[Callable[[Tx, Town], object]]]


class LeaseLost(Exception):
    """Another process took over; what was begun is undone."""


class Scheduler:
    """Ticks on real time; what is due is found in the database by the town's clock.

    A tick that is still at work is not joined by the next. `on_alarm` is told the name of a schedule that
    failed or found something wrong, `on_tick` how many seconds a tick took.
    """

    def __init__(
        self, work: Work, town: Town, due: Sequence[Due], *, speed: float = 1.0,
        on_alarm: Callable[[str], None] = lambda name: None,
        on_tick: Callable[[float], None] = lambda seconds: None,
    ) -> None:  # fmt: skip
        self._work = work
        self._town = town
        self._due = due
        self._on_alarm = on_alarm
        self._on_tick = on_tick
        self._holder = own_name()
        self._epoch: int | None = None
        self._renew_at = 0.0
        self._paused: dict[str, float] = {}
        self._ran: dict[str, float] = {}
        self._recorded = None if not isinstance(town.clock, SystemClock) else town.now() - RECORD_EVERY
        self._ticking = asyncio.Lock()
        self._stopping = False
        self.every = max(FASTEST, TICK / max(1.0, speed))
        self.last_tick: float | None = None
        self._aps = AsyncIOScheduler(event_loop=asyncio.get_running_loop(), timezone="UTC")

    @property
    def leading(self) -> bool:
        """Whether this process holds the schedules."""
        return self._epoch is not None

    def start(self) -> None:
        """Begin to tick."""
        # a late or missed tick is made up for by the next one, which finds all that is due
        self._aps.add_job(
            self.tick, IntervalTrigger(seconds=self.every), max_instances=1, coalesce=True,
            misfire_grace_time=None, id="tick", next_run_time=datetime.fromtimestamp(real_seconds(), UTC),
        )  # fmt: skip
        self._aps.start()

    async def stop(self) -> None:
        """Let the running tick end, and give the lease back."""
        self._stopping = True
        self._aps.remove_all_jobs()
        async with self._ticking:
            LEADING.set(0)
            self._aps.shutdown(wait=False)
            if (epoch := self._epoch) is not None:
                self._epoch = None
                await self._work.write(lambda tx: leases.let_go(tx, LEASE, epoch))

    async def tick(self) -> None:
        """Do everything that is due now."""
        if self._ticking.locked() or self._stopping:
            return
        async with self._ticking:
            began = self._town.clock.elapsed()
            leads = False
            try:
                await self._hold()
                if self._epoch is not None:
                    for due in self._due:
                        await self._run(due, self._epoch)
                await self._record()
                self.last_tick = self._town.clock.elapsed()
                self._on_tick(self.last_tick - began)
                leads = self.leading
            except LeaseLost:
                self._epoch = None
                log.warning("schedules_lost")
            except (StoreDown, Overloaded) as error:
                log.warning("tick_put_off", error=type(error).__name__)
            finally:
                # one that holds the lease and cannot work leads nobody
                LEADING.set(leads)

    async def _hold(self) -> None:
        now = self._town.clock.elapsed()
        if self._epoch is not None and now < self._renew_at:
            return
        before = self._epoch
        clock = self._town.clock
        self._epoch = await self._work.write(lambda tx: leases.hold(tx, clock, LEASE, self._holder))
        self._renew_at = now + leases.RENEW_EVERY
        if self._epoch != before:
            log.info(
                "schedules_held" if self._epoch is not None else "schedules_elsewhere", epoch=self._epoch
            )

    async def _run(self, due: Due, epoch: int) -> None:
        town = self._town

        def unit(tx: Tx) -> int:
            if not leases.held(tx, town.clock, LEASE, epoch):
                raise LeaseLost
            return due(tx, town)

        name = getattr(due, "__name__", type(due).__name__)
        if town.clock.elapsed() < self._paused.get(name, 0.0):
            return
        self._show_lag(name)
        try:
            look = getattr(due, "look", None)
            for _ in range(MOST_UNITS):
                done = await (self._looked(name, look, epoch) if look else self._work.write(unit))
                if isinstance(done, Done):
                    self._tell(name, done)
                if not done or self._stopping:
                    return
                await self._hold()
                if self._epoch != epoch:
                    raise LeaseLost
        except (LeaseLost, StoreDown, Overloaded):
            raise
        except Exception:  # one broken schedule must not stop the others
            log.exception("schedule_failed", schedule=name)
            self._on_alarm(name)
            self._paused[name] = town.clock.elapsed() + PAUSE_AFTER_FAILURE

    async def _looked(self, name: str, look: Look, epoch: int) -> int:
        """Read what is to be written, and write it in units of its own; how many."""
        town = self._town
        steps = await self._work.read(lambda tx: look(tx, town))
        for step in steps:

            def unit(tx: Tx, step: Callable[[Tx, Town], object] = step) -> object:
                if not leases.held(tx, town.clock, LEASE, epoch):
                    raise LeaseLost
                return step(tx, town)

            done = await self._work.write(unit)
            if isinstance(done, Done):
                self._tell(name, done)
            await self._hold()
        return len(steps)

    def _tell(self, name: str, done: Done) -> None:
        for alarm in done.alarms:
            log.error("alarm", schedule=name, what=alarm)
            self._on_alarm(name)
        if done.missed:
            log.warning("came_too_late", schedule=name, missed=done.missed)
            MISSED.labels(name).inc(done.missed)

    def _show_lag(self, name: str) -> None:
        now = self._town.clock.elapsed()
        SCHEDULE_LAG.labels(name).set(max(0.0, now - self._ran.get(name, now) - self.every))
        self._ran[name] = now

    async def _record(self) -> None:
        now = self._town.now()
        if self._recorded is None or now - self._recorded >= RECORD_EVERY:
            await self._work.write(lambda tx: record_civil(tx, now))
            if isinstance(self._town.clock, SystemClock):
                self._recorded = now
