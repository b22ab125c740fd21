"""The event loop's side of the store: await a unit of work, one wake-up per committed batch."""

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar

from models.store import Begin, Job, Store, Unit

T = TypeVar("T")


class _LoopJob(Job[T]):
    """A job whose end is awaited in the event loop."""

    __slots__ = ("future",)

    def __init__(
        self, unit: Unit[T], key: int, line: int, begin: Begin | None, future: "asyncio.Future[T]"
    ) -> None:
        super().__init__(unit, key, line, begin)
        self.future = future

    def settle(self) -> None:
        """Give the result to the waiter, in the loop's thread."""
        if self.future.done():  # whoever waited has gone
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)  # type: ignore[arg-type]


class Work:
    """Runs units of a store from the event loop in which it was made."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._loop = asyncio.get_running_loop()
        store.hand_back = self._hand_back

    async def write(self, unit: Unit[T], key: int = 0, line: int = 0, begin: Begin | None = None) -> T:
        """Run a writing unit and wait for its commit. Raises Overloaded, StoreDown, the unit's own errors."""
        future: asyncio.Future[T] = self._loop.create_future()
        self.store.submit(_LoopJob(unit, key, line, begin, future))
        return await future

    async def read(self, unit: Unit[T]) -> T:
        """Run a reading unit."""
        future: asyncio.Future[T] = self._loop.create_future()
        self.store.submit_read(_LoopJob(unit, 0, 0, None, future))
        return await future

    def _hand_back(self, jobs: Sequence[Job[Any]]) -> None:
        mine = []
        for job in jobs:
            if isinstance(job, _LoopJob):
                mine.append(job)
            else:
                job.finish()
        if mine and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_settle_all, mine)


def _settle_all(jobs: Sequence[_LoopJob[Any]]) -> None:
    for job in jobs:
        job.settle()
