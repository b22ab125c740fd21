"""One person at a terminal: what they type becomes a turn, the answers and notices are handed back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from bot.desk import told
from handlers.broadcast_count import Counting
from handlers.incoming import Attachment, Incoming, Kind
from handlers.prepare import prepare, wants
from handlers.question import Question
from handlers.take import take, take_count, take_failed, take_opinion
from models.statement import Tx
from models.store import Overloaded, Store, StoreDown, look_now, work_now
from services import fetching
from services.accounts import find_account
from services.broadcasting.composing import MOST_FILE
from services.broadcasting.counting import Counted, count_on
from services.fetching import Fetched
from services.message import Message
from services.town import Town
from services.understanding import Meaning

PLATFORM = "terminal"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered, and what had arrived meanwhile."""

    messages: list[Message]
    inbox: list[Message]


class Talk:
    """The conversation of one NAME, which lasts between runs; `ask` is the language model, if any."""

    def __init__(
        self, store: Store, town: Town, name: str, ask: Callable[[str], Meaning | None] | None = None
    ) -> None:
        self._store = store
        self._town = town
        self._ask = ask
        self.name = name

    def text(self, text: str) -> Incoming:
        """Something typed; `/start payload` is a start."""
        head, _, payload = text.strip().partition(" ")
        if head == "/start":
            return self._incoming(Kind.START, text=payload)
        return self._incoming(Kind.TEXT, text=text)

    def tap(self, action: str) -> Incoming:
        """A tapped button."""
        return self._incoming(Kind.TAP, tap=action)

    def location(self, latitude: float, longitude: float) -> Incoming:
        """A shared place."""
        return self._incoming(Kind.LOCATION, location=(latitude, longitude))

    def file(self, path: Path) -> Incoming:
        """A file of this machine; one that cannot be read, or is too large, comes without its bytes."""
        try:
            size = path.stat().st_size
            content = path.read_bytes() if size <= MOST_FILE else None
        except OSError:
            size, content = 0, None
        problem = "" if content is not None else "too_big" if size > MOST_FILE else "lost"
        return self._incoming(Kind.FILE, text=path.name, attached=Attachment(path.name, content, problem))

    def take(self, incoming: Incoming, *, inbox: bool) -> Said:
        """Run the turn and fetch what waits; notices stay where they are unless the inbox is asked for.

        A handler that fails is answered for as everywhere else. Raises StoreDown and Overloaded.
        """
        try:
            if wants(incoming):
                asked = incoming
                incoming = look_now(self._store, lambda tx: prepare(tx, self._town, asked))
            taken = work_now(self._store, lambda tx: take(tx, self._town, incoming))
            if taken.question is not None:
                self._answer(taken.question)
            if taken.counting is not None:
                self._count(incoming, taken.counting)
        except (Overloaded, StoreDown):
            raise
        except Exception as error:  # a fault of ours: whoever speaks is told, and goes on
            log.error("turn_failed", platform=PLATFORM, kind=incoming.kind.value, **told(error))
            work_now(self._store, lambda tx: take_failed(tx, self._town, incoming))
        return self.fetch(replies=True, notices=inbox)

    def _answer(self, question: Question) -> None:
        """Wait for the model, as whoever sits here does, and go on with what it says."""
        said = look_now(self._store, lambda tx: question.masked(tx, self._town))
        meaning = self._ask(said) if said is not None and self._ask is not None else None
        work_now(self._store, lambda tx: take_opinion(tx, self._town, question, meaning))

    def _count(self, incoming: Incoming, wanted: Counting) -> None:
        """Count an audience as a server does beside its turns; whoever sits here waits for it."""
        so_far: Counted | None = Counted(wanted.broadcast_id)
        while so_far is not None and not so_far.done:
            so_far = look_now(self._store, partial(count_on, town=self._town, so_far=so_far))
        if so_far is not None:
            found = so_far
            work_now(self._store, lambda tx: take_count(tx, self._town, incoming, wanted.row, found))

    def fetch(self, *, replies: bool, notices: bool) -> Said:
        """What waits for this person, marked as reached."""

        def unit(tx: Tx) -> list[Fetched]:
            account = find_account(tx, f"{PLATFORM}:{self.name}")
            if account is None:
                return []
            return fetching.take(tx, self._town, account.id, answers=replies, notices=notices)

        found = work_now(self._store, unit)
        return Said(
            [one.message for one in found if one.lane == "reply"],
            [one.message for one in found if one.lane != "reply"],
        )

    def _incoming(
        self, kind: Kind, *, text: str = "", tap: str = "", location: tuple[float, float] | None = None,
        attached: Attachment | None = None,
    ) -> Incoming:  # fmt: skip
        # microseconds number the messages of a terminal well enough, also between runs
        number = time.time_ns() // 1000
        return Incoming(
            PLATFORM,
            "",
            number,
            self.name,
            self.name,
            kind,
            text=text,
            tap=tap,
            location=location,
            attached=attached,
        )
