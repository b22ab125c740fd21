"""The webhook: Telegram posts each update here, and 200 is answered only after its commit.

What answers a tap goes in that very answer: nothing follows from its result, and it spares a call of its own.
https://core.telegram.org/bots/api#setwebhook
https://core.telegram.org/bots/api#making-requests-when-getting-updates
"""

from __future__ import annotations

import hmac
from typing import Final

import structlog
from aiohttp import web

from bot.platforms.telegram.intake import Intake
from bot.platforms.telegram.parse import Unreadable
from bot.platforms.telegram.request_body import json_bytes
from models.store import Overloaded, StoreDown
from services.compact_json import decode_foreign

log = structlog.get_logger()

PATH: Final = "/telegram/webhook"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
MOST_BYTES: Final = 1_048_576
RETRY_AFTER: Final = 5


class Webhook:
    """The handler of `POST /telegram/webhook`; `secret` is what setWebhook was given."""

    def __init__(self, intake: Intake, secret: str) -> None:
        if not secret:
            raise ValueError("a webhook needs a secret, or anybody could speak as anybody")
        self._intake = intake
        self._secret = secret.encode()

    def add_to(self, app: web.Application) -> None:
        """Register the route."""
        app.router.add_post(PATH, self.handle)

    async def handle(self, request: web.Request) -> web.Response:
        """403 wrong secret, 413 too large, 400 not an update, 503 come again, 200 taken in."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        body = await _body(request)
        if body is None:
            return web.Response(status=413)
        try:
            update = decode_foreign(body)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        try:
            answer = await self._intake.take(update)
        except Unreadable:
            return web.Response(status=400)
        except Overloaded as error:
            return _come_again(error.retry_after)
        except StoreDown:
            return _come_again(RETRY_AFTER)
        except Exception as error:  # not even its failure could be recorded
            log.exception("update_not_taken", error=type(error).__name__)
            return _come_again(RETRY_AFTER)
        if answer is None:
            return web.Response()
        return web.Response(body=json_bytes(answer), content_type="application/json")


async def _body(request: web.Request) -> bytes | None:
    """The body, or None when it is larger than an update may be."""
    if request.content_length is not None and request.content_length > MOST_BYTES:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _come_again(seconds: int) -> web.Response:
    return web.Response(status=503, headers={"Retry-After": str(seconds)})
