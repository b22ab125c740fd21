"""The webhook over a real socket: who may speak, what is refused, and that 200 means committed."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import text

from bot.platforms.telegram.platform import TelegramPlatform
from bot.platforms.telegram.webhook import PATH, SECRET_HEADER, Webhook
from models.store import Overloaded, StoreDown
from tests.bot.telegram.stage import Stage, on_stage
from tests.botapi import BotApi

SECRET = "s3cret_Word-1"


@asynccontextmanager
async def served(path: Path) -> AsyncIterator[tuple[Stage, str]]:
    """A stage that receives by webhook, and the webhook's address."""
    async with on_stage(path, BotApi(pause_scale=0.05)) as stage:
        listener = web.AppRunner(app := web.Application(), access_log=None)
        holder: list[TelegramPlatform] = []

        async def handle(request: web.Request) -> web.Response:
            assert holder[0].webhook is not None
            return await holder[0].webhook.handle(request)

        app.router.add_post(PATH, handle)
        await listener.setup()
        site = web.TCPSite(listener, "127.0.0.1", 0)
        await site.start()
        base = f"http://127.0.0.1:{listener.addresses[0][1]}"
        platform = TelegramPlatform(
            stage.connection, stage.desk, stage.house.work, stage.house.town, mode="webhook",
            public_url=base, secret=SECRET,
        )  # fmt: skip
        holder.append(platform)
        await platform.start()
        try:
            async with asyncio.timeout(5):
                while not stage.api.state.webhook.url:
                    await asyncio.sleep(0.01)
            yield stage, base + PATH
        finally:
            await platform.stop_receiving()
            await listener.cleanup()


def update(number: int = 1, said: str = "您好") -> dict[str, Any]:
    who = {"id": 7, "is_bot": False, "first_name": "王"}
    chat = {"id": 7, "type": "private"}
    return {
        "update_id": number,
        "message": {"message_id": 1, "from": who, "chat": chat, "date": 1, "text": said},
    }


async def post(
    url: str, body: bytes | dict[str, Any], secret: str | None = SECRET
) -> tuple[int, dict[str, str], bytes]:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
    async with aiohttp.ClientSession() as session, session.post(url, data=data, headers=headers) as answer:
        return answer.status, dict(answer.headers), await answer.read()


async def outcomes(stage: Stage) -> list[tuple[int, str]]:
    asked = text("SELECT update_id, outcome FROM received_update ORDER BY update_id")
    return [tuple(row) for row in await stage.house.work.read(lambda tx: tx.core(asked).all())]


async def test_a_conversation_comes_in_and_goes_out(tmp_path: Path) -> None:
    async with served(tmp_path) as (stage, url):
        assert stage.api.state.webhook.url == url
        assert stage.api.state.webhook.secret == SECRET
        person = stage.api.user(7)
        await person.says("我想学书法")
        await person.sees("听到了：text 我想学书法")
        tap = await person.taps("再来")
        assert await person.is_answered(tap) == "好"
        await stage.api.drained()


async def test_a_tap_is_answered_with_its_update_and_needs_no_call(tmp_path: Path) -> None:
    async with served(tmp_path) as (stage, _):
        # a call of the method itself would find nobody
        stage.api.faults.drop(method="answerCallbackQuery", count=9)
        person = stage.api.user(7)
        await person.says("我想学书法")
        await person.sees("听到了：text 我想学书法")
        assert await person.is_answered(await person.taps("再来")) == "好"
        await stage.api.drained()


async def test_an_update_delivered_twice_has_one_answer(tmp_path: Path) -> None:
    async with served(tmp_path) as (stage, _):
        stage.api.deliver_twice(1)
        person = stage.api.user(7)
        await person.says("您好")
        await person.sees("您好")
        await stage.api.drained()
        await person.says("还有")
        await person.sees("还有")
        assert len(person.chat.from_bot) == 2


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET + "x", "密码"], ids=["none", "empty", "wrong", "longer", "han"]
)
async def test_a_wrong_secret_is_refused_quietly(tmp_path: Path, secret: str | None) -> None:
    async with served(tmp_path) as (stage, url):
        status, _, body = await post(url, update(), secret)
        assert (status, body) == (403, b"")
        assert stage.desk.heard == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * 1_048_577, 413),
        (b"not json", 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b'{"message": {}}', 400),
        (b"[" * 100_000, 400),
        (json.dumps({"update_id": 9, "something_new": {}}).encode(), 200),
    ],
    ids=["too large", "no json", "no text", "no object", "no number", "deep", "a kind we did not ask for"],
)
async def test_what_is_no_update_is_refused(tmp_path: Path, body: bytes, status: int) -> None:
    async with served(tmp_path) as (stage, url):
        assert (await post(url, body))[0] == status
        assert stage.desk.heard == []


async def test_a_large_body_without_a_length_is_refused_too(tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    async with served(tmp_path) as (_, url), aiohttp.ClientSession() as session:
        try:
            async with session.post(url, data=endless(), headers={SECRET_HEADER: SECRET}) as answer:
                status = answer.status
        except aiohttp.ClientConnectionError:  # it hung up on us while we were still writing
            status = 413
        assert status == 413


@pytest.mark.parametrize(("trouble", "seconds"), [(StoreDown("gone"), "5"), (Overloaded(7), "7")])
async def test_a_store_that_is_down_asks_to_come_again(
    tmp_path: Path, trouble: Exception, seconds: str
) -> None:
    async with served(tmp_path) as (stage, url):
        stage.desk.trouble = [trouble]
        status, headers, _ = await post(url, update())
        assert (status, headers["Retry-After"]) == (503, seconds)
        assert await outcomes(stage) == []
        assert (await post(url, update()))[0] == 200
        assert await outcomes(stage) == [(1, "done")]


async def test_telegram_delivers_again_until_it_was_taken_in(tmp_path: Path) -> None:
    async with served(tmp_path) as (stage, _):
        stage.desk.trouble = [StoreDown("gone"), StoreDown("gone")]
        person = stage.api.user(7)
        await person.says("还在吗")
        await person.sees("还在吗")
        await stage.api.drained()
        assert [delivery.status for delivery in stage.api.pusher.deliveries] == [503, 503, 200]


async def test_an_update_that_cannot_be_read_is_recorded_and_acknowledged(tmp_path: Path) -> None:
    async with served(tmp_path) as (stage, url):
        broken = {"update_id": 4, "message": {"chat": {"id": 7, "type": "private"}, "text": "x"}}
        assert (await post(url, broken))[0] == 200
        assert (await post(url, broken))[0] == 200
        assert await outcomes(stage) == [(4, "failed")]


async def test_a_handler_that_fails_is_acknowledged_and_recorded(tmp_path: Path) -> None:
    async with served(tmp_path) as (stage, url):
        stage.desk.trouble = [ZeroDivisionError("ours")]
        assert (await post(url, update(8)))[0] == 200
        assert await outcomes(stage) == [(8, "failed")]


async def test_many_people_at_once_are_each_answered_once(tmp_path: Path) -> None:
    async with served(tmp_path) as (stage, _):
        people = [stage.api.user(n) for n in range(100, 160)]
        for person in people:
            await person.says("您好")
            await person.says("再见")
        for person in people:
            await person.sees("再见", timeout=10)
            assert [message.text for message in person.chat.from_bot] == [
                "听到了：text 您好",
                "听到了：text 再见",
            ]


def test_a_webhook_without_a_secret_is_not_made() -> None:
    with pytest.raises(ValueError, match="secret"):
        Webhook(None, "")  # type: ignore[arg-type]
