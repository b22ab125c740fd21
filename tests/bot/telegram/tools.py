"""What the tests of the transport share: a transport in a hurry, a bot on it, and all that an error tells."""

from __future__ import annotations

import socket
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot

from bot.platforms.telegram.client import BotApi
from bot.platforms.telegram.request import AiohttpRequest
from tests.bot.telegram.servers import TOKEN, Served

SENT = {
    "ok": True,
    "result": {"message_id": 7, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "好"},
}
HELLO = {"chat_id": 1, "text": "王阿姨，您好"}


@asynccontextmanager
async def transport(**given: Any) -> AsyncIterator[AiohttpRequest]:
    settings: dict[str, Any] = {"read_timeout": 0.3, "connect_timeout": 0.5, "pool_timeout": 0.3}
    async with AiohttpRequest(**(settings | given)) as request:
        yield request


@asynccontextmanager
async def bot_on(server: Served, **given: Any) -> AsyncIterator[Bot]:
    async with transport(**given) as request:
        yield Bot(
            TOKEN, base_url=f"{server.base}/bot", base_file_url=f"{server.base}/file/bot", request=request
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def everything_told(error: BaseException) -> str:
    """All that a log could show of an error: texts, reprs and tracebacks along causes and contexts."""
    told = []
    link: BaseException | None = error
    while link is not None:
        told += [
            str(link),
            repr(link),
            repr(vars(link) if hasattr(link, "__dict__") else ""),
            repr(link.args),
        ]
        link = link.__cause__ or link.__context__
    return "\n".join(told + traceback.format_exception(error))


async def send_by(bot: Bot, server: Served, path: str) -> None:
    request = bot.request
    assert isinstance(request, AiohttpRequest)
    if path == "post_json":
        await request.post_json(server.url(), HELLO)
    elif path == "call":
        await BotApi(TOKEN, request, server.base).call("sendMessage", HELLO)
    elif path == "a file":
        await bot.send_document(1, b"BEGIN:VCALENDAR", filename="a.ics")
    else:
        await bot.send_message(1, "您好")
