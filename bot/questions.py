"""Questions to the language model: asked after the commit, answered in a second small unit of work.

The plain answer lies in the outbox already, held back for a few seconds. So whatever falls between the two
units, this process included, the person is answered; and whoever speaks again meanwhile is not disturbed.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterable
from typing import Protocol

import structlog
from aiohttp.web import AbstractRouteDef

from bot import metrics
from bot.app import Condition
from bot.assistant import Assistant, opinion
from bot.work import Work
from handlers.question import Question
from handlers.take import Taken, take_opinion
from models.store import Overloaded, StoreDown
from services.outbox import Written
from services.second_opinion import LIMIT_SECONDS
from services.town import Town
from services.understanding import Meaning

log = structlog.get_logger()


class Sends(Protocol):
    """Whoever delivers what a turn wrote."""

    def send_now(self, written: tuple[Written, ...]) -> None:
        """Deliver rows that were committed."""
        ...


class Questions:
    """Asks what turns want to know; a part of the program, stopped before the sender."""

    name = "assistant"

    def __init__(self, assistant: Assistant, work: Work, town: Town, sender: Sends) -> None:
        self._assistant = assistant
        self._work = work
        self._town = town
        self._sender = sender
        self._open: set[asyncio.Task[None]] = set()

    def put(self, question: Question) -> None:
        """Ask, and go on with the conversation when there is an answer."""
        task = asyncio.create_task(self._answer(question))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def idle(self) -> None:
        """Wait until no question is open."""
        while self._open:
            await asyncio.wait(self._open)

    def routes(self) -> Iterable[AbstractRouteDef]:
        """None."""
        return ()

    async def start(self) -> None:
        """Nothing: the first question opens the connection."""

    async def stop(self) -> None:
        """Let what was asked be answered; what is not gets its plain answer from the outbox."""
        if self._open:
            _, late = await asyncio.wait(self._open, timeout=LIMIT_SECONDS + 1)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._assistant.close()

    async def condition(self) -> Condition:
        """Always well: without the model people get the plain answer."""
        return Condition(True, {"resting": self._assistant.resting, "open": len(self._open)})

    async def _answer(self, question: Question) -> None:
        try:
            outcome, meaning = await self._hear(question)
            taken = await self._go_on(question, meaning)
        except (StoreDown, Overloaded):
            metrics.ASSISTANT.labels("put_off").inc()
            return
        metrics.ASSISTANT.labels(outcome if taken is not None else "stale").inc()
        if taken is not None:
            for seconds in taken.searches:
                metrics.SEARCH_SECONDS.observe(seconds)
            self._sender.send_now(taken.written)

    async def _hear(self, question: Question) -> tuple[str, Meaning | None]:
        said = await self._work.read(lambda tx: question.masked(tx, self._town))
        if said is None:
            return "not_asked", None
        return await opinion(self._assistant, self._town, said)

    async def _go_on(self, question: Question, meaning: Meaning | None) -> Taken | None:
        key = zlib.crc32(question.incoming.account.encode())
        try:
            return await self._work.write(lambda tx: take_opinion(tx, self._town, question, meaning), key)
        except (StoreDown, Overloaded):
            raise
        except Exception as error:  # what was understood cannot be answered, so it was not understood
            log.error("opinion_failed", error=type(error).__name__)
            return await self._work.write(lambda tx: take_opinion(tx, self._town, question, None), key)
