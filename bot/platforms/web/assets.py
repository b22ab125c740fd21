"""The page's own files: read once, named by their content, kept by browsers for a year."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json; charset=utf-8",
}
FOREVER = "public, max-age=31536000, immutable"
LEAST_GZIP = 500


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served."""

    content: bytes
    squeezed: bytes
    mime: str
    mark: str


class Assets:
    """The files of `static/` that the page asks for."""

    def __init__(self) -> None:
        self._assets = {path.name: _read(path) for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES}

    def url(self, name: str) -> str:
        """Where this file stands; the address changes with its content."""
        return f"/web/assets/{self._assets[name].mark}/{name}"

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """One file, compressed where that is welcome."""
        found = self._assets.get(request.match_info["name"])
        if found is None:
            return web.Response(status=404)
        current = request.match_info["mark"] == found.mark
        headers = {
            "Content-Type": found.mime,
            "Cache-Control": FOREVER if current else "no-cache",
            "ETag": f'"{found.mark}"',
            "Vary": "Accept-Encoding",
        }
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        return squeezed(request, found.content, headers, found.squeezed)


def squeezed(
    request: web.Request, content: bytes, headers: dict[str, str], ready: bytes | None = None
) -> web.Response:
    """An answer, gzipped where the client takes that and it pays."""
    if len(content) < LEAST_GZIP or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=content, headers=headers)
    body = ready if ready is not None else gzip.compress(content, 6, mtime=0)
    return web.Response(body=body, headers={**headers, "Content-Encoding": "gzip"})


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    return Asset(
        content, gzip.compress(content, 9, mtime=0), TYPES[path.suffix],
        hashlib.sha256(content).hexdigest()[:12],
    )  # fmt: skip
