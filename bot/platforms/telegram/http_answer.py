"""An HTTP/1.1 answer read as it comes in, for the kept lines."""

from __future__ import annotations

from typing import Final

MOST_HEAD: Final = 65_536
MOST_BODY: Final = 64 * 1_048_576
_NO_BODY: Final = frozenset({204, 304})


class HttpAnswer:
    """An HTTP answer as it comes in: counted, chunked, or up to the end of the connection."""

    __slots__ = ("_length", "_parts", "_rest", "body", "keep", "status")

    def __init__(self) -> None:
        self.status = 0
        self.body = b""
        self.keep = False
        self._rest = b""
        self._parts: list[bytes] = []
        self._length: int | None = None  # None: chunked; -1: until the connection ends

    def feed(self, data: bytes) -> bool:
        """Take in what arrived; True when the answer is whole. Raises ValueError for what is no answer."""
        self._rest = self._rest + data if self._rest else data
        while self.status < 200:
            if not self._head():
                return False
        if self._length is None:
            return self._chunks()
        if self._length < 0 or len(self._rest) < self._length:
            if len(self._rest) > MOST_BODY:
                raise ValueError("too long")
            return False
        if len(self._rest) > self._length:  # more than was asked for: it cannot be told what it belongs to
            self.keep = False
        self.body = self._rest[: self._length]
        return True

    def ends_with_the_connection(self) -> bool:
        """Whether the end of the connection makes it whole."""
        if self.status < 200 or self._length != -1:
            return False
        self.body = self._rest
        return True

    def _head(self) -> bool:
        rest = self._rest
        if rest[:7] != b"HTTP/1."[: len(rest)]:
            raise ValueError("no HTTP")
        end = rest.find(b"\r\n\r\n")
        if end < 0:
            if len(rest) > MOST_HEAD:
                raise ValueError("too long")
            return False
        head = rest[: end + 2].lower()
        self.status = int(rest[9:12])
        self._rest = rest[end + 4 :]
        self.keep = head.startswith(b"http/1.1") and b"\r\nconnection: close\r\n" not in head
        if self.status in _NO_BODY:
            self._length = 0
        elif b"\r\ntransfer-encoding: chunked\r\n" in head:
            self._length = None
        else:
            given = _header(head, b"\r\ncontent-length:")
            self._length = -1 if given is None else int(given)
            if self._length > MOST_BODY:
                raise ValueError("too long")
        return True

    def _chunks(self) -> bool:
        while True:
            line = self._rest.find(b"\r\n")
            if line < 0:
                return False
            size = int(self._rest[:line].partition(b";")[0], 16)
            if size < 0 or size > MOST_BODY:
                raise ValueError("too long")
            end = line + 2 + size
            if size == 0:
                return self._trailers(line + 2)
            if len(self._rest) < end + 2:
                return False
            self._parts.append(self._rest[line + 2 : end])
            self._rest = self._rest[end + 2 :]

    def _trailers(self, start: int) -> bool:
        rest = self._rest[start:]
        if not rest.startswith(b"\r\n") and b"\r\n\r\n" not in rest:
            return False
        self.body = b"".join(self._parts)
        self.keep = self.keep and rest == b"\r\n"
        return True


def _header(head: bytes, name: bytes) -> bytes | None:
    at = head.find(name)
    if at < 0:
        return None
    return head[at + len(name) : head.index(b"\r\n", at + 2)].strip()
