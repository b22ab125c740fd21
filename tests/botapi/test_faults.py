"""Faults strike exactly what they name, and leave delivered or undelivered what they say they leave."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from aiohttp import ClientError, ClientSession
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TimedOut

from tests.botapi import BotApi
from tests.botapi.conftest import Raw


@pytest.fixture(autouse=True)
async def started(api: BotApi) -> None:
    for user_id in (1, 2):
        await api.user(user_id).starts()


def texts(api: BotApi, user_id: int = 1) -> list[str]:
    return [message.text for message in api.user(user_id).chat.from_bot]


async def test_429_names_its_seconds_and_only_its_chat(
    api: BotApi, bot: Bot, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    fault = api.faults.too_many(3, method="sendMessage", chat=1)
    await bot.send_message(2, "别人不受影响")
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(1, "一")
    assert caught.value.retry_after == timedelta(seconds=3)
    await bot.send_message(1, "二")
    assert (fault.hits, texts(api), texts(api, 2)) == (1, ["二"], ["别人不受影响"])
    api.faults.too_many(1, chat=1)
    status, answer = await raw("sendMessage", chat_id=1, text="三")
    assert status == 429 and answer == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }


async def test_a_held_429_refuses_until_its_time_is_over(api: BotApi, raw: Raw) -> None:
    api.faults.too_many(0.8, chat=1, hold=True)
    statuses = [(await raw("sendMessage", chat_id=1, text="a"))[0] for _ in range(3)]
    assert statuses == [429, 429, 429]
    await asyncio.sleep(0.9)
    assert (await raw("sendMessage", chat_id=1, text="a"))[0] == 200


async def test_a_5xx_comes_in_json_or_as_a_proxys_page(api: BotApi, raw: Raw) -> None:
    api.faults.refuse(503, method="sendMessage")
    status, answer = await raw("sendMessage", chat_id=1, text="a")
    assert (status, answer["description"]) == (503, "Service Unavailable")
    api.faults.html(502)
    async with ClientSession() as session, session.get(f"{api.url}/bot{api.token}/getMe") as page:
        assert (page.status, page.content_type) == (502, "text/html")
        assert "<h1>502</h1>" in await page.text()
    assert texts(api) == []


async def test_a_dropped_connection_delivers_nothing_and_a_lost_answer_everything(
    api: BotApi, bot: Bot
) -> None:
    api.faults.drop(method="sendMessage")
    with pytest.raises(NetworkError) as caught:
        await bot.send_message(1, "丢了")
    assert not isinstance(caught.value, BadRequest) and texts(api) == []
    api.faults.lose_answer(method="sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(1, "到了")
    assert texts(api) == ["到了"]
    last = api.log.calls[-1]
    assert (last.method, last.status, last.delivered) == ("sendMessage", 0, True)


async def test_a_slow_answer_comes_after_the_message(api: BotApi, bot: Bot) -> None:
    api.faults.slow(5, method="sendMessage")
    began = time.monotonic()
    sending = asyncio.create_task(bot.send_message(1, "慢", read_timeout=0.9))
    await api.user(1).sees("慢", timeout=0.8)
    with pytest.raises(TimedOut):
        await sending
    assert time.monotonic() - began < 4


async def test_chance_is_seeded(api: BotApi) -> None:
    async def struck(seed: int) -> list[int]:
        async with BotApi(seed=seed) as own, ClientSession() as session:
            own.faults.refuse(500, probability=0.5, count=None)
            answers = [await session.get(f"{own.url}/bot{own.token}/getMe") for _ in range(20)]
            return [answer.status for answer in answers]

    first = await struck(7)
    assert first == await struck(7) != await struck(8)
    assert set(first) == {200, 500}


async def test_flood_limits_are_enforced_on_demand_and_pacing_can_be_judged(api: BotApi, raw: Raw) -> None:
    for text in "abc":
        await raw("sendMessage", chat_id=1, text=text)
    assert api.log.worst() == 3 and api.log.shortest_gap(1) < 1
    api.limits.enforce = True
    assert (await raw("sendMessage", chat_id=1, text="d"))[0] == 200
    status, answer = await raw("sendMessage", chat_id=1, text="e")
    assert (status, answer["parameters"]) == (429, {"retry_after": 1})
    assert (await raw("sendMessage", chat_id=2, text="f"))[0] == 200
    assert (await raw("getMe"))[0] == 200
    api.limits.overall = 2
    assert (await raw("sendMessage", chat_id=3, text="g"))[0] == 429
    assert len(api.log.sends(1)) == 4


async def test_a_server_that_is_gone_comes_back_with_all_it_knew(api: BotApi, raw: Raw) -> None:
    port = api.port
    await raw("sendMessage", chat_id=1, text="从前")
    await api.stop()
    with pytest.raises(ClientError):
        await raw("getMe")
    await api.start()
    assert api.port == port and (await raw("getMe"))[0] == 200
    assert texts(api) == ["从前"]


async def test_a_wrong_token_is_told_by_the_client(api: BotApi) -> None:
    bot = Bot("123:WRONG", base_url=f"{api.url}/bot")
    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


async def test_the_control_surface_does_what_python_does(api: BotApi, raw: Raw) -> None:
    async with ClientSession(base_url=api.url) as session:

        async def ask(method: str, act: str, **body: object) -> tuple[int, object]:
            async with session.request(method, f"/_control/{act}", json=body) as answer:
                return answer.status, await answer.json()

        assert (await ask("POST", "user", user=7, first_name="秀兰"))[0] == 200
        assert (await ask("POST", "say", user=7, text="书法"))[0] == 200
        buttons = {"inline_keyboard": [[{"text": "报名", "callback_data": "e:1"}]]}
        await raw("sendMessage", chat_id=7, text="书法入门", reply_markup=buttons)
        status, seen = await ask("POST", "sees", user=7, text="入门")
        assert status == 200 and isinstance(seen, dict)
        assert seen["buttons"] == [[{"label": "报名", "data": "e:1", "url": None}]]
        status, tap = await ask("POST", "tap", user=7, label="报名")
        assert status == 200 and isinstance(tap, dict) and tap["data"] == "e:1"
        status, error = await ask("POST", "tap", user=7, label="退课", timeout=0.01)
        assert status == 400 and "no button" in str(error)
        for act, body in (
            ("start", {"payload": "c_1"}), ("location", {"latitude": 30, "longitude": 120}),
            ("file", {"name": "a.txt", "base64": "aGk="}), ("block", {}), ("unblock", {}),
        ):  # fmt: skip
            assert (await ask("POST", act, user=7, **body))[0] == 200, act
        await ask("POST", "fault", kind="too_many", retry_after=2, chat=7)
        assert (await raw("sendMessage", chat_id=7, text="a"))[0] == 429
        await ask("POST", "fault", kind="drop", count=None)
        assert (await ask("DELETE", "fault"))[0] == 200
        status, shown = await ask("GET", "chat", user=7)
        assert isinstance(shown, list)
        assert [message["text"] for message in shown][:3] == ["书法", "书法入门", "/start c_1"]
        status, calls = await ask("GET", "calls")
        assert isinstance(calls, dict) and calls["counts"]["sendMessage"] == 2
        assert (await ask("POST", "dance"))[0] == 404
        assert (await ask("POST", "fault", kind="flood"))[0] == 400
