"""A whole crowd over the real webhook: everybody taps twice for 30 seats, and everything must add up.

DOORSTEP_TEST_RUSH sizes the crowd; `python -m benchmarks rush` does it with 10,000.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from benchmarks.databases import Databases, NoServer
from benchmarks.decisions import SEATS
from benchmarks.load import NotAsExpected
from benchmarks.rush import check_rush, one_rush, stand_ready
from benchmarks.town import ZONE, Size
from benchmarks.turn import sink
from models.enrolment import enrolment
from models.statement import Tx
from models.store import open_store, work_now

PEOPLE = int(os.environ.get("DOORSTEP_TEST_RUSH", "400"))
AT_ONCE = 200
# enough for the seats to run out while others are asked
FEW = 120


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[Databases]:
    made = Databases(tmp_path, Size(PEOPLE, 60, kept=0), datetime.now(ZONE).date())
    yield made
    made.close()


@pytest.mark.parametrize(("kind", "processes"), [("sqlite", 1), ("postgresql", 2)])
def test_a_crowd_over_the_webhook(databases: Databases, tmp_path: Path, kind: str, processes: int) -> None:
    with sink(tmp_path) as port:
        try:
            came = one_rush(databases, kind, processes, port, tmp_path, PEOPLE, AT_ONCE)
        except NoServer as error:
            pytest.skip(str(error))
    assert came.rate > 0


def test_without_its_guards_the_crowd_gets_more_seats_than_there_are(
    databases: Databases, tmp_path: Path
) -> None:
    with sink(tmp_path) as port:
        try:
            with pytest.raises(NotAsExpected) as wrong:
                one_rush(databases, "postgresql", 2, port, tmp_path, FEW, FEW, module="tests.races.unguarded")
        except NoServer as error:
            pytest.skip(str(error))
    assert int(str(wrong.value).partition(" enrolled, ")[0]) > SEATS


def test_the_check_finds_what_is_wrong(databases: Databases) -> None:
    """The negative control of the check itself: an overbooked class, a leaked seat, a false word."""
    store = open_store(databases.sqlite())
    try:
        work_now(store, lambda tx: stand_ready(tx, PEOPLE))
        work_now(store, _overbook)
        with pytest.raises(NotAsExpected):
            check_rush(store, PEOPLE)
    finally:
        store.close()


def _overbook(tx: Tx) -> None:
    now = datetime.fromtimestamp(time.time(), ZONE)
    tx.core(
        enrolment.insert(),
        [
            {
                "person_id": n + 1, "offering_id": 1, "account_id": n + 1, "created_at": now, "since": now,
                "state": "enrolled" if n < 31 else "waiting",
            }
            for n in range(PEOPLE)
        ],
    )  # fmt: skip
