"""The load driver, the lean server and the sink count right and are fast enough to measure others."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import Any

import pytest
from aiohttp import ClientSession, FormData, web
from telegram import Bot

from tests.botapi import BotApi
from tests.botapi.lean import chat_id_in
from tests.botapi.load import drive, tap_update, text_update
from tests.botapi.sink import Sink
from tests.botapi.webhook import SECRET_HEADER


async def test_every_update_is_posted_once_and_timed() -> None:
    came: list[int] = []

    async def take(request: web.BaseRequest) -> web.Response:
        assert request.headers[SECRET_HEADER] == "s" and request.path == "/telegram/webhook"
        update: dict[str, Any] = json.loads(await request.content.read())
        came.append(update["update_id"])
        if update["update_id"] == 7:
            assert request.transport is not None
            request.transport.close()
        return web.Response(status=503 if update["update_id"] % 100 == 0 else 200, text="ok")

    runner = web.ServerRunner(web.Server(take), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram/webhook"
    updates = (text_update(n, 1000 + n, "书法") for n in range(1, 501))
    driven = await drive(url, "s", updates, concurrency=16)
    await runner.cleanup()
    assert sorted(came) == list(range(1, 501))
    assert driven.statuses == {200: 494, 503: 5, 0: 1}
    assert len(driven.latencies) == 499 and 0 < driven.percentile(50) <= driven.percentile(95)
    assert driven.rate > 100


async def test_a_pre_encoded_update_is_like_a_real_one(api: BotApi) -> None:
    await api.user(5, "居民").says("/start")
    pending = json.loads(api.state.queue.pending()[0].body)
    built = json.loads(text_update(pending["update_id"], 5, "/start", 1, pending["message"]["date"]))
    assert built == pending
    assert json.loads(tap_update(1, 5, "e:1"))["callback_query"]["data"] == "e:1"


async def test_lean_mode_counts_sends_and_serves_the_rest() -> None:
    async with BotApi(lean=True) as api, ClientSession() as session:
        bot = Bot(api.token, base_url=f"{api.url}/bot")
        async with bot:
            sent = [await bot.send_message(chat, "a") for chat in (5, 6)]
            assert [message.chat.id for message in sent] == [5, 6]
            assert await bot.answer_callback_query("1")
        async with session.get(f"{api.url}/_control/calls") as answer:
            counts = (await answer.json())["counts"]
        assert counts == {"getMe": 1, "sendMessage": 2, "answerCallbackQuery": 1}


async def test_the_sink_answers_every_client() -> None:
    sink = await Sink().start()
    async with Bot("123:TEST", base_url=f"{sink.url}/bot") as bot, ClientSession() as session:
        assert (await bot.send_message(42, "a")).chat.id == 42
        assert await bot.set_webhook("https://a.cn/") and not (await bot.get_webhook_info()).url
        url = f"{sink.url}/bot123:TEST/sendMessage"
        posts = (session.post(url, json={"chat_id": n, "text": "a"}) for n in range(50))
        answers = await asyncio.gather(*posts)
        assert [(await answer.json())["result"]["chat"]["id"] for answer in answers] == list(range(50))
        form = FormData({"text": "a", "chat_id": "77"})
        form.add_field("document", b"x" * 100_000, filename="a.bin")
        async with session.post(f"{sink.url}/bot123:TEST/sendDocument", data=form) as answer:
            assert (await answer.json())["result"]["chat"]["id"] == 77
        async with session.get(f"{sink.url}/_control/calls") as answer:
            assert (await answer.json())["counts"]["sendMessage"] == 51
    await sink.stop()


def test_the_chat_is_found_in_every_body() -> None:
    bodies = (
        b'{"chat_id":42,"text":"a"}', b'{"text":"a","chat_id": "42"}',
        b"text=a&chat_id=42", b"chat_id=42&text=a",
        b'--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n42\r\n--x--',
        b'--x\r\nContent-Disposition: form-data; name="chat_id"\r\nContent-Type: a/b\r\n\r\n42\r\n--x--',
    )  # fmt: skip
    assert [chat_id_in(body) for body in bodies] == [42] * 6
    assert chat_id_in(b"{}") == 0


@pytest.mark.parametrize("module", ["tests.botapi", "tests.botapi.sink"])
async def test_both_run_as_processes_of_their_own(module: str) -> None:
    command = (sys.executable, "-m", module, "--port", "0")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 15)).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found, line
    updates = (b'{"chat_id": 9, "text": "a"}' for _ in range(20))
    driven = await drive(f"{found.group()}/bot123:TEST/sendMessage", "", updates, concurrency=4)
    assert driven.statuses == {400 if module == "tests.botapi" else 200: 20}
    process.terminate()
    await asyncio.wait_for(process.wait(), 15)
