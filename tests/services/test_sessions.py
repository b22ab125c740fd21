"""Moving and cancelling sessions: everybody concerned hears once and at once, with the right calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

import icalendar
import pytest
from sqlalchemy import select

from models.catalogue import catalogue_change, offering, venue
from models.enrolment import enrolment, seat_offer
from models.operations import audit_entry
from models.store import Store, look_now
from services import sending_gates, sessions
from services.enrolling.refusal import Refused
from services.sessions import Done
from services.town import Town
from tests.services.learners import Learners, at


@pytest.fixture
def learners(store: Store, town: Town) -> Learners:
    made = Learners(store, town)
    made.tick()
    return made


def move(
    learners: Learners, code: str, number: int, starts: str, minutes: int = 90, **more: str
) -> Done | Refused:
    offering_id, session = learners.offering(code), learners.sessions(code)[number]
    begins = at(starts)
    done: Done | Refused = learners.work(
        lambda tx: sessions.move_session(
            tx, learners.town, offering_id, session.id, begins, begins + timedelta(minutes=minutes),
            more.get("venue"), reason=more.get("reason", ""), actor="cli:clerk",
        )
    )  # fmt: skip
    return done


def cancel(learners: Learners, code: str, number: int | None = None, reason: str = "") -> Done | Refused:
    offering_id = learners.offering(code)
    if number is None:
        ended: Done | Refused = learners.work(
            lambda tx: sessions.cancel_class(tx, learners.town, offering_id, reason=reason, actor="cli:clerk")
        )
        return ended
    session = learners.sessions(code)[number]
    done: Done | Refused = learners.work(
        lambda tx: sessions.cancel_session(
            tx, learners.town, offering_id, session.id, reason=reason, actor="cli:clerk"
        )
    )
    return done


def one(learners: Learners, statement: object) -> object:
    return look_now(learners.store, lambda tx: tx.core(statement).first())  # type: ignore[call-overload]


def test_a_moved_session_tells_those_with_a_seat(learners: Learners) -> None:
    wang, li, zhao = (learners.person() for _ in range(3))  # SJ01 has two seats
    place = learners.enrol(wang, "SJ01")
    learners.enrol(li, "SJ01")
    learners.enrol(zhao, "SJ01")
    done = move(learners, "SJ01", 1, "2026-12-10 09:00", reason="教室检修")
    assert done == Done(2, 2)
    posts = learners.posted("change")
    assert [post.person_id for post in posts] == [wang, li]
    told = posts[0]
    assert told.text.splitlines()[:3] == [
        "“智能手机从零学”有变动：",
        "周三（12月9日）下午2点–3点半的课，改到周四（12月10日）上午9点–10点半。",
        "原因：教室检修。",
    ]
    session = learners.sessions("SJ01")[1]
    assert (session.state, session.sequence, session.starts_at) == ("planned", 1, at("2026-12-10 09:00"))
    assert f"excuse:{place}:{session.id}" in told.actions
    assert told.expires_at == at("2026-12-10 10:30")
    assert told.silent is False
    calendar = icalendar.Calendar.from_ical(told.message.document.content)
    events = {event["UID"]: event for event in calendar.walk("VEVENT")}
    assert told.message.document.name == "智能手机从零学.ics"
    assert sorted(int(event["SEQUENCE"]) for event in events.values()) == [0, 0, 0, 1]


def test_an_offered_seat_hears_too_and_a_waiting_one_does_not(learners: Learners) -> None:
    first, second, third, fourth = (learners.person() for _ in range(4))
    place = learners.enrol(first, "SJ01")
    for one_ in (second, third, fourth):
        learners.enrol(one_, "SJ01")
    from services.enrolling import seats

    row = look_now(learners.store, lambda tx: tx.one(seats.BY_ID, id=place))
    learners.work(lambda tx: seats.leave(tx, learners.town, row, why="self", actor="test"))
    assert cancel(learners, "SJ01", 2) == Done(2, 2)
    assert [post.person_id for post in learners.posted("change")] == [second, third]
    assert "停一次" in learners.posted("change")[0].text


def test_the_class_follows_its_sessions(learners: Learners) -> None:
    offering_id = learners.offering("SJ01")
    before = one(learners, select(catalogue_change.c.number).order_by(catalogue_change.c.number.desc()))
    move(learners, "SJ01", 0, "2026-12-03 14:00")
    columns = (offering.c.first_start, offering.c.last_end, offering.c.enrol_closes)
    row = one(learners, select(*columns).where(offering.c.id == offering_id))
    assert tuple(row) == (at("2026-12-03 14:00"), at("2026-12-23 15:30"), at("2026-12-03 14:00"))  # type: ignore[arg-type]
    cancel(learners, "SJ01", 0)
    row = one(learners, select(*columns).where(offering.c.id == offering_id))
    assert row[0] == at("2026-12-09 14:00")  # type: ignore[index]
    after = one(learners, select(catalogue_change.c.number).order_by(catalogue_change.c.number.desc()))
    assert after[0] == before[0] + 2  # type: ignore[index]
    entries = look_now(
        learners.store,
        lambda tx: tx.core(
            select(audit_entry.c.actor, audit_entry.c.action).where(audit_entry.c.action.like("session_%"))
        ).all(),
    )
    assert [tuple(entry) for entry in entries] == [
        ("cli:clerk", "session_move"), ("cli:clerk", "session_cancel"),
    ]  # fmt: skip


def test_a_place_of_its_own(learners: Learners) -> None:
    learners.enrol(learners.person(), "SJ01")
    begins = "2026-12-09 14:00"
    assert move(learners, "SJ01", 1, begins, venue="新城社区活动中心") == Refused("unchanged")
    assert move(learners, "SJ01", 1, begins, venue="东关文化站二楼") == Done(1, 1)
    assert "下午2点–3点半的课，改在东关文化站二楼上。" in learners.posted("change")[0].text
    assert one(learners, select(venue.c.id).where(venue.c.name == "东关文化站二楼")) is not None
    learners.tick("2026-12-08 18:00")
    assert "东关文化站二楼" in learners.posted("reminder_evening")[-1].text


REFUSALS = [
    # class, session, starts, minutes, code
    ("SJ01", 1, "2026-12-09 14:00", 90, "unchanged"),
    ("SJ01", 1, "2026-11-30 09:59", 90, "times_past"),
    ("SJ01", 1, "2026-12-09 14:00", 0, "times_wrong"),
    ("SJ01", 1, "2026-12-09 14:00", 25 * 60, "times_wrong"),
]


@pytest.mark.parametrize(("code", "number", "starts", "minutes", "expected"), REFUSALS)
def test_refusals(
    learners: Learners, code: str, number: int, starts: str, minutes: int, expected: str
) -> None:
    came = move(learners, code, number, starts, minutes)
    assert isinstance(came, Refused)
    assert came.code == expected
    assert learners.sessions(code)[number].sequence == 0


def test_what_is_cancelled_or_over_stays(learners: Learners) -> None:
    cancel(learners, "SJ01", 1)
    again = cancel(learners, "SJ01", 1)
    assert isinstance(again, Refused)
    assert again.code == "session_cancelled"
    learners.advance(timedelta(days=3))
    over = cancel(learners, "SJ01", 0)
    assert isinstance(over, Refused)
    assert over.code == "session_over"


SILENCE = [
    # it is now, the session moves from tomorrow 07:00 to, told without a sound
    ("2026-11-30 22:00", "2026-12-03 07:00", True),
    ("2026-11-30 20:00", "2026-12-03 07:00", False),
    ("2026-12-01 02:00", "2026-12-01 16:00", True),
]


@pytest.mark.parametrize(("when", "to", "silent"), SILENCE)
def test_a_change_of_an_early_session_by_night(learners: Learners, when: str, to: str, silent: bool) -> None:
    learners.enrol(learners.person(), "TJ01")
    learners.tick(when)
    move(learners, "TJ01", 0, to, 60)
    [told] = learners.posted("change")
    assert told.silent is silent
    assert told.not_before == at(when)


def test_a_late_session_waits_for_the_morning(learners: Learners) -> None:
    wang = learners.person()
    learners.enrol(wang, "DG01")
    learners.tick("2026-11-30 23:00")
    cancel(learners, "DG01", 0)
    [told] = learners.posted("change")
    assert told.silent is False
    # it is read tomorrow, when 明天 would be another day
    assert "周二（12月1日）晚上7点–9点的课停一次。" in told.text
    assert sending_gates.quiet_hours("change", None, None).starts.hour == 21


def test_a_clash_is_mentioned_to_those_who_have_it(learners: Learners) -> None:
    both, single = learners.person(), learners.person()
    learners.enrol(both, "SJ01")
    learners.enrol(both, "DG01")
    learners.enrol(single, "SJ01")
    move(learners, "SJ01", 1, "2026-12-08 19:30")
    texts = {post.person_id: post.text for post in learners.posted("change")}
    assert "周二（12月8日）晚上7点–9点您还有“电工上岗培训”，时间撞了。" in texts[both]
    assert "撞了" not in texts[single]


def test_a_reminder_that_still_waits_is_put_right(learners: Learners) -> None:
    wang = learners.person()
    learners.enrol(wang, "TJ01")
    learners.enrol(wang, "DG01")
    learners.tick("2026-11-30 18:00")
    cancel(learners, "TJ01", 0)
    [told] = learners.posted("reminder_evening")
    assert "太极" not in told.text
    assert "电工" in told.text
    [old] = learners.posted("reminder_evening", state="dropped")
    assert old.reason == "changed"
    cancel(learners, "DG01", 0)
    assert not learners.posted("reminder_evening")


def test_a_moved_session_is_reminded_at_its_new_time(learners: Learners) -> None:
    learners.enrol(learners.person(), "DG01")
    learners.tick("2026-12-01 18:00")
    assert len(learners.posted("reminder_hour")) == 1
    move(learners, "DG01", 0, "2026-12-01 20:30", 30)
    assert not learners.posted("reminder_hour")
    learners.tick("2026-12-01 19:30")
    [told] = learners.posted("reminder_hour")
    assert "晚上8点半–9点" in told.text


def test_the_weekly_notice_that_still_waits_is_put_right(learners: Learners) -> None:
    learners.enrol(learners.person(), "DG01")
    learners.tick("2026-12-06 19:00")
    move(learners, "DG01", 1, "2026-12-09 19:00", 120)
    [told] = learners.posted("weekly")
    assert "周三（12月9日）晚上7点–9点，电工上岗培训" in told.text


def test_a_whole_class(learners: Learners) -> None:
    first, second, third = (learners.person() for _ in range(3))
    for one_ in (first, second, third):
        learners.enrol(one_, "SJ01")
    offering_id = learners.offering("SJ01")
    counted = look_now(learners.store, lambda tx: sessions.count_affected(tx, offering_id, waiting=True))
    assert counted == 3
    assert cancel(learners, "SJ01", reason="报名人数太少。") == Done(3, 3)
    posts = learners.posted("change")
    assert [post.person_id for post in posts] == [first, second, third]
    assert "“智能手机从零学”停办了" in posts[0].text
    assert "原因：报名人数太少。" in posts[0].text
    assert "0570-5550123" in posts[0].text
    assert "候补" in posts[2].text
    assert posts[2].message.document is None
    assert posts[0].expires_at == at("2026-12-23 15:30")
    calendar = icalendar.Calendar.from_ical(posts[0].message.document.content)
    assert {str(event["STATUS"]) for event in calendar.walk("VEVENT")} == {"CANCELLED"}
    row = one(learners, select(offering.c.status, offering.c.taken).where(offering.c.id == offering_id))
    assert tuple(row) == ("cancelled", 0)  # type: ignore[arg-type]
    states = look_now(
        learners.store,
        lambda tx: tx.core(select(enrolment.c.state, enrolment.c.ended).distinct()).all(),
    )
    assert [tuple(state) for state in states] == [("withdrawn", "class_cancelled")]
    again = cancel(learners, "SJ01")
    assert isinstance(again, Refused)
    assert again.code == "class_over"
    learners.tick("2026-12-01 18:00")
    assert not learners.posted("reminder_evening")


def test_calling_a_class_off_leaves_what_was_held_in_the_calendar(learners: Learners) -> None:
    learners.enrol(learners.person(), "SJ01")
    learners.tick("2026-12-05 10:00")
    cancel(learners, "SJ01")
    [told] = learners.posted("change")
    assert told.message.document is not None
    calendar = icalendar.Calendar.from_ical(told.message.document.content)
    states = [str(event["STATUS"]) for event in calendar.walk("VEVENT")]
    assert states == ["CONFIRMED", "CANCELLED", "CANCELLED", "CANCELLED"]


def test_an_offer_ends_with_its_class(learners: Learners) -> None:
    from services.enrolling import seats

    places = [learners.enrol(learners.person(), "SJ01") for _ in range(3)]
    row = look_now(learners.store, lambda tx: tx.one(seats.BY_ID, id=places[0]))
    learners.work(lambda tx: seats.leave(tx, learners.town, row, why="self", actor="test"))
    cancel(learners, "SJ01")
    assert one(learners, select(seat_offer.c.state)) == ("lapsed",)
    assert learners.work(lambda tx: len(tx.core(select(enrolment.c.id)).all())) == 3


def test_the_gates_let_it_through(learners: Learners) -> None:
    """A notice that a class was cancelled is not held back because the enrolment has ended with it."""
    learners.enrol(learners.person(), "SJ01")
    cancel(learners, "SJ01")
    [told] = learners.posted("change")
    assert told.enrolment_id is None


def test_many_changes_are_one_message(learners: Learners) -> None:
    from services.notices.changes import Change

    learners.enrol(learners.person(), "TJ01")
    rows = learners.sessions("TJ01")
    hour = timedelta(hours=1)

    def changed(row: object) -> Change:
        starts: datetime = row.starts_at  # type: ignore[attr-defined]
        span = (starts, starts + hour)
        number: int = row.id  # type: ignore[attr-defined]
        later = starts + hour * (1 + number % 2)  # by no rule that a line could tell
        return Change("moved", number, span, (later, later + hour))

    changes = [changed(row) for row in rows]
    offering_id = learners.offering("TJ01")
    told = learners.work(lambda tx: sessions.tell_changes(tx, learners.town, offering_id, changes))
    assert told == 1
    [post] = learners.posted("change")
    assert post.text.count("改到") == 6
    assert "还有4节也变了" in post.text
