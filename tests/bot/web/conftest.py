"""A served page with the small town."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import pytest

from models.store import Store
from tests.bot.web.place import Place, serve
from tests.town import make_town


@pytest.fixture
async def place(sqlite_store: Store) -> AsyncIterator[Place]:
    """The page over SQLite."""
    async with serve(sqlite_store, make_town(sqlite_store, public_url="https://door.example")) as made:
        yield made


@pytest.fixture
def unused_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port
