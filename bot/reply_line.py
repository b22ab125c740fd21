"""The line of answers: chats are served side by side, the answers of one chat one after the other."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from services.delivery import Delivery

MOST_AT_ONCE = 40


class ReplyLine:
    """Up to `most` chats at once; there is a task per chat being served and none when nothing waits.

    `send` must not raise.
    """

    def __init__(self, send: Callable[[Delivery], Awaitable[None]], most: int = MOST_AT_ONCE) -> None:
        # kept, because asking for the running loop costs a call of the system each time
        self._loop = asyncio.get_running_loop()
        self._send = send
        self._most = most
        self._chats: dict[int, deque[Delivery]] = {}
        self._ready: deque[int] = deque()
        self._crew: set[asyncio.Task[None]] = set()

    def add(self, row: Delivery) -> None:
        """Send this after what waits for the same account."""
        waiting = self._chats.get(row.account_id)
        if waiting is not None:
            waiting.append(row)
            return
        self._chats[row.account_id] = deque((row,))
        self._ready.append(row.account_id)
        if len(self._crew) < self._most:
            task = self._loop.create_task(self._serve())
            self._crew.add(task)
            task.add_done_callback(self._crew.discard)

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing is being sent."""
        return not self._chats

    def __len__(self) -> int:
        return sum(map(len, self._chats.values()))

    async def drain(self, seconds: float) -> bool:
        """Wait until the line is idle, at most so long; whether it is."""
        if self._crew:
            await asyncio.wait(self._crew, timeout=seconds)
        return self.idle

    def empty(self) -> list[Delivery]:
        """Take out all that has not begun, for giving back."""
        left: list[Delivery] = []
        begun = self._chats.keys() - set(self._ready)
        for account, waiting in self._chats.items():
            kept = 1 if account in begun else 0
            left.extend(list(waiting)[kept:])
            while len(waiting) > kept:
                waiting.pop()
        for account in self._ready:
            del self._chats[account]
        self._ready.clear()
        return left

    async def cut(self) -> None:
        """End what is being sent; its outcome is unknown."""
        crew = list(self._crew)
        for task in crew:
            task.cancel()
        await asyncio.gather(*crew, return_exceptions=True)

    async def _serve(self) -> None:
        while self._ready:
            account = self._ready.popleft()
            waiting = self._chats[account]
            while waiting:
                await self._send(waiting[0])
                waiting.popleft()
            del self._chats[account]
