"""GET /web/files/{id}: a document that came with a message, for the account it was sent to."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import quote

from aiohttp import web

from bot.platforms.web.asking import Turned
from bot.platforms.web.front import Front
from models.store import Overloaded, StoreDown
from services import fetching, pictures

DOWN_SECONDS = 3.0
_MIME = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+(; ?charset=[a-zA-Z0-9-]+)?", re.IGNORECASE)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


class Files:
    """Hands out documents; what is somebody else's does not exist."""

    def __init__(self, front: Front) -> None:
        self._front = front

    async def file(self, request: web.Request) -> web.StreamResponse:
        """The file as a download, under its own name."""
        try:
            self._front.count_address(request)
            visitor = await self._front.visitor(request)
            row = int(request.match_info["row"])
            message = None
            if visitor is not None:
                account_id = visitor.account_id
                message = await self._front.work.read(lambda tx: fetching.file_of(tx, account_id, row))
            document = message.document if message is not None else None
            if document is not None and document.sketch:
                document = await asyncio.to_thread(pictures.drawn, document)
        except Turned as turned:
            return turned.response()
        except (StoreDown, Overloaded):
            return Turned(503, "down", DOWN_SECONDS).response()
        except ValueError:  # it cannot be drawn any more
            document = None
        if document is None:
            return Turned(404, "file").response()
        mime = document.mime if _MIME.fullmatch(document.mime) else "application/octet-stream"
        return web.Response(
            body=document.content,
            headers={
                "Content-Type": mime,
                "Content-Disposition": disposition(document.name),
                "Cache-Control": "private, no-store",
                "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
            },
        )


def disposition(name: str) -> str:
    """The header for a download: an ASCII name for old readers, the true one after RFC 6266 and 8187."""
    name = _UNSAFE.sub("_", name).strip(" .")[:120] or "file"
    stem, dot, ending = name.rpartition(".")
    plain = f"{'file' if not (stem or name).isascii() else stem or name}{dot}{ending}" if dot else name
    if not plain.isascii():
        plain = "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
