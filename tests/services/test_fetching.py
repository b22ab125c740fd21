"""Fetching: one way for every platform where nobody is woken, from what waits to what counts as reached."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.platforms.terminal.talk import Talk
from models.clock import ManualClock
from models.outgoing import outgoing
from models.people import account
from models.statement import Tx
from models.store import Store, look_now, work_now
from services import fetching
from services.message import Document, Message
from services.outbox import Address, post_notice
from services.schedules import unfetched
from services.schedules.retention import EMPTY
from services.town import Town

HOUR = timedelta(hours=1)


@pytest.fixture
def talk(store: Store, town: Town) -> Talk:
    """Wang at a terminal, who has said hello."""
    made = Talk(store, town, "wang")
    assert made.take(made.text("你好"), inbox=True).messages
    return made


def own_id(store: Store) -> int:
    found: int = look_now(store, lambda tx: tx.core(select(account.c.id)).scalar_one())
    return found


def tell(store: Store, town: Town, *messages: Message, purpose: str = "account") -> None:
    to = Address(own_id(store), "terminal", "wang")

    def unit(tx: Tx) -> None:
        for message in messages:
            post_notice(tx, town, to, message, purpose=purpose, expires_at=town.now() + HOUR)

    work_now(store, unit)


def states(store: Store) -> list[tuple[str, str]]:
    query = select(outgoing.c.state, outgoing.c.reason).where(outgoing.c.lane != "reply")
    return [(row.state, row.reason) for row in look_now(store, lambda tx: tx.core(query).all())]


def test_an_answer_comes_however_many_notices_wait(store: Store, town: Town, talk: Talk) -> None:
    tell(store, town, *(Message(f"第{n}条") for n in range(250)))
    said = talk.take(talk.text("书法"), inbox=False)
    assert len(said.messages) == 1
    assert said.inbox == []


def test_notices_come_when_they_are_asked_for(store: Store, town: Town, talk: Talk) -> None:
    tell(store, town, Message("一"), Message("二"))
    assert talk.take(talk.text("书法"), inbox=False).inbox == []
    said = talk.take(talk.text("书法"), inbox=True)
    assert [one.text for one in said.inbox] == ["一", "二"]
    assert talk.fetch(replies=False, notices=True).inbox == []
    assert states(store) == [("sent", ""), ("sent", "")]


def test_what_nobody_said_yes_to_is_ended_and_not_shown(store: Store, town: Town, talk: Talk) -> None:
    tell(store, town, Message("新班开课"), purpose="announcement")
    assert talk.fetch(replies=True, notices=True).inbox == []
    assert states(store) == [("dropped", "no_consent")]


def test_at_night_a_reader_is_awake(store: Store, town: Town, talk: Talk) -> None:
    town.clock.set(town.now().astimezone(town.zone).replace(hour=23))  # type: ignore[attr-defined]
    tell(store, town, Message("夜里也看"))
    assert [one.text for one in talk.fetch(replies=False, notices=True).inbox] == ["夜里也看"]


def test_what_nobody_fetched_is_found_by_reading_and_ended_once(store: Store, town: Town, talk: Talk) -> None:
    tell(store, town, *(Message(f"第{n}条") for n in range(unfetched.MOST + 1)))
    assert isinstance(town.clock, ManualClock)
    town.clock.advance(HOUR)
    missed = []
    for _ in range(4):
        for step in look_now(store, lambda tx: unfetched.look(tx, town)):
            missed.append(work_now(store, lambda tx, step=step: step(tx, town)).missed)
    assert missed == [unfetched.MOST, 1, 0], "the last one notes that this minute is done"
    assert set(states(store)) == {("expired", "too_late")}


def test_a_document_is_handed_over_whole(store: Store, town: Town, talk: Talk) -> None:
    tell(store, town, Message("您的课表", document=Document("课表.ics", b"BEGIN", "text/calendar")))
    (message,) = talk.fetch(replies=False, notices=True).inbox
    assert message.document == Document("课表.ics", b"BEGIN", "text/calendar")


def test_what_was_emptied_is_not_shown_again(store: Store, town: Town, talk: Talk) -> None:
    own = own_id(store)
    assert look_now(store, lambda tx: fetching.look(tx, town, own)).shown
    work_now(store, lambda tx: tx.core(update(outgoing).values(payload=EMPTY)).rowcount)
    assert look_now(store, lambda tx: fetching.look(tx, town, own)).shown == []
