"""GET /cal/SECRET.ics: a person's own classes for a phone's calendar; whoever has the address may read it."""

from __future__ import annotations

import hashlib

from aiohttp import web

from bot.platforms.web.asking import Turned
from bot.platforms.web.front import Front
from models.store import Overloaded, StoreDown
from services import feeds

DOWN_SECONDS = 60.0


class Feeds:
    """Hands out calendars; an address that was closed or never was does not exist."""

    def __init__(self, front: Front) -> None:
        self._front = front

    async def calendar(self, request: web.Request) -> web.StreamResponse:
        """The calendar, with a mark by which a phone asks whether it changed."""
        secret = request.match_info["secret"]
        try:
            self._front.count_address(request)
            town = self._front.town
            content = await self._front.work.read(lambda tx: feeds.calendar(tx, town, secret))
        except Turned as turned:
            return turned.response()
        except (StoreDown, Overloaded):
            return Turned(503, "down", DOWN_SECONDS).response()
        if content is None:
            return Turned(404, "calendar").response()
        mark = f'"{hashlib.sha256(_lasting(content)).hexdigest()[:32]}"'
        headers = {
            "Cache-Control": "private, no-cache", "ETag": mark, "X-Robots-Tag": "noindex",
            "Referrer-Policy": "no-referrer",
        }  # fmt: skip
        if request.headers.get("If-None-Match") == mark:
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = "text/calendar; charset=utf-8"
        return web.Response(body=content, headers=headers)


def _lasting(content: bytes) -> bytes:
    """The calendar without the times at which it was written."""
    lines = content.split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.startswith((b"DTSTAMP:", b"LAST-MODIFIED:")))
