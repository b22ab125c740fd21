"""30 seats and 500 people at the same moment, each tapping twice: the first hour of an evening school."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import insert, select, update

from bot import desk
from bot.desk import Desk
from bot.work import Work
from handlers.incoming import Incoming, Kind
from handlers.take import Taken
from models.catalogue import offering
from models.enrolment import enrolment
from models.people import account, consent, conversation, person
from models.statement import Tx
from models.store import Store, look_now, open_store, work_now
from services import verify
from services.enrolling import seats
from services.message import plain
from services.outbox import Written
from services.town import Town
from tests.handlers.play import Play
from tests.races.unguarded import SEATS, count_then_take
from tests.town import empty_town, make_town

PEOPLE = 500
SPOKE_FIRST = "900"


class Nobody:
    """Sends nothing; what was written is in the outbox."""

    def send_now(self, written: tuple[Written, ...]) -> None:
        """Leave it there."""


@dataclass
class Rush:
    """A town where everybody stands before the last tap, and as many desks as there are processes."""

    towns: list[Town]
    stores: list[Store]
    classes: list[int]

    async def taps(self, twice: bool = True) -> list[list[Taken]]:
        """Everybody confirms at once, each tap at another desk; the answers by person."""
        desks = [
            Desk(Work(store), town, Nobody()) for store, town in zip(self.stores, self.towns, strict=True)
        ]
        taps = [
            (number, desks[(number + again) % len(desks)], self._tap(number, again))
            for again in range(2 if twice else 1)
            for number in range(PEOPLE)
        ]
        answers = await asyncio.gather(*(desk.take(incoming) for _, desk, incoming in taps))
        came: list[list[Taken]] = [[] for _ in range(PEOPLE)]
        for (number, _, _), taken in zip(taps, answers, strict=True):
            came[number].append(taken)
        return came

    def _tap(self, number: int, again: int) -> Incoming:
        account_name = str(1000 + number)
        wanted = self.classes[number % len(self.classes)]
        return Incoming(
            "telegram", "test", 10_000 + 2 * number + again, account_name, account_name, Kind.TAP,
            tap=f"enrol_ok:{wanted}", name=f"居民{number}",
        )  # fmt: skip

    def rows(self, class_id: int) -> list[tuple[int, str]]:
        """(person, state) of the class in the order of its rows."""
        chosen = select(enrolment.c.person_id, enrolment.c.state).where(enrolment.c.offering_id == class_id)
        return [
            (row.person_id, row.state)
            for row in look_now(self.stores[0], lambda tx: tx.core(chosen.order_by(enrolment.c.id)).all())
        ]

    def taken(self, class_id: int) -> int:
        """The counter of the class."""
        chosen = select(offering.c.taken).where(offering.c.id == class_id)
        return int(look_now(self.stores[0], lambda tx: tx.core(chosen).scalar_one()))


@contextmanager
def crowd(url: str, processes: int, codes: tuple[str, ...] = ("SF01",)) -> Iterator[Rush]:
    """500 people who were asked everything and have only the last word to say."""
    with ExitStack() as stack:
        stores = [open_store(url) for _ in range(processes)]
        for store in stores:
            stack.callback(store.close)
        towns = [make_town(stores[0]), *(empty_town(store) for store in stores[1:])]
        work_now(
            stores[0],
            lambda tx: tx.core(update(offering).where(offering.c.code.in_(codes)).values(capacity=SEATS)),
        )
        classes = work_now(stores[0], lambda tx: _bring_in(tx, towns[0], codes))
        play = Play(stores[0], towns[0])
        states = [_asked(play, code) for code in codes]
        work_now(stores[0], lambda tx: _prepare(tx, states))
        yield Rush(towns, stores, classes)


def _bring_in(tx: Tx, town: Town, codes: tuple[str, ...]) -> list[int]:
    now = town.now()
    tx.core(insert(person), [{"id": 1000 + n, "created_at": now} for n in range(PEOPLE)])
    tx.core(
        insert(account),
        [
            {
                "id": 1000 + n, "person_id": 1000 + n, "platform": "telegram", "external_id": str(1000 + n),
                "chat": str(1000 + n), "verified": True, "created_at": now, "seen_at": now,
            }
            for n in range(PEOPLE)
        ],
    )  # fmt: skip
    tx.core(
        insert(consent),
        [
            {
                "person_id": 1000 + n, "purpose": "enrolment", "platform": "telegram", "wording": "1",
                "given_at": now,
            }
            for n in range(PEOPLE)
        ],
    )  # fmt: skip
    tx.core(
        insert(conversation),
        [{"account_id": 1000 + n, "state": "", "updated_at": now} for n in range(PEOPLE)],
    )
    return [int(tx.core(select(offering.c.id).where(offering.c.code == code)).scalar_one()) for code in codes]


def _asked(play: Play, code: str) -> str:
    """The dialogue of somebody who was asked everything about this class."""
    speaker = play.person(account=f"{SPOKE_FIRST}{code}", name="王秀兰")
    speaker.start(f"c_{code}")
    speaker.tap("报名")
    if "可以吗" in speaker.text:
        speaker.tap("同意")
    speaker.tap("用“")
    assert "请您核对一下" in speaker.text
    chosen = select(conversation.c.state).where(conversation.c.account_id == speaker.account_id)
    return str(play.rows(chosen)[0].state)


def _prepare(tx: Tx, states: list[str]) -> None:
    for number, state in enumerate(states):
        mine = [1000 + n for n in range(PEOPLE) if n % len(states) == number]
        tx.core(update(conversation).where(conversation.c.account_id.in_(mine)).values(state=state))


def text(taken: Taken) -> str:
    """What a tap was answered."""
    return "\n".join(plain(written.message.text) for written in taken.written)


# a SQLite file has one process
@pytest.mark.parametrize(("database", "processes"), [("sqlite", 1), ("postgresql", 1), ("postgresql", 2)])
async def test_everybody_at_once(
    database: str, processes: int, new_database: Callable[[str, bool], str]
) -> None:
    with crowd(new_database(database, True), processes) as rush:
        (class_id,) = rush.classes
        answers = await rush.taps()
        rows = rush.rows(class_id)
        assert Counter(state for _, state in rows) == {"enrolled": SEATS, "waiting": PEOPLE - SEATS}
        assert len({who for who, _ in rows}) == PEOPLE, "nobody is in it twice"
        assert rush.taken(class_id) == SEATS
        assert look_now(rush.stores[0], verify.verify) == []
        _told_what_is_so(answers, rows)


def _told_what_is_so(answers: list[list[Taken]], rows: list[tuple[int, str]]) -> None:
    """Nobody who waits was told of a seat; the place in line that was told is the place in line."""
    waiting = [who for who, state in rows if state == "waiting"]
    for number, came in enumerate(answers):
        said = [text(taken) for taken in came]
        who = 1000 + number
        first, second = sorted(said, key=lambda words: "已经" in words)
        if who in waiting:
            place = re.search(r"候补第(\d+)位", first)
            assert place and "已报名" not in first, said
            assert int(place[1]) == waiting.index(who) + 1, "told another place in line"
            assert f"候补里了，排第{place[1]}位" in second, said
        else:
            assert "✓ 已报名" in first and "不用再报" in second, said


async def test_the_seats_need_no_line(
    new_database: Callable[[str, bool], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who says it in words stands in none; the line only spares the waiting for locks."""
    monkeypatch.setattr(desk, "line_of", lambda _incoming: 0)
    with crowd(new_database("postgresql", True), 2) as rush:
        answers = await rush.taps(twice=False)
        rows = rush.rows(rush.classes[0])
        assert Counter(state for _, state in rows) == {"enrolled": SEATS, "waiting": PEOPLE - SEATS}
        assert len(answers) == len({who for who, _ in rows}) == PEOPLE
        assert look_now(rush.stores[0], verify.verify) == []


async def test_two_classes_wanted_in_opposite_order_by_two_processes(
    new_database: Callable[[str, bool], str],
) -> None:
    with crowd(new_database("postgresql", True), 2, ("SF01", "HG01")) as rush:
        async with asyncio.timeout(30):
            await rush.taps()
        for class_id in rush.classes:
            rows = rush.rows(class_id)
            assert Counter(state for _, state in rows) == {"enrolled": SEATS, "waiting": PEOPLE // 2 - SEATS}
            assert rush.taken(class_id) == SEATS


async def test_without_its_guard_the_rush_does_overbook(
    new_database: Callable[[str, bool], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "join", count_then_take)
    monkeypatch.setattr(desk, "line_of", lambda _incoming: 0)
    with crowd(new_database("postgresql", True), 2) as rush:
        await rush.taps(twice=False)
        enrolled = sum(state == "enrolled" for _, state in rush.rows(rush.classes[0]))
        assert enrolled > SEATS, "the rush is no rush: even counting first kept the seats"
