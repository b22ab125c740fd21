"""POST /web/file?n=NUMBER&name=NAME: a sheet that a clerk sends in from the page, its bytes as the body."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from aiohttp import web

from bot.platforms.web.account import PLATFORM
from bot.platforms.web.asking import Turned, check_origin
from bot.platforms.web.front import Desk, Front
from bot.platforms.web.said import incoming_of
from handlers.incoming import Attachment
from models.store import Overloaded, StoreDown
from services.importing.door import ENDINGS, MOST_BYTES
from services.scope import edits_by_account

MOST_NAME = 200
BODY_SECONDS = 60.0
DOWN_SECONDS = 3.0


class Uploading:
    """Takes in a file; 202 follows the commit. Only whoever may bring in sheets has bytes read at all."""

    def __init__(self, front: Front, desk: Desk) -> None:
        self._front = front
        self._desk = desk

    async def file(self, request: web.Request) -> web.StreamResponse:
        """One file; what is too large, or no sheet by its name, is answered for in the chat."""
        try:
            return await self._file(request)
        except Turned as turned:
            return turned.response()
        except StoreDown:
            return Turned(503, "down", DOWN_SECONDS).response()
        except Overloaded as full:
            return Turned(503, "full", full.retry_after).response()

    async def _file(self, request: web.Request) -> web.Response:
        check_origin(request, self._front.options.public_url)
        if request.content_type != "application/octet-stream":  # which no form of another site can send
            raise Turned(415, "bytes")
        self._front.count_address(request)
        named = _named(request)
        visitor = await self._front.visitor(request)
        if visitor is None:
            raise Turned(401, "unknown")
        external_id = visitor.given.external_id
        self._front.count_person(external_id)
        incoming = incoming_of({"n": int(request.query["n"]), "file": named.name}, external_id)
        file = await self._read(request, named, external_id)
        taken = await self._desk.take(replace(incoming, attached=file))
        return web.json_response(
            {"ok": True, "again": taken.duplicate, "ack": taken.ack}, status=202,
            headers={"Cache-Control": "no-store"},
        )  # fmt: skip

    async def _read(self, request: web.Request, file: Attachment, external_id: str) -> Attachment:
        if not file.name.lower().endswith(ENDINGS):
            return file
        work = self._front.work
        if not await work.read(lambda tx: edits_by_account(tx, PLATFORM, external_id)):
            return file
        if (request.content_length or 0) > MOST_BYTES:
            return Attachment(file.name, problem="too_big")
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for part in request.content.iter_chunked(64 * 1024):
                    body += part
                    if len(body) > MOST_BYTES:
                        return Attachment(file.name, problem="too_big")
        except TimeoutError:
            raise Turned(408, "slow") from None
        return Attachment(file.name, bytes(body))


def _named(request: web.Request) -> Attachment:
    number, name = request.query.get("n", ""), request.query.get("name", "")
    if not (number.isascii() and number.isdigit() and len(number) <= 16):
        raise Turned(400, "n")
    if not name or len(name) > MOST_NAME:
        raise Turned(400, "name")
    return Attachment(name)
