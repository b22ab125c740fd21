"""A Bot API server in the test's own loop, and databases with the five classes of the small town."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from models.store import open_store, work_now
from tests.botapi import BotApi
from tests.town import START, add_classes

# the small town's Monday, for processes
MONDAY = START.strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(pause_scale=0.05) as server:
        yield server


@pytest.fixture
def small_town(new_database: Callable[[str, bool], str]) -> Callable[[str], str]:
    """Makes databases of a kind, with the five classes of `tests/town.py`."""

    def make(kind: str) -> str:
        url = new_database(kind, True)
        store = open_store(url)
        try:
            work_now(store, lambda tx: add_classes(tx, START))
        finally:
            store.close()
        return url

    return make
