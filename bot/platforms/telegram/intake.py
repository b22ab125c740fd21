"""Taking in updates, by polling and by webhook alike: parse, take, and only then answer the tap."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

import structlog

from bot import metrics
from bot.platforms.telegram.attachments import with_file
from bot.platforms.telegram.client import BotApi
from bot.platforms.telegram.parse import PLATFORM, Json, Unreadable, parse, tap_of, update_id_of
from bot.work import Work
from handlers.incoming import Incoming
from models.store import Overloaded, StoreDown
from services.received import record
from services.town import Town

log = structlog.get_logger()

ACK_UNITS = 200
ACK_SECONDS = 10.0
MOST_ACKS = 500


class Took(Protocol):
    """What a taken update came to, as far as a platform needs it."""

    @property
    def duplicate(self) -> bool: ...
    @property
    def ack(self) -> str: ...


class Desk(Protocol):
    """Whoever takes in what arrived; when it returns, the update may be acknowledged."""

    async def take(self, incoming: Incoming) -> Took: ...


class Intake:
    """The way of one update from its JSON to the desk."""

    def __init__(self, desk: Desk, work: Work, town: Town, api: BotApi, bot: str) -> None:
        self._desk = desk
        self._work = work
        self._town = town
        self._api = api
        self._bot = bot
        self._acks: set[asyncio.Task[None]] = set()

    async def take(self, update: Json) -> Json | None:
        """Take in one update; when this returns it may be acknowledged, whatever it was.

        What is returned is the call that answers its tap, with its method, for the caller to make.
        Raises Unreadable when it has no number, and Overloaded or StoreDown when it should come again.
        """
        number = update_id_of(update)
        try:
            incoming = parse(update, self._bot)
            if incoming is None:
                return None
            took = await self._desk.take(await with_file(incoming, self._api, self._work))
        except (Overloaded, StoreDown):
            raise
        except Exception as error:  # our fault or theirs: it must not come again for a day
            metrics.TURNS.labels(PLATFORM, "unreadable" if isinstance(error, Unreadable) else "failed").inc()
            log.error("update_failed", update=number, error=type(error).__name__)
            await self._work.write(lambda tx: record(tx, self._town, PLATFORM, self._bot, number, "failed"))
            return None
        tap = tap_of(update)
        if not tap or took.duplicate:
            return None
        answer = {"method": "answerCallbackQuery", "callback_query_id": tap}
        return answer | {"text": took.ack[:ACK_UNITS]} if took.ack else answer

    async def close(self) -> None:
        """Drop what was not answered yet: a tap's spinner ends by itself."""
        for task in list(self._acks):
            task.cancel()
        await asyncio.gather(*self._acks, return_exceptions=True)

    def answer_tap(self, answer: Json) -> None:
        """Make the call that answers a tap, beside everything else."""
        if len(self._acks) >= MOST_ACKS:  # courtesy must not become a burden
            return
        payload = dict(answer)
        task = asyncio.create_task(self._call(payload.pop("method"), payload))
        self._acks.add(task)
        task.add_done_callback(self._acks.discard)

    async def _call(self, method: str, payload: dict[str, Any]) -> None:
        try:
            await self._api.call(method, payload, ACK_SECONDS)
        except Exception as error:  # too late, answered before, unreachable: nothing follows from it
            log.debug("tap_not_answered", error=type(error).__name__)
