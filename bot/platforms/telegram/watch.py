"""Watching how Telegram takes the bot, and keeping it for the other processes, the doctor and the owners."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import structlog

from bot.platforms.telegram import setup
from bot.platforms.telegram.client import BotApi
from bot.platforms.telegram.parse import PLATFORM
from bot.platforms.telegram.standing import (
    TOKEN_REFUSED,
    UNREACHABLE,
    WEBHOOK_TAKEN,
    Standing,
    same_address,
)
from bot.work import Work
from models.store import Overloaded, StoreDown
from services import standing as kept_standing
from services.town import Town

log = structlog.get_logger()

LOOK_SECONDS: Final = 1.0
# between two questions, where no polling asks anyway
ASK_SECONDS: Final = 60.0
ASK_AGAIN_SECONDS: Final = 15.0
# how often a trouble that lasts is kept anew, so that its owners are told in time
KEEP_SECONDS: Final = 30.0


class Watch:
    """Asks Telegram now and then, once it `asks`, and keeps what was found; `webhook` is our own address.

    Where updates are polled for, every poll tells, and nothing is asked.
    """

    def __init__(
        self, api: BotApi, standing: Standing, work: Work, town: Town, bot: str, *, webhook: str = "",
        secret: str = "",
    ) -> None:  # fmt: skip
        self._api = api
        self._standing = standing
        self._work = work
        self._town = town
        self._bot = bot
        self._webhook = webhook
        self._secret = secret
        self.asks = False
        self._asked_at = self._kept_at = 0.0
        # the trouble, and whether what people say comes here; None: nothing kept by this process yet
        self._kept: tuple[str, bool] | None = None
        self._nobodys = 0

    async def run(self) -> None:
        """Watch until cancelled."""
        loop = asyncio.get_running_loop()
        self._asked_at = loop.time()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = loop.time()
            pause = ASK_AGAIN_SECONDS if self._standing.trouble else ASK_SECONDS
            if self.asks and now - self._asked_at >= pause:
                self._asked_at = now
                await self._ask()
            await self._keep(now)

    async def _ask(self) -> None:
        try:
            if not self._webhook:
                await self._api.call("getMe", {})
                self._standing.well()
                return
            self._look_at(await self._api.call("getWebhookInfo", {}))
            if self._nobodys > 1:
                await setup.receive_by_webhook(self._api, self._webhook, self._secret)
                self._nobodys = 0
                self._standing.received()
        except Exception as error:
            self._standing.raised(error)

    def _look_at(self, info: dict[str, Any]) -> None:
        """Where Telegram posts updates; taken back only where they wait for nobody, or two would quarrel."""
        url = str(info.get("url") or "")
        if same_address(url, self._webhook):
            self._nobodys = 0
            self._standing.received()
            return
        self._standing.bad(WEBHOOK_TAKEN)
        waits = not url and int(info.get("pending_update_count") or 0) > 0
        self._nobodys = self._nobodys + 1 if waits else 0

    async def _keep(self, now: float) -> None:
        # who cannot reach Telegram knows nothing of the bot
        trouble = self._standing.trouble
        if not self._standing.known or trouble == UNREACHABLE:
            return
        found = trouble, self._standing.receives
        if found == self._kept and (not trouble or now - self._kept_at < KEEP_SECONDS):
            return
        try:
            if trouble:
                told = await self._work.write(
                    lambda tx: kept_standing.troubled(tx, self._town, PLATFORM, self._bot, trouble)
                )
                if told:
                    log.info("owners_told", why=trouble)
            else:
                # who only sends, or has just begun to poll, cannot know of another program that receives
                over = None if found[1] else frozenset({TOKEN_REFUSED})
                await self._work.write(
                    lambda tx: kept_standing.well(tx, self._town, PLATFORM, self._bot, over)
                )
        except (StoreDown, Overloaded):
            return
        except Exception as error:  # to watch goes on; the same is not tried again each second
            log.exception("standing_not_kept", error=type(error).__name__)
        self._kept, self._kept_at = found, now
