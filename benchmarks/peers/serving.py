"""What the echo bots share: the token, the secret, and a bare aiohttp server."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from aiohttp import web

TOKEN = "123:benchmark"
SECRET = "benchmark-secret"


async def serve(app: web.Application, port: int) -> None:
    """Serve until the process is ended; `/readyz` answers as soon as it listens."""

    async def ready(_request: web.Request) -> web.Response:
        return web.Response()

    app.router.add_get("/readyz", ready)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    await asyncio.Event().wait()


def run(main: Coroutine[None, None, None], *, with_uvloop: bool) -> None:
    """Run it on the ordinary loop or on uvloop."""
    if with_uvloop:
        import uvloop

        uvloop.run(main)
    else:
        asyncio.run(main)
