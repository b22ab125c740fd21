"""A clerk in a town that has no classes yet, on both databases."""

import pytest

from models.store import Store
from tests.services.importing.clerk import Clerk
from tests.town import empty_town


@pytest.fixture
def clerk(store: Store) -> Clerk:
    """Somebody with a sheet, on Monday 30 November 2026 at ten."""
    return Clerk(store, empty_town(store))
