"""The web page served for a test: a real server over a real database, with the small town behind it."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import select, text

from bot.app import build_app
from bot.desk import Desk
from bot.platforms.web.options import WebOptions
from bot.platforms.web.platform import WebPlatform
from bot.sender import Sender
from bot.work import Work
from handlers.incoming import Incoming
from handlers.take import Taken
from models.outgoing import outgoing
from models.people import account
from models.statement import Tx
from models.store import Store
from services.message import Message
from services.outbox import Address, Subject, post_notice
from services.town import Town

# a test should not wait for a beat
QUICK = WebOptions(look_seconds=0.05, heartbeat_seconds=0.3)
_numbers = itertools.count(1000)


class TroubledDesk:
    """The real desk, with trouble that can be put before it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.trouble: list[Exception] = []
        self.heard: list[Incoming] = []

    async def take(self, incoming: Incoming) -> Taken:
        """Take it in, or fail once for each trouble."""
        if self.trouble:
            raise self.trouble.pop(0)
        self.heard.append(incoming)
        return await self._desk.take(incoming)


@dataclass
class Event:
    """One Server-Sent Event."""

    name: str
    id: str
    data: dict[str, Any]


@dataclass
class Answer:
    """A response that was read to its end."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """Its JSON."""
        return json.loads(self.content)

    @property
    def text(self) -> str:
        """Its text."""
        return self.content.decode()


@dataclass
class Browser:
    """One browser: its cookies and what it posts."""

    url: str
    session: aiohttp.ClientSession
    headers: dict[str, str] = field(default_factory=dict)

    async def post(self, path: str, body: Any, **options: Any) -> Answer:
        """POST as the page does."""
        headers = {"Sec-Fetch-Site": "same-origin", **self.headers, **options.pop("headers", {})}
        async with self.session.post(self.url + path, json=body, headers=headers, **options) as response:
            return Answer(response.status, response.headers, await response.read())

    async def say(self, text: str, n: int | None = None, **more: Any) -> Answer:
        """Say something."""
        return await self.post("/web/send", {"n": n or next(_numbers), "text": text, **more})

    async def get(self, path: str, **options: Any) -> Answer:
        """GET."""
        async with self.session.get(self.url + path, **options) as response:
            return Answer(response.status, response.headers, await response.read())

    @asynccontextmanager
    async def events(self, after: int | str = "", **headers: str) -> AsyncIterator[AsyncIterator[Event]]:
        """An open stream of events."""
        path = f"{self.url}/web/events" + (f"?after={after}" if after != "" else "")
        async with self.session.get(path, headers=headers) as response:
            assert response.status == 200, response.status
            assert response.content_type == "text/event-stream"
            yield _parsed(response)

    async def messages(self, after: int | str = "", **headers: str) -> list[dict[str, Any]]:
        """What a page is given until it has caught up."""
        async with self.events(after, **headers) as events:
            return [event.data async for event in until(events, "caught_up")]

    async def see(self, *ids: int) -> int:
        """Tell that these are on the screen; the status."""
        return (await self.post("/web/seen", {"ids": list(ids)})).status


async def until(events: AsyncIterator[Event], name: str) -> AsyncIterator[Event]:
    """The messages before an event of this name."""
    async with asyncio.timeout(5):
        async for event in events:
            if event.name == name:
                return
            if event.name == "message":
                yield event


async def next_message(events: AsyncIterator[Event]) -> dict[str, Any]:
    """The next message that comes in."""
    async with asyncio.timeout(5):
        async for event in events:
            if event.name == "message":
                return event.data
    raise AssertionError("the stream ended")


async def _parsed(response: aiohttp.ClientResponse) -> AsyncIterator[Event]:
    name, number, data = "message", "", ""
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if not line:
            if data:
                yield Event(name, number, json.loads(data))
            name, number, data = "message", "", ""
        elif line.startswith("event: "):
            name = line[7:]
        elif line.startswith("id: "):
            number = line[4:]
        elif line.startswith("data: "):
            data += line[6:]


@dataclass
class Place:
    """A served page and the house behind it."""

    url: str
    town: Town
    work: Work
    platform: WebPlatform
    desk: TroubledDesk
    make_session: Callable[[], aiohttp.ClientSession]

    def browser(self, **headers: str) -> Browser:
        """A browser that nobody has used yet."""
        return Browser(self.url, self.make_session(), headers)

    async def account_ids(self) -> list[int]:
        """The accounts, in order."""
        chosen = select(account.c.id).order_by(account.c.id)
        return [int(one) for one in await self.work.read(lambda tx: tx.core(chosen).scalars().all())]

    async def rows(self) -> list[Any]:
        """The outbox in order."""
        chosen = select(outgoing).order_by(outgoing.c.id)
        return list(await self.work.read(lambda tx: tx.core(chosen).all()))

    async def sql(self, statement: str, **values: Any) -> None:
        """Change something directly."""
        await self.work.write(lambda tx: tx.core(text(statement), values))

    async def notice(
        self, account_id: int, said: str, *, purpose: str = "change", wait: timedelta = timedelta(),
        life: timedelta = timedelta(hours=6), subject: Subject | None = None,
    ) -> int:  # fmt: skip
        """A notice as a schedule or another process writes it: nobody here is told."""
        now = self.town.now()

        def unit(tx: Tx) -> int:
            return post_notice(
                tx, self.town, Address(account_id, "web", "x"), Message(said), purpose=purpose,
                expires_at=now + life, not_before=now + wait, subject=subject or Subject(),
            )  # fmt: skip

        return await self.work.write(unit)


@asynccontextmanager
async def serve(store: Store, town: Town, options: WebOptions = QUICK, port: int = 0) -> AsyncIterator[Place]:
    """A page on a port of its own, or on the one given."""
    work = Work(store)
    sender = Sender(work, town, {})
    desk = TroubledDesk(Desk(work, town, sender))
    platform = WebPlatform(town, work, desk, options)
    sender.watch("web", platform.wake)
    runner = web.AppRunner(
        build_app(platform.routes(), {}, lambda: b""), access_log=None, handle_signals=False
    )
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, reuse_address=True)
    await site.start()
    await platform.start()
    port = runner.addresses[0][1]
    sessions: list[aiohttp.ClientSession] = []

    def session() -> aiohttp.ClientSession:
        made = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        sessions.append(made)
        return made

    try:
        yield Place(f"http://127.0.0.1:{port}", town, work, platform, desk, session)
    finally:
        for made in sessions:
            await made.close()
        await platform.stop()
        await sender.stop()
        await runner.cleanup()


def with_rates(**rates: tuple[float, float]) -> WebOptions:
    """The quick options with other rates."""
    return replace(QUICK, **rates)
