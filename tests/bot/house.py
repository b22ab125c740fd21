"""A small house for tests of the sender and the platforms: a real store, a town, people and a plain desk."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, insert, select, text

import models.catalogue
import models.enrolment
import models.operations
import models.outgoing
import models.people  # noqa: F401
from bot.sender import Sender
from bot.work import Work
from handlers.incoming import Incoming
from models.clock import Clock, ManualClock, ShiftedClock
from models.outgoing import outgoing
from models.people import account
from models.statement import Tx
from models.store import Store, open_store
from models.types import metadata
from services import accounts
from services.message import Button, Message
from services.outbox import Address, Subject, Written, post_notice, post_reply
from services.town import Town
from tests.memory import roomy

# a Monday morning, ten o'clock in the town
MORNING = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


def make_schema(path: Path) -> str:
    """An empty database with every table; its URL."""
    file = path / "doorstep.db"
    file.write_bytes(_empty_database())
    return f"sqlite:///{file}"


@cache
def _empty_database() -> bytes:
    """Its bytes, made once: a hundred tables are a tenth of a second."""
    with tempfile.TemporaryDirectory(dir=roomy()) as folder:
        file = Path(folder) / "empty.db"
        engine = create_engine(f"sqlite:///{file}")
        metadata.create_all(engine)
        engine.dispose()
        return file.read_bytes()


def make_town(clock: Clock) -> Town:
    """A town without a catalogue."""
    nothing = cast(Any, None)
    return Town(
        clock=clock, zone=ZoneInfo("Asia/Shanghai"), catalogue=nothing, holidays=nothing, secret=b"s" * 32,
        random_digits=lambda n: "1" * n,
    )  # fmt: skip


@dataclass
class House:
    """A store, a town and the work between them."""

    store: Store
    town: Town
    work: Work
    people: dict[str, Address] = field(default_factory=dict)

    async def person(self, external_id: str, platform: str = "telegram") -> Address:
        """The address of a person who is made when first asked for."""

        def unit(tx: Tx) -> Address:
            if accounts.speaker(tx, platform, external_id) is None:
                accounts.welcome(tx, self.town, platform, external_id, external_id)
            row = accounts.speaker(tx, platform, external_id)
            return Address(row.account_id, platform, external_id)

        return await self.work.write(unit)

    async def answer(self, to: Address, *texts: str, lasting: bool = False) -> tuple[Written, ...]:
        """Rows as a turn writes them."""

        def unit(tx: Tx) -> tuple[Written, ...]:
            return tuple(post_reply(tx, self.town, to, Message(said), lasting=lasting) for said in texts)

        return await self.work.write(unit)

    async def notice(
        self, to: Address, said: str, purpose: str = "change", *, lane: str = "notice", silent: bool = False,
        life: timedelta = timedelta(hours=6), subject: Subject | None = None,
    ) -> int:  # fmt: skip
        """A queued notice."""
        return await self.work.write(
            lambda tx: post_notice(
                tx, self.town, to, Message(said), purpose=purpose, expires_at=self.town.now() + life,
                lane=lane, silent=silent, subject=subject or Subject(),
            )
        )  # fmt: skip

    async def row(self, number: int) -> Any:
        """One row of the outbox as it stands."""
        return await self.work.read(lambda tx: tx.core(select(outgoing).where(outgoing.c.id == number)).one())

    async def states(self) -> list[tuple[str, str]]:
        """(state, reason) of every row in order."""
        chosen = select(outgoing.c.state, outgoing.c.reason).order_by(outgoing.c.id)
        return [tuple(row) for row in await self.work.read(lambda tx: tx.core(chosen).all())]

    async def until(self, number: int, state: str, seconds: float = 5.0) -> Any:
        """Wait until a row has this state."""
        async with asyncio.timeout(seconds):
            while (row := await self.row(number)).state != state:
                await asyncio.sleep(0.02)
        return row

    async def account_state(self, to: Address) -> str:
        """How the account stands."""
        chosen = select(account.c.state).where(account.c.id == to.account_id)
        return str(await self.work.read(lambda tx: tx.core(chosen).scalar_one()))

    async def put(self, table: Any, **values: Any) -> int:
        """Insert a row as it is; its id."""
        made = await self.work.write(lambda tx: tx.core(insert(table).values(**values)).inserted_primary_key)
        return int(made[0])

    async def sql(self, statement: str, **values: Any) -> None:
        """Change something directly."""
        await self.work.write(lambda tx: tx.core(text(statement), values))


@asynccontextmanager
async def open_house(path: Path, clock: Clock | None = None) -> AsyncIterator[House]:
    """A house over a new SQLite file, or the one that is there."""
    url = f"sqlite:///{path / 'doorstep.db'}" if (path / "doorstep.db").exists() else make_schema(path)
    store = open_store(url)
    try:
        yield House(store, make_town(clock or ShiftedClock(MORNING)), Work(store))
    finally:
        await asyncio.to_thread(store.close)


@dataclass(frozen=True)
class Took:
    """What the plain desk says of an update."""

    duplicate: bool = False
    ack: str = ""


class PlainDesk:
    """Takes in updates like the real one, one transaction each, and answers with what it heard."""

    def __init__(self, house: House, sender: Sender) -> None:
        self.heard: list[Incoming] = []
        self.trouble: list[BaseException] = []
        self.slow: dict[str, asyncio.Event] = {}
        self._house = house
        self._sender = sender

    async def take(self, incoming: Incoming) -> Took:
        """Record the update, answer it once."""
        if self.trouble:
            raise self.trouble.pop(0)
        if gate := self.slow.get(incoming.text):
            await gate.wait()
        self.heard.append(incoming)
        written = await self._house.work.write(lambda tx: self._unit(tx, incoming))
        self._sender.send_now(written)
        return Took(duplicate=not written, ack="好" if incoming.tap else "")

    def _unit(self, tx: Tx, incoming: Incoming) -> tuple[Written, ...]:
        done = tx.core(
            text(
                "INSERT INTO received_update (platform, bot, update_id, outcome, at)"
                " VALUES (:platform, :bot, :number, 'done', :at) ON CONFLICT DO NOTHING"
            ),
            {"platform": incoming.platform, "bot": incoming.bot, "number": incoming.update_id, "at": "now"},
        )
        if done.rowcount != 1:
            return ()
        town = self._house.town
        if accounts.speaker(tx, incoming.platform, incoming.account) is None:
            accounts.welcome(tx, town, incoming.platform, incoming.account, incoming.chat)
        row = accounts.speaker(tx, incoming.platform, incoming.account)
        said = f"听到了：{incoming.kind} {incoming.text}{incoming.tap}"
        message = Message(said, ((Button("再来", "more:1", number=1),),))
        to = Address(row.account_id, incoming.platform, incoming.chat)
        return (post_reply(tx, town, to, message, lasting=False, edit_of=incoming.message_id),)


def manual() -> ManualClock:
    """A clock that stands at ten on Monday morning."""
    return ManualClock(MORNING)
