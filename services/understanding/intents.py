"""What a person wants besides looking for a class, by closed tables of phrases."""

from __future__ import annotations

import re
from functools import cache

from services.understanding.lexicon import pinyin
from services.understanding.lexicon.tables import table
from services.understanding.normalise import squeeze

MOST_SPELLED = 6


@cache
def _exact() -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in table("intents")["intent"]:
        for phrase in entry.get("exact", ()):
            found.setdefault(squeeze(phrase.lower()), entry["name"])
    for phrase, name in tuple(found.items()):
        if not phrase.isascii() and 2 <= len(phrase) <= MOST_SPELLED:
            for spelling in pinyin.spellings(phrase):
                found.setdefault(spelling, name)
    return found


@cache
def _matching() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(pattern), entry["name"])
        for entry in table("intents")["intent"]
        for pattern in entry.get("matches", ())
    )


@cache
def _contained() -> tuple[tuple[str, str], ...]:
    return tuple(
        (squeeze(phrase), entry["name"])
        for entry in table("intents")["intent"]
        for phrase in entry.get("contains", ())
    )


def exact_intent(text: str) -> str | None:
    """Return the intent that a normalised text is a fixed phrase for, politeness set aside, or None."""
    said, known = squeeze(text), _exact()
    ends = table("intents")["soft"]["ends"]
    for _ in range(4):
        if said in known:
            return known[said]
        for end in ends:
            if said.endswith(end) and len(said) > len(end):
                said = said[: -len(end)]
                break
            if said.startswith(end) and len(said) > len(end):
                said = said[len(end) :]
                break
        else:
            return None
    return known.get(said)


def contained_intent(text: str) -> str | None:
    """Return the intent whose telling phrase stands anywhere in a normalised text, or None."""
    said = squeeze(text)
    for pattern, name in _matching():
        if pattern.search(text):
            return name
    return next((name for phrase, name in _contained() if phrase in said), None)


def is_seeking(text: str) -> bool:
    """True when the words of the text show that classes are being looked for."""
    return any(word in text for word in table("intents")["soft"]["seeking"])
