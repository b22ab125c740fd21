"""The closed tables of words, read once a run: each town of a test grows a copy of its own."""

from __future__ import annotations

from copy import copy
from typing import Any

from services.understanding.lexicon import Lexicon

_read = Lexicon._read_tables
_tables: dict[str, Any] = {}


def read_once() -> None:
    """Let every new lexicon copy what the first one read: to read takes 60 ms, in thousands of tests."""
    Lexicon._read_tables = _read_or_copied  # type: ignore[method-assign]


def _read_or_copied(lexicon: Lexicon, extra: dict[str, dict[str, list[str]]]) -> None:
    if extra:
        _read(lexicon, extra)
        return
    if not _tables:
        _read(lexicon, extra)
        _tables.update(vars(lexicon))
    # all of it is flat: texts, tuples and frozen sets in dicts and sets
    vars(lexicon).update({name: copy(value) for name, value in _tables.items()})
