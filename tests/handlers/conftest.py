"""The stage most plays need: a small town on SQLite, and Wang with her phone."""

from __future__ import annotations

import pytest

from models.store import Store
from services.roles import grant
from tests.handlers.play import Person, Play
from tests.town import make_town


@pytest.fixture
def play(sqlite_store: Store) -> Play:
    """A town for plays to which the kind of database does not matter."""
    return Play(sqlite_store, make_town(sqlite_store))


@pytest.fixture
def wang(play: Play) -> Person:
    """Wang on her phone; nothing is known of her before her first word."""
    return play.person("telegram", "1001", name="王秀兰")


@pytest.fixture
def clerk(play: Play) -> Person:
    """An owner of one school with two learners."""
    for number in (1, 2):
        learner = play.person("telegram", str(number), name=f"居民{number}")
        learner.say("/start")
        learner.tap("同意接收开课通知")
        learner.enrol("书法")
    clerk = play.person("telegram", "9001", name="林老师")
    clerk.say("/start")
    play.work(grant, play.town, "telegram:9001", "owner", "xincheng", "test")
    return clerk
