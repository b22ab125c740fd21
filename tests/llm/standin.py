"""A stand-in for an OpenAI-compatible endpoint, over real HTTP, that answers as it is told to.

async with StandIn() as model:
    model.says({"words": ["书法"]})
    ...
    assert "王秀兰" not in model.heard_all
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class StandIn:
    """One endpoint; `requests` are the bodies that reached it, `headers` what came with the last one."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.url = ""
        self.answer: Answer = self._words("{}")
        self.busy = 0
        self.most_busy = 0
        self._runner: web.AppRunner | None = None
        self._arrived = asyncio.Event()

    async def __aenter__(self) -> StandIn:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._handle)
        app.router.add_route("*", "/elsewhere", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Hang up and refuse whoever comes."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    @property
    def host(self) -> str:
        """What people are told."""
        return self.url.removeprefix("http://").removesuffix("/v1")

    @property
    def said(self) -> list[str]:
        """The texts that were asked about."""
        return [request["messages"][-1]["content"] for request in self.requests]

    @property
    def heard_all(self) -> str:
        """Everything that reached it, as text; its own address and the length are no news to it."""
        own = ("Host", "Content-Length")
        headers = {name: value for name, value in self.headers.items() if name not in own}
        return json.dumps([self.requests, headers], ensure_ascii=False)

    def says(self, meaning: dict[str, Any] | str, after: float = 0.0) -> None:
        """Answer with a meaning, or with just these words."""
        words = meaning if isinstance(meaning, str) else json.dumps(meaning, ensure_ascii=False)
        self.answer = self._words(words, after)

    def fails(self, status: int) -> None:
        """Answer with an error."""

        async def answer(_request: web.Request) -> web.StreamResponse:
            return web.json_response({"error": {"message": "no"}}, status=status)

        self.answer = answer

    def sends(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Answer with these bytes."""

        async def answer(_request: web.Request) -> web.StreamResponse:
            return web.Response(body=body, status=status, headers=headers, content_type="application/json")

        self.answer = answer

    def floods(self, pieces: int = 4000) -> None:
        """Answer with a body that hardly ends; how much was taken is for the caller to see."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(pieces):
                await response.write(b"[" * 65536)
            return response

        self.answer = answer

    async def asked(self, times: int = 1, seconds: float = 15.0) -> None:
        """Wait until it was asked so often."""
        async with asyncio.timeout(seconds):
            while len(self.requests) < times:
                self._arrived.clear()
                await self._arrived.wait()

    def _words(self, words: str, after: float = 0.0) -> Answer:
        async def answer(_request: web.Request) -> web.StreamResponse:
            await asyncio.sleep(after)
            message = {"role": "assistant", "content": words}
            return web.json_response(
                {"object": "chat.completion", "choices": [{"index": 0, "message": message}]}
            )

        return answer

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(await request.json() if request.can_read_body else {})
        self.headers = dict(request.headers)
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        self._arrived.set()
        try:
            return await self.answer(request)
        finally:
            self.busy -= 1
