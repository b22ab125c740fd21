"""The stage most plays need: a small town on SQLite, and Wang with her phone."""

from __future__ import annotations

import pytest

from models.store import Store
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
