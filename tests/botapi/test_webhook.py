"""The webhook gets every update with its secret, in order per chat, again until it is taken."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot

from tests.botapi import BotApi
from tests.botapi.webhook import SECRET_HEADER

Answer = Callable[[dict[str, Any]], web.Response]


class Receiver:
    """A bot's webhook: keeps what came, answers as told, and knows how many were under way at once."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.times: list[float] = []
        self.answer: Answer = lambda body: web.Response()
        self.delay = 0.0
        self.most = 0
        self.together: dict[int, int] = defaultdict(int)
        self.most_of_one = 0
        self.url = ""
        self._open = 0

    async def take(self, request: web.BaseRequest) -> web.Response:
        body: dict[str, Any] = await request.json()
        chat = body["message"]["chat"]["id"]
        self._open += 1
        self.together[chat] += 1
        self.most, self.most_of_one = max(self.most, self._open), max(self.most_of_one, self.together[chat])
        await asyncio.sleep(self.delay)
        self._open -= 1
        self.together[chat] -= 1
        self.times.append(time.monotonic())
        self.bodies.append(body)
        self.secrets.append(request.headers.get(SECRET_HEADER))
        return self.answer(body)

    def texts(self, chat: int | None = None) -> list[str]:
        chats = [body["message"] for body in self.bodies if chat in (None, body["message"]["chat"]["id"])]
        return [message["text"] for message in chats]


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    runner = web.ServerRunner(web.Server(receiver.take), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram/webhook"
    yield receiver
    await runner.cleanup()


async def test_updates_come_with_the_secret_and_what_waited_comes_first(
    api: BotApi, bot: Bot, hook: Receiver
) -> None:
    await api.user(1).says("早")
    assert await bot.set_webhook(hook.url, secret_token="S3cret-_", max_connections=7)
    await api.user(1).says("晚")
    await api.drained()
    assert hook.texts() == ["早", "晚"]
    assert hook.secrets == ["S3cret-_", "S3cret-_"]
    assert hook.bodies[1]["update_id"] == hook.bodies[0]["update_id"] + 1
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (hook.url, 0, 7)
    await bot.delete_webhook()
    await api.user(1).says("夜")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    assert len(hook.bodies) == 2


async def test_order_is_kept_per_chat_and_chats_go_together(api: BotApi, bot: Bot, hook: Receiver) -> None:
    hook.delay = 0.01
    await bot.set_webhook(hook.url, max_connections=5)
    for number in range(5):
        for user_id in range(1, 11):
            await api.user(user_id).says(str(number))
    await api.drained()
    assert all(hook.texts(user_id) == ["0", "1", "2", "3", "4"] for user_id in range(1, 11))
    assert (hook.most, hook.most_of_one) == (5, 1)


async def test_a_refused_update_comes_again_with_growing_pauses(
    api: BotApi, bot: Bot, hook: Receiver
) -> None:
    refusals = iter([503] * 4)
    hook.answer = lambda body: web.Response(
        status=next(refusals, 200) if body["message"]["chat"]["id"] == 1 else 200
    )
    await bot.set_webhook(hook.url)
    await api.user(1).says("一")
    await api.user(1).says("二")
    await api.user(2).says("别人")
    await api.drained()
    assert hook.texts(1) == ["一"] * 5 + ["二"]
    assert hook.texts(2) == ["别人"], "another chat does not wait"
    times = [at for at, body in zip(hook.times, hook.bodies, strict=True) if body["message"]["text"] == "一"]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    scale = api.pusher.scale
    assert gaps[0] < gaps[3] and 2 * scale <= gaps[1] and 4 * scale <= gaps[2] and 8 * scale <= gaps[3]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_retry_after_is_obeyed(api: BotApi, bot: Bot, hook: Receiver) -> None:
    answers = iter([web.Response(status=503, headers={"Retry-After": "10"})])
    hook.answer = lambda body: next(answers, web.Response())
    await bot.set_webhook(hook.url)
    await api.user(1).says("一")
    await api.drained()
    assert hook.times[1] - hook.times[0] >= 10 * api.pusher.scale


async def test_an_update_that_is_too_old_is_given_up(hook: Receiver) -> None:
    async with BotApi(pause_scale=0.02, update_lifetime=0.6) as api:
        hook.answer = lambda body: web.Response(status=500 if body["message"]["text"] == "一" else 200)
        api.state.webhook.url = hook.url
        await api.pusher.start()
        await api.user(1).says("一")
        await api.drained()
        await api.user(1).says("二")
        await api.drained()
        assert hook.texts()[-1] == "二" and (api.pusher.dropped, api.pusher.delivered) == (1, 1)


async def test_a_taken_update_can_come_twice(api: BotApi, bot: Bot, hook: Receiver) -> None:
    await bot.set_webhook(hook.url, secret_token="s")
    api.deliver_twice()
    await api.user(1).says("一")
    await api.user(1).says("二")
    await api.drained()
    assert hook.texts() == ["一", "一", "二"]
    update_id = hook.bodies[2]["update_id"]
    assert await asyncio.gather(*(api.redeliver(update_id, hook.url) for _ in range(2))) == [200, 200]
    assert [body["update_id"] for body in hook.bodies[2:]] == [update_id] * 3
    assert hook.secrets == ["s"] * 5


async def test_nobody_listening_is_told_and_the_update_kept(api: BotApi, bot: Bot, hook: Receiver) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    await api.user(1).says("一")
    with pytest.raises(TimeoutError, match="1 updates still pending; last error: Connection refused"):
        await api.drained(1.0)
    await bot.set_webhook(hook.url)
    await api.drained()
    assert hook.texts() == ["一"]


async def test_pending_updates_can_be_dropped(api: BotApi, bot: Bot, hook: Receiver) -> None:
    await api.user(1).says("旧")
    await bot.set_webhook(hook.url, drop_pending_updates=True)
    await api.user(1).says("新")
    await api.drained()
    assert hook.texts() == ["新"]
