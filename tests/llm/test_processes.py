"""The whole program with a language model beside it: Telegram, the web page, the terminal, and kill -9."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar

from services.understanding.masking import mask
from tests.botapi import BotApi, Person
from tests.llm.stage import LOST, PUZZLE
from tests.llm.standin import StandIn
from tests.system.house import House

KEY = "sk-geheim-4711"
NOW = "2026-11-30T10:00"


def house_of(folder: Path, url: str, model: StandIn, api: BotApi | None = None) -> House:
    """The program with the model set up."""
    return House(folder, url, api, now=NOW, LLM_URL=model.url, LLM_MODEL="qwen", LLM_KEY=KEY)


async def agrees(person: Person) -> None:
    """From a text that is not understood to a yes, on Telegram."""
    await person.says(PUZZLE)
    await person.sees(LOST)
    await person.taps("请智能助手帮着听")
    await person.sees("语言模型")
    await person.taps("同意，请它帮着听")
    await person.sees("以后我听不懂")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_on_telegram(
    kind: str, small_town: Callable[[str], str], tmp_path: Path, api: BotApi, model: StandIn
) -> None:
    async with house_of(tmp_path, small_town(kind), model, api) as house:
        process = await house.start()
        wang = api.user(1001, "秀兰", "王")
        model.says({"words": ["书法"]})
        await agrees(wang)
        await wang.sees("书法入门")
        model.says("您好！加我微信")
        await wang.says(PUZZLE)
        await wang.sees(LOST)
        await wang.sees_nothing(what="微信")
        model.says({"words": ["书法"]}, after=30)
        began = time.monotonic()
        await wang.says(PUZZLE)
        await wang.sees(LOST)
        assert 2.5 < time.monotonic() - began < 5
        async with ClientSession() as session, session.get(f"{process.url}/metrics") as answer:
            figures = await answer.text()
        for outcome in ("understood", "nothing", "slow"):
            assert f'doorstep_assistant_total{{outcome="{outcome}"}} 1.0' in figures
        await house.stop()
        assert KEY not in process.logged
        assert PUZZLE[:4] not in process.logged


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_killed_while_it_is_asked(
    kind: str, small_town: Callable[[str], str], tmp_path: Path, api: BotApi, model: StandIn
) -> None:
    async with house_of(tmp_path, small_town(kind), model, api) as house:
        await house.start()
        wang = api.user(1001, "秀兰", "王")
        await agrees(wang)
        await house.settled()
        asked = len(model.requests)
        model.says({"words": ["书法"]}, after=60)
        await wang.says(PUZZLE)
        await model.asked(asked + 1)
        house.kill()
        await house.start()
        await wang.sees(LOST, timeout=25)
        # the update may have come again: it was taken in already, and nobody is asked twice
        assert len(model.requests) == asked + 1
        await house.settled()
        wang.reads()
        model.says({"words": ["书法"]})
        await wang.says(PUZZLE)
        await wang.sees("书法入门")
        await house.stop()


@pytest.mark.slow
async def test_a_clean_stop_waits_for_what_was_asked(
    small_town: Callable[[str], str], tmp_path: Path, api: BotApi, model: StandIn
) -> None:
    async with house_of(tmp_path, small_town("sqlite"), model, api) as house:
        await house.start()
        wang = api.user(1001, "秀兰", "王")
        await agrees(wang)
        asked = len(model.requests)
        model.says({"words": ["书法"]}, after=1.0)
        await wang.says(PUZZLE)
        await model.asked(asked + 1)
        await house.stop()
        await wang.sees("书法入门", timeout=1)


class Page:
    """A browser's side of the web page: it posts, and reads the stream of its own."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._numbers = itertools.count(1000)

    async def posts(self, **said: Any) -> None:
        """Say or tap something."""
        body = {"n": next(self._numbers), "key": "a-word-of-a-newcomers-page"} | said
        async with self._session.post(f"{self._url}/web/send", json=body) as answer:
            assert answer.status == 202, await answer.text()

    async def sees(self, words: str, seconds: float = 10.0) -> str:
        """Read the stream until a message has these words."""
        seen = []
        async with asyncio.timeout(seconds), self._session.get(f"{self._url}/web/events") as stream:
            async for line in stream.content:
                if line.startswith(b"data: "):
                    seen.append(line.decode())
                    if words in seen[-1]:
                        return seen[-1]
        raise AssertionError(f"no {words!r} in {seen}")


