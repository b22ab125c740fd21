"""One tap per purpose, a week that has room for so many, and the hours of who works at night."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.organising import OPTIONAL_PURPOSES
from models.outgoing import outgoing
from models.people import person
from models.store import Store, work_now
from services import delivery, opting
from services.message import Message
from services.outbox import post_notice
from services.reach import reach
from tests.handlers.play import Person, Play
from tests.town import make_town


@pytest.fixture
def play(store: Store) -> Play:
    return Play(store, make_town(store))


@pytest.fixture
def li(play: Play) -> Person:
    li = play.person("telegram", "2001")
    li.say("/start")
    li.tap("同意接收开课通知")
    return li


def post(play: Play, who: Person, purpose: str) -> int:
    def unit(tx: object) -> int:
        to = reach(tx, who.person_id)  # type: ignore[arg-type]
        assert to is not None
        return post_notice(
            tx, play.town, to.address, Message("有班了"), purpose=purpose,  # type: ignore[arg-type]
            expires_at=play.now + timedelta(days=30),
        )  # fmt: skip

    return int(work_now(play.store, unit))


def claim(play: Play) -> list[int]:
    query = select(outgoing.c.id).where(
        outgoing.c.state == "queued", outgoing.c.lane == "notice", outgoing.c.not_before <= play.now
    )
    ids = [row.id for row in play.rows(query)]
    claimed = work_now(play.store, lambda tx: delivery.claim(tx, play.town, ids))
    return [row.id for row in claimed.rows]


def state(play: Play, row: int) -> tuple[str, str]:
    [found] = play.rows(select(outgoing.c.state, outgoing.c.reason).where(outgoing.c.id == row))
    return found.state, found.reason


@pytest.mark.parametrize("purpose", OPTIONAL_PURPOSES)
def test_what_is_not_wanted_is_held_back_at_the_door(play: Play, li: Person, purpose: str) -> None:
    row = post(play, li, purpose)
    li.tap_action(f"mute:{purpose}")
    assert claim(play) == []
    assert state(play, row) == ("dropped", "opted_out")
    li.say("通知设置")
    [label] = [label for label in li.buttons if label.startswith("要")]
    li.tap(label)
    again = post(play, li, purpose)
    assert claim(play) == [again]


@pytest.mark.parametrize(
    "said",
    [
        "不要这类消息",
        "不要这类消息了",
        "别再发了",
        "请不要再给我发消息了",
        "不想再收到这种消息了",
        "No more of this kind",
    ],
)
def test_the_words_of_the_button_are_no_other_matter(play: Play, li: Person, said: str) -> None:
    li.say(said)
    assert "学校发的通知" in li.text or "Notices from schools" in li.text, li.text
    assert "不再给您发" not in li.text, "nothing of the kind came yet"


def test_matters_of_own_classes_cannot_be_refused(play: Play, li: Person) -> None:
    li.tap_action("mute:change")
    assert play.work(opting.refused, li.person_id) == frozenset()
    with pytest.raises(ValueError, match="change"):
        play.work(opting.refuse, li.person_id, "change", play.now)


def test_a_full_week_waits_for_room(play: Play, li: Person) -> None:
    first = play.now
    for number in range(opting.WEEKLY_CAP):
        row = post(play, li, "watch" if number % 2 else "announcement")
        ended = first + timedelta(minutes=number)
        play.work(
            lambda tx, row=row, ended=ended: tx.core(
                update(outgoing).where(outgoing.c.id == row).values(state="sent", ended_at=ended)
            )
        )
    late = post(play, li, "watch")
    urgent = post(play, li, "change")
    play.advance(hours=1)
    assert claim(play) == [urgent]
    assert state(play, late) == ("queued", "")
    [(until,)] = play.rows(select(outgoing.c.not_before).where(outgoing.c.id == late))
    assert until == first + opting.WEEK
    play.advance(days=7)
    assert claim(play) == [late]


@pytest.mark.parametrize(
    "said", ["我上夜班，早上8点到下午4点睡觉", "我早上九点到下午三点睡觉", "早上8点到下午4点别吵我，我睡觉"]
)
def test_the_hours_in_which_one_sleeps_are_no_search(play: Play, li: Person, said: str) -> None:
    li.say(said)
    assert "不打扰您" in li.text and "现在的提醒" in li.text


@pytest.mark.parametrize("said", ["什么时候会打扰我", "你们几点会提醒我？"])
def test_when_one_is_disturbed_is_told(play: Play, li: Person, said: str) -> None:
    li.enrol("书法")
    li.say(said)
    assert "不打扰您的时间" in li.text


def test_a_class_at_those_hours_is_still_a_search(play: Play, li: Person) -> None:
    li.say("早上8点到下午4点有什么课")
    assert "不打扰您" not in li.text


NIGHT = ["我上夜班", "我现在上夜班。", "我是上夜班的", "倒夜班", "I work nights"]


@pytest.mark.parametrize("said", NIGHT)
def test_who_works_at_night(play: Play, li: Person, said: str) -> None:
    li.say(said)
    assert "上午8点到下午4点不打扰您" in li.text
    li.say("我上白班了")
    quiet = select(person.c.quiet_from, person.c.quiet_to).where(person.c.id == li.person_id)
    assert [tuple(row) for row in play.rows(quiet)] == [(None, None)]


def test_own_hours_as_they_are_written(play: Play, li: Person) -> None:
    li.say("免打扰 22:00-14:00")
    assert "晚上10点到下午2点不打扰您" in li.text
    row = post(play, li, "watch")
    assert claim(play) == []
    assert state(play, row) == ("queued", "")
    play.at(14, 1)
    assert claim(play) == [row]
