"""GET /web/events: the messages of one account, first those that are there, then live, by Server-Sent Events.

A message is on the wire at least once and on the page once: whatever the page has not acknowledged by
`POST /web/seen` comes again on the next connection, and the page shows each id a single time. So the cursor
(`Last-Event-ID` or `?after=`) only leaves out what is known to have been fetched, and a notice whose time
comes later than that of a younger message is never skipped.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from typing import Any

from aiohttp import web

from bot.platforms.web.account import PLATFORM, account_of
from bot.platforms.web.asking import Turned
from bot.platforms.web.event import as_event
from bot.platforms.web.front import Front, Visitor
from models.statement import Tx
from models.store import Overloaded, StoreDown
from services import fetching
from services.fetching import Look

DOWN_SECONDS = 3.0
# what a page shows of the day before when it is opened anew
MOST_FIRST = 30


class Stream:
    """One open page: whose it is, what it was handed, and its bell."""

    def __init__(self, request: web.Request, visitor: Visitor, after: int | None) -> None:
        self._request = request
        self.visitor = visitor
        self.after = after
        self.handed: set[int] = set()
        self.bell = asyncio.Event()
        self.first = True

    @property
    def alive(self) -> bool:
        """Whether the page is still there; one that went away is otherwise noticed at the next beat."""
        transport = self._request.transport
        return transport is not None and not transport.is_closing()


class Streams:
    """All open pages of this process."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._open: dict[int, set[Stream]] = {}
        self._by_address: Counter[str] = Counter()
        self._closing = asyncio.Event()
        self._watcher: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return sum(stream.alive for streams in self._open.values() for stream in streams)

    def start(self) -> None:
        """Begin to look for what other processes write."""
        self._watcher = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """End every stream; the pages come again by themselves."""
        self._closing.set()
        for streams in self._open.values():
            for stream in streams:
                stream.bell.set()
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)

    def wake(self, account_id: int) -> None:
        """Something was written for this account."""
        for stream in self._open.get(account_id, ()):
            stream.bell.set()

    async def events(self, request: web.Request) -> web.StreamResponse:
        """The stream itself; 204 for somebody who has never said anything, which ends an EventSource."""
        try:
            self._front.count_address(request)
            after = _after(request)
            visitor = await self._front.visitor(request)
            if visitor is None:
                return web.Response(status=204, headers={"Cache-Control": "no-store"})
            self._room(request, visitor)
        except Turned as turned:
            return turned.response()
        except (StoreDown, Overloaded):
            return Turned(503, "down", DOWN_SECONDS).response()
        return await self._serve(request, Stream(request, visitor, after))

    def _room(self, request: web.Request, visitor: Visitor) -> None:
        options = self._front.options
        mine = self._open.get(visitor.account_id, ())
        if sum(stream.alive for stream in mine) >= options.streams_per_person:
            raise Turned(429, "streams", 10)
        if self._by_address[self._front.address(request)] >= options.streams_per_address:
            raise Turned(429, "streams", 10)
        if self._closing.is_set():
            raise Turned(503, "closing", 2)

    async def _serve(self, request: web.Request, stream: Stream) -> web.StreamResponse:
        address = self._front.address(request)
        account_id = stream.visitor.account_id
        self._open.setdefault(account_id, set()).add(stream)
        self._by_address[address] += 1
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store, no-transform",
                "X-Accel-Buffering": "no",
            }
        )
        try:
            with contextlib.suppress(ConnectionError, StoreDown, Overloaded):
                await response.prepare(request)
                await self._pump(response, stream)
        finally:
            self._open[account_id].discard(stream)
            if not self._open[account_id]:
                del self._open[account_id]
            self._by_address[address] -= 1
            if self._by_address[address] <= 0:
                del self._by_address[address]
        return response

    async def _pump(self, response: web.StreamResponse, stream: Stream) -> None:
        while not self._closing.is_set():
            stream.bell.clear()
            found = await self._look(stream)
            if found is None:
                await response.write(b"event: gone\ndata: {}\n\n")
                return
            body = self._news(stream, found)
            await response.write(body or b"event: here\ndata: {}\n\n")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._front.options.heartbeat_seconds):
                    await stream.bell.wait()

    async def _look(self, stream: Stream) -> Look | None:
        """What may be shown, or None when the cookie was revoked meanwhile."""
        town, given = self._front.town, stream.visitor.given

        def unit(tx: Tx) -> Look | None:
            row = account_of(tx, given.external_id)
            if row is None or row.cookie_epoch != given.epoch:
                return None
            return fetching.look(tx, town, row.id)

        found = await self._front.work.read(unit)
        if found is not None and found.outdated:
            outdated = found.outdated
            await self._front.work.write(lambda tx: fetching.drop(tx, town, outdated))
        return found

    def _news(self, stream: Stream, found: Look) -> bytes:
        """The events for what this page was not handed yet."""
        parts = []
        if stream.first:
            self._leave_out(stream, found)
        for shown in found.shown:
            if shown.id not in stream.handed:
                stream.handed.add(shown.id)
                parts.append(_event(as_event(shown, self._front.town), shown.id))
        if stream.first:
            stream.first = False
            parts.append("event: caught_up\ndata: {}\n\n")
        return "".join(parts).encode()

    @staticmethod
    def _leave_out(stream: Stream, found: Look) -> None:
        """What the page holds already, and on its first load what lies too far back."""
        fetched = [shown.id for shown in found.shown if shown.reached]
        if stream.after is not None:
            after = stream.after
            stream.handed.update(number for number in fetched if number <= after)
        else:
            unfetched = min(len(found.shown) - len(fetched), MOST_FIRST)
            keep = MOST_FIRST - unfetched
            stream.handed.update(fetched[: max(0, len(fetched) - keep)])

    async def _watch(self) -> None:
        """Look every second for rows of other processes and for notices whose hour has come."""
        while True:
            await asyncio.sleep(self._front.options.look_seconds)
            if not self._open:
                continue
            with contextlib.suppress(StoreDown, Overloaded):  # it is looked again in a second
                found = await self._front.work.read(
                    lambda tx: fetching.waiting(tx, self._front.town, PLATFORM)
                )
                for account_id, rows in found.items():
                    for stream in self._open.get(account_id, ()):
                        if not stream.handed.issuperset(rows):
                            stream.bell.set()


def _event(data: dict[str, Any], number: int) -> str:
    return f"id: {number}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


def _after(request: web.Request) -> int | None:
    said = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or len(said) > 18:
        raise Turned(400, "after")
    return int(said)
