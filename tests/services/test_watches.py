"""Watches as they are kept by the schedule: told once, at a decent hour, and ended after half a year."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.catalogue import offering
from models.clock import ManualClock
from models.outgoing import outgoing
from models.people import account
from models.store import Store, look_now, open_store, work_now
from models.watching import demand, watch
from services import consenting, watches
from services.catalogue import note_changes
from services.demand import COUNT, RARE, unmet
from services.schedules import watches as schedule
from services.sending_gates import ASKED, ROW_AND_STANDING, Drop, gate
from services.town import Town
from services.understanding.meaning import Meaning
from tests.services.learners import Learners, Post, at
from tests.services.watching import add, put, refresh, tell
from tests.town import empty_town, make_town

ERHU = Meaning(words=("二胡",))


@pytest.fixture
def learners(store: Store, town: Town) -> Learners:
    made = Learners(store, town)
    tell(made)
    return made


def waits(learners: Learners, person_id: int, wish: Meaning = ERHU, *, agrees: bool = True) -> int:
    """Somebody waits for a wish, having said yes to announcements."""

    def unit(tx: Any) -> int:
        if agrees:
            consenting.give(tx, person_id, "announcements", "telegram", learners.town.now())
        return watches.begin(tx, learners.town, person_id, wish)[0]

    made: int = learners.work(unit)
    return made


def told(learners: Learners, **wanted: Any) -> list[Post]:
    return learners.posted("watch", **wanted)


def test_each_is_told_once_whatever_changes_later(learners: Learners) -> None:
    wang, li = learners.person(), learners.person()
    waits(learners, wang)
    waits(learners, li, Meaning(words=("古筝",)))
    made = add(learners, "EH01", "二胡基础班")
    tell(learners)
    [post] = told(learners)
    assert (post.person_id, post.lane) == (wang, "notice")
    assert post.text.startswith("您让我留意“二胡”，现在有班了：")
    for _ in range(3):
        learners.advance(timedelta(minutes=1))
        learners.work(lambda tx: note_changes(tx, [made], learners.town.now()))
        tell(learners)
    assert len(told(learners)) == 1
    assert learners.outcomes("watches") == ["done"]


def test_several_classes_and_watches_in_one_message(learners: Learners) -> None:
    wang = learners.person()
    first, second = waits(learners, wang), waits(learners, wang, Meaning(words=("古筝",)))
    for n, title in enumerate(("二胡班", "古筝班", "二胡与古筝合奏")):
        add(learners, f"X{n}", title, hour=9 + n)
    tell(learners)
    [post] = told(learners)
    assert "您让我留意“二胡”、“古筝”，现在有班了：" in post.text
    assert sorted(post.message.courses) == ["X0", "X1", "X2"]
    assert post.actions[-1] == f"unwatch:{first}.{second}"


HOURS = [
    # when it opens, when it may be told, own quiet hours
    ("2026-12-01 10:00", "2026-12-01 10:00:10", None),
    ("2026-12-01 20:59:55", "2026-12-02 08:00", None),
    ("2026-12-01 23:30", "2026-12-02 08:00", None),
    ("2026-12-02 07:30", "2026-12-02 08:00", None),
    ("2026-12-01 10:00", "2026-12-01 16:00", (8 * 60, 16 * 60)),  # sleeps by day
    ("2026-12-01 23:30", "2026-12-01 23:30:10", (8 * 60, 16 * 60)),
]


@pytest.mark.parametrize(("opens", "due", "quiet"), HOURS)
def test_at_a_decent_hour(learners: Learners, opens: str, due: str, quiet: tuple[int, int] | None) -> None:
    fields = {} if quiet is None else {"quiet_from": quiet[0], "quiet_to": quiet[1]}
    waits(learners, learners.person(**fields))
    learners.advance_to(opens)
    add(learners, "EH01", "二胡班")
    tell(learners)
    [post] = told(learners)
    assert post.not_before == at(due)
    assert post.expires_at == at(due) + timedelta(days=7)


def test_what_waits_for_the_morning_is_one_message(learners: Learners) -> None:
    wang = learners.person()
    waits(learners, wang)
    waits(learners, wang, Meaning(words=("古筝",)))
    learners.advance_to("2026-12-01 22:00")
    add(learners, "EH01", "二胡班")
    tell(learners)
    learners.advance_to("2026-12-01 23:00")
    add(learners, "GZ01", "古筝班")
    tell(learners)
    [post] = told(learners)
    assert post.message.courses == ("EH01", "GZ01")
    assert "“古筝”" in post.text
    assert "“二胡”" in post.text
    assert [row.reason for row in told(learners, state="dropped")] == ["folded"]


def test_news_of_what_was_stopped_in_the_night_does_not_arrive(learners: Learners) -> None:
    wang = learners.person()
    made = waits(learners, wang)
    learners.advance_to("2026-12-01 22:00")
    add(learners, "EH01", "二胡班")
    tell(learners)
    learners.work(lambda tx: watches.stop(tx, wang, [made], learners.town.now()))
    assert told(learners) == []


def test_a_class_that_closes_before_one_may_be_disturbed_is_missed(learners: Learners) -> None:
    waits(learners, learners.person())
    learners.advance_to("2026-12-01 23:00")
    add(learners, "EH01", "二胡班", day=date(2026, 12, 2), hour=7)  # enrolment closes at its start
    assert tell(learners) == 1
    assert told(learners) == []
    assert learners.outcomes("watches") == ["missed"]


def test_enrolment_that_begins_by_the_clock(learners: Learners) -> None:
    waits(learners, learners.person())
    opens = at("2026-12-03 09:00").astimezone(UTC)
    add(learners, "EH01", "二胡班", enrol_opens=opens)
    tell(learners)
    assert told(learners) == []
    learners.advance_to("2026-12-03 08:59:59")
    tell(learners)
    assert told(learners) == []
    learners.advance_to("2026-12-03 09:00")
    tell(learners)
    assert len(told(learners)) == 1
    learners.advance_to("2026-12-03 09:05")
    tell(learners)
    assert len(told(learners)) == 1


def test_many_open_at_the_same_minute(learners: Learners) -> None:
    """More than a batch: all of them are in the one message."""
    waits(learners, learners.person())
    opens = at("2026-12-03 09:00").astimezone(UTC)
    many = schedule.MOST_CLASSES + 7
    learners.work(
        lambda tx: [
            put(tx, learners.town.now(), f"EH{n:03}", f"二胡{n}班", enrol_opens=opens) for n in range(many)
        ]
    )
    tell(learners)
    learners.advance_to("2026-12-03 09:00")
    tell(learners)
    [post] = told(learners)
    assert len(post.message.courses) == many
    assert len(learners.outcomes("watches")) == many
    assert len(post.message.buttons()) <= 7


REFUSED = [
    # what happens to the person or the class before it is looked at
    ("no_yes", []),
    ("in_class", []),
    ("cancelled", []),
    ("closed", []),
    ("blocked", ["unreachable"]),
]


@pytest.mark.parametrize(("what", "outcomes"), REFUSED)
def test_who_is_not_told(learners: Learners, what: str, outcomes: list[str]) -> None:
    wang = learners.person()
    waits(learners, wang, agrees=what != "no_yes")
    made = add(learners, "EH01", "二胡班")
    if what == "in_class":
        learners.enrol(wang, "EH01")
    elif what == "cancelled":
        learners.change(offering, offering.c.id == made, status="cancelled")
    elif what == "closed":
        learners.change(offering, offering.c.id == made, enrol_closes=learners.town.now())
    elif what == "blocked":
        learners.change(account, account.c.person_id == wang, state="stopped")
    tell(learners)
    assert told(learners) == []
    assert learners.outcomes("watches") == outcomes


def test_a_yes_taken_back_while_it_waits_stops_it_at_the_door(learners: Learners) -> None:
    wang = learners.person()
    waits(learners, wang)
    add(learners, "EH01", "二胡班")
    tell(learners)
    learners.work(lambda tx: consenting.withdraw(tx, wang, "announcements", learners.town.now()))
    [post] = told(learners)
    query = select(outgoing, *ASKED).select_from(ROW_AND_STANDING).where(outgoing.c.id == post.id)
    row = look_now(learners.store, lambda tx: tx.core(query).one())
    assert gate(row, learners.town, learners.town.now()) == Drop("no_consent")


def test_no_further_than_the_index_of_this_process(learners: Learners) -> None:
    """A change that this process does not know yet is told of once it does."""
    waits(learners, learners.person())
    add(learners, "EH01", "二胡班")
    assert not learners.work(lambda tx: schedule.due(tx, learners.town))
    assert told(learners) == []
    tell(learners)
    assert len(told(learners)) == 1


def test_persons_in_pages_while_the_catalogue_goes_on_changing(learners: Learners) -> None:
    """Whoever was passed already hears of what came during the walk as well."""
    people = [learners.person() for _ in range(40)]
    for one in people:
        waits(learners, one)
    add(learners, "EH01", "二胡班")
    refresh(learners)
    learners.work(lambda tx: schedule.due(tx, learners.town))  # the first page
    assert 5 < len(told(learners)) < 20
    add(learners, "EH02", "二胡提高班", hour=14)
    learners.advance(timedelta(minutes=1))
    tell(learners)
    heard: dict[int, set[str]] = {one: set() for one in people}
    for post in told(learners):
        assert not heard[post.person_id] & set(post.message.courses)
        heard[post.person_id] |= set(post.message.courses)
    assert set(map(frozenset, heard.values())) == {frozenset({"EH01", "EH02"})}


def test_a_process_that_starts_anew_goes_on_where_the_other_stopped(learners: Learners) -> None:
    waits(learners, learners.person())
    add(learners, "EH01", "二胡班")  # while nobody ticks
    again = Learners(learners.store, empty_town(learners.store, learners.town.clock))
    tell(again)
    tell(learners)
    assert len(told(learners)) == 1


def run_due(url: str, now: datetime, barrier: Any) -> None:
    """One process of several: its own store, index and clock, as a worker has them."""
    store = open_store(url)
    town = empty_town(store, ManualClock(now))
    barrier.wait(60)
    for _ in range(200):
        if not work_now(store, lambda tx: schedule.due(tx, town)):
            break
    store.close()


def test_two_processes_tell_once(database_url: str) -> None:
    store = open_store(database_url)
    learners = Learners(store, make_town(store))
    people = [learners.person() for _ in range(60)]
    for one in people:
        waits(learners, one)
    for n in range(4):
        add(learners, f"EH{n}", f"二胡{n}班", hour=8 + n)
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(2)
    both = [
        spawn.Process(target=run_due, args=(database_url, learners.town.now(), barrier)) for _ in range(2)
    ]
    for process in both:
        process.start()
    for process in both:
        process.join(90)
    assert [process.exitcode for process in both] == [0, 0]
    posts = told(learners)
    assert sorted(post.person_id for post in posts) == sorted(people)
    assert all(len(post.message.courses) == 4 for post in posts)
    assert len(learners.outcomes("watches")) == 4 * len(people)
    store.close()


# half a year


def test_it_ends_after_half_a_year_with_a_word(learners: Learners) -> None:
    wang, li = learners.person(), learners.person()
    made = waits(learners, wang)
    waits(learners, li)
    learners.work(lambda tx: consenting.withdraw(tx, li, "announcements", learners.town.now()))
    learners.advance(watches.LIFE - timedelta(minutes=1))
    tell(learners)
    assert learners.posted("watch_over") == []
    learners.advance(timedelta(minutes=2))
    tell(learners)
    [post] = learners.posted("watch_over")
    assert post.person_id == wang
    assert post.text == "您让我留意的“二胡”到期了，先不等了。还想学，点“接着等”。"
    assert post.actions == [f"watch_again:{made}"]
    assert look_now(learners.store, lambda tx: watches.living(tx, li)) == []
    add(learners, "EH01", "二胡班", day=date(2027, 7, 1))
    tell(learners)
    assert told(learners) == []


def test_a_wish_for_certain_days_ends_with_them(learners: Learners) -> None:
    wang = learners.person()
    days = (date(2026, 12, 5).toordinal(), date(2026, 12, 6).toordinal())
    waits(learners, wang, Meaning(words=("二胡",), dates=days))
    [row] = look_now(learners.store, lambda tx: watches.living(tx, wang))
    assert row.until == at("2026-12-07 00:00")
    assert watches.lasting(Meaning.from_json(row.meaning), date(2026, 12, 8)) == ERHU


def test_what_cannot_be_waited_for_is_left_out() -> None:
    wish = Meaning(
        words=("二胡",), near=(30.0, 120.0), within=500, order="nearest", seats=True, hours=(1080, 1440),
        soft=frozenset({"hours"}),
    )  # fmt: skip
    assert watches.lasting(wish, date(2026, 12, 1)) == ERHU


# retention


def test_ended_watches_go_after_a_month_and_what_was_told_after_seven(learners: Learners) -> None:
    wang = learners.person()
    made = waits(learners, wang)
    add(learners, "EH01", "二胡班")
    tell(learners)
    learners.work(lambda tx: watches.stop(tx, wang, [made], learners.town.now()))
    for days, kept in ((29, 1), (2, 0)):
        learners.advance(timedelta(days=days))
        learners.tick()
        assert len(look_now(learners.store, lambda tx: tx.core(select(watch)).all())) == kept
    assert learners.outcomes("watches") == ["done"]
    learners.advance(timedelta(days=150))
    learners.tick()
    assert learners.outcomes("watches") == ["done"]
    learners.advance(timedelta(days=40))
    learners.tick()
    assert learners.outcomes("watches") == []


def count(learners: Learners, week: date, topic: str, times: int, **where: str) -> None:
    values = {"place": "", "days": "", "part": "", **where}
    for _ in range(times):
        learners.work(lambda tx: tx.run(COUNT, week=week, topic=topic, **values))


def test_counters_go_after_a_year(learners: Learners) -> None:
    count(learners, date(2025, 12, 1), "二胡", 1)
    count(learners, date(2025, 11, 16), "古筝", 1)
    learners.tick("2026-12-01 04:00")
    assert look_now(learners.store, lambda tx: tx.core(select(demand.c.topic)).scalars().all()) == ["二胡"]


# unmet demand


def test_the_rare_is_only_summed_up(learners: Learners) -> None:
    monday = date(2026, 11, 30)
    count(learners, monday, "二胡", 4, days="weekend", part="evening")
    count(learners, date(2026, 10, 19), "二胡", 1, days="weekend", part="evening")
    count(learners, monday, "二胡", 2, place="新城街道")
    count(learners, monday, "二胡", 1, place="和平街道")
    count(learners, monday, "古筝", 2)
    count(learners, monday, "瑜伽", 1, part="morning")
    count(learners, date(2026, 1, 5), "围棋", 9)
    lines = learners.work(lambda tx: unmet(tx, date(2026, 9, 1), monday))
    assert [(line.topic, line.place, line.when, line.count, line.trend) for line in lines] == [
        ("二胡", "", "周末晚上", 5, 3),
        ("二胡", "其他", "其他", 3, 3),
        ("其他", "其他", "其他", 3, 3),
    ]
    assert all(line.count >= RARE for line in lines if line.topic != "其他")
