"""kill -9 at any moment, under load, again and again: nothing stays half done and nobody is forgotten.

DOORSTEP_KILLS sets how often (4), DOORSTEP_SEED repeats the random choices of a run that printed it.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession

from models.store import look_now, open_store
from services import verify
from services.message import message_from_json, plain
from tests.botapi import BotApi, Person
from tests.crash.monkey import Monkey
from tests.system.balancer import Balancer
from tests.system.house import House
from tests.system.learners import enrol_many

KILLS = int(os.environ.get("DOORSTEP_KILLS", "4"))
SEED = int(os.environ.get("DOORSTEP_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
RESIDENTS = 24
LEARNERS = 50
# the evening reminders fall due while processes fall
EVENING = "2026-11-30T17:59:57"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "mode", "roles"),
    [
        ("sqlite", "polling", ("all",)),
        ("sqlite", "webhook", ("all",)),
        ("postgresql", "webhook", ("chat", "chat", "worker")),
    ],
    ids=["sqlite by polling", "sqlite by webhook", "postgresql by webhook, three processes"],
)
async def test_killed_at_random_moments(
    kind: str, mode: str, roles: tuple[str, ...], small_town: Callable[[str], str], tmp_path: Path
) -> None:
    print(f"DOORSTEP_SEED={SEED}")
    chance = random.Random(SEED)
    url = small_town(kind)
    async with (
        BotApi(pause_scale=0.05, seed=SEED) as api,
        Balancer() as balancer,
        House(
            tmp_path, url, api, mode=mode, now=EVENING, public_url=balancer.url, BULK_RATE="8"
        ) as house,
    ):  # fmt: skip
        learners = enrol_many(url, api, LEARNERS)
        monkeys = [Monkey(api.user(1000 + n, f"居民{n}"), random.Random(SEED + n)) for n in range(RESIDENTS)]
        await asyncio.gather(*(house.start(role) for role in roles))
        _behind(balancer, house)
        over = asyncio.Event()
        living = [asyncio.create_task(monkey.live(over)) for monkey in monkeys]
        try:
            for _ in range(KILLS if mode == "polling" or kind == "postgresql" else (KILLS + 1) // 2):
                await asyncio.sleep(chance.uniform(0.2, 2.0))
                await _falls(house, balancer, chance)
            await asyncio.sleep(1.0)
            # on a slow machine a dialogue takes its time; without somebody who leaves, the load is no load
            left = "SELECT 1 FROM enrolment WHERE state = 'withdrawn' LIMIT 1"
            await house.until(lambda: house.sql(left), "somebody leaves a class", 40)
        finally:
            over.set()
            await asyncio.gather(*living)
        await _comes_to_rest(house, balancer, api)
        check = Check(house, api)
        check.seats()
        check.every_update_was_taken_once(sum(monkey.acts for monkey in monkeys))
        for monkey in monkeys:
            check.what_was_written_arrived(monkey.person)
        check.everybody_was_reminded(learners)
        check.figures()


def _behind(balancer: Balancer, house: House) -> None:
    balancer.backends = [process.url for process in house.processes if process.role != "worker"]


async def _falls(house: House, balancer: Balancer, chance: random.Random) -> None:
    """One process, or all of them, is killed and comes again."""
    falling = list(house.processes)
    if len(falling) > 1 and chance.random() < 0.7:
        falling = [chance.choice(falling)]
    for process in falling:
        house.kill(process)
    again = [house.spawn(process.role) for process in falling]
    for process in again:
        await process.open()
        await house.ready(process)
    _behind(balancer, house)


async def _comes_to_rest(house: House, balancer: Balancer, api: BotApi) -> None:
    """Everything that arrived is taken in, everything written has gone out."""
    if house.processes[0].role == "all":
        await api.drained(30)
    else:
        await api.drained(60)
        # what killed processes were sending is theirs for a minute: let that minute pass
        house.sql("UPDATE outgoing SET lease_until = lease_until - 70 WHERE state = 'sending'")
    # civil time stands still while all are down, so six o'clock may not have come yet
    reminded = (
        "SELECT count(*) FROM outgoing WHERE purpose LIKE 'reminder%' AND state NOT IN ('queued', 'sending')"
    )
    await house.until(lambda: house.sql(reminded)[0][0] >= LEARNERS, "the reminders go out", 40)
    await house.settled(30)
    async with ClientSession() as session:
        for process in house.processes:
            async with session.get(f"{process.url}/metrics") as answer:
                assert answer.status == 200
    await house.stop()


class Check:
    """What must be true afterwards."""

    def __init__(self, house: House, api: BotApi) -> None:
        self._house = house
        self._api = api
        self._rows = house.sql(
            "SELECT o.id, o.chat, o.lane, o.purpose, o.payload, o.state, o.reason, o.edit_of,"
            " o.platform_message_id FROM outgoing o ORDER BY o.id"
        )

    def seats(self) -> None:
        """No enrolment is half made."""
        store = open_store(self._house.database_url)
        try:
            assert look_now(store, verify.verify) == []
        finally:
            store.close()
        sql = self._house.sql
        assert sql("SELECT code FROM offering WHERE taken > capacity OR taken < 0") == []
        twice = (
            "SELECT person_id, offering_id FROM enrolment WHERE state IN ('waiting', 'offered', 'enrolled')"
            " GROUP BY person_id, offering_id HAVING count(*) > 1"
        )
        assert sql(twice) == []
        offered = sql("SELECT id FROM enrolment WHERE state = 'offered' ORDER BY id")
        held = "SELECT enrolment_id FROM seat_offer WHERE state IN ('made', 'running') ORDER BY enrolment_id"
        assert offered == sql(held)
        beside_a_free_seat = (
            "SELECT o.code FROM offering o JOIN enrolment e ON e.offering_id = o.id AND e.state = 'waiting'"
            " WHERE o.taken < o.capacity"
        )
        assert sql(beside_a_free_seat) == []

    def every_update_was_taken_once(self, acts: int) -> None:
        """Each act is one row, and none failed."""
        outcomes = dict(self._house.sql("SELECT outcome, count(*) FROM received_update GROUP BY outcome"))
        assert outcomes == {"done": acts}

    def what_was_written_arrived(self, person: Person) -> None:
        """Each answer was shown; twice only where its outcome was unknown, and never three times."""
        mine = [row for row in self._rows if row.chat == str(person.user_id) and row.lane == "reply"]
        log = [
            event.message for event in person.chat.log if event.kind in ("sent", "edited") and event.message
        ]
        shown = Counter(message.text for message in log if message.text)
        written, most, edits = Counter[str](), Counter[str](), set()
        # a picture says nothing, a code's words are not kept: known by their numbers
        wordless: set[str] = set()
        for row in self._rows:
            if row.chat != str(person.user_id):
                continue
            said = plain(message_from_json(row.payload, None).text)
            if not said:
                if row.state == "sent":
                    wordless.add(row.platform_message_id)
                continue
            if row.state == "sent":
                written[said] += 1
            most[said] += 2 if row.reason == "again" or row.state == "unknown" else 1
            if row.edit_of:
                edits.add(said)
        assert {row.state for row in mine} <= {"sent", "unknown"}, [
            row for row in mine if row.state != "sent"
        ]
        acts = sum(event.kind == "arrived" for event in person.chat.log)
        assert len(mine) >= acts, f"{acts} updates, {len(mine)} answers\n{person.chat.show()}"
        for said, count in written.items():
            # an edit that would change nothing is refused and counts as done
            assert shown[said] >= count or said in edits, f"lost: {said!r} ({shown[said]} of {count})"
        assert wordless <= {str(message.message_id) for message in log}, "lost: a picture or a code"
        codes = {message.text for message in log if message.text and str(message.message_id) in wordless}
        for said, count in shown.items():
            allowed = 2 if said in codes else most[said]
            assert count <= allowed, f"too often: {said!r} ({count}, at most {allowed})"

    def everybody_was_reminded(self, learners: list[Person]) -> None:
        """The reminder of every learner is one row and was shown, twice only where unknown."""
        for learner in learners:
            rows = [
                row
                for row in self._rows
                if row.chat == str(learner.user_id) and row.purpose.startswith("reminder")
            ]
            assert len(rows) == 1, rows
            (row,) = rows
            copies = sum("电工上岗培训" in message.text for message in learner.chat.from_bot)
            if row.reason == "again" or row.state == "unknown":
                assert 1 <= copies <= 2 or row.state == "unknown", row
            else:
                assert (row.state, copies) == ("sent", 1), row

    def figures(self) -> None:
        """What the run came to, for whoever reads the output."""
        states = Counter((row.lane, row.state, row.reason) for row in self._rows)
        enrolments = dict(self._house.sql("SELECT state, count(*) FROM enrolment GROUP BY state"))
        print({"messages": dict(states), "enrolments": enrolments})
