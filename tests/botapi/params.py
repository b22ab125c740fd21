"""The parameters of one call: query, JSON, urlencoded or multipart, read alike."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from tests.botapi.refusals import UPLOAD_LIMIT, Refused, bad


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart request."""

    filename: str
    mime: str
    content: bytes


class Params:
    """Named values of a call; nested objects may be JSON strings, numbers may be text."""

    __slots__ = ("uploads", "values")

    def __init__(self, values: dict[str, Any], uploads: dict[str, Upload] | None = None) -> None:
        self.values = values
        self.uploads = uploads or {}

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """The value as text, '' when absent."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """The value as a whole number, the default when absent or unreadable (as Telegram does)."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            return default

    def decimal(self, name: str) -> float | None:
        """The value as a number, None when absent or unreadable."""
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError):
            return None

    def boolean(self, name: str) -> bool:
        """True for true, yes and 1."""
        return str(self.values.get(name, "")).lower() in ("true", "yes", "1")

    def nested(self, name: str, what: str) -> Any:
        """A JSON value, None when absent; raises 400 `can't parse <what> JSON object`."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return _parse(value)
        except ValueError as error:
            raise bad(f"can't parse {what} JSON object") from error

    def upload(self, name: str) -> Upload | None:
        """The file sent under this name, or under `attach://<other>`."""
        if name in self.uploads:
            return self.uploads[name]
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.uploads.get(value.removeprefix("attach://"))
        return None


async def read_params(request: web.BaseRequest) -> Params:
    """Reads a request's parameters; raises 400 for a broken body, 413 for one above 50 MB."""
    values: dict[str, Any] = dict(request.query)
    if request.method != "POST":
        return Params(values)
    kind = request.content_type
    if kind == "multipart/form-data":
        return await _read_multipart(request, values)
    body = await request.content.read()
    if not body:
        return Params(values)
    try:
        if kind == "application/json":
            parsed = _parse(body.decode())
            if not isinstance(parsed, dict):
                raise bad("object expected in the request body")
            values.update(parsed)
        elif kind == "application/x-www-form-urlencoded":
            values.update(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    except ValueError as error:
        raise bad("can't parse the request body") from error
    return Params(values)


def _parse(text: str) -> Any:
    parsed = json.loads(text)
    # an escape can spell half a character, which no text may hold
    if "\\u" in text and not _is_whole(parsed):
        raise bad("strings must be encoded in UTF-8")
    return parsed


def _is_whole(parsed: Any) -> bool:
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


async def _read_multipart(request: web.BaseRequest, values: dict[str, Any]) -> Params:
    uploads: dict[str, Upload] = {}
    size = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad("can't parse the request body")
        content = bytes(await part.read())
        size += len(content)
        if size > UPLOAD_LIMIT:
            raise Refused(413)
        if part.filename is None:
            values[part.name] = content.decode()
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            uploads[part.name] = Upload(part.filename, mime, content)
    return Params(values, uploads)
