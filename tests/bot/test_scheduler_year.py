"""Three tickers of one database, weeks of stops, kills and clocks that step: each notice once, in time.

DOORSTEP_SCHEDULER_WEEKS sets how long (3; 52 is a year), DOORSTEP_SEED repeats the choices of a run.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import text

from bot.clock import recorded_civil
from bot.scheduler import Scheduler
from bot.work import Work
from models.clock import clock_for
from models.store import Store, look_now, open_store, work_now
from services.schedules import reminders_evening, reminders_hour, weekly
from tests.services.learners import Learners, Post
from tests.town import START, ZONE, add_class, empty_town, make_town

WEEKS = int(os.environ.get("DOORSTEP_SCHEDULER_WEEKS", "3"))
SEED = int(os.environ.get("DOORSTEP_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
LEARNERS = 3
DUE = [weekly.SCHEDULE, reminders_evening.SCHEDULE, reminders_hour.SCHEDULE]
SUNDAY = datetime(2026, 12, 6, 19, 0, tzinfo=ZONE)
WEEK, DAY, HOUR, MINUTE = timedelta(weeks=1), timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
# hours pass from one tick to the next, of which the server's own clock knows nothing
LAPSED = "UPDATE lease SET until = 0"
ALL_YEAR = ("NL01", "四季书法", "arts", "王老师", date(2026, 12, 2), 14, 90, WEEKS + 2, None, 0, None, None)


class Machine:
    """One process's store and scheduler, on a machine whose clock is `off` by some seconds."""

    def __init__(self, url: str, off: float) -> None:
        self.off = off
        self._true = START.timestamp()
        self._store: Store = open_store(url)
        self._scheduler: Scheduler | None = None

    async def tick(self, true: datetime) -> list[datetime]:
        """Start if it is down, tick once; the civil time at which it did what was due, if it was the one."""
        self._true = true.timestamp()
        if self._scheduler is None:
            recorded = look_now(self._store, recorded_civil)
            clock = clock_for(recorded=recorded, real=lambda: self._true + self.off)
            self._town = empty_town(self._store, clock)
            self._scheduler = Scheduler(Work(self._store), self._town, DUE)
        await self._scheduler.tick()
        return [self._town.now()] if self._scheduler.leading else []

    def fall(self) -> None:
        """Be killed: nothing is given back."""
        self._scheduler = None

    def close(self) -> None:
        """Close the store."""
        self._store.close()


def moments(chance: random.Random) -> Iterator[datetime]:
    """When they tick: now and then, and where it matters, with stops of hours in between."""
    found: set[datetime] = set()
    for week in range(WEEKS):
        sunday = SUNDAY + week * WEEK
        found |= {sunday - MINUTE, sunday + chance.uniform(0, 15) * HOUR, sunday + 17 * HOUR + MINUTE}
        for day in range(7):
            noon = sunday - day * DAY - 7 * HOUR
            found |= {noon + chance.uniform(-6, 12) * HOUR, noon + chance.uniform(0, 6) * HOUR}
        # before the session at two and in the evening before it
        found |= {sunday - 4 * DAY - 5 * HOUR - chance.uniform(0, 90) * MINUTE for _ in range(3)}
        found |= {sunday - 5 * DAY - HOUR + chance.uniform(0, 150) * MINUTE for _ in range(2)}
    stops = []
    for _ in range(WEEKS):
        begin = START + chance.uniform(0, WEEKS * 7) * DAY
        stops.append((begin, begin + chance.uniform(2, 40) * HOUR))
    return (at for at in sorted(found) if at > START and not any(a <= at < b for a, b in stops))


@pytest.mark.slow
async def test_every_notice_once_and_none_too_late(postgres_url: str) -> None:
    print(f"DOORSTEP_SEED={SEED}")
    chance = random.Random(SEED)
    learners, people = _people(postgres_url)
    machines = [Machine(postgres_url, off) for off in (-2.0, 0.0, 3.0)]
    ticked: list[datetime] = []
    try:
        for at in moments(chance):
            _something_happens(machines, chance)
            work_now(learners.store, lambda tx: tx.core(text(LAPSED)).rowcount)
            up = [machine for machine in machines if chance.random() < 0.8] or machines[:1]
            ticked += chain(*await asyncio.gather(*(machine.tick(at) for machine in up)))
    finally:
        for machine in machines:
            machine.close()
    posts = {purpose: learners.posted(purpose, state="") for purpose in POLICY}
    learners.store.close()
    _each_week_once(posts["weekly"], people, ticked)
    for purpose, (earliest, latest) in POLICY.items():
        _in_time(posts[purpose], earliest, latest)
    assert posts["reminder_evening"] and posts["reminder_hour"]


def _people(url: str) -> tuple[Learners, list[int]]:
    store = open_store(url)
    learners = Learners(store, make_town(store))
    work_now(store, lambda tx: add_class(tx, ALL_YEAR, 2, 1))
    people = [learners.person() for _ in range(LEARNERS)]
    for one in people:
        learners.enrol(one, "NL01")
    return learners, people


def _something_happens(machines: list[Machine], chance: random.Random) -> None:
    """A process falls; a machine's clock steps ahead or back, as when it is set right by hand."""
    if chance.random() < 0.1:
        chance.choice(machines).fall()
    if chance.random() < 0.05:
        chance.choice(machines).off = chance.choice((-2400.0, -2.0, 0.0, 3.0, 1500.0))


def _each_week_once(posts: list[Post], people: list[int], ticked: list[datetime]) -> None:
    """Who could be told was told once; where nobody ticked from Sunday evening to Monday noon, nobody."""
    told = Counter((post.person_id, post.expires_at) for post in posts)
    expected = {
        (one, until.astimezone(UTC)): 1
        for until in (SUNDAY + week * WEEK + 17 * HOUR for week in range(WEEKS))
        if any(until - 17 * HOUR <= at < until for at in ticked)
        for one in people
    }
    assert told == expected
    assert told


def _in_time(
    posts: list[Post], earliest: Callable[[Any], datetime], latest: Callable[[Any], datetime]
) -> None:
    """Each was written when it was due, and goes out before it would be late; none twice."""
    for post in posts:
        assert earliest(post) <= post.created_at, post.text
        assert max(post.created_at, post.not_before) < post.expires_at <= latest(post), post.text
    assert len({(post.person_id, post.expires_at) for post in posts}) == len(posts)


def _evening(post: Post) -> datetime:
    return datetime.combine(post.expires_at.astimezone(ZONE).date(), time(18), ZONE)


POLICY: dict[str, tuple[Callable[[Any], datetime], Callable[[Any], datetime]]] = {
    "weekly": (lambda post: post.expires_at - 17 * HOUR, lambda post: post.expires_at),
    "reminder_evening": (_evening, lambda post: _evening(post) + 3 * HOUR),
    "reminder_hour": (lambda post: post.expires_at - 50 * MINUTE, lambda post: post.expires_at),
}
