"""A broadcast whose sender is killed at random: nobody is skipped, nobody gets it twice, all is counted.

DOORSTEP_BROADCAST_KILLS sets how often (2), DOORSTEP_BROADCAST_AWAY how long a worker is away (until another
has taken over), DOORSTEP_SEED repeats the choices of a run that printed it.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from models.people import consent, conversation
from models.store import open_store, work_now
from tests.botapi import BotApi, Person
from tests.system.house import House, Process
from tests.system.learners import enrol_many
from tests.system.line import Line
from tests.town import START

KILLS = int(os.environ.get("DOORSTEP_BROADCAST_KILLS", "2"))
SEED = int(os.environ.get("DOORSTEP_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
# a worker that is away stays away for so many seconds, and at least until another has taken over
AWAY = float(os.environ.get("DOORSTEP_BROADCAST_AWAY", "0"))
RATE = 60
# so many that it is not over before the last kill
PEOPLE = max(150, 60 * KILLS)
TEXT = "全民终身学习活动周开幕"
MORNING = "2026-11-30T10:00"
OPEN = "SELECT count(*) FROM broadcast WHERE open"
IN_FLIGHT = "SELECT count(*) FROM outgoing WHERE state = 'sending' AND recipient_id IS NOT NULL"
# what a killed process was sending is its own for a minute, and the lane for ten seconds: let them pass
LET_LAPSE = "UPDATE outgoing SET lease_until = lease_until - 70 WHERE state = 'sending'"
LET_GO = "UPDATE lease SET until = until - 10"
EPOCH = "SELECT epoch FROM lease WHERE name LIKE 'bulk:%'"
# for what is waited for by its state; only a machine that stands still needs all of it
PATIENCE = 180.0


def audience(url: str, api: BotApi, many: int) -> list[Person]:
    """So many learners of one class who agreed to announcements."""
    people = enrol_many(url, api, many)
    store = open_store(url)
    yes = {"purpose": "announcements", "wording": "2026-12", "platform": "telegram", "given_at": START}
    yeses = [{"person_id": one.user_id} | yes for one in people]
    dialogues = [{"account_id": one.user_id, "state": "", "updated_at": START} for one in people]
    try:
        work_now(store, lambda tx: tx.core(insert(consent), yeses).rowcount)
        work_now(store, lambda tx: tx.core(insert(conversation), dialogues).rowcount)
    finally:
        store.close()
    return people


async def begin(house: House) -> int:
    """A broadcast to all of them; its number."""
    await house.command("grant", "telegram:1", "broadcaster", "--unit", "root")
    await house.command("broadcast", "limit", "--unit", "root", str(PEOPLE))
    said = await house.command(
        "broadcast", "send", "--by", "telegram:1", "--audience", "class:DG01", "--text", TEXT, "--json"
    )
    assert said.json["recipients"] == PEOPLE
    return int(said.json["id"])


async def status(house: House, number: int) -> dict[str, Any]:
    """How it is getting on; the counts add up."""
    said: dict[str, Any] = (await house.command("broadcast", "status", str(number), "--json")).json
    assert sum(said["counts"].values()) == said["recipients"] == PEOPLE
    return said


def trouble(api: BotApi) -> None:
    """What Telegram and the network do on a bad day."""
    faults = api.faults
    faults.too_many(1, method="sendMessage", probability=0.01, count=None)
    faults.refuse(500, "Internal Server Error", method="sendMessage", probability=0.03, count=None)
    faults.lose_answer(method="sendMessage", probability=0.01, count=None)
    faults.html(502, method="sendMessage", probability=0.01, count=None)
    faults.slow(0.4, method="sendMessage", probability=0.1, count=None)
    faults.drop(method="sendMessage", probability=0.02, count=None)


def copies(person: Person) -> int:
    """How many copies arrived."""
    return sum(message.text == TEXT for message in person.chat.from_bot)


def check(house: House, people: list[Person], said: dict[str, Any]) -> None:
    """Each person has one outcome, and what arrived agrees with it."""
    outcomes = dict(house.sql("SELECT person_id, state FROM broadcast_recipient"))
    assert set(outcomes) == {one.user_id for one in people}
    for one in people:
        arrived, outcome = copies(one), outcomes[one.user_id]
        allowed = {"sent": {1}, "unknown": {0, 1}}.get(outcome, {0})
        assert arrived in allowed, f"{one.user_id}: {outcome}, {arrived} copies"
    counts = said["counts"]
    assert counts["sent"] + counts["unknown"] + counts["failed"] + counts["skipped"] == PEOPLE
    assert counts["failed"] == counts["skipped"] == 0, said


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_killed_at_random_moments(kind: str, small_town: Callable[[str], str], tmp_path: Path) -> None:
    print(f"DOORSTEP_SEED={SEED}")
    chance = random.Random(SEED)
    url = small_town(kind)
    async with (
        BotApi(pause_scale=0.05, seed=SEED) as api,
        House(tmp_path, url, api, now=MORNING, BULK_RATE=str(RATE)) as house,
    ):
        people = audience(url, api, PEOPLE)
        trouble(api)
        await house.start()
        number = await begin(house)
        at_the_kill: list[int] = []
        for _ in range(KILLS):
            resumed(house)
            await asyncio.sleep(chance.uniform(0.1, 1.2))
            house.kill()
            at_the_kill.append(house.sql(IN_FLIGHT)[0][0])
            if kind == "postgresql":
                house.sql(LET_LAPSE)
                house.sql(LET_GO)
            await house.start()
        await house.until(lambda: not house.sql(OPEN)[0][0] or resumed(house), "it ends", 60 + PEOPLE / 10)
        lost = unanswered(api)
        said = await status(house, number)
        assert said["state"] == "done", said
        check(house, people, said)
        assert said["counts"]["unknown"] <= sum(at_the_kill) + lost
        if KILLS >= 10:  # else nothing was tried
            assert sum(map(bool, at_the_kill)) > KILLS // 2, at_the_kill
        assert said["reasons"].get("lapsed", 0) <= sum(at_the_kill)
        print({"counts": said["counts"], "reasons": said["reasons"], "in flight at the kills": at_the_kill})
        await house.stop()


def unanswered(api: BotApi) -> int:
    """After how many calls nobody could tell whether they arrived."""
    return sum(fault.hits for fault in api.faults.active if fault.kind in ("lose_answer", "html", "drop"))


def resumed(house: House) -> bool:
    """It may hold on by itself on such a day; somebody who has looked goes on."""
    house.sql("UPDATE broadcast SET state = 'running' WHERE state = 'paused'")
    return False


@pytest.mark.slow
@pytest.mark.parametrize("how", ["frozen", "cut off from the database"])
async def test_a_worker_that_was_away_sends_nothing_twice(
    how: str, small_town: Callable[[str], str], tmp_path: Path
) -> None:
    """One of two is away for longer than its lane is held for, and comes back while the other sends."""
    url = small_town("postgresql")
    async with (
        Line(url) as line,
        BotApi(pause_scale=0.05) as api,
        House(tmp_path, url, api, now=MORNING, BULK_RATE="12") as house,
    ):
        people = audience(url, api, PEOPLE)
        first = await house.start("worker", DATABASE_URL=line.url)
        await house.start("worker")
        number = await begin(house)
        await house.until(lambda: sum(map(copies, people)) >= 10, "it is under way", PATIENCE)
        [(epoch,)] = house.sql(EPOCH)
        gone = asyncio.get_running_loop().time()
        _goes(how, first, line)
        await house.until(lambda: house.sql(EPOCH)[0][0] > epoch, "the other takes over", PATIENCE)
        before = sum(map(copies, people))
        await house.until(lambda: sum(map(copies, people)) >= before + 10, "the other sends", PATIENCE)
        await asyncio.sleep(max(0.0, gone + AWAY - asyncio.get_running_loop().time()))
        _comes_back(how, first, line)
        nearly = "SELECT count(*) < 30 FROM broadcast_recipient WHERE state IN ('pending', 'sending')"
        await house.until(lambda: house.sql(nearly)[0][0], "nearly everybody has it", PATIENCE)
        house.sql(LET_LAPSE)
        await house.until(lambda: not house.sql(OPEN)[0][0], "it ends", PATIENCE)
        said = await status(house, number)
        check(house, people, said)
        await house.stop()


def _goes(how: str, process: Process, line: Line) -> None:
    if how == "frozen":
        process.signal(signal.SIGSTOP)
    else:
        line.cut()


def _comes_back(how: str, process: Process, line: Line) -> None:
    if how == "frozen":
        process.signal(signal.SIGCONT)
    else:
        line.mend()
