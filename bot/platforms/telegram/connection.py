"""One bot's connection to the Bot API: the transport, the lean client, and the library's bot for files."""

from __future__ import annotations

from telegram import Bot

from bot.platforms.telegram.client import OFFICIAL_API, BotApi
from bot.platforms.telegram.request import AiohttpRequest
from bot.platforms.telegram.standing import Standing


class Connection:
    """Made without a running loop, opened by `open`, closed by `close`; `bot_id` is the token's number."""

    def __init__(self, token: str, api_url: str = OFFICIAL_API, proxy: str | None = None) -> None:
        self.bot_id = token.partition(":")[0]
        self.request = AiohttpRequest(proxy=proxy)
        # a long poll holds its connection, so it does not take one from the senders
        self.polling_request = AiohttpRequest(connection_limit=2, proxy=proxy)
        self.standing = Standing()
        self.api = BotApi(token, self.request, api_url, self.standing)
        self.polling_api = BotApi(token, self.polling_request, api_url, self.standing)
        base = api_url.rstrip("/")
        self.files = Bot(
            token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot",
            request=self.request, get_updates_request=self.polling_request,
        )  # fmt: skip

    async def open(self) -> None:
        """Open the sessions; nothing is asked of the server yet."""
        await self.request.initialize()
        await self.polling_request.initialize()

    async def fetch(self, file_id: str) -> bytes:
        """The bytes of a file that somebody sent; raises what the library raises."""
        file = await self.files.get_file(file_id)
        return bytes(await file.download_as_bytearray())

    async def close(self) -> None:
        """Close every connection."""
        await self.request.shutdown()
        await self.polling_request.shutdown()
