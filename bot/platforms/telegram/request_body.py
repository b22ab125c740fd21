"""The bodies of requests to the Bot API, each of which knows whether it was handed over.

A request is handed over once its last byte was given to the connection. Before that the Bot API cannot have
acted on it, because it reads a request whole; after that nobody can tell without its answer.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
from typing import Any, Final, cast

import aiohttp
import orjson
from aiohttp import payload as bodies
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import StreamWriter
from telegram.error import BadRequest
from telegram.request import RequestData

MOST_GATHERED: Final = 65_536
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
# what JSON has no word for is a mistake, even where the library would find one
_ONLY_PLAIN: Final = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_encode_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def request_body(data: RequestData | None, write_timeout: float | None) -> JsonBody | FormBody | None:
    """The body for the library's parameters: JSON, or a form when files are among them.

    `write_timeout` bounds each stalled write of a form, in seconds, None for no limit. Raises
    `telegram.error.BadRequest` when a parameter is not plain.
    """
    if data is None:
        return None
    if not data.contains_files:
        return json_body(data.parameters)
    form = FormBody(write_timeout)
    for name, value in data.json_parameters.items():
        text = value.encode("utf-8", "replace")
        form.add(name, bodies.BytesPayload(text, content_type="text/plain; charset=utf-8"))
    for name, (filename, content, mimetype) in data.multipart_data.items():
        # a file object is written in pieces; whole bytes over 1 MiB would hold up the loop
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add(name, bodies.get_payload(source, content_type=mimetype), filename)
    return form


def json_body(payload: dict[str, Any]) -> JsonBody:
    """The JSON body of a plain dict; raises `telegram.error.BadRequest` when it is not plain."""
    return JsonBody(json_bytes(payload), content_type="application/json")


def json_bytes(payload: dict[str, Any]) -> bytes:
    """A plain dict as JSON; raises `telegram.error.BadRequest` when it is not plain."""
    try:
        return orjson.dumps(payload, option=_ONLY_PLAIN)
    except TypeError:
        pass
    try:
        # half a surrogate pair, as a broken client may send it, becomes "?" instead of an error
        return _encode_json(payload).encode("utf-8", "replace")
    except (TypeError, ValueError):
        pass
    raise BadRequest("The parameters cannot be written as JSON")


class JsonBody(bodies.BytesPayload):
    """A JSON request body that knows whether it was handed over."""

    handed_over = False

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        await _hand_over(self, writer, self._value)


class FormBody(aiohttp.MultipartWriter):
    """A multipart request body that bounds each write and knows whether it was handed over."""

    handed_over = False

    def __init__(self, write_timeout: float | None) -> None:
        super().__init__("form-data")
        self._write_timeout = write_timeout

    def add(self, name: str, part: bodies.Payload, filename: str | None = None) -> None:
        """Append one field; a file name may be in any script and is sent as UTF-8."""
        given = {"name": name}
        if filename is not None:
            given["filename"] = _CONTROL.sub(" ", filename)
        part.set_content_disposition("form-data", quote_fields=False, **given)
        self.append_payload(part)

    async def write(self, writer: AbstractStreamWriter, close_boundary: bool = True) -> None:
        paced = _PacedWriter(writer, self._write_timeout)
        await super().write(paced, close_boundary=False)
        await _hand_over(self, writer, paced.left() + f"--{self.boundary}--\r\n".encode())


class _PacedWriter(AbstractStreamWriter):
    """Gathers writes and passes them on, each within the write timeout; parts of a form call nothing else.

    A calendar file is a dozen small pieces, and each would be a packet of its own.
    """

    def __init__(self, writer: AbstractStreamWriter, timeout: float | None) -> None:
        self._writer = writer
        self._timeout = timeout
        self._gathered = bytearray()

    async def write(self, chunk: Any) -> None:
        self._gathered += chunk
        if len(self._gathered) >= MOST_GATHERED:
            async with asyncio.timeout(self._timeout):
                await self._writer.write(self.left())

    def left(self) -> bytes:
        """What was not passed on yet, which is now the caller's."""
        left = bytes(self._gathered)
        self._gathered.clear()
        return left

    async def write_eof(self, chunk: bytes = b"") -> None:
        await self._writer.write_eof(chunk)

    async def drain(self) -> None:
        async with asyncio.timeout(self._timeout):
            await self._writer.drain()

    def enable_compression(self, encoding: str = "deflate", strategy: int | None = None) -> None:
        self._writer.enable_compression(encoding, strategy)

    def enable_chunking(self) -> None:
        self._writer.enable_chunking()

    async def write_headers(self, status_line: str, headers: Any) -> None:
        await self._writer.write_headers(status_line, headers)


async def _hand_over(body: JsonBody | FormBody, writer: AbstractStreamWriter, last: bytes) -> None:
    body.handed_over = True
    try:
        # without draining this does not wait, so the mark is exact: it fails only on a closed connection
        await cast(StreamWriter, writer).write(last, drain=False)
    except aiohttp.ClientConnectionResetError:
        body.handed_over = False
        raise
