"""The transport over real sockets: what arrives, what is read back, and what each misfortune is called."""

from __future__ import annotations

import asyncio
import contextlib
import io
import random
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.error import (
    BadRequest,
    NetworkError,
    TimedOut,
)
from telegram.request import BaseRequest

from bot.platforms.telegram.request import AiohttpRequest
from bot.platforms.telegram.request_errors import (
    AnswerLate,
    AnswerLost,
    BotApiFault,
    GatewayError,
    NotSent,
    NotSentInTime,
)
from tests.bot.telegram import servers
from tests.bot.telegram.servers import OK, TLS, TOKEN, answers, refuses, serving
from tests.bot.telegram.tools import HELLO, SENT, bot_on, everything_told, free_port, send_by, transport

# ---- what arrives ----


async def test_a_plain_message_arrives_as_json() -> None:
    async with serving(answers(200, SENT)) as server, bot_on(server) as bot:
        buttons = InlineKeyboardMarkup([[InlineKeyboardButton("报名", callback_data="e:12")]])
        message = await bot.send_message(1, "王阿姨，您好", reply_markup=buttons)
    got = server.requests[0]
    assert message.message_id == 7
    assert got.headers["content-type"] == "application/json"
    assert got.json == {
        "chat_id": 1,
        "text": "王阿姨，您好",
        "reply_markup": {"inline_keyboard": [[{"text": "报名", "callback_data": "e:12"}]]},
    }
    assert "cookie" not in got.headers


async def test_half_a_surrogate_pair_does_not_stop_a_message() -> None:
    async with serving(OK) as server, transport() as request:
        await request.post_json(server.url(), {"text": "好\ud83d"})
    assert server.requests[0].json == {"text": "好?"}


@pytest.mark.parametrize("payload", [{"text": object()}, {"text": b"bytes"}], ids=["an object", "bytes"])
async def test_what_is_not_plain_is_our_fault(payload: dict[str, Any]) -> None:
    async with serving(OK) as server, transport() as request:
        with pytest.raises(BadRequest):
            await request.post_json(server.url(), payload)
    assert server.connections == 0


