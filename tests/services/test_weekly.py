"""The weekly class notice: Sunday 19:00 until Monday noon, once, and to nobody without classes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.clock import ManualClock
from models.store import Store, open_store
from services.schedules import DUE, reminders_evening, reminders_hour, weekly
from services.town import Town
from tests.services.learners import Learners, at
from tests.town import empty_town, make_town


@pytest.fixture
def learners(store: Store, town: Town) -> Learners:
    made = Learners(store, town)
    made.tick()
    return made


def test_the_coming_week_in_one_message(learners: Learners) -> None:
    wang = learners.person()
    learners.enrol(wang, "SJ01")
    dance = learners.enrol(wang, "DG01")
    learners.excuse(dance, learners.sessions("DG01")[1].id)
    learners.person()  # has no class
    learners.enrol(learners.person(weekly=False), "DG01")
    learners.tick("2026-12-06 18:59")
    assert not learners.posted("weekly")
    learners.tick("2026-12-06 19:00")
    [told] = learners.posted("weekly")
    assert told.person_id == wang
    assert told.expires_at == at("2026-12-07 12:00")
    assert told.text.splitlines() == [
        "12月7日到12月13日这一周，您有2节课：",
        "周二（12月8日）晚上7点–9点，电工上岗培训，新城社区活动中心（已请假）",
        "周三（12月9日）下午2点–3点半，智能手机从零学，新城社区活动中心",
        "有变动会马上告诉您。",
    ]
    learners.tick("2026-12-07 09:00")
    assert len(learners.posted("weekly")) == 1


def test_english(learners: Learners) -> None:
    learners.enrol(learners.person(lang="en"), "SJ01")
    learners.tick("2026-12-06 19:00")
    [told] = learners.posted("weekly")
    assert told.text.startswith(
        "In the week of 7 Dec to 13 Dec you have one class:\nWed 9 Dec, 2:00–3:30 pm: 智能手机从零学"
    )


STOPS = [
    # when the house opens again after having shut on Sunday at noon, notices, missed
    ("2026-12-06 23:30", 1, 0),  # queued, and sent when the quiet hours end
    ("2026-12-07 11:59", 1, 0),
    ("2026-12-07 12:00", 0, 1),
    ("2026-12-09 08:00", 0, 1),
]


@pytest.mark.parametrize(("opens", "notices", "missed"), STOPS)
def test_a_stop_across_sunday_evening(learners: Learners, opens: str, notices: int, missed: int) -> None:
    wang = learners.person(remind_evening=False, remind_hour=False)
    learners.enrol(wang, "SJ01")
    learners.tick("2026-12-06 12:00")
    assert learners.tick(opens) == missed
    told = learners.posted("weekly")
    assert len(told) == notices
    assert learners.outcomes("weekly").count("missed") == missed
    for post in told:
        assert post.not_before == max(at(opens), at("2026-12-07 07:00"))
        # right on whichever day it is read
        assert "周三（12月9日）下午2点–3点半" in post.text


def test_a_class_whose_reminders_are_off_asks_for_no_notice(learners: Learners) -> None:
    wang = learners.person()
    learners.silence_class(learners.enrol(wang, "SJ01"))
    learners.tick("2026-12-06 19:00")
    assert not learners.posted("weekly")


def test_the_last_week_is_followed_by_silence(learners: Learners) -> None:
    learners.enrol(learners.person(), "SJ01")  # four Wednesdays from 2 December
    for sunday in ("2026-12-06", "2026-12-13", "2026-12-20", "2026-12-27", "2027-01-03"):
        learners.tick(f"{sunday} 19:00")
    assert len(learners.posted("weekly", state="")) == 3


MINUTES = 31 * 24 * 60


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    stops=st.lists(
        st.tuples(st.integers(0, MINUTES), st.integers(1, 3 * 24 * 60)), min_size=1, max_size=8
    ),
    step=st.integers(20, 120),
)  # fmt: skip
def test_a_month_with_random_stops(
    new_database: Callable[[str, bool], str], stops: list[tuple[int, int]], step: int
) -> None:
    """Every notice at most once, none later than its policy, and what was not sent is recorded as missed."""
    store = open_store(new_database("sqlite", True))
    try:
        _month(store, stops, step)
    finally:
        store.close()


def _month(store: Store, stops: list[tuple[int, int]], step: int) -> None:
    learners = Learners(store, make_town(store))
    learners.tick()
    people = [learners.person(), learners.person(quiet_from=14 * 60, quiet_to=23 * 60)]
    for one in people:
        learners.enrol(one, "SJ01")
        learners.enrol(one, "DG01")
    begin = learners.town.now()
    shut = [(begin + timedelta(minutes=at_), begin + timedelta(minutes=at_ + long)) for at_, long in stops]
    now = begin
    while now < begin + timedelta(minutes=MINUTES):
        now += timedelta(minutes=step)
        if any(start <= now < end for start, end in shut):
            continue
        learners.tick(now)
    _check(learners, people)


def _check(learners: Learners, people: list[int]) -> None:
    rows = learners.posted(state="")
    seen: set[tuple[object, ...]] = set()
    for post in rows:
        assert post.created_at < post.expires_at
        assert post.not_before < post.expires_at
        key = (post.person_id, post.purpose, post.session_id, post.expires_at)
        assert key not in seen
        seen.add(key)
        local: datetime = post.expires_at.astimezone(learners.town.zone)
        if post.purpose == "weekly":
            assert (local.weekday(), local.hour) == (0, 12)
    weeks = learners.outcomes("weekly")
    assert len(weeks) == len([post for post in rows if post.purpose == "weekly"]) + weeks.count("missed")
    # four weeks from 7 December with a Monday in the month, of which SJ01 fills three and DG01 all
    assert len(weeks) <= 5 * len(people)


def test_every_schedule_has_a_name_and_says_what_being_late_means() -> None:
    assert [schedule.name for schedule in DUE] == [
        "seat_offers", "transfers", "minimum", "draws", "reminder_hour", "reminder_evening", "weekly",
        "watches", "team_meeting", "campaigns", "broadcasts", "survey", "unfetched", "nightly_verify",
        "retention", "retention_kept",
    ]  # fmt: skip
    assert all(schedule.late for schedule in DUE)
    assert [schedule.__name__ for schedule in (weekly.SCHEDULE, reminders_hour.SCHEDULE)] == [
        "weekly", "reminder_hour",
    ]  # fmt: skip
    assert reminders_evening.SCHEDULE in DUE


def test_a_clock_that_leaps(sqlite_store: Store) -> None:
    """At five thousand times the speed a tick sees eight minutes at once, and nothing is lost."""
    make_town(sqlite_store)
    clock = ManualClock(at("2026-11-30 10:00"))
    learners = Learners(sqlite_store, empty_town(sqlite_store, clock))
    learners.tick()
    learners.enrol(learners.person(), "SJ01")
    missed = 0
    while clock.civil() < at("2026-12-10 00:00"):
        clock.advance(timedelta(minutes=8, seconds=24))
        missed += learners.tick()
    assert missed == 0
    assert len(learners.posted("weekly", state="")) == 1
    assert len(learners.posted("reminder_evening", state="")) == 2
    assert len(learners.posted("reminder_hour", state="")) == 2
