"""Load: pre-encoded updates posted to a webhook over kept connections, each turn timed."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

from tests.botapi.state import Profile
from tests.botapi.updates import encode_update
from tests.botapi.webhook import SECRET_HEADER


@dataclass
class Driven:
    """What a drive measured: seconds per answer, statuses (0: connection lost), seconds in all.

    `taps` is how many taps were answered together with the update.
    """

    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    elapsed: float = 0.0
    taps: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.elapsed if self.elapsed else 0.0

    def percentile(self, percent: float) -> float:
        """The latency below which this percentage lies, in seconds."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)] if ordered else 0.0


class _Connection(asyncio.Protocol):
    """One kept connection: writes an update, reads the answer to its end, writes the next."""

    def __init__(self, head: bytes, updates: Iterator[bytes], driven: Driven) -> None:
        self._head = head
        self._updates = updates
        self._driven = driven
        self._buffer = b""
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio's
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        end = _answer_end(buffer)
        if end is None or len(buffer) < end:
            self._buffer = buffer
            return
        self._buffer = b""
        self._driven.latencies.append(time.perf_counter() - self._sent)
        self._driven.statuses[int(buffer[9:12])] += 1
        self._driven.taps += b'"answerCallbackQuery"' in buffer
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self._driven.statuses[0] += 1
            self.done.set_result(None)

    def _next(self) -> None:
        assert self._transport is not None
        body = next(self._updates, None)
        if body is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(b"%b%d\r\n\r\n%b" % (self._head, len(body), body))


def _answer_end(buffer: bytes) -> int | None:
    head_end = buffer.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    head = buffer[:head_end].lower()
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        stop = head.find(b"\r\n", at + 17)
        return head_end + 4 + int(head[at + 17 : stop if stop >= 0 else None])
    if b"\r\ntransfer-encoding:" in head:
        last = buffer.find(b"0\r\n\r\n", head_end + 4)
        return None if last < 0 else last + 5
    return head_end + 4


async def drive(url_of_webhook: str, secret: str, updates: Iterable[bytes], concurrency: int = 64) -> Driven:
    """Posts every update once, as many at a time as concurrency; raises OSError when nobody listens.

    A lost connection is counted under status 0 and opened anew for what is left.
    """
    parts = urlsplit(url_of_webhook)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secret_line = f"{SECRET_HEADER}: {secret}\r\n" if secret else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{secret_line}"
        "Content-Type: application/json\r\nContent-Length: "
    ).encode()
    waiting, driven = _Peekable(iter(updates)), Driven()
    began = time.perf_counter()

    async def keep_connected() -> None:
        loop = asyncio.get_running_loop()
        while waiting:
            _, connection = await loop.create_connection(
                lambda: _Connection(head, waiting, driven), parts.hostname or "127.0.0.1", parts.port or 80
            )
            await connection.done

    await asyncio.gather(*(keep_connected() for _ in range(concurrency)))
    driven.elapsed = time.perf_counter() - began
    return driven


class _Peekable(Iterator[bytes]):
    """An iterator that is true while something is left."""

    def __init__(self, inner: Iterator[bytes]) -> None:
        self._inner = inner
        self._head = next(inner, None)

    def __bool__(self) -> bool:
        return self._head is not None

    def __next__(self) -> bytes:
        head = self._head
        if head is None:
            raise StopIteration
        self._head = next(self._inner, None)
        return head


def text_update(
    update_id: int, user_id: int, text: str, message_id: int | None = None, date: int = 0
) -> bytes:
    """A person's text as a pre-encoded update."""
    profile = Profile(user_id, "居民", language_code="zh-hans")
    message: dict[str, object] = {
        "message_id": message_id or update_id,
        "from": profile.user(),
        "chat": profile.chat(),
        "date": date or int(time.time()),
        "text": text,
    }
    if text.startswith("/"):
        length = len(text.split(maxsplit=1)[0])
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return encode_update(update_id, "message", message)


def tap_update(update_id: int, user_id: int, data: str, message_id: int = 1) -> bytes:
    """A pressed button as a pre-encoded update."""
    profile = Profile(user_id, "居民", language_code="zh-hans")
    bot = {"id": 123, "is_bot": True, "first_name": "家门口"}
    message = {
        "message_id": message_id,
        "from": bot,
        "chat": profile.chat(),
        "date": int(time.time()),
        "text": "…",
    }
    query = {
        "id": str(update_id),
        "from": profile.user(),
        "message": message,
        "chat_instance": str(user_id),
        "data": data,
    }
    return encode_update(update_id, "callback_query", query)
