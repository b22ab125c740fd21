"""The line of a class in mid-course and at the end of enrolment: nobody overtakes, all are told."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select, update

from models.catalogue import offering
from models.enrolment import enrolment, seat_offer
from models.outgoing import outgoing
from models.statement import Tx
from models.store import Store
from services.catalogue import note_changes
from services.enrolling import lapses, offers
from services.message import message_from_json, plain
from services.town import Town
from tests.handlers.play import Person, Play

PHONES = "SJ01"  # two seats; Wednesdays at 14:00 from 2 December on, four times


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    return Play(store, town)


def is_now(play: Play, moment: str) -> None:
    """Let it become this hour of the town's day."""
    play.town.clock.set(datetime.fromisoformat(moment).replace(tzinfo=play.town.zone))  # type: ignore[attr-defined]


def closes(play: Play, moment: str) -> None:
    """Let enrolment in the class of two seats close then."""
    until = datetime.fromisoformat(moment).replace(tzinfo=play.town.zone)
    later = update(offering).where(offering.c.code == PHONES).values(enrol_closes=until)

    def unit(tx: Tx) -> None:
        made = tx.core(later.returning(offering.c.id)).scalar_one()
        note_changes(tx, [made], play.now)

    play.work(unit)
    play.refresh()


def crowd(play: Play, names: str, platform: str = "telegram") -> list[Person]:
    """These people, each with a place in the class of two seats, in this order."""
    people = [play.person(platform, str(n), name=name) for n, name in enumerate(names, 1)]
    for person in people:
        person.enrol("智能手机")
    return people


def leaves(person: Person) -> None:
    """Leave the class."""
    person.say("退课")
    person.say("确认退出")
    assert "已退出" in person.text


def states(play: Play) -> list[str]:
    """The states of all places, in the order of their rows."""
    return [row.state for row in play.rows(select(enrolment.c.state).order_by(enrolment.c.id))]


def told(play: Play, purpose: str) -> list[tuple[int, str]]:
    """What was written: to which account, what."""
    chosen = select(outgoing.c.account_id, outgoing.c.payload)
    rows = play.rows(chosen.where(outgoing.c.purpose == purpose).order_by(outgoing.c.id))
    return [(row.account_id, plain(message_from_json(row.payload, None).text)) for row in rows]


def test_in_the_middle_of_the_course_a_newcomer_does_not_overtake(play: Play) -> None:
    closes(play, "2026-12-20 00:00")
    people = crowd(play, "甲乙丙")
    is_now(play, "2026-12-09 12:30")  # an hour and a half before the second session
    leaves(people[0])
    assert states(play) == ["withdrawn", "enrolled", "offered"]
    newcomer = play.person(account="9", name="丁")
    assert newcomer.enrol("智能手机") == "waiting"
    assert states(play) == ["withdrawn", "enrolled", "offered", "waiting"]


def test_an_offer_in_the_middle_of_the_course_stands_for_twelve_hours(play: Play) -> None:
    closes(play, "2026-12-20 00:00")
    people = crowd(play, "甲乙丙")
    is_now(play, "2026-12-08 15:00")  # within a day of the second session
    leaves(people[0])
    [offer] = play.rows(select(seat_offer.c.id, seat_offer.c.expires_at))
    until = offer.expires_at.astimezone(play.town.zone)
    assert until.isoformat(timespec="minutes")[:16] == "2026-12-09T14:00", "six hours today, six tomorrow"
    play.work(lambda tx: offers.delivered(tx, play.town, offer.id))
    assert play.rows(select(seat_offer.c.expires_at))[0].expires_at == offer.expires_at


def test_close_to_the_end_of_enrolment_the_seat_is_for_whoever_comes_and_all_who_wait_are_told(
    play: Play,
) -> None:
    people = crowd(play, "甲乙丙丁")
    is_now(play, "2026-12-02 13:00")  # an hour before the first session, with which enrolment closes
    leaves(people[0])
    assert states(play) == ["withdrawn", "enrolled", "waiting", "waiting"], "nothing can be held any more"
    news = told(play, "seat_free")
    assert [account for account, _ in news] == [people[2].account_id, people[3].account_id]
    assert all("先到先得" in text and "下午2点前" in text for _, text in news)
    people[3].inbox()
    people[3].tap("报名")
    for label in ("用“", "确认报名"):
        people[3].tap(label)
    assert "✓ 已报名" in people[3].text
    people[2].inbox()
    people[2].tap("报名")
    assert "已经在" in people[2].text and "第1位" in people[2].text, "too late, and still in line"
    play.work(lambda tx: offers.promote_some(tx, play.town, 0))
    assert len(told(play, "seat_free")) == 2, "told once a seat"


