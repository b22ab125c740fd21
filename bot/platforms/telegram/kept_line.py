"""JSON posts over kept connections, HTTP/1.1 spoken by hand.

A general HTTP client spends several times as long on each call as the call itself needs, and every answer to
a person is at least one call; so the plain posts, which are all alike, go this way, and whatever else (files,
proxies, downloads) goes by aiohttp.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from typing import Final, NamedTuple, cast

import aiohappyeyeballs
from yarl import URL

from bot.platforms.telegram.http_answer import HttpAnswer

IDLE_SECONDS: Final = 30.0
# a second address of the same name is tried beside the first one after so long
NEXT_ADDRESS_SECONDS: Final = 0.25


class Broken(Exception):
    """A post without an answer: whether it was handed over, whether for want of time, and what happened."""

    def __init__(self, kind: str, *, handed_over: bool, late: bool = False) -> None:
        super().__init__(kind)
        self.kind = kind
        self.handed_over = handed_over
        self.late = late


class _Target(NamedTuple):
    """Where a URL leads, and the head of a request for it up to the length of its body."""

    host: str
    port: int
    tls: bool
    head: bytes


class KeptLine:
    """Posts to any number of servers, each connection used by one post at a time; `close` it at the end."""

    def __init__(self, user_agent: str, ssl_context: ssl.SSLContext | None = None) -> None:
        self._agent = user_agent
        self._ssl = ssl_context
        self._targets: dict[str | URL, _Target] = {}
        self._idle: dict[tuple[str, int, bool], list[_Wire]] = {}
        self._wires: set[_Wire] = set()

    def close(self) -> None:
        """Close every connection."""
        for wire in list(self._wires):
            wire.close()

    async def post(
        self, url: str | URL, body: bytes, connect_timeout: float | None, answer_timeout: float | None
    ) -> tuple[int, bytes]:
        """POST a JSON body: (HTTP status, body). Raises Broken; a timeout of None is no limit, in seconds."""
        target = self._targets.get(url) or self._read_url(url)
        wire = self._kept(target) or await self._connect(target, connect_timeout)
        return await wire.post(b"%b%d\r\n\r\n%b" % (target.head, len(body), body), answer_timeout)

    def _read_url(self, url: str | URL) -> _Target:
        read = URL(url)
        if read.scheme not in ("http", "https") or not read.raw_host or read.port is None:
            raise Broken("no address of a server", handed_over=False)
        name = f"[{read.raw_host}]" if ":" in read.raw_host else read.raw_host
        shown = name if read.is_default_port() else f"{name}:{read.port}"
        head = (
            f"POST {read.raw_path_qs} HTTP/1.1\r\nHost: {shown}\r\nUser-Agent: {self._agent}\r\n"
            "Accept: */*\r\nContent-Type: application/json\r\nContent-Length: "
        )
        if len(self._targets) > 256:
            self._targets.clear()
        made = _Target(read.raw_host, read.port, read.scheme == "https", head.encode("latin-1"))
        self._targets[url] = made
        return made

    def _kept(self, target: _Target) -> _Wire | None:
        idle = self._idle.get(target[:3])
        while idle:
            wire = idle.pop()
            if wire.usable():
                return wire
            wire.close()
        return None

    async def _connect(self, target: _Target, timeout: float | None) -> _Wire:
        try:
            async with asyncio.timeout(timeout):
                return await self._open(target)
        except TimeoutError:
            late, kind = True, "no connection in time"
        except ssl.SSLCertVerificationError as error:
            late, kind = False, f"Certificate not accepted, {error.verify_message}"
        except (OSError, ValueError) as error:  # a name that cannot be written as one is a ValueError
            code = (
                error.errno if isinstance(error, OSError) and not isinstance(error, socket.gaierror) else None
            )
            late, kind = False, type(error).__name__
            if code is not None and code > 0:
                kind += f", {os.strerror(code)}"
        raise Broken(kind, handed_over=False, late=late)

    async def _open(self, target: _Target) -> _Wire:
        loop = asyncio.get_running_loop()
        idle = self._idle.setdefault(target[:3], [])
        found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        door = await aiohappyeyeballs.start_connection(found, happy_eyeballs_delay=NEXT_ADDRESS_SECONDS)
        try:
            door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if target.tls and self._ssl is None:
                self._ssl = ssl.create_default_context()
            _, wire = await loop.create_connection(
                lambda: _Wire(loop, idle, self._wires), sock=door, ssl=self._ssl if target.tls else None,
                server_hostname=target.host if target.tls else None,
            )  # fmt: skip
        except BaseException:
            door.close()
            raise
        return wire


class _Wire(asyncio.Protocol):
    """One connection; it goes back to the idle ones after each whole answer that allows it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, idle: list[_Wire], all_wires: set[_Wire]) -> None:
        # kept, because asking for the running loop asks the system for the process's number each time
        self._loop = loop
        self._idle = idle
        self._all = all_wires
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[tuple[int, bytes]] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._answer = HttpAnswer()
        self._since = 0.0

    def usable(self) -> bool:
        """Whether it is open and was used not too long ago."""
        if self._transport is None or self._transport.is_closing():
            return False
        return self._since > self._loop.time() - IDLE_SECONDS

    def close(self) -> None:
        """Close it; whoever waits is told."""
        if self._transport is not None:
            self._transport.abort()

    async def post(self, request: bytes, timeout: float | None) -> tuple[int, bytes]:
        """Write a whole request and read its answer."""
        transport = self._transport
        if transport is None or transport.is_closing():
            raise Broken("closed by the server", handed_over=False)
        waiter: asyncio.Future[tuple[int, bytes]] = self._loop.create_future()
        self._waiter, self._answer = waiter, HttpAnswer()
        if timeout is not None:
            self._timer = self._loop.call_later(timeout, self._late)
        # from here on nobody can tell without the answer
        transport.write(request)
        try:
            return await waiter
        except asyncio.CancelledError:
            if self._waiter is waiter:  # otherwise the answer came, and the next post may have begun
                self._release()
                self.close()
            raise

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio's
        self._transport = cast("asyncio.Transport", transport)
        self._all.add(self)

    def data_received(self, data: bytes) -> None:
        if self._waiter is None:  # nobody asked
            self.close()
            return
        try:
            whole = self._answer.feed(data)
        except ValueError:
            self._fail("not HTTP")
            return
        if not whole:
            return
        self._succeed()
        if self._answer.keep:
            self._since = self._loop.time()
            self._idle.append(self)
        else:
            self.close()

    def eof_received(self) -> bool | None:
        if self._waiter is not None and self._answer.ends_with_the_connection():
            self._succeed()
        return None

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._all.discard(self)
        if self in self._idle:
            self._idle.remove(self)
        self._fail(type(error).__name__ if error else "closed by the server")

    def _late(self) -> None:
        self._fail("no answer in time", late=True)

    def _succeed(self) -> None:
        waiter = self._release()
        if waiter is not None and not waiter.done():
            waiter.set_result((self._answer.status, self._answer.body))

    def _fail(self, kind: str, *, late: bool = False) -> None:
        waiter = self._release()
        if waiter is not None and not waiter.done():
            waiter.set_exception(Broken(kind, handed_over=True, late=late))
        self.close()

    def _release(self) -> asyncio.Future[tuple[int, bytes]] | None:
        """End the present post at once: the next one may begin before its waiter has run."""
        waiter, self._waiter = self._waiter, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return waiter
