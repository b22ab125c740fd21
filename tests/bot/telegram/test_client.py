"""Calls with plain dicts: the library's own errors, unreadable answers, and the secret that stays one."""

from __future__ import annotations

import io
import json
import logging
import pickle
from collections.abc import Iterator

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from bot.platforms.telegram.client import BotApi
from bot.platforms.telegram.request_errors import (
    AnswerLate,
    AnswerLost,
    BotApiFault,
    GatewayError,
    NotSentInTime,
)
from tests.bot.telegram import servers
from tests.bot.telegram.servers import OK, TOKEN, answers, refuses, serving
from tests.bot.telegram.tools import HELLO, bot_on, everything_told, send_by, transport

# ---- the library's own errors ----

LIBRARY: list[tuple[str, servers.Answering, type, str]] = [
    ("blocked", refuses(403, "Forbidden: bot was blocked by the user"), Forbidden, "blocked"),
    ("no chat", refuses(400, "Bad Request: chat not found"), BadRequest, "Chat not found"),
    ("bad token", refuses(401, "Unauthorized"), InvalidToken, "Unauthorized"),
    ("unknown bot", refuses(404, "Not Found"), InvalidToken, "Not Found"),
    ("two pollers", refuses(409, "Conflict: terminated by other"), Conflict, "Conflict"),
    ("migrated", refuses(400, "Bad Request: upgraded", migrate_to_chat_id=-100), ChatMigrated, "-100"),
    ("flood", refuses(429, "Too Many Requests: retry after 7", retry_after=7), RetryAfter, "0:00:07"),
    ("flood without waiting", refuses(429, "Too Many Requests", retry_after=0), BotApiFault, "Too Many"),
    ("refused with 200", answers(200, {"ok": False, "error_code": 400, "description": "Bad Request: no"}),
     BadRequest, "No"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "expected", "words"), [r[1:] for r in LIBRARY], ids=[r[0] for r in LIBRARY]
)
async def test_a_call_raises_what_the_library_raises(
    answer: servers.Answering, expected: type, words: str
) -> None:
    async with serving(answer) as server, transport() as request:
        with pytest.raises(expected, match=words) as caught:
            await BotApi(TOKEN, request, server.base).call("sendMessage", HELLO)
    assert type(caught.value) is expected


async def test_a_call_gives_the_result_and_leaves_nothing_unset() -> None:
    async with serving(OK) as server, transport() as request:
        api = BotApi(TOKEN, request, server.base + "/")
        assert await api.call("sendMessage", HELLO | {"reply_markup": None}) == {"message_id": 7}
    assert server.requests[0].target == f"/bot{TOKEN}/sendMessage"
    assert server.requests[0].json == HELLO
    assert TOKEN not in repr(api) + repr(request)


UNREADABLE: list[tuple[str, bytes]] = [
    ("a captive portal", b"<html>Please log in</html>"),
    ("nothing", b""),
    ("a list", b"[1]"),
    ("no result", b'{"ok": true}'),
    ("deeply nested", b"[" * 200_000),
]


@pytest.mark.parametrize("body", [row[1] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
@pytest.mark.parametrize("path", ["call", "send_message"])
async def test_success_that_cannot_be_read_is_no_success(
    body: bytes, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with serving(answers(200, body)) as server, bot_on(server) as bot:
        with pytest.raises(AnswerLost):
            await send_by(bot, server, path)
    assert caplog.text == ""


# ---- secrets ----

ECHOES: list[tuple[str, int, bytes]] = [
    ("an HTML page that quotes the address", 404, f"<p>/bot{TOKEN}/sendMessage not found</p>".encode()),
    ("an HTML page with 200", 200, f"<p>/bot{TOKEN}/sendMessage</p>".encode()),
    ("JSON that quotes it", 400,
     json.dumps({"ok": False, "error_code": 400, "description": f"no route /bot{TOKEN}/x"}).encode()),
    ("JSON that quotes it escaped", 500,
     json.dumps({"ok": False, "error_code": 500, "description": "at " + TOKEN.replace(":", "%3A")}).encode()),
]  # fmt: skip


@pytest.fixture
def all_logs() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.parametrize(("status", "body"), [row[1:] for row in ECHOES], ids=[row[0] for row in ECHOES])
@pytest.mark.parametrize("path", ["call", "send_message"])
async def test_the_token_is_never_told(status: int, body: bytes, path: str, all_logs: io.StringIO) -> None:
    async with serving(answers(status, body)) as server, bot_on(server) as bot:
        with pytest.raises(NetworkError) as caught:
            await send_by(bot, server, path)
    secret = TOKEN.split(":")[1]
    assert secret not in everything_told(caught.value)
    assert secret not in all_logs.getvalue()


OWN_ERRORS = [
    GatewayError("HTTP 502", 502),
    BotApiFault("HTTP 500", 500),
    NotSentInTime("x"),
    AnswerLate("y"),
]


@pytest.mark.parametrize("error", OWN_ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling(error: NetworkError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))
    assert getattr(again, "status", None) == getattr(error, "status", None)
