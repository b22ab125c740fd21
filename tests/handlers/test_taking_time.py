"""What a resident does runs in the event loop's thread only where it is brief, whoever else it concerns."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from models.store import Job
from models.store_sqlite import SqliteStore
from tests.handlers import play as stage
from tests.handlers.play import Person, Play
from tests.services.test_line import crowd, is_now, leaves


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """On which thread each turn came to its end; each is brought as the event loop brings it."""
    ends: list[str] = []

    def brought(store: SqliteStore, unit: Callable[..., Any]) -> Any:
        def noted(tx: Any) -> Any:
            found = unit(tx)
            ends.append(threading.current_thread().name)
            return found

        job = Job(noted)
        while store.run_brief([job]):
            time.sleep(0.001)
        return job.wait()

    monkeypatch.setattr(stage, "work_now", brought)
    return ends


def test_a_seat_given_back_is_brief_as_long_as_one_is_asked_and_not_all_are_told(
    play: Play, ran: list[str]
) -> None:
    here = threading.current_thread().name
    people = crowd(play, "甲乙丙丁戊")
    assert set(ran) == {here}
    leaves(people[0])
    assert ran[-1] == here
    is_now(play, "2026-12-02 13:00")
    leaves(people[1])
    assert ran[-1] == "store-writer", "all who wait are told"


def test_to_go_for_good_is_not_brief(play: Play, wang: Person, ran: list[str]) -> None:
    wang.enrol("书法")
    wang.say("注销")
    wang.say("2")
    assert "班已经退了" in wang.text
    assert ran[-1] == "store-writer"


def test_to_join_two_accounts_is_not_brief(play: Play, wang: Person, ran: list[str]) -> None:
    wang.enrol("书法")
    wang.say("/link")
    code = "".join(re.findall(r"\d{3} \d{3}", wang.text)).replace(" ", "")
    web = play.person("web", "w1", name="王秀兰")
    web.say("/link")
    web.say(code)
    assert ran[-1] == threading.current_thread().name
    web.say("1")
    assert "合好了" in web.text
    assert ran[-1] == "store-writer"
