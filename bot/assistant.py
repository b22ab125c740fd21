"""The client of a language model behind an OpenAI-compatible endpoint: bounded, brief, and quick to give up.

What it is told is masked already, and what it answers is only ever read as a meaning. It never raises for
what the endpoint or the network does: there is an answer or there is none.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog

from bot import metrics
from bot.settings import Settings
from services.second_opinion import LIMIT_SECONDS
from services.town import Town
from services.understanding import Meaning
from services.understanding.opinion import instructions, read_opinion

log = structlog.get_logger()

AT_ONCE = 4
MOST_WAITING = 32
MOST_BODY = 64 * 1024
MOST_TOKENS = 300
# after so many failures in a row it is left alone for a while, then tried once
FAILURES = 5
REST_SECONDS = 60.0
# what the endpoint is at fault for; a full queue, prose and a resting breaker are not
FAULTS = frozenset({"unreachable", "slow", "refused", "too_long", "unreadable"})


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of asking: `outcome` in one word, and the model's own words if there are any."""

    outcome: str
    text: str = ""


class Assistant:
    """Asks one endpoint; `limit` is the seconds that an answer may take, waiting for a place included."""

    def __init__(
        self, url: str, model: str = "", key: str = "", *, limit: float = LIMIT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        self._key = key
        self._limit = limit
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._places = asyncio.Semaphore(AT_ONCE)
        self._inside = 0
        self._failures = 0
        self._rests_until = 0.0

    @property
    def resting(self) -> bool:
        """Whether it is left alone after failing again and again."""
        return self._clock() < self._rests_until

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def ask(self, said: str, told: str) -> Heard:
        """The model's answer to a masked text; `told` says what is wanted of it."""
        if self.resting:
            return Heard("resting")
        if self._inside >= AT_ONCE + MOST_WAITING:
            return Heard("full")
        self._inside += 1
        began = self._clock()
        try:
            heard = await self._in_turn(said, told)
        finally:
            self._inside -= 1
        metrics.ASSISTANT_SECONDS.observe(self._clock() - began)
        self._note(heard.outcome)
        return heard

    async def _in_turn(self, said: str, told: str) -> Heard:
        outcome = "full"
        try:
            async with asyncio.timeout(self._limit), self._places:
                outcome = "slow"
                return await self._call(said, told)
        except TimeoutError:
            return Heard(outcome)
        except (aiohttp.ClientError, OSError):
            return Heard("unreachable")
        except (ValueError, RecursionError):  # no JSON, no text, not the form that an answer has
            return Heard("unreadable")

    async def _call(self, said: str, told: str) -> Heard:
        body: dict[str, Any] = {
            "model": self._model or "default",
            "messages": [{"role": "system", "content": told}, {"role": "user", "content": said}],
            "temperature": 0, "max_tokens": MOST_TOKENS, "stream": False,
        }  # fmt: skip
        # a redirect would carry the text to a host that nobody was told of
        async with self._open().post(self._url, json=body, allow_redirects=False) as response:
            if response.status != 200:
                return Heard("refused")
            content = bytearray()
            async for piece in response.content.iter_chunked(8192):
                content += piece
                if len(content) > MOST_BODY:
                    return Heard("too_long")
        return Heard("answered", _words(json.loads(bytes(content))))

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            headers = {"Accept-Encoding": "identity"}
            if self._key:
                headers["Authorization"] = f"Bearer {self._key}"
            self._session = aiohttp.ClientSession(
                headers=headers, timeout=aiohttp.ClientTimeout(total=None), auto_decompress=False,
                connector=aiohttp.TCPConnector(limit=AT_ONCE), cookie_jar=aiohttp.DummyCookieJar(),
            )  # fmt: skip
        return self._session

    def _note(self, outcome: str) -> None:
        if outcome not in FAULTS:
            if outcome == "answered":
                self._failures = 0
            return
        self._failures += 1
        if self._failures >= FAILURES:
            # one more failure after the rest is enough for another one
            self._failures = FAILURES - 1
            self._rests_until = self._clock() + REST_SECONDS
            log.warning("assistant_rests", why=outcome, seconds=REST_SECONDS)


def assistant_of(settings: Settings, limit: float = LIMIT_SECONDS) -> Assistant | None:
    """The client that the settings ask for, or None."""
    if not settings.llm_url:
        return None
    key = settings.llm_key.get_secret_value() if settings.llm_key else ""
    return Assistant(settings.llm_url, settings.llm_model, key, limit=limit)


async def opinion(assistant: Assistant, town: Town, said: str) -> tuple[str, Meaning | None]:
    """What the model makes of a masked text: the outcome in one word, and a meaning if it is one."""
    today = town.now().astimezone(town.zone).date()
    heard = await assistant.ask(said, instructions(today))
    meaning = None
    outcome = heard.outcome
    if outcome == "answered":
        meaning = read_opinion(heard.text, said, town.catalogue.lexicon, today)
        outcome = "nothing" if meaning is None else "understood"
    return outcome, meaning


def _words(answer: Any) -> str:
    try:
        text = answer["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError("not the form that an answer has") from error
    if not isinstance(text, str):
        raise ValueError("an answer without words")
    return text
