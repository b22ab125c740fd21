"""Marks: what became of sent rows, gathered for a moment and kept together in one commit."""

import asyncio
from collections.abc import Callable

import structlog

from bot.work import Work
from models.store import Overloaded, StoreDown
from services.delivery import NO_HOOKS, Hooks
from services.delivery_outcomes import Mark, mark
from services.town import Town

log = structlog.get_logger()

# the longest that an outcome waits for others to be kept with it
GATHER_SECONDS = 0.04
# no unit holds the writer for long
MOST = 400
# so many are kept in a millisecond
FEW = 64
AGAIN_SECONDS = 0.5


def _nothing() -> None:
    """For whoever waits for nothing."""


class Marks:
    """Keeps outcomes in the order in which they came; while the store is down they wait in memory.

    `many_kept` is called after a large batch: of a broadcast only so many may be in flight, and that there is
    room again is not to wait for the next look into the outbox; nor is an answer that waits behind another.
    """

    def __init__(
        self, work: Work, town: Town, hooks: Hooks = NO_HOOKS, many_kept: Callable[[], None] = _nothing
    ) -> None:
        self._many_kept = many_kept
        self._work = work
        self._town = town
        self._hooks = hooks
        self._waiting: list[Mark] = []
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._lets_go = False

    def add(self, made: Mark, *, lets_go: bool = False) -> None:
        """Keep an outcome soon; one that `lets_go` is of an answer behind which others of its chat wait."""
        self._lets_go = self._lets_go or lets_go
        self._waiting.append(made)
        if self._task is None:
            self._task = asyncio.create_task(self._keep())

    async def flush(self) -> None:
        """Return when everything that was added is committed."""
        while self._task is not None:
            self._hurry.set()
            await asyncio.shield(self._task)

    async def close(self, seconds: float) -> None:
        """Keep what can be kept in this time; what cannot counts as unknown once its lease lapses."""
        try:
            async with asyncio.timeout(seconds):
                await self.flush()
        except TimeoutError:
            log.warning("outcomes_not_kept", rows=len(self._waiting))
            if self._task is not None:
                self._task.cancel()

    async def _keep(self) -> None:
        try:
            while self._waiting:
                await self._gather()
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                # of what is added meanwhile the next batch will tell; with any left, so does that one
                lets_go, self._lets_go = self._lets_go, self._lets_go and bool(self._waiting)
                await self._write(batch)
                if len(batch) > FEW or lets_go:
                    self._many_kept()
        finally:
            self._task = None

    async def _gather(self) -> None:
        try:
            async with asyncio.timeout(GATHER_SECONDS):
                await self._hurry.wait()
        except TimeoutError:
            return
        self._hurry.clear()

    async def _write(self, batch: list[Mark], hooks: Hooks | None = None) -> None:
        using = self._hooks if hooks is None else hooks
        while True:
            try:
                await self._work.write(lambda tx: mark(tx, self._town, batch, using), brief=len(batch) <= FEW)
                for made in batch:
                    self._town.own_replies.drop(made.id)
                return
            except (StoreDown, Overloaded):
                await asyncio.sleep(AGAIN_SECONDS)
            except Exception as error:
                await self._one_by_one(batch, using, error)
                return

    async def _one_by_one(self, batch: list[Mark], hooks: Hooks, error: Exception) -> None:
        """One outcome that cannot be kept must not undo the others, nor its hook the outcome."""
        if len(batch) > 1:
            for made in batch:
                await self._write([made], hooks)
            return
        log.exception("outcome_failed", row=batch[0].id, outcome=batch[0].outcome, error=type(error).__name__)
        if hooks is not NO_HOOKS:
            await self._write(batch, NO_HOOKS)
