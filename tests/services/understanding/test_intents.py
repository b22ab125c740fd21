"""Patterns are tried only on texts with a character that they need: no text is missed for want of one."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from services.understanding.lexicon.tables import table

# what the pattern is made of is known to the standard library alone
_PARSER = importlib.import_module("re._parser")
PATTERNS = [
    (entry["name"], entry.get("needs", ""), pattern)
    for entry in table("intents")["intent"]
    for pattern in entry.get("matches", ())
]
REFERENCES = table("references")
PATTERNS += [
    (name, REFERENCES["needs"][group][name], pattern)
    for group in ("ask", "act")
    for name, patterns in REFERENCES[group].items()
    for pattern in patterns
]


def always_has_one(tree: Any, chars: frozenset[str]) -> bool:
    """Whether whatever a pattern fits has one of these characters."""
    return any(_has_one(str(kind), value, chars) for kind, value in tree)


def _has_one(kind: str, value: Any, chars: frozenset[str]) -> bool:
    if kind == "LITERAL":
        return chr(value) in chars
    if kind == "IN":
        return all(_all_in(str(part), one, chars) for part, one in value)
    if kind == "BRANCH":
        return all(always_has_one(way, chars) for way in value[1])
    if kind == "SUBPATTERN":
        return always_has_one(value[3], chars)
    if kind in ("MAX_REPEAT", "MIN_REPEAT"):
        return value[0] > 0 and always_has_one(value[2], chars)
    return kind == "ASSERT" and always_has_one(value[1], chars)


def _all_in(kind: str, value: Any, chars: frozenset[str]) -> bool:
    if kind == "RANGE":
        return all(chr(at) in chars for at in range(value[0], value[1] + 1))
    return kind == "LITERAL" and chr(value) in chars


@pytest.mark.parametrize(("name", "needs", "pattern"), PATTERNS)
def test_no_text_is_missed_for_want_of_a_character(name: str, needs: str, pattern: str) -> None:
    assert always_has_one(_PARSER.parse(pattern), frozenset(needs)), (name, pattern)


@pytest.mark.parametrize(
    ("pattern", "chars", "whether"),
    [
        ("(?:退|取消)课", "退取", True), ("(?:退|取消)课", "退", False),
        ("退?课", "退", False),
        ("[退取]课", "退取", True), ("(?!退)课", "退", False),
        ("(?=退).课?", "退", True), ("[^退]", "退", False),
    ],
)  # fmt: skip
def test_a_character_that_may_be_missing_is_seen(pattern: str, chars: str, whether: bool) -> None:
    assert always_has_one(_PARSER.parse(pattern), frozenset(chars)) is whether
