"""Posts over kept connections: every shape an answer may have, in pieces of every size, and many at once."""

from __future__ import annotations

import asyncio
import json
import random

import pytest

from bot.platforms.telegram.kept_line import Broken, KeptLine
from tests.bot.telegram.servers import Received, serving
from tests.bot.telegram.tools import HELLO

BODY = json.dumps(HELLO).encode()

# name | bytes of the answer | the body that is meant | whether the connection serves again
SHAPES: list[tuple[str, bytes, bytes, bool]] = [
    ("counted", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", b"body", True),
    ("counted, oddly written", b"HTTP/1.1 200 OK\r\nCONTENT-LENGTH:4 \r\n\r\nbody", b"body", True),
    ("nothing", b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", b"", True),
    ("204", b"HTTP/1.1 204 No Content\r\n\r\n", b"", True),
    ("no reason", b"HTTP/1.1 200\r\nContent-Length: 4\r\n\r\nbody", b"body", True),
    ("closing", b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody", b"body", False),
    ("an old server", b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nbody", b"body", False),
    ("chunked", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2;x=y\r\ndy\r\n0\r\n\r\n",
     b"body", True),
    ("chunked, a line at its end",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX: y\r\n\r\n", b"body", False),
    ("a word before", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody",
     b"body", True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "body", "again"), [row[1:] for row in SHAPES], ids=[row[0] for row in SHAPES]
)
@pytest.mark.parametrize("piece", [1, 7, 10_000])
async def test_each_shape_of_an_answer(answer: bytes, body: bytes, again: bool, piece: int) -> None:
    async def in_pieces(_: object, writer: asyncio.StreamWriter, __: Received) -> None:
        for start in range(0, len(answer), piece):
            writer.write(answer[start : start + piece])
            await writer.drain()
            await asyncio.sleep(0)

    line = KeptLine("test")
    async with serving(in_pieces) as server:
        for _ in range(2):
            status, content = await line.post(server.url(), BODY, 1, 1)
            assert (status // 100, content) == (2, body)
        line.close()
    assert [request.json for request in server.requests] == [HELLO, HELLO]
    assert server.connections == (1 if again else 2)


async def test_an_answer_that_ends_with_the_connection() -> None:
    async def until_the_end(_: object, writer: asyncio.StreamWriter, __: Received) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nbody")
        writer.close()

    line = KeptLine("test")
    async with serving(until_the_end) as server:
        assert await line.post(server.url(), BODY, 1, 1) == (200, b"body")


NONSENSE: list[tuple[str, bytes]] = [
    ("another protocol", b"SSH-2.0-OpenSSH\r\n"),
    ("no number", b"HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n"),
    ("no length", b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"),
    ("a chunk of no size", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nbody"),
    ("larger than anything", b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"),
    ("a head without end", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000),
]


@pytest.mark.parametrize("answer", [row[1] for row in NONSENSE], ids=[row[0] for row in NONSENSE])
async def test_what_is_no_answer_is_told_at_once(answer: bytes) -> None:
    async def talk(_: object, writer: asyncio.StreamWriter, __: Received) -> None:
        writer.write(answer)
        await writer.drain()
        await asyncio.sleep(5)

    line = KeptLine("test")
    async with serving(talk) as server:
        with pytest.raises(Broken) as caught:
            await line.post(server.url(), BODY, 1, 4)
    assert (caught.value.handed_over, caught.value.late) == (True, False)


async def test_many_at_once_each_get_their_own_answer_while_some_give_up() -> None:
    chance = random.Random(7)

    async def echo(_: object, writer: asyncio.StreamWriter, request: Received) -> None:
        await asyncio.sleep(chance.choice([0, 0, 0.001, 0.005]))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(request.body), request.body))

    line = KeptLine("test")

    async def one(number: int, url: str) -> str:
        body = str(number).encode()
        limit = 0.003 if number % 5 == 0 else 5.0
        try:
            return "" if (await line.post(url, body, 5, limit))[1] == body else "somebody else's"
        except Broken as broken:
            return "" if broken.late and number % 5 == 0 else broken.kind

    async with serving(echo) as server:
        tasks = []
        for number in range(1500):
            tasks.append(asyncio.create_task(one(number, server.url())))
            if number % 7 == 0:
                chance.choice(tasks).cancel()
            if number % 40 == 0:
                await asyncio.sleep(0.002)
        async with asyncio.timeout(20):
            found = await asyncio.gather(*tasks, return_exceptions=True)
        line.close()
    wrong = {str(one) for one in found if one and not isinstance(one, asyncio.CancelledError)}
    assert wrong == set()