def test_who_leaves_the_line_frees_no_seat(play: Play) -> None:
    people = crowd(play, "甲乙丙丁")
    is_now(play, "2026-12-02 13:00")
    leaves(people[2])
    assert told(play, "seat_free") == []


def test_an_offer_that_lapses_too_late_for_another_is_told_to_all(play: Play) -> None:
    people = crowd(play, "甲乙丙丁")
    is_now(play, "2026-12-02 11:30")
    leaves(people[0])
    people[2].inbox()
    assert "有名额了" in people[2].text
    is_now(play, "2026-12-02 12:01")
    assert play.work(lambda tx: lapses.lapse_due(tx, play.town)) == 1
    assert [account for account, _ in told(play, "seat_free")] == [people[3].account_id]


def test_at_night_before_an_early_class_no_seat_can_be_held(play: Play) -> None:
    """Whoever waits sleeps until it is too late, so the seat is not kept empty for them."""
    early = update(offering).where(offering.c.code == "TJ01").values(capacity=1)
    play.work(lambda tx: tx.core(early).rowcount)
    people = [play.person(account=str(n), name=name) for n, name in enumerate("甲乙丙", 1)]
    for person in people[:2]:
        person.enrol("太极拳")
    is_now(play, "2026-11-30 22:00")
    leaves(people[0])
    assert people[2].enrol("太极拳") == "enrolled"


def test_who_waits_at_the_limit_of_the_web_can_take_the_late_seat(play: Play) -> None:
    first, second = (play.person(account=str(n), name=name) for n, name in enumerate("甲乙", 1))
    for person in (first, second):
        person.enrol("智能手机")
    web = play.person("web", "w1", name="丙")
    assert web.enrol("书法") == "enrolled"
    assert web.enrol("智能手机") == "waiting"
    is_now(play, "2026-12-02 13:00")
    leaves(first)
    assert web.enrol("智能手机") == "enrolled", web.text
    web.say("烘焙")
    web.say("1")
    web.tap("报名")
    assert "最多同时报2个班" in web.text, "the limit itself holds"


def test_who_waits_at_the_limit_of_the_term_can_take_the_late_seat(play: Play) -> None:
    play.town.term_limit = 1
    people = crowd(play, "甲乙丙")
    is_now(play, "2026-12-02 13:00")
    leaves(people[0])
    assert people[2].enrol("智能手机") == "enrolled"
    people[2].say("书法")
    people[2].say("1")
    people[2].tap("报名")
    assert "最多同时报1个班" in people[2].text


def test_a_missed_offer_costs_the_place_once_and_the_second_ends_it(play: Play) -> None:
    people = crowd(play, "甲乙丙丁")
    leaves(people[0])  # a seat for the third
    lapse_of(play, people[2])
    assert states(play) == ["withdrawn", "enrolled", "withdrawn", "offered", "waiting"]
    assert "排到了候补最后，是第1位" in people[2].text, "the other one is asked by then and waits no more"
    people[2].say("为什么")
    assert "上次给您留的名额没有等到回复" in people[2].text
    people[3].inbox()
    people[3].tap("放弃名额")
    assert states(play)[-1] == "offered", "and it is their turn again"
    lapse_of(play, people[2])
    assert states(play) == ["withdrawn", "enrolled", "withdrawn", "withdrawn", "withdrawn"]
    assert "排到了候补最后" not in people[2].text


def lapse_of(play: Play, person: Person) -> None:
    """Be offered a seat, read it, and let its hour pass."""
    person.inbox()
    assert "轮到您了" in person.text
    [offer] = play.rows(select(seat_offer.c.expires_at).where(seat_offer.c.state == "running"))
    play.town.clock.set(offer.expires_at)  # type: ignore[attr-defined]
    assert play.work(lambda tx: lapses.lapse_due(tx, play.town)) == 1
    person.inbox()


def test_leaving_and_returning_never_jumps(play: Play) -> None:
    people = crowd(play, "甲乙丙丁")
    leaves(people[2])
    assert people[2].enrol("智能手机") == "waiting"
    leaves(people[0])
    people[3].inbox()
    assert "有名额了" in people[3].text, "the fourth is first now"
    people[2].say("为什么")
    assert "您排第1位" in people[2].text and "退出再排，要从最后排起" in people[2].text
