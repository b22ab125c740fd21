"""The desk: every platform brings what arrived here, and is told when it was taken in."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path
from time import perf_counter
from traceback import extract_tb
from types import MappingProxyType
from typing import Any, Protocol

import structlog

from bot.metrics import SEARCH_SECONDS, turn_done
from bot.work import Work
from handlers.broadcast_count import Counting, shown
from handlers.incoming import Incoming, Kind
from handlers.prepare import line_of, prepare, wants
from handlers.question import Question
from handlers.take import Taken, Taking, take_count, take_failed, take_file
from models.store import Overloaded, StoreDown
from services.broadcasting.counting import Counted, count_on
from services.outbox import Written
from services.town import Town

log = structlog.get_logger()
MOST_FRAMES = 5
# how long the message that waits for a number may take to arrive
SHOWN_TRIES = 40
SHOWN_SECONDS = 0.25


class Sends(Protocol):
    """Whoever delivers what a turn wrote."""

    def send_now(self, written: tuple[Written, ...]) -> None:
        """Deliver rows that were committed as leased to this process (push) or wake their reader (pull)."""
        ...


class Asks(Protocol):
    """Whoever asks the language model what a turn did not understand."""

    def put(self, question: Question) -> None:
        """Ask, and see to the answer; returns at once."""
        ...


# gives the bytes of a file by the platform's id of it
Fetch = Callable[[str], Awaitable[bytes]]


class Desk:
    """Takes in updates, one transaction each; answers leave and questions are asked after the commit.

    `fetch` are the platforms, by name, from which a file that a turn wants can be had.
    """

    def __init__(
        self, work: Work, town: Town, sender: Sends, questions: Asks | None = None,
        fetch: Mapping[str, Fetch] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self._fetch = fetch
        self._open: set[asyncio.Task[None]] = set()
        self._work = work
        self._town = town
        self._sender = sender
        self._questions = questions

    async def take(self, incoming: Incoming) -> Taken:
        """Take in one update; when this returns, it may be acknowledged.

        Raises Overloaded or StoreDown: then nothing was changed and the platform should try again.
        """
        began = perf_counter()
        try:
            outcome, taken = await self._run(incoming)
        except (Overloaded, StoreDown):
            turn_done(incoming.platform, "refused", perf_counter() - began)
            raise
        turn_done(incoming.platform, outcome, perf_counter() - began)
        for seconds in taken.searches:
            SEARCH_SECONDS.observe(seconds)
        if taken.written:
            self._sender.send_now(taken.written)
        if taken.question is not None and self._questions is not None:
            self._questions.put(taken.question)
        # the platform need not wait for these with everything else
        if taken.fetches:
            self._later(self._bring(incoming))
        if taken.counting is not None:
            self._later(self._count(incoming, taken.counting))
        return taken

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _count(self, incoming: Incoming, wanted: Counting) -> None:
        """Count an audience span by span, and bring the number to the message that waits for it."""
        so_far: Counted | None = Counted(wanted.broadcast_id)
        try:
            while so_far is not None and not so_far.done:
                so_far = await self._work.read(partial(count_on, town=self._town, so_far=so_far))
            if so_far is None:
                return
            found, platform = so_far, incoming.platform
            for _ in range(SHOWN_TRIES):
                if await self._work.read(lambda tx: shown(tx, self._town, platform, wanted.row)):
                    break
                await asyncio.sleep(SHOWN_SECONDS)
            key = zlib.crc32(incoming.account.encode())
            taken = await self._work.write(
                lambda tx: take_count(tx, self._town, incoming, wanted.row, found), key
            )
        except Exception as error:
            log.error("count_failed", platform=incoming.platform, **told(error))
            return
        if taken is not None:
            self._sender.send_now(taken.written)

    async def _bring(self, incoming: Incoming) -> None:
        """Fetch the file of an update, and take it in as a turn of its own; a lost one is told."""
        content = None
        try:
            fetch = self._fetch.get(incoming.platform)
            if fetch is not None and incoming.file is not None:
                content = await fetch(incoming.file.id)
        except Exception as error:
            log.warning("file_not_fetched", platform=incoming.platform, error=type(error).__name__)
        key = zlib.crc32(incoming.account.encode())
        try:
            taken = await self._work.write(lambda tx: take_file(tx, self._town, incoming, content), key)
        except Exception as error:
            log.error("file_failed", platform=incoming.platform, **told(error))
            return
        if taken is not None:
            self._sender.send_now(taken.written)

    async def _run(self, incoming: Incoming) -> tuple[str, Taken]:
        key = zlib.crc32(incoming.account.encode())
        try:
            if wants(incoming):
                asked = incoming
                incoming = await self._work.read(lambda tx: prepare(tx, self._town, asked))
            taking = Taking(self._town, incoming)
            line = line_of(incoming)
            begin = Taking.begin_in_line if line else Taking.begin
            # a file takes its time, and whatever an organiser does says so itself
            taken = await self._work.write(taking, key, line, begin, brief=incoming.kind is not Kind.FILE)
        except (Overloaded, StoreDown):
            raise
        except Exception as error:  # a fault of ours: the update must not come again and again
            log.error("turn_failed", platform=incoming.platform, kind=incoming.kind.value, **told(error))
            return "failed", await self._work.write(lambda tx: take_failed(tx, self._town, incoming), key)
        return "duplicate" if taken.duplicate else "done", taken


def told(error: BaseException) -> dict[str, str]:
    """What may be logged of an error: its type and where it came from; its text may hold somebody's words."""
    frames = extract_tb(error.__traceback__)[-MOST_FRAMES:]
    where = " < ".join(f"{Path(frame.filename).stem}:{frame.lineno}" for frame in reversed(frames))
    return {"error": type(error).__name__, "where": where}
