"""A file that is sent in from the page: its name from the address, its bytes from the body."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from aiohttp import web

from bot.platforms.web.asking import Turned
from bot.work import Work
from handlers.bringing import most_bytes
from handlers.incoming import Attachment, Incoming

MOST_NAME = 200
BODY_SECONDS = 60.0
CHUNK = 64 * 1024


def named(request: web.Request) -> tuple[Attachment, int]:
    """The file without its bytes, and the client's number of the message. Raises Turned."""
    if request.content_type != "application/octet-stream":  # which no form of another site can send
        raise Turned(415, "bytes")
    number, name = request.query.get("n", ""), request.query.get("name", "")
    if not (number.isascii() and number.isdigit() and len(number) <= 16):
        raise Turned(400, "n")
    if not name or len(name) > MOST_NAME:
        raise Turned(400, "name")
    return Attachment(name), int(number)


async def read(request: web.Request, file: Attachment, work: Work, incoming: Incoming) -> Attachment:
    """The file with its bytes, where they are wanted; what is too large says so by its `problem`."""
    most = await work.read(lambda tx: most_bytes(tx, incoming.platform, incoming.account, file.name))
    if not most:
        return file
    if (request.content_length or 0) > most:
        return replace(file, problem="too_big")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.content.iter_chunked(CHUNK):
                body += part
                if len(body) > most:
                    return replace(file, problem="too_big")
    except TimeoutError:
        raise Turned(408, "slow") from None
    return replace(file, content=bytes(body))
