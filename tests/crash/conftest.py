"""The databases of the system tests."""

from tests.system.conftest import small_town

__all__ = ["small_town"]
