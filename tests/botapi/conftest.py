"""A running server, a raw client and python-telegram-bot's client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession
from telegram import Bot
from telegram.request import HTTPXRequest

from tests.botapi import BotApi

Raw = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(pause_scale=0.02) as server:
        yield server


@pytest.fixture
async def raw(api: BotApi) -> AsyncIterator[Raw]:
    """Calls a method with JSON and returns the HTTP status and the whole answer."""
    async with ClientSession() as session:

        async def call(method: str, **params: Any) -> tuple[int, dict[str, Any]]:
            async with session.post(f"{api.url}/bot{api.token}/{method}", json=params) as answer:
                body: dict[str, Any] = await answer.json()
                return answer.status, body

        yield call


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    request = HTTPXRequest(connection_pool_size=16, read_timeout=2)
    client = Bot(api.token, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot", request=request)
    async with client:
        yield client
