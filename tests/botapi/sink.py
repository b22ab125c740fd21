"""The sink: a bare-socket Bot API that answers sends as fast as a core allows, in a process of its own.

Run by `python -m tests.botapi.sink --port 8082`; `GET /_control/calls` tells the counts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from typing import Self, cast

from tests.botapi.lean import MESSAGE, MESSAGES, TRUE, chat_id_in

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
# what a client that asks too much is told, as Telegram tells it; a sink with a limit gives it
TOO_MANY = (
    b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1",'
    b'"parameters":{"retry_after":1}}'
)
_REFUSED = _HEAD.replace(b"200 OK", b"429 Too Many Requests")
_ME = (
    b'{"ok":true,"result":{"id":%d,"is_bot":true,"first_name":"bot","username":"sink_bot",'
    b'"can_join_groups":false,"can_read_all_group_messages":false,"supports_inline_queries":false}}'
)
_EMPTY = {
    "getWebhookInfo": b'{"ok":true,"result":{"url":"","has_custom_certificate":false,'
    b'"pending_update_count":0}}',
    "getUpdates": b'{"ok":true,"result":[]}',
    "getMyCommands": b'{"ok":true,"result":[]}',
}
_MESSAGES = frozenset(name.encode() for name in MESSAGES)


class _Connection(asyncio.Protocol):
    """One client's connection; requests may be pipelined, bodies counted or chunked."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio's
        self._transport = cast("asyncio.Transport", transport)
        self._sink.open.add(self._transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._transport is not None:
            self._sink.open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        buffer = self._buffer + data if self._buffer else data
        while buffer:
            taken = self._take(buffer)
            if taken is None:
                break
            answer, end = taken
            head = _REFUSED if answer is TOO_MANY else _HEAD
            self._transport.write(head % (len(answer), answer))
            buffer = buffer[end:]
        self._buffer = buffer

    def _take(self, buffer: bytes) -> tuple[bytes, int] | None:
        head_end = buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return None
        start = head_end + 4
        head = buffer[:head_end].lower()
        at = head.find(b"\r\ncontent-length:")
        if at >= 0:
            stop = head.find(b"\r\n", at + 17)
            end = start + int(head[at + 17 : stop if stop >= 0 else None])
            if len(buffer) < end:
                return None
        elif b"\r\ntransfer-encoding: chunked" in head:
            last = buffer.find(b"0\r\n\r\n", start)
            if last < 0:
                return None
            end = last + 5
        else:
            end = start
        path = buffer[: buffer.find(b" HTTP/", 0, head_end)].partition(b" ")[2]
        return self._sink.answer(path.rpartition(b"/")[2].partition(b"?")[0], buffer[start:end]), end


class Sink:
    """Counts calls by method and answers them; any token is taken."""

    def __init__(self, bot_id: int = 123) -> None:
        self.counts: Counter[bytes] = Counter()
        self.open: set[asyncio.Transport] = set()
        self.port = 0
        self._bot_id = bot_id
        self._number = 0
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The base address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> Self:
        """Listens on the port (0: any free one)."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", port, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        """Closes every connection."""
        if self._server is not None:
            self._server.close()
            for transport in list(self.open):
                transport.close()
            await self._server.wait_closed()
            self._server = None

    def answer(self, method: bytes, body: bytes) -> bytes:
        """The JSON answer to one call."""
        if method == b"calls":
            return json.dumps({"counts": {name.decode(): n for name, n in self.counts.items()}}).encode()
        self.counts[method] += 1
        if method in _MESSAGES:
            self._number += 1
            return MESSAGE % (self._number, self._bot_id, chat_id_in(body), int(time.time()))
        if method == b"getMe":
            return _ME % self._bot_id
        return _EMPTY.get(method.decode(errors="replace"), TRUE)


async def _run(port: int) -> None:
    sink = await Sink().start(port)
    print(f"Sink on {sink.url}", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Reads the command line and serves until it is told to stop; runs on uvloop where there is one."""
    parser = argparse.ArgumentParser(prog="python -m tests.botapi.sink", description=__doc__)
    parser.add_argument("--port", type=int, default=8082)
    port = parser.parse_args().port
    try:
        import uvloop
    except ImportError:
        asyncio.run(_run(port))
    else:
        uvloop.run(_run(port))


if __name__ == "__main__":
    main()
