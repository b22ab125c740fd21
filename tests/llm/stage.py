"""Plays with the language model on: real turns, the real desk, real questions to the stand-in over HTTP."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select

from bot.assistant import Assistant
from bot.desk import Desk
from bot.questions import Questions
from bot.work import Work
from handlers.incoming import Incoming, Kind
from handlers.take import Taken
from models.clock import ManualClock
from models.outgoing import outgoing
from models.people import account
from models.store import Store
from services.message import Message, message_from_json, plain
from services.outbox import Written
from services.town import Town
from services.understanding import Lexicon, understand
from tests.llm.standin import StandIn
from tests.town import START, make_town

# what people say in riddles; the rules learn, so those are taken that they do not understand yet
RIDDLES = (
    "过年门上那副红纸我想自己来",
    "窗台上那几盆老是养不活",
    "那谁家的墙上挂得真好看",
    "屏幕一黑我就慌，年轻人又没空",
    "唉，儿女都走了，屋里冷清清的",
    "蒸出来的老是塌，孙女笑话我",
    "他们说的我一句也插不上嘴",
    "我家那口子回来就躺着",
)


def _riddles() -> list[str]:
    words = Lexicon()
    return [
        riddle
        for riddle in RIDDLES
        if understand(riddle, today=START.date(), now_minute=600, lexicon=words).intent == "unknown"
    ]


PUZZLE, SIGH, *_ = _riddles()
LOST = "我没太明白"
_numbers = itertools.count(1)


class Phones:
    """Where the program's answers arrive; like a sender, it has what it was handed."""

    def __init__(self, town: Town) -> None:
        self.arrived: dict[int, list[Written]] = {}
        self._town = town

    def send_now(self, written: tuple[Written, ...]) -> None:
        for one in written:
            self._town.own_replies.add(one.id, one.lease_until)
            self.arrived.setdefault(one.address.account_id, []).append(one)


class Stage:
    """The town, its desk and the questions."""

    def __init__(self, work: Work, town: Town, questions: Questions, phones: Phones) -> None:
        self.work = work
        self.town = town
        self.questions = questions
        self.phones = phones
        self.desk = Desk(work, town, phones, questions)

    def person(self, platform: str = "telegram", name: str = "王秀兰", account: str = "1001") -> Speaker:
        """Somebody with a phone."""
        return Speaker(self, platform, account, name)

    async def rows(self, statement: Any) -> list[Any]:
        """Rows as they stand."""
        return await self.work.read(lambda tx: list(tx.core(statement).fetchall()))

    def pass_real(self, seconds: float) -> None:
        """Let real time pass."""
        assert isinstance(self.town.clock, ManualClock)
        self.town.clock.pass_real(seconds)


class Speaker:
    """A person; `messages` is what the last act was answered with, the second unit's answer included."""

    def __init__(self, stage: Stage, platform: str, account: str, name: str) -> None:
        self.stage, self.platform, self.account, self.name = stage, platform, account, name
        self.messages: list[Message] = []
        self.last: Incoming | None = None

    async def say(self, text: str, *, wait: bool = True) -> Taken:
        """Type a text, and wait for whatever comes of it."""
        return await self.act(Kind.TEXT, wait=wait, text=text)

    async def tap(self, label: str, *, wait: bool = True) -> Taken:
        """Tap the button whose label is, or else contains, `label`."""
        buttons = [button for message in self.messages for button in message.buttons()]
        found = [button for button in buttons if button.label == label]
        found = found or [button for button in buttons if label in button.label]
        assert found, f"no {label!r} among {[button.label for button in buttons]} under\n{self.text}"
        return await self.act(Kind.TAP, wait=wait, tap=found[-1].action)

    async def act(self, kind: Kind, *, wait: bool = True, **values: Any) -> Taken:
        """One update."""
        incoming = Incoming(
            self.platform, "test", next(_numbers), self.account, self.account, kind, name=self.name, **values
        )
        return await self.again(incoming, wait=wait)

    async def again(self, incoming: Incoming, *, wait: bool = True) -> Taken:
        """The same update, as when it is delivered once more."""
        self.last = incoming
        before = len(await self._arrived()) if await self.account_id() else 0
        taken = await self.stage.desk.take(incoming)
        if wait:
            await self.stage.questions.idle()
        self.messages = [one.message for one in (await self._arrived())[before:]]
        return taken

    async def agrees(self) -> None:
        """Say yes to the model."""
        await self.say("隐私")
        await self.tap("请智能助手帮着听")
        await self.tap("同意，请它帮着听")
        assert "以后我听不懂，就请它帮着听" in self.text

    async def outbox(self) -> list[str]:
        """The states of all that was written for the person."""
        chosen = select(outgoing.c.state).where(outgoing.c.account_id == await self.account_id())
        return [row.state for row in await self.stage.rows(chosen.order_by(outgoing.c.id))]

    async def waiting(self) -> list[str]:
        """The texts that lie queued."""
        chosen = select(outgoing.c.payload).where(
            outgoing.c.account_id == await self.account_id(), outgoing.c.state == "queued"
        )
        rows = await self.stage.rows(chosen.order_by(outgoing.c.id))
        return [plain(message_from_json(row.payload, None).text) for row in rows]

    @property
    def text(self) -> str:
        """All that was answered."""
        return "\n".join(plain(message.text) for message in self.messages)

    @property
    def buttons(self) -> list[str]:
        """Every label."""
        return [button.label for message in self.messages for button in message.buttons()]

    @property
    def courses(self) -> list[str]:
        """The classes that the answer is about."""
        return [code for message in self.messages for code in message.courses]

    async def account_id(self) -> int:
        """The account's row, 0 before the first word."""
        chosen = select(account.c.id).where(
            account.c.platform == self.platform, account.c.external_id == self.account
        )
        rows = await self.stage.rows(chosen)
        return int(rows[0].id) if rows else 0

    async def _arrived(self) -> list[Written]:
        return self.stage.phones.arrived.get(await self.account_id(), [])


@asynccontextmanager
async def stage(store: Store, model: StandIn, *, limit: float = 3.0, **settings: Any) -> AsyncIterator[Stage]:
    """A stage on `store` with the small town."""
    town = await asyncio.to_thread(make_town, store, assistant_host=model.host, **settings)
    work, phones = Work(store), Phones(town)
    questions = Questions(Assistant(model.url, "qwen", "sk-geheim", limit=limit), work, town, phones)
    try:
        yield Stage(work, town, questions, phones)
    finally:
        await questions.stop()
