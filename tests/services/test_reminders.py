"""Reminders: the evening before and the hour before, for everybody once and never too late."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from models.clock import ManualClock
from models.people import account, person
from models.store import Store, open_store, work_now
from services.schedules import reminders_evening, reminders_hour
from services.town import Town
from tests.services.learners import Learners, at
from tests.town import empty_town

# the classes of the small town: DG01 Tue 1 Dec 19:00, TJ01 Tue 1 Dec 07:00, SJ01 Wed 2 Dec 14:00


@pytest.fixture
def learners(store: Store, town: Town) -> Learners:
    made = Learners(store, town)
    made.tick()  # the house has been open before anybody enrols
    return made


def test_one_evening_message_covers_all_of_tomorrow(learners: Learners) -> None:
    wang = learners.person()
    first, second = learners.enrol(wang, "TJ01"), learners.enrol(wang, "DG01")
    assert learners.tick("2026-11-30 17:59") == 0
    assert not learners.posted()
    learners.tick("2026-11-30 18:00")
    [told] = learners.posted()
    assert told.purpose == "reminder_evening"
    assert told.expires_at == at("2026-11-30 21:00")
    assert told.text.startswith(
        "明天有课：\n太极拳二十四式，早上7点–8点，新城社区活动中心 新城路12号。\n电工上岗培训，"
    )
    assert "回复“请假”" in told.text
    tai_chi, electrician = learners.sessions("TJ01")[0], learners.sessions("DG01")[0]
    assert told.actions == [f"excuse:{first}:{tai_chi.id}", f"excuse:{second}:{electrician.id}"]
    assert all(button.number == 0 for button in told.message.buttons())
    learners.tick("2026-11-30 18:01")
    assert len(learners.posted()) == 1


def test_the_hour_before(learners: Learners) -> None:
    wang = learners.person()
    learners.enrol(wang, "SJ01")
    learners.tick("2026-12-01 18:00")
    learners.tick("2026-12-02 12:59")
    assert not learners.posted("reminder_hour")
    learners.tick("2026-12-02 13:00")
    [told] = learners.posted("reminder_hour")
    assert told.text.startswith("快上课了：\n智能手机从零学，今天下午2点–3点半，新城社区活动中心")
    assert told.expires_at == at("2026-12-02 13:50")
    assert told.message.buttons()[0].label == "这次去不了"


def test_english(learners: Learners) -> None:
    kim = learners.person(lang="en")
    learners.enrol(kim, "SJ01")
    learners.tick("2026-12-01 18:00")
    [told] = learners.posted()
    assert told.text.startswith("Your class tomorrow:\n智能手机从零学, 2:00–3:30 pm, 新城社区活动中心")


def test_big_mode_has_few_buttons(learners: Learners) -> None:
    wang = learners.person(big=True)
    learners.enrol(wang, "TJ01")
    learners.tick("2026-11-30 18:00")
    [told] = learners.posted()
    assert all(len(row) == 1 for row in told.message.rows)
    assert len(told.message.buttons()) <= 4


SWITCHES = [
    # settings, class, evening messages, messages of the hour before
    ({}, "SJ01", 1, 1),
    ({"remind_evening": False}, "SJ01", 0, 1),
    ({"remind_hour": False}, "SJ01", 1, 0),
    ({"remind_evening": False, "remind_hour": False}, "SJ01", 0, 0),
    # the hour before 07:00 is quiet, so the evening stands for it
    ({}, "TJ01", 1, 0),
    # who wants only the hour before is told on the evening, as that hour is quiet
    ({"remind_evening": False}, "TJ01", 0, 1),
    ({"remind_evening": False, "remind_hour": False}, "TJ01", 0, 0),
]


@pytest.mark.parametrize(("settings", "code", "evening", "hour"), SWITCHES)
def test_switches(learners: Learners, settings: dict[str, bool], code: str, evening: int, hour: int) -> None:
    learners.enrol(learners.person(**settings), code)
    for when in ("2026-11-30 18:00", "2026-12-01 06:00", "2026-12-01 18:00", "2026-12-02 13:00"):
        learners.tick(when)
    # nobody sends here, so what was not fetched in its time has expired by now
    assert len(learners.posted("reminder_evening", state="")) == evening
    assert len(learners.posted("reminder_hour", state="")) == hour


def test_a_folded_reminder_says_tomorrow_and_comes_at_six(learners: Learners) -> None:
    wang = learners.person(remind_evening=False)
    learners.enrol(wang, "TJ01")
    learners.tick("2026-11-30 18:00")
    [told] = learners.posted("reminder_hour")
    assert told.text.startswith("明天有课：\n太极拳二十四式，早上7点")
    assert told.not_before == at("2026-11-30 18:00")


def test_a_night_worker_who_sleeps_by_day(learners: Learners) -> None:
    """Quiet from 8 to 16: the evening is free, and 13:00 is not."""
    worker = learners.person(quiet_from=8 * 60, quiet_to=16 * 60)
    learners.enrol(worker, "SJ01")
    learners.tick("2026-12-01 18:00")
    assert len(learners.posted("reminder_evening")) == 1
    learners.tick("2026-12-02 13:00")
    assert not learners.posted("reminder_hour")
    early = learners.person(quiet_from=8 * 60, quiet_to=16 * 60)
    learners.enrol(early, "TJ01")
    learners.tick("2026-12-08 06:00")
    assert len(learners.posted("reminder_hour", early)) == 1


def test_who_sleeps_through_the_evening_is_told_before_going_to_bed(learners: Learners) -> None:
    """Quiet from 14 to 23: the last hour before is 13 to 14 on the day before the class."""
    worker = learners.person(quiet_from=14 * 60, quiet_to=23 * 60)
    learners.enrol(worker, "SJ01")
    learners.tick("2026-11-30 18:00")
    [told] = learners.posted()
    assert (told.not_before, told.expires_at) == (at("2026-12-01 13:00"), at("2026-12-01 14:00"))
    assert told.text.startswith("明天有课：")
    learners.tick("2026-12-01 18:00")
    assert len(learners.posted(state="")) == 1


def test_not_told(learners: Learners) -> None:
    """Those who wait, who are excused, who silenced the class, and whose account is blocked."""
    places = [learners.enrol(learners.person(), "SJ01") for _ in range(3)]  # two seats
    first, second, _ = places
    learners.excuse(first, learners.sessions("SJ01")[0].id)
    learners.silence_class(second)
    learners.tick("2026-12-01 18:00")
    learners.tick("2026-12-02 13:00")
    assert not learners.posted("reminder_evening")
    assert not learners.posted("reminder_hour")


def test_who_enrols_after_six_was_told_by_the_confirmation(learners: Learners) -> None:
    learners.tick("2026-12-01 18:00")
    learners.tick("2026-12-01 18:30")
    learners.enrol(learners.person(), "SJ01")
    learners.tick("2026-12-01 18:31")
    assert not learners.posted()
    learners.tick("2026-12-02 13:00")
    assert len(learners.posted("reminder_hour")) == 1


STOPS = [
    # what the house finds when it opens again, evening messages, hour messages, missed
    ("2026-12-01 20:59", 1, 0, 0),
    ("2026-12-01 21:00", 0, 0, 1),
    ("2026-12-02 13:49", 0, 1, 1),
    ("2026-12-02 13:50", 0, 0, 2),
    ("2026-12-02 18:00", 0, 0, 2),
]


@pytest.mark.parametrize(("opens", "evening", "hour", "missed"), STOPS)
def test_a_stop_across_the_due_time(
    learners: Learners, opens: str, evening: int, hour: int, missed: int
) -> None:
    learners.enrol(learners.person(), "SJ01")
    learners.tick("2026-12-01 17:00")
    assert learners.tick(opens) == missed
    assert len(learners.posted("reminder_evening")) == evening
    assert len(learners.posted("reminder_hour")) == hour
    outcomes = learners.outcomes("reminder_evening") + learners.outcomes("reminder_hour")
    assert outcomes.count("missed") == missed
    assert learners.tick() == 0


def test_a_house_that_opens_late_for_the_first_time_has_missed_nothing(store: Store, town: Town) -> None:
    learners = Learners(store, town)
    learners.enrol(learners.person(), "DG01")
    assert learners.tick("2026-12-01 18:55") == 0
    assert learners.tick("2026-12-02 10:00") == 0


def test_two_processes_remind_once(database_url: str, store: Store, town: Town) -> None:
    learners = Learners(store, town)
    learners.tick()
    people = [learners.person() for _ in range(25)]
    for one in people:
        learners.enrol(one, "DG01")
    clock = town.clock
    assert isinstance(clock, ManualClock)
    clock.set(at("2026-11-30 18:00"))
    others = [(store, town)]
    other = open_store(database_url)
    others.append((other, empty_town(other, clock)))

    def run(where: Store, there: Town) -> None:
        for due in (reminders_evening.SCHEDULE, reminders_hour.SCHEDULE):
            while work_now(where, lambda tx, due=due: due(tx, there)):
                pass

    threads = [threading.Thread(target=run, args=pair) for pair in others * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    told = [post.person_id for post in learners.posted("reminder_evening")]
    assert sorted(told) == people


def test_a_large_class_is_reminded_in_pieces(learners: Learners) -> None:
    people = [learners.person() for _ in range(95)]
    for one in people:
        learners.enrol(one, "DG01")
    clock = learners.town.clock
    assert isinstance(clock, ManualClock)
    clock.set(at("2026-11-30 18:00"))
    units = [learners.work(lambda tx: reminders_evening.SCHEDULE(tx, learners.town)) for _ in range(8)]
    assert max(units) <= 40
    assert sum(bool(done) for done in units) >= 3
    assert units[-1] == 0
    assert sorted(post.person_id for post in learners.posted()) == people


def test_weeks_of_reminders_are_one_each(learners: Learners) -> None:
    wang = learners.person()
    learners.enrol(wang, "TJ01")
    learners.enrol(wang, "SJ01")
    now = at("2026-11-30 10:00")
    while now < at("2026-12-31 00:00"):
        learners.tick(now)
        now += timedelta(minutes=30)
    # tai chi on five Tuesdays, told on the evening before; smartphones on four Wednesdays, told twice
    assert len(learners.posted("reminder_evening", state="")) == 5 + 4
    assert len(learners.posted("reminder_hour", state="")) == 4


def test_switched_off_for_the_person_later(learners: Learners) -> None:
    wang = learners.person()
    learners.enrol(wang, "SJ01")
    learners.change(person, person.c.id == wang, remind_hour=False, remind_evening=False)
    learners.tick("2026-12-01 18:00")
    learners.tick("2026-12-02 13:00")
    assert not learners.posted()


def test_who_cannot_be_reached_is_noted(learners: Learners) -> None:
    wang = learners.person()
    learners.enrol(wang, "SJ01")
    learners.change(account, account.c.person_id == wang, state="stopped")
    learners.tick("2026-12-01 18:00")
    assert learners.outcomes("reminder_evening") == ["unreachable"]
    assert not learners.posted()
