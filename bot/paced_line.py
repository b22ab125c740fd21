"""The line of notices and announcements: paced, a second apart within a chat, notices first."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from bot.pacing import ChatGaps, Pacer
from services.delivery import Delivery

MOST_AT_ONCE = 24
UNPACED_LOW = 400


class PacedLine:
    """Sends what was claimed as slots come free; `send` must not raise.

    `hungry` is called when little is left, so that more may be claimed.
    """

    def __init__(
        self, send: Callable[[Delivery], Coroutine[Any, Any, None]], pacer: Pacer, gaps: ChatGaps,
        hungry: Callable[[], None], most: int = MOST_AT_ONCE,
    ) -> None:  # fmt: skip
        self._send = send
        self._pacer = pacer
        self._gaps = gaps
        self._hungry = hungry
        # half of what is claimed at a time; without a rate, what is sent while more is being claimed
        self._low = -(-pacer.per_second // 8) or UNPACED_LOW
        self._waiting: dict[str, deque[Delivery]] = {"notice": deque(), "bulk": deque()}
        self._places = asyncio.Semaphore(most)
        self._under_way: set[asyncio.Task[None]] = set()
        self._more = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def add(self, row: Delivery) -> None:
        """Send this when its turn comes."""
        self._waiting["bulk" if row.lane == "bulk" else "notice"].append(row)
        self._more.set()

    def start(self) -> None:
        """Begin to send."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> list[Delivery]:
        """Begin nothing more; gives back what had not begun."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        left = [row for rows in self._waiting.values() for row in rows]
        for rows in self._waiting.values():
            rows.clear()
        return left

    async def drain(self, seconds: float) -> bool:
        """Wait for what is being sent, at most so long; whether it ended."""
        if not self._under_way:
            return True
        _, open_ones = await asyncio.wait(self._under_way, timeout=seconds)
        return not open_ones

    async def cut(self) -> None:
        """End what is being sent; its outcome is unknown."""
        tasks = list(self._under_way)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            if not len(self):
                self._hungry()
                self._more.clear()
                await self._more.wait()
            wait = self._pacer.delay() or self._soonest()
            if wait:
                await asyncio.sleep(wait)
                continue
            await self._places.acquire()
            row = self._next()
            if row is None or self._pacer.delay():  # an answer went to the chat or took the slot meanwhile
                if row is not None:
                    self._waiting["bulk" if row.lane == "bulk" else "notice"].appendleft(row)
                self._places.release()
                continue
            self._begin(row)

    def _soonest(self) -> float:
        """Seconds until some row's chat is free; 0 when one is."""
        soonest = float("inf")
        for rows in self._waiting.values():
            for row in rows:
                delay = self._gaps.delay(row.chat)
                if not delay:
                    return 0.0
                soonest = min(soonest, delay)
        return soonest

    def _next(self) -> Delivery | None:
        for rows in self._waiting.values():
            for at, row in enumerate(rows):
                if not self._gaps.delay(row.chat):
                    del rows[at]
                    return row
        return None

    def _begin(self, row: Delivery) -> None:
        slot = self._pacer.take()
        self._gaps.note(row.chat)
        task = asyncio.create_task(self._send(row))
        task.add_done_callback(lambda _: self._pacer.arrived(slot))
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        if len(self) < self._low:
            self._hungry()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._places.release()
