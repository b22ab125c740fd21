"""POST /web/send, /web/file and /web/seen: what people say or send in, and what stands on their screen."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.platforms.web import uploading
from bot.platforms.web.asking import Turned, check_origin, read_object
from bot.platforms.web.cookie import Pass
from bot.platforms.web.front import Desk, Front, Visitor
from bot.platforms.web.said import first_key, incoming_of, number_of
from handlers.incoming import Incoming
from models.store import Overloaded, StoreDown
from services import fetching

MOST_SEEN = 200
DOWN_SECONDS = 3.0


class Sending:
    """Takes in what the page posts; 202 follows the commit."""

    def __init__(self, front: Front, desk: Desk) -> None:
        self._front = front
        self._desk = desk

    async def send(self, request: web.Request) -> web.StreamResponse:
        """One message: `{"n": number, "text"|"tap"|"location"|"start"|"file": …}`.

        `message` is the id of the message a tapped button stood under, `key` a newcomer's own random word,
        `lang` the language of the page.
        """
        return await _answered(self._send(request))

    async def file(self, request: web.Request) -> web.StreamResponse:
        """One file, `?n=NUMBER&name=NAME`, its bytes as the body.

        What is too large, or of no use here, is answered for in the chat.
        """
        return await _answered(self._file(request))

    async def seen(self, request: web.Request) -> web.StreamResponse:
        """`{"ids": [row, …]}`: these messages are on the screen."""
        return await _answered(self._seen(request))

    async def _send(self, request: web.Request) -> web.Response:
        self._at_the_door(request)
        said = await read_object(request)
        number_of(said)
        given = await self._speaker(request, said)
        self._front.count_person(given.external_id)
        return await self._take(incoming_of(said, given.external_id), given)

    async def _file(self, request: web.Request) -> web.Response:
        self._at_the_door(request)
        file, number = uploading.named(request)
        given = await self._known(request)
        self._front.count_person(given.given.external_id)
        incoming = incoming_of({"n": number, "file": file.name}, given.given.external_id)
        brought = await uploading.read(request, file, self._front.work, incoming)
        return await self._take(replace(incoming, attached=brought), given.given)

    async def _seen(self, request: web.Request) -> web.Response:
        self._at_the_door(request)
        ids = _ids(await read_object(request))
        account_id = (await self._known(request)).account_id
        town = self._front.town
        await self._front.work.write(lambda tx: fetching.reached(tx, town, account_id, ids))
        return web.Response(status=204, headers={"Cache-Control": "no-store"})

    def _at_the_door(self, request: web.Request) -> None:
        check_origin(request, self._front.options.public_url)
        self._front.count_address(request)

    async def _known(self, request: web.Request) -> Visitor:
        visitor = await self._front.visitor(request)
        if visitor is None:
            raise Turned(401, "unknown")
        return visitor

    async def _speaker(self, request: web.Request, said: dict[str, Any]) -> Pass:
        visitor = await self._front.visitor(request)
        if visitor is not None:
            return visitor.given
        incoming_of(said, "")  # what is not well-formed makes nobody known
        return await self._front.newcomer(request, first_key(said))

    async def _take(self, incoming: Incoming, given: Pass) -> web.Response:
        taken = await self._desk.take(incoming)
        response = web.json_response(
            # the page speaks the language and shows the size that were chosen, and may offer files now
            {"ok": True, "again": taken.duplicate, "ack": taken.ack, "lang": taken.lang, "big": taken.big,
             "brings": taken.brings},
            status=202, headers={"Cache-Control": "no-store"},
        )  # fmt: skip
        if taken.renewed is not None:
            given = Pass(given.external_id, taken.renewed)
        self._front.hand_cookie(response, given)
        return response


async def _answered(answer: Awaitable[web.Response]) -> web.StreamResponse:
    """The answer, or a quiet no that says when to come again."""
    try:
        return await answer
    except Turned as turned:
        return turned.response()
    except StoreDown:
        return Turned(503, "down", DOWN_SECONDS).response()
    except Overloaded as full:
        return Turned(503, "full", full.retry_after).response()


def _ids(said: dict[str, Any]) -> list[int]:
    ids = said.get("ids")
    if not isinstance(ids, list) or len(ids) > MOST_SEEN:
        raise Turned(400, "ids")
    if not all(isinstance(one, int) and not isinstance(one, bool) and 0 < one < 2**63 for one in ids):
        raise Turned(400, "ids")
    return ids
