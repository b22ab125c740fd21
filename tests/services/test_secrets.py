"""Codes: they reach who asked for them, and are kept nowhere in clear once they were sent."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models.outgoing import outgoing
from models.store import Store, work_now
from services import delivery, delivery_outcomes, fetching
from services.delivery_outcomes import Mark
from services.message import SECRET_OFF, SECRET_ON
from services.schedules.retention import EMPTY
from services.texts import LANGUAGES, texts_of
from tests.handlers.play import Person, Play
from tests.town import make_town

CODE = re.compile(r"\d{3} \d{3}|\d{4} \d{4} \d{4}")


@pytest.fixture
def play(store: Store) -> Play:
    return Play(store, make_town(store))


def payloads(play: Play) -> list[str]:
    return [row.payload for row in play.rows(select(outgoing.c.payload).where(outgoing.c.secret))]


def asked(play: Play) -> Person:
    phone = play.person("telegram", "1001", name="王秀兰")
    phone.tap_action("link")  # what the button 给我一个码 does
    assert CODE.search(phone.text)
    assert SECRET_ON not in phone.messages[0].text and SECRET_OFF not in phone.messages[0].text
    return phone


def number(play: Play) -> int:
    return int(play.rows(select(outgoing.c.id).where(outgoing.c.secret))[0].id)


@pytest.mark.parametrize("outcome", ["sent", "stopped", "dead", "invalid"])
def test_a_code_that_was_sent_is_kept_nowhere(play: Play, outcome: str) -> None:
    asked(play)
    assert CODE.search(payloads(play)[0])
    made = Mark(number(play), outcome, 1)
    work_now(play.store, lambda tx: delivery_outcomes.mark(tx, play.town, [made]))
    assert payloads(play) == [EMPTY]


def test_nor_are_those_of_many_sent_together(play: Play) -> None:
    for n in range(6):
        who = play.person("telegram", str(2000 + n))
        who.tap_action("link")
    rows = play.rows(select(outgoing.c.id))
    marks = [Mark(row.id, "sent", 1) for row in rows]
    work_now(play.store, lambda tx: delivery_outcomes.mark(tx, play.town, marks))
    assert payloads(play) == [EMPTY] * 6


def test_one_that_must_be_tried_again_keeps_its_words_until_then(play: Play) -> None:
    asked(play)
    made = Mark(number(play), "retry", 1)
    work_now(play.store, lambda tx: delivery_outcomes.mark(tx, play.town, [made]))
    assert CODE.search(payloads(play)[0])
    play.advance(minutes=11)
    work_now(play.store, lambda tx: delivery.expire(tx, play.town, delivery.stale(tx, play.town, 50)))
    assert payloads(play) == [EMPTY]


def test_what_a_page_has_shown_is_kept_no_longer(play: Play) -> None:
    li = play.person("web", "b1", name="李桂芳")
    li.enrol("书法")
    assert CODE.search(li.text) and "取回码" in li.text
    account = li.account_id
    rows = [row.id for row in play.rows(select(outgoing.c.id))]
    assert CODE.search(payloads(play)[0])
    work_now(play.store, lambda tx: fetching.reached(tx, play.town, account, rows))
    assert payloads(play) == [EMPTY]


def test_ones_own_data_do_not_print_it(play: Play) -> None:
    phone = asked(play)
    phone.say("我的资料")
    files = b"".join(document.content for document in phone.documents).decode()
    assert "绑定码：••• •••" in files and not CODE.search(files)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_with_a_code_is_marked(lang: str) -> None:
    say = texts_of("en" if lang == "en" else "zh")
    asking = ("link", "enrol", "family")
    with_code = {key for key in say.keys() if "{code}" in say(key) and key.split(".")[0] in asking}  # noqa: SIM118
    marked = {key for key in say.keys() if SECRET_ON in say(key) and SECRET_OFF in say(key)}  # noqa: SIM118
    assert with_code == {"link.code", "enrol.recovery", "family.let_code", "family.grown"}
    # addresses that open something are kept as little as codes
    assert marked == with_code | {"invite.link", "feed.address", "feed.renewed"}
