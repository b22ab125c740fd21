"""Small servers over real sockets, each misbehaving in one way, and a small real proxy."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any, cast

TLS = Path(__file__).parent / "tls"
TOKEN = "123456:AAF-secret_secret_secret_secret_sec"


@dataclass
class Received:
    """One request as it came over the wire."""

    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def parts(self) -> dict[str, tuple[str | None, str, bytes]]:
        """The form's fields: name -> (file name, content type, content)."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        form = BytesParser(policy=HTTP).parsebytes(head + self.body)
        return {
            str(part.get_param("name", header="content-disposition")): (
                part.get_filename(),
                part.get_content_type(),
                cast(bytes, part.get_payload(decode=True)),
            )
            for part in form.iter_parts()
        }


@dataclass
class Served:
    """A running server: where it is and what it got."""

    port: int
    scheme: str = "http"
    requests: list[Received] = field(default_factory=list)
    connections: int = 0

    @property
    def base(self) -> str:
        return f"{self.scheme}://localhost:{self.port}"

    def url(self, method: str = "sendMessage") -> str:
        return f"{self.base}/bot{TOKEN}/{method}"


Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter, Received], Awaitable[None]]
Connecting = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(
    answer: Answering | None = None,
    connected: Connecting | None = None,
    tls: bool = False,
) -> AsyncIterator[Served]:
    """Serve until the block ends: `connected` sees a bare connection, `answer` each whole request."""
    served = Served(0, "https" if tls else "http")
    busy: set[asyncio.Task[None]] = set()

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        busy.add(asyncio.current_task())  # type: ignore[arg-type]
        served.connections += 1
        try:
            if connected is not None:
                await connected(reader, writer)
                return
            while not writer.is_closing():
                request = await read_request(reader)
                served.requests.append(request)
                assert answer is not None
                await answer(reader, writer, request)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    context = None
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(TLS / "local.pem", TLS / "local.key")
    server = await asyncio.start_server(on_connection, "127.0.0.1", 0, ssl=context)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)


async def read_request(reader: asyncio.StreamReader) -> Received:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().rstrip().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(first.split(" ")[1], headers, body)


def http(status: int, body: bytes | dict[str, Any], kind: str = "application/json") -> bytes:
    """A whole HTTP answer; a dict is written as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def answers(status: int, body: bytes | dict[str, Any], kind: str = "application/json") -> Answering:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Received) -> None:
        writer.write(http(status, body, kind))
        await writer.drain()

    return answer


def refuses(status: int, description: str, **parameters: Any) -> Answering:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return answers(status, body | ({"parameters": parameters} if parameters else {}))


OK = answers(200, {"ok": True, "result": {"message_id": 7}})


async def drops(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Received) -> None:
    writer.close()


async def resets(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Received) -> None:
    writer.transport.abort()


async def never_answers(_: asyncio.StreamReader, __: asyncio.StreamWriter, ___: Received) -> None:
    await asyncio.sleep(60)


async def breaks_off(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Received) -> None:
    writer.write(http(200, {"ok": True, "result": True})[:-8])
    writer.close()


async def stalls_in_the_body(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Received) -> None:
    writer.write(http(200, {"ok": True, "result": True})[:-8])
    await asyncio.sleep(60)


async def trickles(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Received) -> None:
    for byte in http(200, {"ok": True, "result": True}):
        writer.write(bytes([byte]))
        await asyncio.sleep(0.02)


async def talks_nonsense(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Received) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    await writer.drain()


@dataclass
class Proxied:
    """A running proxy and the request lines it saw."""

    port: int = 0
    lines: list[str] = field(default_factory=list)
    credentials: list[str | None] = field(default_factory=list)

    def url(self, user: str = "") -> str:
        return f"http://{user}127.0.0.1:{self.port}"


@asynccontextmanager
async def proxying(password: str | None = None, broken: bool = False) -> AsyncIterator[Proxied]:
    """A forwarding and tunnelling proxy; with a `password` it asks for it; `broken` hangs up when asked."""
    seen = Proxied()

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode().rstrip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        seen.lines.append(first)
        given = headers.get("proxy-authorization")
        seen.credentials.append(base64.b64decode(given.split()[1]).decode() if given else None)
        if broken:
            writer.close()
            return
        if password is not None and seen.credentials[-1] != password:
            writer.write(http(407, b"<html>Who are you?</html>", "text/html"))
            writer.close()
            return
        verb, target, _ = first.split(" ")
        host, port = target.removeprefix("http://").split("/")[0].rsplit(":", 1)
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        if verb == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = "/" + target.removeprefix("http://").split("/", 1)[1]
            there_writer.write(head.replace(target.encode(), path.encode(), 1))
        await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await source.read(65_536):
            sink.write(piece)
            await sink.drain()
    sink.close()
