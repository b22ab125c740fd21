"""Turns that share a transaction begin together, and each is answered as if it had come alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, update

from handlers.incoming import Incoming, Kind
from handlers.take import Taken, Taking
from models.people import person, received_update
from models.statement import Tx
from models.store import Store, work_now
from services import accounts
from services.message import Message
from services.outbox import Address, post_reply
from tests.handlers.play import BOT, Person, Play
from tests.handlers.test_link import code_of
from tests.town import make_town


@pytest.fixture
def play(postgres_store: Store) -> Iterator[Play]:
    """On PostgreSQL, where several share a transaction and its first statements."""
    yield Play(postgres_store, make_town(postgres_store))


def said(play: Play, who: Person, text: str) -> Incoming:
    return Incoming(
        who.platform, BOT, play.next_update(), who.account, who.account, Kind.TEXT,
        name=who.name, text=text, lang=who.lang,
    )  # fmt: skip


def together(play: Play, *came: Incoming) -> list[Taken]:
    def unit(tx: Tx) -> list[Taken]:
        units = [Taking(play.town, one) for one in came]
        Taking.begin(tx, units)
        return [taking(tx) for taking in units]

    return work_now(play.store, unit)


def texts(taken: list[Taken]) -> list[str]:
    return ["\n".join(made.message.text for made in one.written) for one in taken]


def persons(play: Play) -> int:
    (row,) = play.rows(select(func.count().label("n")).select_from(person))
    return int(row.n)


def test_several_people_are_answered_and_each_update_is_recorded(play: Play) -> None:
    wang, li = play.person("telegram", "1", name="王秀兰"), play.person("telegram", "2", name="李国强")
    li.say("你好")
    before = len(play.rows(select(received_update.c.update_id)))
    calligraphy, phone = texts(together(play, said(play, wang, "书法"), said(play, li, "手机")))
    assert "书法入门" in calligraphy
    assert "手机" in phone
    assert len(play.rows(select(received_update.c.update_id))) == before + 2
    assert wang.person_id != li.person_id


def test_an_update_that_comes_twice_is_answered_once(play: Play) -> None:
    wang = play.person()
    once = said(play, wang, "书法")
    first, second = together(play, once, once)
    assert first.written
    assert second.duplicate
    (third,) = together(play, once)
    assert third.duplicate


def test_what_somebody_says_next_follows_what_was_said_before(play: Play) -> None:
    wang = play.person()
    wang.say("你好")
    shown, card = texts(together(play, said(play, wang, "书法"), said(play, wang, "1")))
    assert "书法入门" in shown
    assert "书法入门" in card
    assert card != shown


def test_two_first_words_of_a_newcomer_make_one_person(play: Play) -> None:
    wang = play.person()
    together(play, said(play, wang, "你好"), said(play, wang, "书法"))
    assert persons(play) == 1


def test_what_changed_with_one_account_holds_for_the_other(play: Play) -> None:
    phone, web = play.person("telegram", "1"), play.person("web", "b1")
    code = code_of(phone)
    for text in ("绑定", code, "好的"):
        web.say(text)
    changed, answered = texts(together(play, said(play, web, "/lang en"), said(play, phone, "书法")))
    assert "English" in changed
    assert "书法入门" in answered
    assert phone.person_id == web.person_id
    assert "Classes for" in answered


def test_who_was_made_one_with_somebody_meanwhile_is_that_person_at_once(play: Play) -> None:
    """The web page is made one with the phone while her second browser, so far the page's, asks."""
    phone, web, second = (play.person(*of) for of in (("telegram", "1"), ("web", "b1"), ("web", "b2")))
    for text in ("绑定", code_of(web), "好的"):
        second.say(text)
    assert phone.enrol("书法") == "enrolled"
    for text in ("绑定", code_of(phone)):
        web.say(text)
    joined, asked = texts(together(play, said(play, web, "好的"), said(play, second, "我的课")))
    assert "合好了" in joined
    assert "书法入门" in asked


def test_a_statement_tells_whether_it_changes_others_than_who_speaks(play: Play) -> None:
    wang = play.person()
    wang.say("书法")

    def unit(tx: Tx) -> list[bool]:
        told = []
        for run in (
            lambda: Taking(play.town, said(play, wang, "你好"))(tx),
            lambda: tx.run(accounts.REVOKE, account_id=wang.account_id),
            lambda: tx.core(select(person.c.id)).all(),
            lambda: tx.core(update(person).values(big=True)),
        ):
            tx.people_changed = False
            run()
            told.append(tx.people_changed)
        return told

    assert work_now(play.store, unit) == [False, True, False, True]


def test_an_open_answer_of_another_process_holds_up_only_whose_it_is(play: Play) -> None:
    wang, li = play.person("telegram", "1"), play.person("telegram", "2")
    wang.say("你好")
    li.say("你好")
    away = Address(wang.account_id, "telegram", wang.account)
    play.work(post_reply, play.town, away, Message("还在路上"), lasting=True)
    for one in wang.taken.written if wang.taken else ():
        play.town.own_replies.add(one.id, one.lease_until)
    for one in li.taken.written if li.taken else ():
        play.town.own_replies.add(one.id, one.lease_until)
    (waits,), (goes,) = (
        one.written for one in together(play, said(play, wang, "书法"), said(play, li, "书法"))
    )
    assert not waits.lease_until
    assert goes.lease_until
