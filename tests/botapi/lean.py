"""The lean path: sends are counted and answered at once, neither checked nor recorded, for benchmarks."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from tests.botapi.server import BotApi

CHAT_ID = re.compile(rb'"?chat_id"?(?:=|: ?"?|\r\n(?:[^\r\n]+\r\n)*\r\n)(-?\d+)')
TRUE = b'{"ok":true,"result":true}'
MESSAGE = (
    b'{"ok":true,"result":{"message_id":%d,"from":{"id":%d,"is_bot":true,"first_name":"bot"},'
    b'"chat":{"id":%d,"first_name":"a","type":"private"},"date":%d,"text":"ok"}}'
)
MESSAGES = frozenset({"sendMessage", "sendDocument", "sendPhoto", "sendVenue", "editMessageText"})
PLAIN = frozenset({"answerCallbackQuery", "sendChatAction", "editMessageReplyMarkup", "deleteMessage"})


def chat_id_in(body: bytes) -> int:
    """The chat_id in a JSON, urlencoded or multipart body, found without parsing it; 0 when there is none."""
    found = CHAT_ID.search(body)
    return int(found.group(1)) if found else 0


async def answer(api: BotApi, request: web.BaseRequest, method: str) -> web.Response | None:
    """The canned answer of a send; None for methods that are served in full."""
    if method in MESSAGES:
        body = await request.content.read()
        api.log.counts[method] += 1
        number = api.log.counts.total()
        bot_id = int(api.token.partition(":")[0])
        payload = MESSAGE % (number, bot_id, chat_id_in(body), int(time.time()))
        return web.Response(body=payload, content_type="application/json")
    if method in PLAIN:
        await request.content.read()
        api.log.counts[method] += 1
        return web.Response(body=TRUE, content_type="application/json")
    return None
