"""Several processes on one PostgreSQL: the answers of one chat leave in order, whoever sends them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot import compose
from bot.deliverer import Delivered
from bot.instance import own_name
from bot.sender import Sender
from bot.settings import Settings
from bot.timekeeper import keep_time
from bot.work import Work
from models.clock import ManualClock, ShiftedClock, SystemClock
from models.store import open_store
from services.delivery import Delivery
from services.outbox import Address, Written
from tests.bot.house import MORNING, House, make_town


class Phone:
    """What arrived, in order, by which process and when."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.at: list[float] = []

    async def sees(self, count: int, seconds: float = 5.0) -> list[str]:
        async with asyncio.timeout(seconds):
            while len(self.seen) < count:
                await asyncio.sleep(0.005)
        return [said for _, said in self.seen]


class Line:
    """Delivers to a phone; the first messages may be refused for a while or take their time."""

    def __init__(self, name: str, phone: Phone) -> None:
        self.refuse_for = 0.0
        self.takes = 0.0
        self._name, self._phone = name, phone

    async def deliver(self, row: Delivery) -> Delivered:
        if self.refuse_for:
            seconds, self.refuse_for = self.refuse_for, 0.0
            return Delivered("retry", "flood", retry_after=seconds)
        await asyncio.sleep(self.takes)
        self._phone.seen.append((self._name, row.message.text))
        self._phone.at.append(time.monotonic())
        return Delivered("sent", "", str(len(self._phone.seen)))


@dataclass
class Process:
    """One process: its own store, town and sender."""

    house: House
    line: Line
    sender: Sender

    async def says(self, to: Address, *texts: str) -> tuple[Written, ...]:
        written = await self.house.answer(to, *texts, lasting=True)
        self.sender.send_now(written)
        return written


@asynccontextmanager
async def process(url: str, name: str, phone: Phone, *, leads: bool) -> AsyncIterator[Process]:
    store = open_store(url)
    house = House(store, make_town(ShiftedClock(MORNING)), Work(store))
    line = Line(name, phone)
    sender = Sender(house.work, house.town, {"telegram": line}, leads=leads)
    await sender.start()
    try:
        yield Process(house, line, sender)
    finally:
        await sender.stop()
        await asyncio.to_thread(store.close)


async def test_an_answer_does_not_overtake_one_that_another_process_must_try_again(postgres_url: str) -> None:
    phone = Phone()
    async with (
        process(postgres_url, "worker", phone, leads=True),
        process(postgres_url, "a", phone, leads=False) as a,
        process(postgres_url, "b", phone, leads=False) as b,
    ):
        to = await a.house.person("7")
        a.line.refuse_for = 1.0
        await a.says(to, "一")
        await asyncio.sleep(0.2)
        await b.says(to, "二", "三")
        await a.says(to, "四")
        assert await phone.sees(4) == ["一", "二", "三", "四"]


async def test_an_answer_does_not_overtake_one_that_another_process_is_sending(postgres_url: str) -> None:
    phone = Phone()
    async with (
        process(postgres_url, "worker", phone, leads=True),
        process(postgres_url, "a", phone, leads=False) as a,
        process(postgres_url, "b", phone, leads=False) as b,
    ):
        to = await a.house.person("7")
        a.line.takes = 0.6
        await a.says(to, "一")
        began = time.monotonic()
        await b.says(to, "二")
        assert await phone.sees(2) == ["一", "二"]
        # the worker looks twice a second, and once more after the first was marked
        assert phone.at[1] - began < 0.6 + 1.0


async def test_the_answers_of_one_process_go_at_once_though_none_is_marked_yet(postgres_url: str) -> None:
    phone = Phone()
    async with process(postgres_url, "a", phone, leads=False) as a:
        to = await a.house.person("7")
        a.line.takes = 0.05
        written = [made for n in range(4) for made in await a.says(to, f"{n}甲", f"{n}乙")]
        assert all(made.lease_until for made in written)
        assert await phone.sees(8) == [f"{n}{which}" for n in range(4) for which in "甲乙"]


async def test_an_answer_whose_predecessor_was_not_handed_over_yet_waits_for_it(postgres_url: str) -> None:
    phone = Phone()
    async with process(postgres_url, "a", phone, leads=True) as a:
        to = await a.house.person("7")
        first = await a.house.answer(to, "一")
        (second,) = await a.says(to, "二")
        assert second.lease_until == 0
        a.sender.send_now(first)
        assert await phone.sees(2, 1.5) == ["一", "二"]


async def test_a_fresh_answer_is_sent_under_the_lease_of_its_row(postgres_url: str) -> None:
    store = open_store(postgres_url)
    house = House(store, make_town(ManualClock(MORNING)), Work(store))
    to = await house.person("7")
    (written,) = await house.answer(to, "一")
    row = await house.row(written.id)
    assert written.lease_until == row.lease_until > 0
    await asyncio.to_thread(store.close)


def test_every_process_has_a_name_of_its_own() -> None:
    assert len({own_name() for _ in range(3)}) == 3


async def test_a_worker_whose_clock_is_ahead_leaves_a_fresh_answer_to_who_sends_it(postgres_url: str) -> None:
    phone = Phone()
    async with process(postgres_url, "a", phone, leads=False) as a:
        store = open_store(postgres_url)
        work = Work(store)
        fast = ShiftedClock(MORNING, real=lambda: time.time() + 65)
        keeping = asyncio.create_task(keep_time(work, fast, every=0.05))
        await asyncio.sleep(0.5)
        keeping.cancel()
        assert abs(fast.elapsed() - time.time()) < 0.5
        sender = Sender(work, make_town(fast), {"telegram": Line("worker", phone)}, leads=True)
        await sender.start()
        a.line.takes = 1.2
        await a.says(await a.house.person("7"), "一")
        await asyncio.sleep(2)
        await sender.stop()
        await asyncio.to_thread(store.close)
        assert phone.seen == [("a", "一")]


async def test_a_house_opens_with_the_time_of_its_database(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.compose.build_clock", lambda *_: SystemClock(real=lambda: time.time() + 65))
    settings = Settings(database_url=postgres_url, _env_file=None)
    house = await asyncio.to_thread(compose.open_house, settings, catalogue=False)
    try:
        assert abs(house.town.clock.elapsed() - time.time()) < 0.5
    finally:
        await asyncio.to_thread(house.close)
