"""Enrolling together: a mother and her son, all or none, one answer for both, nobody overtaken."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from models.catalogue import offering
from models.enrolment import enrolment, seat_offer
from models.outgoing import outgoing
from models.statement import Tx
from models.store import Store, work_now
from services.catalogue import note_changes
from services.enrolling import lapses
from services.message import message_from_json, plain
from services.town import Town
from tests.handlers.play import Person, Play
from tests.town import add_class

DUO = ("QZ01", "亲子烘焙", "leisure", "陈老师", date(2026, 12, 12), 15, 60, 6, 3, 0, None, None)


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    work_now(store, lambda tx: note_changes(tx, [add_class(tx, DUO, 2, 1)], town.now()))
    made = Play(store, town)
    made.refresh()
    return made


@pytest.fixture
def mother(play: Play) -> Person:
    """Somebody with a child on her account, who has not enrolled yet."""
    mother = play.person("web", "w1", name="李静")
    play.town.term_limit = 10
    mother.say("给孩子报名")
    mother.tap("新加一个孩子")
    for said in ("老大", "7岁", "同意"):
        mother.say(said)
    return mother


def together(mother: Person) -> None:
    """From the class to the repeat-back for two."""
    mother.start("c_QZ01")
    mother.tap_action(f"family:{class_id(mother.play)}")
    mother.tap("几个人一起报")
    mother.tap("我和老大")
    for label in ("同意，继续报名",):
        if label in mother.buttons:
            mother.tap(label)
    if "怎么称呼您" in mother.text:
        mother.say("李静")
    assert "由李静报名，和老大一起" in mother.text, mother.text


def class_id(play: Play) -> int:
    return int(play.rows(select(offering.c.id).where(offering.c.code == "QZ01"))[0].id)


def neighbours(play: Play, names: str) -> list[Person]:
    people = [play.person("telegram", str(100 + n), name=name) for n, name in enumerate(names)]
    for person in people:
        person.enrol("亲子烘焙")
    return people


def states(play: Play) -> list[tuple[str, str]]:
    rows = play.rows(select(enrolment.c.name, enrolment.c.state).order_by(enrolment.c.id))
    return [(row.name, row.state) for row in rows]


def leaves(person: Person) -> None:
    person.say("退课")
    person.say("确认退出")


def test_both_get_seats(play: Play, mother: Person) -> None:
    together(mother)
    assert "2位一起" in mother.text
    mother.tap("确认报名")
    assert "✓ 已报名：亲子烘焙" in mother.text and "2位都有名额了" in mother.text
    assert states(play) == [("李静", "enrolled"), ("老大", "enrolled")]


def test_where_one_seat_is_left_both_wait_and_nobody_overtakes(play: Play, mother: Person) -> None:
    neighbours(play, "甲乙")
    together(mother)
    assert "名额不够2个" in mother.text and "从第1位起" in mother.text
    mother.tap("确认候补")
    assert "候补第1位" in mother.text and "后面的人不会插到前面" in mother.text
    late = play.person("telegram", "200", name="丙")
    assert late.enrol("亲子烘焙") == "waiting", "the free seat is not for whoever comes later"
    assert states(play)[2:] == [("李静", "waiting"), ("老大", "waiting"), ("丙", "waiting")]


def test_a_group_is_told_why_a_free_seat_is_not_theirs(play: Play, mother: Person) -> None:
    neighbours(play, "甲乙")
    together(mother)
    mother.tap("确认候补")
    mother.inbox()
    assert "现在空着1个名额，你们2位要一起，还不够" in mother.text
    assert mother.inbox() == [], "told once"


def test_one_offer_for_both_and_one_answer(play: Play, mother: Person) -> None:
    first, _ = neighbours(play, "甲乙")
    together(mother)
    mother.tap("确认候补")
    mother.inbox()
    leaves(first)
    assert states(play)[2:] == [("李静", "offered"), ("老大", "offered")]
    (offer,) = mother.inbox()
    assert "2个人一起的名额（李静、老大）" in mother.text
    mother.tap("接受名额")
    assert "你们2位都报上了" in mother.text
    assert states(play)[2:] == [("李静", "enrolled"), ("老大", "enrolled")]
    assert taken(play) == 3
    assert offer is not None


def taken(play: Play) -> int:
    return int(play.rows(select(offering.c.taken).where(offering.c.code == "QZ01"))[0].taken)


def test_one_no_gives_both_seats_on(play: Play, mother: Person) -> None:
    first, _ = neighbours(play, "甲乙")
    together(mother)
    mother.tap("确认候补")
    late = play.person("telegram", "200", name="丙")
    late.enrol("亲子烘焙")
    leaves(first)
    mother.inbox()
    mother.say("放弃")
    assert states(play)[2:] == [("李静", "withdrawn"), ("老大", "withdrawn"), ("丙", "offered")]
    assert taken(play) == 2


def test_an_offer_that_lapses_lapses_for_both(play: Play, mother: Person) -> None:
    first, _ = neighbours(play, "甲乙")
    together(mother)
    mother.tap("确认候补")
    leaves(first)
    mother.inbox()
    play.advance(days=2)
    assert play.work(lambda tx: lapses.lapse_due(tx, play.town)) == 2
    assert states(play)[2:] == [("李静", "withdrawn"), ("老大", "withdrawn")]
    assert taken(play) == 1
    assert play.rows(select(seat_offer.c.state).where(seat_offer.c.state.in_(("made", "running")))) == []
    told = play.rows(select(outgoing.c.payload).where(outgoing.c.purpose == "lapse"))
    assert len(told) == 1, "one account is told once"


def test_a_group_may_part(play: Play, mother: Person) -> None:
    neighbours(play, "甲乙")
    together(mother)
    mother.tap("确认候补")
    mother.inbox()
    mother.tap("分开排")
    assert "每个人的位次不变" in mother.text
    assert states(play)[2:] == [("李静", "offered"), ("老大", "waiting")]


def test_more_than_the_class_holds_is_refused(play: Play, mother: Person) -> None:
    small = update(offering).where(offering.c.code == "QZ01").values(capacity=1)
    play.work(lambda tx: tx.core(small).rowcount)
    together(mother)
    mother.say("确认候补")
    assert "一共只有1个名额" in mother.text
    assert states(play) == []


def test_shortly_before_the_class_free_seats_are_for_whoever_comes(play: Play, mother: Person) -> None:
    first, second = neighbours(play, "甲乙")
    mother.start("c_QZ01")
    mother.tap_action(f"family:{class_id(play)}")
    mother.tap("老大")
    for label in ("同意，继续报名", "用“李静”"):
        if label in mother.buttons:
            mother.tap(label)
    mother.tap("确认报名")
    late = play.person("telegram", "300", name="丁")
    late.enrol("亲子烘焙")
    mother.tap_action(f"family:{class_id(play)}")
    mother.tap("新加一个孩子")
    for said in ("老二", "5岁", "同意", "确认候补"):
        mother.say(said)
    assert "候补第2位" in mother.text
    play.at(14, 0, days=12)  # an hour before the class
    leaves(first)
    mother.inbox()
    assert "【老二】" in mother.text and "先到先得" in mother.text
    mother.tap("报名")
    assert "✓ 老二已报名" in mother.text, "for the child, not for herself"
    assert ("老二", "enrolled") in states(play) and ("丁", "waiting") in states(play)
    assert second.known


def test_the_reminder_of_a_child_goes_to_the_guardian(play: Play, mother: Person) -> None:
    from services.schedules import reminders_evening

    together(mother)
    mother.tap("确认报名")
    play.at(18, 5, days=11)
    play.work(lambda tx: [reminders_evening.due(tx, play.town) for _ in range(5)])
    rows = play.rows(select(outgoing.c.payload).where(outgoing.c.purpose == "reminder_evening"))
    texts = [plain(message_from_json(row.payload, None).text) for row in rows]
    assert len(texts) == 2
    assert sorted(text.startswith("【老大】") for text in texts) == [False, True]
    mother.inbox()
    mother.tap("这次去不了")
    assert "请假" in mother.text or "这次" in mother.text


def test_a_change_is_told_of_the_child_and_old_reminders_are_taken_back(play: Play, mother: Person) -> None:
    from services import sessions
    from services.schedules import reminders_evening

    together(mother)
    mother.tap("确认报名")
    play.at(18, 5, days=11)
    play.work(lambda tx: [reminders_evening.due(tx, play.town) for _ in range(5)])

    def cancel(tx: Tx) -> None:
        done = sessions.cancel_class(tx, play.town, class_id(play), actor="test")
        assert isinstance(done, sessions.Done), done

    play.work(cancel)
    queued = [
        row.purpose for row in play.rows(select(outgoing.c.purpose).where(outgoing.c.state == "queued"))
    ]
    assert "reminder_evening" not in queued
    assert queued.count("change") == 2
