"""The stand-in, and the databases of the system tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.llm.standin import StandIn
from tests.system.conftest import api, small_town

__all__ = ["api", "small_town"]


@pytest.fixture
async def model() -> AsyncIterator[StandIn]:
    """An endpoint that answers as it is told to."""
    async with StandIn() as running:
        yield running
