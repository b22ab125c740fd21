"""The HTTP side of the program: health, readiness, metrics, and headers that every answer carries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

READY_SECONDS = 3.0
MOST_BODY = 1024 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
OVER_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}


@dataclass(frozen=True, slots=True)
class Condition:
    """How one part of the program is, with what an operator would ask next.

    One that is not `needed` is told of, and the program is ready without it.
    """

    ok: bool
    details: Mapping[str, Any] = field(default_factory=dict)
    needed: bool = True


Check = Callable[[], Awaitable[Condition]]


def build_app(
    routes: Iterable[web.AbstractRouteDef],
    checks: Mapping[str, Check],
    metrics: Callable[[], bytes],
    *,
    https: bool = False,
) -> web.Application:
    """The application with the platforms' `routes`, `/healthz`, `/readyz` and `/metrics`.

    `checks` are asked, at once, by `/readyz`, which answers 503 while any that is needed is not well. A route
    may set a header of its own; the house's stands only where none was set.
    """
    app = web.Application(client_max_size=MOST_BODY)
    headers = HEADERS | OVER_HTTPS if https else HEADERS

    async def health(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_request: web.Request) -> web.Response:
        found = await asyncio.gather(*(_ask(check) for check in checks.values()))
        parts = {name: {"ok": at.ok, **at.details} for name, at in zip(checks, found, strict=True)}
        well = all(at.ok or not at.needed for at in found)
        return web.json_response({"ready": well, **parts}, status=200 if well else 503)

    async def measured(_request: web.Request) -> web.Response:
        return web.Response(
            body=metrics(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    async def dress(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        response.headers.popall("Server", None)

    app.on_response_prepare.append(dress)
    app.add_routes(
        [
            web.get("/healthz", health),
            web.get("/readyz", ready),
            web.get("/metrics", measured),
            *routes,
        ]
    )
    return app


async def _ask(check: Check) -> Condition:
    try:
        return await asyncio.wait_for(check(), READY_SECONDS)
    except TimeoutError:
        return Condition(False, {"reason": "no answer in time"})
    except Exception as error:  # whatever is wrong, the answer is that it is not ready
        return Condition(False, {"reason": type(error).__name__})
