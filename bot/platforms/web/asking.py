"""Reading a POST of our own page: where it comes from, how large it is, what it says."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

MOST_BODY = 64 * 1024
BODY_SECONDS = 15.0


class Turned(Exception):
    """A request that is turned away quietly: its status, and when it may come again."""

    def __init__(self, status: int, why: str, retry_after: float = 0.0) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.retry_after = retry_after

    def response(self) -> web.Response:
        """The quiet answer; `Retry-After` is in whole seconds, at least one."""
        headers = {"Cache-Control": "no-store"}
        if self.retry_after:
            headers["Retry-After"] = str(max(1, -int(-self.retry_after // 1)))
        return web.json_response({"error": self.why}, status=self.status, headers=headers)


def check_origin(request: web.Request, public_url: str) -> None:
    """Turn away what another site's page sent.

    The browser's own word (Sec-Fetch-Site) goes before Origin; a client that sends neither is no browser
    that could have been tricked, and still has to send JSON, which no form of another site can.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site != "same-origin":
            raise Turned(403, "origin")
        return
    origin = request.headers.get("Origin")
    if origin is None:
        return
    ours = {request.host, urlsplit(public_url).netloc} - {""}
    if urlsplit(origin).netloc not in ours:
        raise Turned(403, "origin")


async def read_object(request: web.Request) -> dict[str, Any]:
    """The JSON object of a body of at most 64 kB. Raises Turned."""
    if request.content_type != "application/json":
        raise Turned(415, "json")
    if (request.content_length or 0) > MOST_BODY:
        raise Turned(413, "size")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.content.iter_chunked(16 * 1024):
                body += part
                if len(body) > MOST_BODY:
                    raise Turned(413, "size")
    except TimeoutError:
        raise Turned(408, "slow") from None
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Turned(400, "json") from None
    if not isinstance(said, dict):
        raise Turned(400, "json")
    return said
