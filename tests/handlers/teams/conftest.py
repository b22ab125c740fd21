"""A team of neighbours and its lead, in a town with an address."""

from __future__ import annotations

import pytest

from models.store import Store
from services.town import Town
from tests.handlers.play import Person, Play
from tests.handlers.team import founded


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    """A town with an address, on each kind of database."""
    town.public_url = "https://town.example"
    return Play(store, town)


@pytest.fixture
def lead(play: Play) -> Person:
    """Who founded the team."""
    return founded(play)
