"""The webhook: setting it, and pushing updates to it in order per chat, again until they are taken."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from tests.botapi.params import Params
from tests.botapi.refusals import bad
from tests.botapi.state import State, Webhook
from tests.botapi.updates import Update

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_RETRY_AFTER = 3600
LONGEST_PAUSE = 60
_SECRET = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt: when (monotonic seconds), which update, and the status (0 when no answer came)."""

    at: float
    update_id: int
    status: int


@dataclass
class _Lane:
    """The updates of one chat that wait; only its first is ever under way."""

    waiting: deque[Update] = field(default_factory=deque)
    fails: int = 0
    pause: float = 1.0


class Pusher:
    """Posts updates to the webhook; `scale` shortens all pauses, Retry-After included.

    `answered` is given the body of an answer that asks for a method.
    """

    def __init__(
        self,
        state: State,
        answered: Callable[[bytes], Awaitable[None]],
        scale: float = 1.0,
        timeout: float = 60.0,
        record: bool = True,
    ) -> None:
        self.scale = scale
        self.timeout = timeout
        self.record = record
        self.deliveries: list[Delivery] = []
        self.delivered = 0
        self.dropped = 0
        self.twice = 0
        self._state = state
        self._answered = answered
        self._lanes: dict[int, _Lane] = {}
        self._ready: asyncio.Queue[int] = asyncio.Queue()
        self._workers: list[asyncio.Task[None]] = []
        self._session: ClientSession | None = None
        state.queue.listeners.append(self._take)

    @property
    def running(self) -> bool:
        return bool(self._workers)

    async def start(self) -> None:
        """Begins to push everything that waits; does nothing without a webhook."""
        await self.stop()
        webhook = self._state.webhook
        if not webhook.url:
            return
        connector = TCPConnector(limit=webhook.max_connections)
        self._session = ClientSession(connector=connector, timeout=ClientTimeout(total=self.timeout))
        self._workers = [asyncio.create_task(self._work()) for _ in range(webhook.max_connections)]
        for update in self._state.queue.pending():
            self._take(update)

    async def stop(self) -> None:
        """Stops pushing; what was not taken stays pending."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None
        self._lanes.clear()
        self._ready = asyncio.Queue()

    async def drained(self, timeout: float = 10.0) -> None:
        """Waits until nothing is pending; raises TimeoutError with the number left."""
        deadline = self._state.monotonic() + timeout
        while self._state.queue.pending() or self._lanes:
            if self._state.monotonic() > deadline:
                left, why = len(self._state.queue), self._state.webhook.last_error_message
                raise TimeoutError(f"{left} updates still pending; last error: {why or 'none'}")
            await asyncio.sleep(0.005)

    async def post(self, update: Update, url: str | None = None) -> int:
        """Posts one update once, to the webhook or another address; returns the status, 0 without one."""
        status, _ = await self._post(update, url)
        return status

    def _take(self, update: Update) -> None:
        if not self._workers:
            return
        lane = self._lanes.get(update.chat_id)
        if lane is None:
            lane = self._lanes[update.chat_id] = _Lane()
            self._ready.put_nowait(update.chat_id)
        lane.waiting.append(update)

    async def _work(self) -> None:
        while True:
            chat_id = await self._ready.get()
            lane = self._lanes[chat_id]
            update = lane.waiting[0]
            status, retry_after = await self._post(update)
            if 200 <= status < 300:
                if self.twice:
                    self.twice -= 1
                    await self._post(update)
                self.delivered += 1
                self._next(chat_id, lane, update)
            else:
                self._again(chat_id, lane, update, retry_after)

    def _next(self, chat_id: int, lane: _Lane, update: Update) -> None:
        lane.waiting.popleft()
        lane.fails, lane.pause = 0, 1.0
        self._state.queue.forget(update.update_id)
        if lane.waiting:
            self._ready.put_nowait(chat_id)
        else:
            del self._lanes[chat_id]

    def _again(self, chat_id: int, lane: _Lane, update: Update, retry_after: int) -> None:
        state = self._state
        pause = float(min(max(retry_after, 0), LONGEST_RETRY_AFTER))
        if not pause and lane.fails:
            longest = LONGEST_PAUSE * (1 + state.random.random())
            pause = lane.pause = min(longest, lane.pause * 2)
        pause *= self.scale
        if state.monotonic() + pause > update.born + state.queue.lifetime:
            self.dropped += 1
            self._next(chat_id, lane, update)
            return
        lane.fails += 1
        asyncio.get_running_loop().call_later(pause, self._ready_again, chat_id, lane)

    def _ready_again(self, chat_id: int, lane: _Lane) -> None:
        if self._lanes.get(chat_id) is lane:
            self._ready.put_nowait(chat_id)

    async def _post(self, update: Update, url: str | None = None) -> tuple[int, int]:
        webhook, session = self._state.webhook, self._session
        if session is None:
            async with ClientSession(timeout=ClientTimeout(total=self.timeout)) as own:
                return await self._exchange(own, update, url or webhook.url)
        return await self._exchange(session, update, url or webhook.url)

    async def _exchange(self, session: ClientSession, update: Update, url: str) -> tuple[int, int]:
        webhook = self._state.webhook
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers[SECRET_HEADER] = webhook.secret
        status, retry_after, trouble, body = 0, 0, "", b""
        at = self._state.monotonic()
        try:
            async with session.post(url, data=update.body, headers=headers, allow_redirects=False) as answer:
                body = await answer.read()
                status = answer.status
                after = answer.headers.get("Retry-After", "")
                retry_after = int(after) if after.isdigit() else 0
                if not 200 <= status < 300:
                    trouble = f"Wrong response from the webhook: {status} {_reason(status)}"
        except TimeoutError:
            trouble = "Read timeout expired"
        except ConnectionRefusedError:
            trouble = "Connection refused"
        except ClientError as error:
            refused = isinstance(getattr(error, "os_error", None), ConnectionRefusedError)
            trouble = "Connection refused" if refused else "Webhook connection closed"
        if trouble:
            webhook.last_error_date, webhook.last_error_message = self._state.date(), trouble
        if self.record:
            self.deliveries.append(Delivery(at, update.update_id, status))
        if body and 200 <= status < 300:
            await self._answered(body)
        return status, retry_after


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def configure(state: State, params: Params) -> tuple[bool, str]:
    """setWebhook: checks and stores; returns whether something changed and Telegram's word for it."""
    url = params.text("url")
    if not url:
        return remove(state, params)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad("invalid webhook URL specified")
    secret = params.text("secret_token")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    kinds = params.nested("allowed_updates", "allowed updates")
    connections = min(max(params.integer("max_connections", 40), 1), 100)
    dropping = params.boolean("drop_pending_updates")
    if dropping:
        state.queue.clear()
    before = (state.webhook.url, state.webhook.secret, state.webhook.max_connections)
    state.queue.allow(kinds)
    if before == (url, secret, connections) and not dropping:
        return False, "Webhook is already set"
    state.webhook = Webhook(url, secret, connections)
    return True, "Webhook was set"


def remove(state: State, params: Params) -> tuple[bool, str]:
    """deleteWebhook: returns whether there was one and Telegram's word for it."""
    if params.boolean("drop_pending_updates"):
        state.queue.clear()
    had = bool(state.webhook.url)
    state.webhook = Webhook()
    return had, "Webhook was deleted" if had else "Webhook is already deleted"


def info(state: State) -> dict[str, object]:
    """getWebhookInfo's answer."""
    webhook = state.webhook
    shown: dict[str, object] = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(state.queue.pending()),
    }
    if webhook.url:
        shown["max_connections"] = webhook.max_connections
        shown["ip_address"] = "127.0.0.1"
    if webhook.last_error_date is not None:
        shown["last_error_date"] = webhook.last_error_date
        shown["last_error_message"] = webhook.last_error_message
    if state.queue.allowed:
        shown["allowed_updates"] = state.queue.allowed
    return shown
