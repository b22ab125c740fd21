"""A load balancer for tests: one address in front of several processes, which come and go."""

from __future__ import annotations

import asyncio
import itertools

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
NOBODY = 502


class Balancer:
    """Hands each POST to the next backend in turn; with `doubled`, to every backend at the same moment.

    Answers 502 where nobody listens or a connection breaks, so that the server delivers again.
    """

    def __init__(self) -> None:
        self.backends: list[str] = []
        self.doubled = False
        self.statuses: list[int] = []
        self.port = 0
        self._turn = itertools.count()
        self._runner: web.ServerRunner | None = None
        self._session: ClientSession | None = None

    @property
    def url(self) -> str:
        """The address that stays the same."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Balancer:
        self._session = ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=30))
        self._runner = web.ServerRunner(web.Server(self._pass_on, access_log=None), shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner and self._session
        await self._runner.cleanup()
        await self._session.close()

    async def _pass_on(self, request: web.BaseRequest) -> web.Response:
        body = await request.content.read()
        headers = {
            name: request.headers[name] for name in (SECRET_HEADER, "Content-Type") if name in request.headers
        }
        backends = list(self.backends)
        if not backends:
            return web.Response(status=NOBODY)
        if not self.doubled:
            first = next(self._turn) % len(backends)
            backends = backends[first : first + 1]
        answers = await asyncio.gather(*(self._post(url + request.path, body, headers) for url in backends))
        status, after = min(answers, key=lambda answer: answer[0] == NOBODY)
        return web.Response(status=status, headers={"Retry-After": after} if after else {})

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        assert self._session
        try:
            async with self._session.post(url, data=body, headers=headers) as answer:
                await answer.read()
                self.statuses.append(answer.status)
                return answer.status, answer.headers.get("Retry-After", "")
        except (ClientError, OSError, TimeoutError):
            return NOBODY, ""
