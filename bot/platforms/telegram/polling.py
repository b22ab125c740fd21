"""Fetching updates by long polling: people side by side, each chat in order, nothing confirmed too early.

https://core.telegram.org/bots/api#getupdates
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Final

import structlog
from telegram.error import RetryAfter

from bot.platforms.telegram.client import BotApi
from bot.platforms.telegram.intake import Intake
from bot.platforms.telegram.outcomes import classify
from bot.platforms.telegram.parse import ALLOWED_UPDATES, Json, Unreadable, chat_of, update_id_of
from bot.platforms.telegram.standing import CONFLICT, TOKEN_REFUSED, trouble_of
from models.store import Overloaded, StoreDown

log = structlog.get_logger()

POLL_SECONDS: Final = 30
ANSWER_SECONDS: Final = 10.0
BATCH: Final = 100
# how long a batch may hold back the next poll
BATCH_SECONDS: Final = 1.0
STUCK_SECONDS: Final = 0.3
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
PAUSES: Final = {CONFLICT: 5.0, TOKEN_REFUSED: 30.0}


class Polling:
    """The polling loop of one bot.

    The offset moves past the longest prefix of finished updates. Once a poll has confirmed everything, no
    offset is sent: after a quiet week Telegram may number anew from below.
    """

    def __init__(self, api: BotApi, intake: Intake) -> None:
        self._api = api
        self._intake = intake
        self._offset: int | None = None
        # every update that was fetched and is not confirmed, in order: whether it is finished
        self._open: dict[int, bool] = {}
        self._chats: dict[int, deque[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._pause = FIRST_PAUSE

    async def run(self) -> None:
        """Poll until cancelled; what is being taken in then goes on until `close`."""
        while True:
            try:
                updates = await self._fetch()
            except Exception as error:
                await self._recover(error)
                continue
            self._recovered()
            fresh = self._accept(updates)
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=BATCH_SECONDS)
                if not fresh and self._tasks:  # the server repeats at once what is not confirmed
                    await asyncio.sleep(STUCK_SECONDS)
            self._advance()

    async def close(self, seconds: float = 5.0) -> None:
        """Let what was begun end, then confirm it; what is left comes again."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds * 0.6)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._advance()
        if self._offset is not None:
            try:
                await self._call(0, limit=1, within=seconds * 0.4)
            except Exception as error:  # they come again, and are known then
                log.debug("not_confirmed", error=type(error).__name__)

    async def _fetch(self) -> list[Json]:
        timeout = 0 if self._tasks else POLL_SECONDS
        updates = await self._call(timeout, BATCH, timeout + ANSWER_SECONDS)
        if not updates:
            self._offset = None
        return updates

    async def _call(self, timeout: int, limit: int, within: float) -> list[Json]:
        asked: dict[str, Any] = {
            "offset": self._offset, "timeout": timeout, "limit": limit, "allowed_updates": ALLOWED_UPDATES,
        }  # fmt: skip
        answer = await self._api.call("getUpdates", asked, within)
        return answer if isinstance(answer, list) else []

    def _accept(self, updates: list[Json]) -> int:
        """Begin to take in what is new; how many that were."""
        fresh = 0
        for update in updates:
            try:
                number = update_id_of(update)
            except Unreadable:
                log.error("update_without_number")
                continue
            if number in self._open:
                continue
            fresh += 1
            self._open[number] = False
            chat = chat_of(update)
            waiting = self._chats.get(chat)
            if waiting is not None:
                waiting.append(update)
                continue
            self._chats[chat] = deque((update,))
            task = asyncio.create_task(self._serve(chat))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return fresh

    async def _serve(self, chat: int) -> None:
        waiting = self._chats[chat]
        try:
            while waiting:
                await self._take(waiting[0])
                self._open[update_id_of(waiting[0])] = True
                waiting.popleft()
        finally:
            del self._chats[chat]

    async def _take(self, update: Json) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                answer = await self._intake.take(update)
                if answer is not None:
                    self._intake.answer_tap(answer)
                return
            except Overloaded as error:
                await asyncio.sleep(error.retry_after)
            except StoreDown as error:
                log.warning("store_down", error=str(error), again_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception as error:  # even recording it failed; it stays unconfirmed and comes again
                log.exception("update_not_taken", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _advance(self) -> None:
        for number in sorted(self._open):
            if not self._open[number]:
                break
            del self._open[number]
            self._offset = number + 1

    async def _recover(self, error: Exception) -> None:
        if not self._api.standing.raised(error):
            log.warning("polling_refused", error=f"{type(error).__name__}: {error}"[:120])
        pause = max(_least_pause(error), self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause)
        self._advance()

    def _recovered(self) -> None:
        self._pause = FIRST_PAUSE
        self._api.standing.polled()


def _least_pause(error: Exception) -> float:
    if isinstance(error, RetryAfter):
        return float(classify(error).retry_after or 1)
    return PAUSES.get(trouble_of(error), 0.0)