FILES: list[tuple[str, bytes, str, str]] = [
    ("a calendar with a Chinese name", b"BEGIN:VCALENDAR\r\n", "书法课·日历.ics", "text/calendar"),
    ("two megabytes, not to be written at once", b"\x00\xff" * 1_048_576, "照片.png", "image/png"),
    ("an empty sheet", b"", "名单.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("a quote in the name", b"x", '5"屏.txt', "text/plain"),
]


@pytest.mark.parametrize(("content", "name", "kind"), [f[1:] for f in FILES], ids=[f[0] for f in FILES])
@pytest.mark.parametrize("as_handle", [False, True], ids=["bytes", "open file"])
async def test_a_file_arrives_whole(content: bytes, name: str, kind: str, as_handle: bool) -> None:
    async with serving(answers(200, SENT)) as server, bot_on(server, read_timeout=5) as bot:
        source = InputFile(
            io.BytesIO(content) if as_handle else content, name, read_file_handle=not as_handle
        )
        await bot.send_document(1, source, caption="请查收")
    got = server.requests[0].parts()
    assert got["document"][2] == content
    assert got["document"][:2] == (name, kind)
    assert got["caption"][2].decode() == "请查收"
    assert got["chat_id"][2] == b"1"


async def test_a_file_name_cannot_smuggle_a_header() -> None:
    async with serving(answers(200, SENT)) as server, bot_on(server) as bot:
        await bot.send_document(1, InputFile(b"x", "a.txt\r\nX-Evil: 1\r\n\r\nmore"))
    assert b"\r\nX-Evil" not in server.requests[0].body


async def test_a_big_download_comes_back_whole() -> None:
    content = bytes(range(256)) * 40_000
    async with serving(answers(200, content, "application/octet-stream")) as server, transport() as request:
        assert (
            await request.retrieve(f"{server.base}/file/bot{TOKEN}/photos/1.jpg", read_timeout=5) == content
        )


async def test_one_connection_carries_many_messages() -> None:
    async with serving(OK) as server, transport() as request:
        for _ in range(5):
            await request.post_json(server.url(), HELLO)
    assert (server.connections, len(server.requests)) == (1, 5)


async def test_connections_stay_within_the_limit() -> None:
    async def unhurried(_: Any, writer: asyncio.StreamWriter, __: Any) -> None:
        await asyncio.sleep(0.02)
        writer.write(servers.http(200, {"ok": True, "result": True}))

    async with serving(unhurried) as server, transport(connection_limit=3, pool_timeout=5) as request:
        await asyncio.gather(*(request.post_json(server.url(), HELLO) for _ in range(12)))
    assert (server.connections, len(server.requests)) == (3, 12)


async def test_a_redirect_is_not_followed_with_the_token() -> None:
    async with serving(OK) as elsewhere:

        async def away(_: Any, writer: asyncio.StreamWriter, __: Any) -> None:
            line = f"HTTP/1.1 307 X\r\nLocation: {elsewhere.url()}\r\nContent-Length: 0\r\n\r\n"
            writer.write(line.encode())

        async with serving(away) as server, transport() as request:
            with pytest.raises(GatewayError) as caught:
                await request.post_json(server.url(), HELLO)
    assert caught.value.status == 307
    assert elsewhere.requests == []


# ---- what misfortunes are called ----

AFTER_READING: list[tuple[str, servers.Answering, type[NetworkError]]] = [
    ("hangs up after reading", servers.drops, AnswerLost),
    ("resets after reading", servers.resets, AnswerLost),
    ("never answers", servers.never_answers, AnswerLate),
    ("breaks off in the body", servers.breaks_off, AnswerLost),
    ("stalls in the body", servers.stalls_in_the_body, AnswerLate),
    ("speaks no HTTP", servers.talks_nonsense, AnswerLost),
    ("502 in HTML", answers(502, b"<html>Bad Gateway</html>", "text/html"), GatewayError),
    ("500 in HTML", answers(500, b"<html>Oops</html>", "text/html"), GatewayError),
    ("503 without a body", answers(503, b""), GatewayError),
    ("500 in somebody else's JSON", answers(500, {"error": "upstream"}), GatewayError),
    ("403 of a proxy in HTML", answers(403, b"<html>Blocked by policy</html>", "text/html"), GatewayError),
    ("500 of the Bot API", refuses(500, "Internal Server Error"), BotApiFault),
    ("502 of the Bot API", refuses(502, "Bad Gateway"), BotApiFault),
    ("413 of the Bot API", refuses(413, "Request Entity Too Large"), BotApiFault),
    ("429 without a time", refuses(429, "Too Many Requests: retry later"), BotApiFault),
]


@pytest.mark.parametrize(
    ("answer", "expected"), [row[1:] for row in AFTER_READING], ids=[row[0] for row in AFTER_READING]
)
@pytest.mark.parametrize("path", ["post_json", "send_message", "call", "a file"])
async def test_after_the_server_has_read_it(answer: servers.Answering, expected: type, path: str) -> None:
    async with serving(answer) as server, bot_on(server) as bot:
        with pytest.raises(NetworkError) as caught:
            await send_by(bot, server, path)
    assert type(caught.value) is expected
    assert len(server.requests) == 1, "a message is never sent a second time by the transport"
    assert isinstance(caught.value, TimedOut) == (expected is AnswerLate)
    assert TOKEN not in everything_told(caught.value)


async def test_nobody_listens() -> None:
    async with transport() as request:
        with pytest.raises(NotSent, match=r"Connection refused|Connect call failed") as caught:
            await request.post_json(f"http://127.0.0.1:{free_port()}/bot{TOKEN}/sendMessage", HELLO)
    assert TOKEN not in everything_told(caught.value)


async def test_a_name_that_does_not_exist() -> None:
    async with transport(connect_timeout=5) as request:
        with pytest.raises(NotSent) as caught:
            await request.post_json(f"http://nowhere.invalid/bot{TOKEN}/sendMessage", HELLO)
    assert TOKEN not in everything_told(caught.value)


async def test_an_address_that_is_none() -> None:
    async with transport() as request:
        with pytest.raises(NotSent) as caught:
            await request.post_json(f"ftp://localhost/bot{TOKEN}/sendMessage", HELLO)
    assert TOKEN not in everything_told(caught.value)


async def test_a_connect_that_never_ends() -> None:
    async def no_handshake(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with serving(connected=no_handshake) as server, transport(connect_timeout=0.2) as request:
        with pytest.raises(NotSentInTime) as caught:
            await request.post_json(server.url().replace("http:", "https:"), HELLO)
    assert isinstance(caught.value, TimedOut)
    assert TOKEN not in everything_told(caught.value)


async def test_no_free_connection() -> None:
    async with (
        serving(servers.never_answers) as server,
        transport(connection_limit=1, read_timeout=2) as request,
    ):
        first = asyncio.create_task(request.post_json(server.url(), HELLO))
        while not server.requests:
            await asyncio.sleep(0.01)
        with pytest.raises(NotSentInTime, match="No free connection"):
            await request.post_json(server.url(), HELLO)
        first.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await first
        with pytest.raises(AnswerLate):  # the cancelled call has given its place back
            await request.post_json(server.url(), HELLO, 0.1)


async def test_a_foreign_certificate_stops_before_anything_is_sent() -> None:
    async with serving(OK, tls=True) as server, transport() as request:
        with pytest.raises(NotSent, match="Certificate"):
            await request.post_json(server.url(), HELLO)
    assert server.requests == []


async def test_an_own_authority_is_accepted() -> None:
    async with serving(OK, tls=True) as server, transport(ca_file=TLS / "local.pem") as request:
        status, _ = await request.post_json(server.url(), HELLO)
    assert status == 200


async def test_before_the_start_and_after_the_end_nothing_is_sent() -> None:
    request = AiohttpRequest()
    with pytest.raises(NotSent):
        await request.post_json("http://localhost/", HELLO)
    async with serving(OK) as server:
        for _ in range(2):  # it can be opened again
            await request.initialize()
            await request.initialize()
            assert (await request.post_json(server.url(), HELLO))[0] == 200
            await request.shutdown()
            await request.shutdown()
    with pytest.raises(NotSent):
        await request.post_json("http://localhost/", HELLO)


UPLOADS: list[tuple[str, bool, type[NetworkError]]] = [
    ("the server hangs up in the middle", True, NotSent),
    ("the server stops reading", False, NotSentInTime),
]


@pytest.mark.parametrize(
    ("hangs_up", "expected"), [row[1:] for row in UPLOADS], ids=[row[0] for row in UPLOADS]
)
async def test_an_upload_cut_short_was_not_sent(hangs_up: bool, expected: type) -> None:
    async def reads_a_little(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(100_000)
        if hangs_up:
            writer.transport.abort()
        else:
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            await asyncio.sleep(60)

    async with serving(connected=reads_a_little) as server, bot_on(server, media_write_timeout=0.3) as bot:
        with pytest.raises(NetworkError) as caught:
            await bot.send_document(1, b"\x00" * 30_000_000, filename="大.bin")
    assert type(caught.value) is expected
    assert TOKEN not in everything_told(caught.value)


async def test_a_connection_closed_while_idle_is_not_used_again() -> None:
    async def once(_: Any, writer: asyncio.StreamWriter, __: Any) -> None:
        writer.write(servers.http(200, {"ok": True, "result": True}))
        writer.close()

    async with serving(once) as server, transport() as request:
        for _ in range(3):
            assert (await request.post_json(server.url(), HELLO))[0] == 200
            await asyncio.sleep(0.02)
    assert server.connections == 3


async def test_what_is_called_not_sent_was_never_received() -> None:
    chance = random.Random(20_261_205)

    async def closes_at_any_moment(_: Any, writer: asyncio.StreamWriter, __: Any) -> None:
        writer.write(servers.http(200, {"ok": True, "result": True}))
        await asyncio.sleep(chance.choice([0, 0.0002, 0.0005, 0.001]))
        (writer.close if chance.random() < 0.5 else writer.transport.abort)()

    told: dict[str, list[int]] = {"ok": [], "NotSent": [], "AnswerLost": []}
    async with serving(closes_at_any_moment) as server, transport() as request:
        for number in range(600):
            try:
                await request.post_json(server.url(), {"number": number})
            except NetworkError as error:
                told[type(error).__name__].append(number)
            else:
                told["ok"].append(number)
            await asyncio.sleep(chance.choice([0, 0, 0.0002, 0.0005, 0.001]))
    received = [got.json["number"] for got in server.requests]
    assert len(received) == len(set(received))
    assert set(told["ok"]) <= set(received) <= set(told["ok"] + told["AnswerLost"])
    assert len(told["ok"]) > 100


# ---- time limits ----


async def test_the_whole_answer_has_a_time_even_when_it_trickles() -> None:
    async with serving(servers.trickles) as server, transport(connect_timeout=0.2) as request:
        with pytest.raises(AnswerLate):
            await request.post_json(server.url(), HELLO, 0.3)
        # the library's own limit is one of silence, so the same answer is read to its end
        assert await request.post(server.url(), read_timeout=0.3) is True


LIMITS: list[tuple[str, Any, bool]] = [
    ("not given: the default", BaseRequest.DEFAULT_NONE, True),
    ("a number: that one", 0.1, True),
    ("None: no limit", None, False),
]


@pytest.mark.parametrize(("given", "ends"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
async def test_a_limit_given_wins_over_the_default(given: Any, ends: bool) -> None:
    async with serving(servers.never_answers) as server, transport(read_timeout=0.2) as request:
        assert request.read_timeout == 0.2
        call = asyncio.create_task(request.post(server.url(), read_timeout=given))
        done, _ = await asyncio.wait([call], timeout=0.6)
        assert bool(done) is ends
        call.cancel()
        with contextlib.suppress(asyncio.CancelledError, AnswerLate):
            await call


async def test_long_polling_waits_longer_than_the_default() -> None:
    async def after_a_while(_: Any, writer: asyncio.StreamWriter, __: Any) -> None:
        await asyncio.sleep(0.5)
        writer.write(servers.http(200, {"ok": True, "result": []}))

    async with serving(after_a_while) as server, transport() as request:
        bot = Bot(TOKEN, base_url=f"{server.base}/bot", request=request, get_updates_request=request)
        assert await bot.get_updates(timeout=1) == ()
    assert server.requests[0].json["timeout"] == 1


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="connection_limit"):
        AiohttpRequest(connection_limit=0)
