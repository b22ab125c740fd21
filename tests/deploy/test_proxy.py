"""The proxy's file as Caddy carries it out: a stream comes through at once, and ends when its page does."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession, web

CADDYFILE = Path(__file__).parents[2] / "deploy" / "compose" / "Caddyfile"
SECONDS = 15.0


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        port: int = made.getsockname()[1]
        return port


def here(behind: int, port: int) -> str:
    """The file with addresses of this machine."""
    said = CADDYFILE.read_text("utf-8")
    changed = said.replace("{$DOMAIN}", f"http://127.0.0.1:{port}")
    changed = changed.replace("dynamic a chat 8080", f"dynamic a 127.0.0.1 {behind}")
    assert changed.count("127.0.0.1") == 2, "the file no longer says what is replaced here"
    return f"{{\n\tadmin off\n\tauto_https off\n}}\n{changed}"


@asynccontextmanager
async def proxied(folder: Path, routes: list[web.RouteDef]) -> AsyncIterator[str]:
    """A server with these routes and Caddy in front; the address."""
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("caddy is not on this machine")
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    behind, port = free_port(), free_port()
    await web.TCPSite(runner, "127.0.0.1", behind).start()
    (folder / "Caddyfile").write_text(here(behind, port), "utf-8")
    caddy = await asyncio.create_subprocess_exec(
        program, "run", "--config", "Caddyfile", "--adapter", "caddyfile", cwd=folder,
        env={"HOME": str(folder)}, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        caddy.kill()
        await caddy.wait()
        await runner.cleanup()


async def answered(session: ClientSession, address: str) -> int:
    """The status, once Caddy listens."""
    while True:
        try:
            async with session.get(address) as answer:
                return answer.status
        except ClientConnectionError:
            await asyncio.sleep(0.05)


async def test_a_closed_page_closes_its_stream_behind_the_proxy(tmp_path: Path) -> None:
    """What stays open counts against the person, and after six pages the live messages are refused."""
    gone = asyncio.Event()

    async def events(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        try:
            await response.prepare(request)
            await response.write(b"data: first\n\n")
            await asyncio.sleep(60)
        finally:
            gone.set()
        return response

    async def inside(_request: web.Request) -> web.Response:
        return web.Response(text="figures")

    routes = [web.get("/web/events", events), web.get("/metrics", inside), web.get("/", inside)]
    async with proxied(tmp_path, routes) as address, ClientSession() as session, asyncio.timeout(SECONDS):
        assert await answered(session, address) == 200
        assert await answered(session, f"{address}/metrics") == 404
        async with session.get(f"{address}/web/events") as stream:
            assert await stream.content.readline() == b"data: first\n"
            assert not gone.is_set()
            stream.close()
        await gone.wait()


async def test_one_failed_request_does_not_shut_out_the_only_process_left(tmp_path: Path) -> None:
    """While one process is restarted and another request of the other fails, the other goes on."""

    async def broken(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async def well(_request: web.Request) -> web.Response:
        return web.Response(text="well")

    async def page(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        await response.write(b"data: first\n\n")
        await asyncio.sleep(60)
        return response

    routes = [web.post("/broken", broken), web.post("/well", well), web.get("/", well)]
    routes.append(web.get("/web/events", page))
    async with (
        proxied(tmp_path, routes) as address, ClientSession() as session, asyncio.timeout(SECONDS),
    ):  # fmt: skip
        assert await answered(session, address) == 200
        # Caddy forgets a process that nobody has a request open with, and its failures too
        held = await session.get(f"{address}/web/events")
        assert held.status == 200
        async with session.post(f"{address}/broken", data=b"said") as answer:
            assert answer.status == 502
        async with session.post(f"{address}/well", data=b"said") as answer:
            assert answer.status == 200
        held.close()
