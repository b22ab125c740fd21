"""The client over real HTTP: what goes out, what is taken, when it gives up and leaves the endpoint alone."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web

from bot.assistant import AT_ONCE, FAILURES, MOST_WAITING, REST_SECONDS, Assistant
from tests.llm.standin import StandIn

PACKED = gzip.compress(b" " * 10**7)
KEY = "sk-geheim-4711"


class Hands:
    """A clock whose hands are moved by the test, over the real one."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
async def assistant(model: StandIn, hands: Hands) -> AsyncIterator[Assistant]:
    made = Assistant(model.url, "qwen", KEY, limit=0.5, clock=hands)
    yield made
    await made.close()


async def test_what_it_is_sent(model: StandIn, assistant: Assistant) -> None:
    model.says({"words": ["书法"]})
    heard = await assistant.ask("写红纸", "你是")
    assert (heard.outcome, json.loads(heard.text)) == ("answered", {"words": ["书法"]})
    (request,) = model.requests
    assert request["model"] == "qwen"
    assert request["messages"] == [
        {"role": "system", "content": "你是"},
        {"role": "user", "content": "写红纸"},
    ]
    assert (request["temperature"], request["stream"]) == (0, False)
    assert model.headers["Authorization"] == f"Bearer {KEY}"


async def test_without_a_key_none_is_sent(model: StandIn) -> None:
    bare = Assistant(model.url)
    assert (await bare.ask("写", "你")).outcome == "answered"
    await bare.close()
    assert "Authorization" not in model.headers


def big(model: StandIn) -> None:
    model.floods()


WAYS: list[tuple[str, Callable[[StandIn], None], str]] = [
    ("500", lambda model: model.fails(500), "refused"),
    ("401", lambda model: model.fails(401), "refused"),
    ("429", lambda model: model.fails(429), "refused"),
    ("too slow", lambda model: model.says({}, after=30), "slow"),
    ("a giant body", big, "too_long"),
    ("no JSON", lambda model: model.sends(b"<html>"), "unreadable"),
    ("no UTF-8", lambda model: model.sends(b'{"choices": "\xff\xfe"}'), "unreadable"),
    ("an empty body", lambda model: model.sends(b""), "unreadable"),
    ("another form", lambda model: model.sends(b'{"choices": []}'), "unreadable"),
    ("no words", lambda model: model.sends(b'{"choices": [{"message": {"content": null}}]}'), "unreadable"),
    ("a number", lambda model: model.sends(b"7"), "unreadable"),
    ("nested deep", lambda model: model.sends(b"[" * 60_000), "unreadable"),
    ("packed", lambda model: model.sends(PACKED, **{"Content-Encoding": "gzip"}), "unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(("way", "outcome"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
async def test_what_goes_wrong(
    model: StandIn, assistant: Assistant, way: Callable[[StandIn], None], outcome: str
) -> None:
    way(model)
    began = time.monotonic()
    heard = await assistant.ask("写红纸", "你是")
    assert (heard.outcome, heard.text) == (outcome, "")
    assert time.monotonic() - began < 2


async def test_a_closed_door(model: StandIn, assistant: Assistant) -> None:
    await model.close()
    assert (await assistant.ask("写红纸", "你是")).outcome == "unreachable"


async def test_a_line_cut_in_the_middle(model: StandIn, assistant: Assistant) -> None:
    async def hangs_up(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    model.answer = hangs_up
    assert (await assistant.ask("写红纸", "你是")).outcome == "unreachable"


async def test_a_redirect_is_not_followed(model: StandIn, assistant: Assistant) -> None:
    elsewhere = model.url.replace("/v1", "/elsewhere")
    model.sends(b"", 307, Location=elsewhere)
    assert (await assistant.ask("写红纸", "你是")).outcome == "refused"
    assert len(model.requests) == 1


async def test_only_so_many_at_a_time_and_only_so_many_wait(model: StandIn, assistant: Assistant) -> None:
    model.says({}, after=0.1)
    heard = await asyncio.gather(*(assistant.ask("写", "你") for _ in range(AT_ONCE + MOST_WAITING + 5)))
    outcomes = [one.outcome for one in heard]
    assert model.most_busy == AT_ONCE
    assert outcomes.count("full") >= 5
    assert outcomes.count("answered") >= AT_ONCE
    assert set(outcomes) <= {"answered", "full", "slow"}


async def test_after_some_failures_it_is_left_alone_for_a_minute(
    model: StandIn, assistant: Assistant, hands: Hands
) -> None:
    model.fails(503)
    for _ in range(FAILURES):
        assert (await assistant.ask("写", "你")).outcome == "refused"
    assert assistant.resting
    assert (await assistant.ask("写", "你")).outcome == "resting"
    assert len(model.requests) == FAILURES
    hands.ahead += REST_SECONDS + 1
    assert (await assistant.ask("写", "你")).outcome == "refused", "tried once after the rest"
    assert (await assistant.ask("写", "你")).outcome == "resting", "and left alone again"
    hands.ahead += REST_SECONDS + 1
    model.says({})
    assert (await assistant.ask("写", "你")).outcome == "answered"
    model.fails(503)
    for _ in range(FAILURES - 1):
        assert (await assistant.ask("写", "你")).outcome == "refused"
    assert not assistant.resting


async def test_prose_is_no_failure_of_the_endpoint(model: StandIn, assistant: Assistant) -> None:
    model.says("您好，您想学什么？")
    for _ in range(2 * FAILURES):
        assert (await assistant.ask("写", "你")).outcome == "answered"
