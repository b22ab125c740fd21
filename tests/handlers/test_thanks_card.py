"""The thank-you of a learning week: the picture of the own year is in the message, on every platform."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from models.attending import hour_entry
from models.catalogue import class_session
from models.enrolment import enrolment
from models.outgoing import outgoing
from models.store import Store
from services import fetching, pictures
from services.learning_card import Figures, figures_from
from services.message import Message, message_from_json
from services.outbox import post_notice
from services.roles import grant
from services.texts import texts_of
from tests.bot.telegram.stage import on_stage
from tests.handlers.play import Person, Play
from tests.handlers.test_campaigns import pass_time, resident, started
from tests.town import make_town

pytest.importorskip("PIL")
FOUND = Figures(2026, "王秀兰", 4250, 250, 3, 21, 9, (("arts", 2600), ("sport", 1250)), None)


def has_learnt(play: Play, who: Person) -> None:
    """Four hours of learning this year."""
    (place,) = play.rows(select(enrolment.c.id).where(enrolment.c.person_id == who.person_id))
    first = play.rows(select(class_session.c.id).order_by(class_session.c.id))[0]
    values = {"enrolment_id": place.id, "session_id": first.id, "hundredths": 400, "reason": "present"}
    play.work(lambda tx: tx.core(insert(hour_entry).values(**values, at=play.now)).rowcount)


def test_who_has_learnt_gets_the_card_and_who_has_not_gets_words(store: Store) -> None:
    play = Play(store, make_town(store))
    clerk = play.person("terminal", "chen", name="陈老师")
    clerk.say("你好")
    play.work(grant, play.town, "terminal:chen", "owner", "root", "cli:test")
    wang, li = resident(play, "王秀兰"), resident(play, "李建国")
    wang.enrol("书法")
    has_learnt(play, wang)
    started(play, clerk, "今天")
    pass_time(play, 8)
    wang.inbox()
    card = wang.messages[-1].document
    assert card is not None and card.picture
    assert card.name == "我的学习卡-2026.png" and not card.content, "it is drawn when it is shown"
    assert figures_from(card.sketch[3:]).hours == 400
    assert pictures.drawn(card).content.startswith(b"\x89PNG")
    assert "谢谢您和我们一起过活动周" in wang.messages[-1].text and "看我的学习卡" in wang.buttons
    # as a reader who fetches is handed it
    rows = play.rows(select(outgoing.c.id, outgoing.c.account_id).where(outgoing.c.payload.contains('"d":')))
    found = play.work(fetching.file_of, rows[-1].account_id, rows[-1].id)
    assert pictures.drawn(found.document).content == pictures.drawn(card).content
    assert play.work(fetching.file_of, li.account_id, rows[-1].id) is None
    wang.tap("看我的学习卡")
    assert "您学了4学时" in wang.text
    li.inbox()
    assert "谢谢您" in li.messages[-1].text and not li.documents


async def test_on_telegram_it_is_a_photo_with_the_words_under_it(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        person = stage.resident(7)
        to = await stage.house.person("7")
        card = pictures.card(FOUND, texts_of("zh"), "柳溪县社区教育")
        town = stage.house.town

        def unit(tx):  # type: ignore[no-untyped-def]
            until = town.now() + timedelta(hours=1)
            message = Message("谢谢您", document=card)
            return post_notice(tx, town, to, message, purpose="change", expires_at=until, silent=True)

        number = await stage.house.work.write(unit)
        shown = await person.sees("谢谢您")
        assert shown.kind == "photo"
        await stage.house.until(number, "sent")


def test_it_goes_through_the_outbox_as_it_is() -> None:
    card = pictures.card(FOUND, texts_of("zh"), "")
    assert message_from_json(Message("谢", document=card).to_json()).document == card


def test_what_cannot_be_drawn_says_so() -> None:
    card = pictures.card(FOUND, texts_of("zh"), "")
    assert card is not None
    for broken in (("what", "zh", ""), ("card", "zh", "", 1, 2)):
        with pytest.raises((ValueError, TypeError)):
            pictures.drawn(type(card)(card.name, b"", sketch=broken))
