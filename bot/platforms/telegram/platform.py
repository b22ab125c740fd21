"""Telegram as a platform: its connection, its way of receiving, its introduction, from start to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

import structlog

from bot.platforms.telegram import setup
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.intake import Desk, Intake
from bot.platforms.telegram.outcomes import classify
from bot.platforms.telegram.polling import FIRST_PAUSE, LONGEST_PAUSE, Polling
from bot.platforms.telegram.standing import Standing
from bot.platforms.telegram.watch import Watch
from bot.platforms.telegram.webhook import Webhook
from bot.work import Work
from services.town import Town

log = structlog.get_logger()

T = TypeVar("T")
Mode = Literal["polling", "webhook"]


class TelegramPlatform:
    """One bot; in mode `webhook` its `webhook` is to be added to the web application before the start.

    `receives` is False in a process that only sends (role worker).
    """

    def __init__(
        self, connection: Connection, desk: Desk, work: Work, town: Town, *, mode: Mode = "polling",
        public_url: str = "", secret: str = "", receives: bool = True,
    ) -> None:  # fmt: skip
        self._connection = connection
        self._town = town
        self._mode = mode
        self._secret = secret
        self._receives = receives
        self._intake = Intake(desk, work, town, connection.api, connection.bot_id)
        self.webhook = Webhook(self._intake, secret) if mode == "webhook" and receives else None
        self._address = setup.webhook_address(public_url) if mode == "webhook" and receives else ""
        self._watch = Watch(
            connection.api, connection.standing, work, town, connection.bot_id, webhook=self._address,
            secret=secret,
        )  # fmt: skip
        self._polling: Polling | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def standing(self) -> Standing:
        """How Telegram takes the bot."""
        return self._connection.standing

    async def start(self) -> None:
        """Open the connection; getting to know Telegram goes on by itself, as it may be out of reach."""
        await self._connection.open()
        self._tasks.append(asyncio.create_task(self._begin()))
        self._tasks.append(asyncio.create_task(self._watch.run()))

    async def stop(self, seconds: float = 5.0) -> None:
        """Stop receiving, let what was begun end, and close; the senders must have stopped before."""
        await self.stop_receiving(seconds)
        await self._intake.close()
        await self._connection.close()

    async def stop_receiving(self, seconds: float = 5.0) -> None:
        """Fetch nothing more and let what was fetched be taken in; sending still works."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        polling, self._polling = self._polling, None
        if polling is not None:
            await polling.close(seconds)

    async def _begin(self) -> None:
        api = self._connection.api
        self._town.telegram_name = await self._until_done("getMe", lambda: setup.username(api))
        self._connection.standing.well()
        log.info("telegram_known", username=self._town.telegram_name, mode=self._mode)
        if not self._receives:
            self._watch.asks = True
            return
        if self._mode == "webhook":
            await self._until_done(
                "setWebhook", lambda: setup.receive_by_webhook(api, self._address, self._secret)
            )
            self._connection.standing.received()
            self._watch.asks = True
        else:
            await self._until_done("deleteWebhook", lambda: setup.receive_by_polling(api))
            self._polling = Polling(self._connection.polling_api, self._intake)
            self._tasks.append(asyncio.create_task(self._polling.run()))
        await self._until_done("introduction", lambda: setup.introduce(api))

    async def _until_done(self, what: str, call: Callable[[], Awaitable[T]]) -> T:
        """Try until it works; one clear line per kind of trouble."""
        pause = FIRST_PAUSE
        said = ""
        while True:
            try:
                return await call()
            except Exception as error:
                told = self._connection.standing.raised(error)
                verdict = classify(error)
                trouble = f"{type(error).__name__}: {error}"[:160]
            if not told and trouble != said:
                said = trouble
                log.warning("telegram_not_ready", doing=what, why=trouble, advice="trying again")
            await asyncio.sleep(max(pause, verdict.retry_after or 0))
            pause = min(pause * 2, LONGEST_PAUSE)
