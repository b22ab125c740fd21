"""The event loop's side of the store: await a unit of work, one wake-up per committed batch."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, TypeVar

from models.store import MOST_WAITING, Begin, Job, Overloaded, Store, Unit

T = TypeVar("T")

# how soon, and how long, the loop tries again to run brief units itself
AGAIN_SECONDS = 0.001
PATIENCE_SECONDS = 0.02
# of those that one commit brings back
AT_ONCE = 16


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
        self._run_brief = store.run_brief
        # brief units that came while the loop looked at what arrived
        self._brief: list[Job[Any]] = []
        self._held_since: float | None = None
        # what came back from the store and is not yet told to whoever waits for it
        self._done: deque[_LoopJob[Any]] = deque()
        store.hand_back = self._hand_back

    async def write(
        self, unit: Unit[T], key: int = 0, line: int = 0, begin: Begin | None = None, *, brief: bool = False
    ) -> T:
        """Run a writing unit and wait for its commit. Raises Overloaded, StoreDown, the unit's own errors.

        A `brief` one takes no more than a few milliseconds, and may run in the loop itself.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        job = _LoopJob(unit, key, line, begin, future)
        if not brief or self._run_brief is None:
            self.store.submit(job)
            return await future
        if len(self._brief) >= MOST_WAITING:
            raise Overloaded
        self._brief.append(job)
        if len(self._brief) == 1:
            self._loop.call_soon(self._run_gathered)
        return await future

    def _run_gathered(self) -> None:
        assert self._run_brief is not None
        jobs, self._brief = self._brief, []
        left = self._run_brief(jobs)
        if not left:
            self._held_since = None
        elif len(left) < len(jobs):
            # what arrived meanwhile is looked at first
            self._held_since = None
            self._again(left, 0.0)
        else:
            self._held_up(left)

    def _again(self, jobs: Sequence[Job[Any]], seconds: float) -> None:
        self._brief = [*jobs]
        self._loop.call_later(seconds, self._run_gathered)

    def _held_up(self, jobs: Sequence[Job[Any]]) -> None:
        """Others write: mostly they are done in a moment, and else the store is to choose who is next."""
        now = self._loop.time()
        if self._held_since is None:
            self._held_since = now
        if now - self._held_since < PATIENCE_SECONDS:
            self._again(jobs, AGAIN_SECONDS)
            return
        self._held_since = None
        for job in jobs:
            try:
                self.store.submit(job)
            except Overloaded as error:
                job.error = error
                self._hand_back([job])

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
            self._loop.call_soon_threadsafe(self._came_back, mine)

    def _came_back(self, jobs: Sequence[_LoopJob[Any]]) -> None:
        idle = not self._done
        self._done.extend(jobs)
        if idle:
            self._settle_some()

    def _settle_some(self) -> None:
        """Wake so many waiters at a time: each has an answer to send, and others go on in between."""
        for _ in range(min(AT_ONCE, len(self._done))):
            self._done.popleft().settle()
        if self._done:
            self._loop.call_soon(self._settle_some)
