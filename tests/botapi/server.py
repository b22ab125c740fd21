"""The stand-in for the Telegram Bot API: one HTTP server, one bot, strict answers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.botapi import lean, methods_messages, methods_profile, webhook
from tests.botapi.calls import Call, CallLog, Limits
from tests.botapi.control import Control
from tests.botapi.faults import HTML_BODY, Fault, Faults
from tests.botapi.params import Params, read_params
from tests.botapi.people import Person
from tests.botapi.polling import Polling
from tests.botapi.refusals import Refused, too_many
from tests.botapi.state import Profile, State

_PLAIN = {
    name.lower(): (name, method)
    for table in (methods_messages.METHODS, methods_profile.METHODS)
    for name, method in table.items()
}
_OTHER = {
    name.lower(): name
    for name in ("getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo", "logOut", "close")
}


class BotApi:
    """A Bot API server for one bot on a real socket; people are driven from Python or over `/_control/`.

    lean: sends are counted and answered but not checked or recorded. pause_scale shortens re-delivery pauses;
    update_lifetime is how long an update is kept, in seconds.
    """

    def __init__(
        self,
        token: str = "123:TEST",
        *,
        username: str = "jiamenkou_bot",
        lean: bool = False,
        seed: int = 0,
        pause_scale: float = 1.0,
        update_lifetime: float = 24 * 3600.0,
        callback_ttl: float = 60.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.token = token
        self.lean = lean
        self.state = State(token, username, clock, seed=seed, callback_ttl=callback_ttl)
        self.state.queue.lifetime = update_lifetime
        self.faults = Faults(self.state.random, self.state.monotonic)
        self.log = CallLog()
        self.limits = Limits()
        self.polling = Polling(self.state)
        self.pusher = webhook.Pusher(self.state, self._answered, pause_scale, record=not lean)
        self.people: dict[int, Person] = {}
        self.port = 0
        self._runner: web.ServerRunner | None = None
        self._control = Control(self)
        self._stopping = asyncio.Event()
        self._prefix = f"/bot{token}/"

    @property
    def url(self) -> str:
        """The base address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> Self:
        """Listens on the port (0: any free one, or the one it had before a stop)."""
        self._stopping.clear()
        server = web.Server(self._serve, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port or self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        await self.pusher.start()
        return self

    async def stop(self) -> None:
        """Closes every connection; what the server knows is kept, and it may be started again."""
        self._stopping.set()
        self.polling.interrupt(None)
        await self.pusher.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        return await self.start() if self._runner is None else self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def user(
        self,
        user_id: int,
        first_name: str = "居民",
        last_name: str = "",
        username: str = "",
        language_code: str = "zh-hans",
    ) -> Person:
        """The person with this id, made when first asked for (the names count only then)."""
        if user_id not in self.people:
            profile = Profile(user_id, first_name, last_name, username, language_code)
            self.state.people[user_id] = profile
            self.people[user_id] = Person(self.state, profile)
        return self.people[user_id]

    async def drained(self, timeout: float = 10.0) -> None:
        """Waits until every update was taken (webhook: answered 2xx; polling: confirmed by an offset)."""
        await self.pusher.drained(timeout)

    def deliver_twice(self, count: int = 1) -> None:
        """The next deliveries to the webhook are made again although they were taken."""
        self.pusher.twice += count

    async def redeliver(self, update_id: int, url: str | None = None) -> int:
        """Posts a delivered or pending update once more, here or to another process; returns the status."""
        queue = self.state.queue
        update = queue.delivered.get(update_id) or next(
            update for update in queue.pending() if update.update_id == update_id
        )
        return await self.pusher.post(update, url)

    async def _answered(self, body: bytes) -> None:
        """What the webhook's answer asks for is done; its result is told to nobody."""
        values = json.loads(body)
        name = values.pop("method")
        method = _PLAIN[name.lower()][0]
        params, at = Params(values), self.state.monotonic()
        chat_id = params.integer("chat_id")
        _, status = await self._run(method, params, chat_id, at)
        self.log.add(Call(at, method, chat_id, status, status == 200))

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if self.lean and path.startswith(self._prefix):
            answer = await lean.answer(self, request, path[len(self._prefix) :])
            if answer is not None:
                return answer
        if path.startswith("/bot"):
            token, _, name = path[4:].partition("/")
            return await self._method(request, token, name)
        if path.startswith("/file/bot"):
            return self._download(path)
        if path.startswith("/_control/"):
            return await self._control.serve(request, path.removeprefix("/_control/"))
        return _json(Refused(404).body(), 404)

    def _download(self, path: str) -> web.StreamResponse:
        token, _, name = path.removeprefix("/file/bot").partition("/")
        stored = self.state.files.at(name)
        if token != self.token or stored is None:
            refused = Refused(401 if token != self.token else 404)
            return _json(refused.body(), refused.code)
        return web.Response(body=stored.content, content_type="application/octet-stream")

    async def _method(self, request: web.BaseRequest, token: str, name: str) -> web.StreamResponse:
        at = self.state.monotonic()
        if token != self.token:
            refused = Refused(401 if ":" in token else 404)
            return _json(refused.body(), refused.code)
        known = _PLAIN.get(name.lower())
        method = known[0] if known else _OTHER.get(name.lower(), name)
        try:
            params = await read_params(request)
        except Refused as refused:
            return _json(refused.body(), refused.code)
        chat_id = params.integer("chat_id")
        fault = self.faults.pick(method, chat_id)
        if fault is not None and (struck := self._strike_before(request, fault)) is not None:
            self.log.add(Call(at, method, chat_id, 0 if fault.kind == "drop" else struck.status, False))
            return struck
        body, status = await self._run(method, params, chat_id, at)
        lost = fault is not None and fault.kind == "lose_answer"
        self.log.add(Call(at, method, chat_id, 0 if lost else status, status == 200))
        if fault is not None and fault.kind == "slow":
            await self._pause(fault.seconds)
        if lost:
            _hang_up(request)
        return _json(body, status)

    def _strike_before(self, request: web.BaseRequest, fault: Fault) -> web.Response | None:
        if fault.refusal is not None:
            return _json(fault.refusal.body(), fault.refusal.code)
        if fault.kind == "html":
            return web.Response(
                body=HTML_BODY % (fault.status, fault.status), status=fault.status, content_type="text/html"
            )
        if fault.kind == "drop":
            _hang_up(request)
            return web.Response(status=502)
        return None

    async def _run(self, method: str, params: Params, chat_id: int, at: float) -> tuple[dict[str, Any], int]:
        try:
            wait = self.limits.refuse_for(method, chat_id, at)
            if wait is not None:
                raise too_many(wait)
            known = _PLAIN.get(method.lower())
            if known is not None:
                return {"ok": True, "result": known[1](self.state, params)}, 200
            return await self._run_other(method, params), 200
        except Refused as refused:
            return refused.body(), refused.code

    async def _run_other(self, method: str, params: Params) -> dict[str, Any]:
        if method == "getUpdates":
            return {"ok": True, "result": await self.polling.get_updates(params)}
        if method == "getWebhookInfo":
            return {"ok": True, "result": webhook.info(self.state)}
        if method in ("setWebhook", "deleteWebhook"):
            change = webhook.configure if method == "setWebhook" else webhook.remove
            changed, description = change(self.state, params)
            if self.state.webhook.url:
                self.polling.webhook_set()
            if changed:
                await self.pusher.start()
            return {"ok": True, "result": True, "description": description}
        if method in ("logOut", "close"):
            return {"ok": True, "result": True}
        raise Refused(404)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(body, ensure_ascii=False).encode(), status=status, content_type="application/json"
    )


def _hang_up(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.close()