async def test_on_the_web_page(small_town: Callable[[str], str], tmp_path: Path, model: StandIn) -> None:
    async with house_of(tmp_path, small_town("sqlite"), model) as house:
        process = await house.start()
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
            page = Page(session, process.url)
            await page.posts(text=PUZZLE)
            assert "请智能助手帮着听" in await page.sees(LOST)
            await page.posts(tap="assistant")
            assert model.host in await page.sees("语言模型")
            model.says({"words": ["书法"]})
            await page.posts(tap="assistant_yes")
            await page.sees("书法入门")
            assert model.said == [mask(PUZZLE, [])]
        await house.stop()


@pytest.mark.slow
async def test_on_the_web_page_after_a_kill(
    small_town: Callable[[str], str], tmp_path: Path, model: StandIn
) -> None:
    async with house_of(tmp_path, small_town("sqlite"), model) as house:
        process = await house.start()
        model.says({"words": ["书法"]}, after=60)
        # cookies of one process hold for the next, as the key is kept
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
            page = Page(session, process.url)
            await page.posts(tap="assistant_yes")
            await page.posts(text=PUZZLE)
            await model.asked()
            house.kill()
            page = Page(session, (await house.start()).url)
            await page.sees(LOST, 25)
        assert len(model.requests) == 1
        await house.stop()


class Terminal:
    """`doorstep chat --json` as a process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def line(self, **said: Any) -> dict[str, Any]:
        """One line in, exactly one line out."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(said).encode() + b"\n")
        async with asyncio.timeout(20):
            answer: dict[str, Any] = json.loads(await self.process.stdout.readline())
        return answer

    async def ends(self) -> str:
        """Close the input; whatever was said beyond the lines."""
        out, err = await self.process.communicate(b"")
        assert (out, self.process.returncode) == (b"", 0), (out, err)
        return err.decode()


async def chat(house: House) -> Terminal:
    """Begin to talk."""
    return Terminal(
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "chat", "--json", "--as", "wang", cwd=house.folder,
            env=house.environment(), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    )  # fmt: skip


async def test_in_the_terminal_one_line_has_one_line(
    small_town: Callable[[str], str], tmp_path: Path, model: StandIn
) -> None:
    async with house_of(tmp_path, small_town("sqlite"), model) as house:
        talk = await chat(house)
        (lost,) = (await talk.line(text=PUZZLE))["messages"]
        assert LOST in lost["text"]
        assert model.requests == []
        model.says({"words": ["书法"]})
        await talk.line(tap="assistant")
        given, listed = (await talk.line(tap="assistant_yes"))["messages"]
        assert "以后我听不懂" in given["text"]
        assert listed["courses"] == ["SF01"]
        (listed,) = (await talk.line(text=PUZZLE))["messages"]
        assert listed["courses"] == ["SF01"]
        for trouble in (
            lambda: model.fails(500),
            lambda: model.says("书法吧"),
            lambda: model.says({}, after=30),
        ):
            trouble()
            (lost,) = (await talk.line(text=PUZZLE))["messages"]
            assert LOST in lost["text"]
        (listed,) = (await talk.line(text="书法"))["messages"]
        assert listed["courses"] == ["SF01"]
        assert await talk.ends() == ""


UNDERSTOOD = {"words": ["书法"], "weekdays": [5, 6]}
DOCTOR: list[tuple[str, Callable[[StandIn], None], int, str]] = [
    ("well", lambda model: model.says(UNDERSTOOD), 0, "ok    language model: {host} understands"),
    ("prose", lambda model: model.says("好的"), 0, "warn  language model: {host} answers, but not with a"),
    ("a wrong key", lambda model: model.fails(401), 1, "fail  language model: {host} refuses"),
    ("no endpoint", lambda model: model.sends(b"<html>"), 1, "fail  language model: {host} answers, but"),
]


@pytest.mark.parametrize(("way", "code", "line"), [one[1:] for one in DOCTOR], ids=[one[0] for one in DOCTOR])
async def test_doctor_tells(
    small_town: Callable[[str], str], tmp_path: Path, model: StandIn,
    way: Callable[[StandIn], None], code: int, line: str,
) -> None:  # fmt: skip
    way(model)
    async with house_of(tmp_path, small_town("sqlite"), model) as house:
        done = await house.command("doctor", code=code)
        assert line.format(host=model.host) in done.out
        assert KEY not in done.out + done.err


async def test_doctor_tells_of_a_closed_door(
    small_town: Callable[[str], str], tmp_path: Path, model: StandIn
) -> None:
    await model.close()
    async with house_of(tmp_path, small_town("sqlite"), model) as house:
        done = await house.command("doctor", code=1)
        assert "fail  language model" in done.out
        assert "cannot be reached" in done.out
