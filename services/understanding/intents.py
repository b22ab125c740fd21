"""What a person wants besides looking for a class, by closed tables of phrases."""

from __future__ import annotations

import re
from functools import cache
from operator import add
from typing import NamedTuple

from services.regex import ahead, regex
from services.understanding.lexicon import pinyin
from services.understanding.lexicon.tables import table
from services.understanding.normalise import squeeze

MOST_SPELLED = 6


@ahead
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


class _Telling(NamedTuple):
    name: str
    phrases: tuple[str, ...]
    # how they begin: a text without any of these has none of them
    starts: frozenset[str]
    pattern: re.Pattern[str] | None
    # characters of which a text that its pattern fits has one; every pattern has some
    needs: frozenset[str]
    without_topic: bool
    without_search: bool


@cache
def _telling() -> tuple[_Telling, ...]:
    found = []
    for entry in table("intents")["intent"]:
        patterns = entry.get("matches")
        phrases = tuple(squeeze(phrase) for phrase in entry.get("contains", ()))
        if not patterns and not phrases:
            continue
        found.append(
            _Telling(
                entry["name"],
                phrases,
                frozenset(phrase[:2] for phrase in phrases),
                regex("|".join(patterns)) if patterns else None,
                frozenset(entry.get("needs", "")),
                bool(entry.get("without_topic")),
                bool(entry.get("without_search")),
            )
        )
    return tuple(found)


class _Signs(NamedTuple):
    # which tellings a character, or the beginning of a phrase, may be a part of: one bit for each
    by_char: dict[str, int]
    by_start: dict[str, int]


@ahead
@cache
def _signs() -> _Signs:
    signs = _Signs({}, {})
    for at, telling in enumerate(_telling()):
        for char in telling.needs:
            signs.by_char[char] = signs.by_char.get(char, 0) | 1 << at
        for start in telling.starts:
            signs.by_start[start] = signs.by_start.get(start, 0) | 1 << at
    return signs


@cache
def _ends() -> tuple[str, ...]:
    return tuple(table("intents")["soft"]["ends"])


def exact_intent(text: str) -> str | None:
    """Return the intent that a normalised text is a fixed phrase for, politeness set aside, or None."""
    said, known, ends = squeeze(text).replace("俺", "我"), _exact(), _ends()
    for _ in range(4):
        if said in known:
            return known[said]
        if not (said.endswith(ends) or said.startswith(ends)):
            return None
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


def contained_intent(text: str, *, has_topic: bool = False, searching: bool = False) -> str | None:
    """Return the intent of a telling phrase anywhere in a normalised text, or None.

    `has_topic`: the text names something to learn, `searching`: it follows a search; some intents then leave
    it to the search.
    """
    said, signs, tellings = squeeze(text), _signs(), _telling()
    fits = begun = 0
    for char in {*text}:
        fits |= signs.by_char.get(char, 0)
    for piece in {*map(add, said, said[1:]), *said}:
        begun |= signs.by_start.get(piece, 0)
    left = fits | begun
    while left:
        # the first of those that are left
        bit = left & -left
        left ^= bit
        telling = tellings[bit.bit_length() - 1]
        if (has_topic and telling.without_topic) or (searching and telling.without_search):
            continue
        if fits & bit and telling.pattern is not None and telling.pattern.search(text):
            return telling.name
        if begun & bit and any(phrase in said for phrase in telling.phrases):
            return telling.name
    return None


def is_seeking(text: str) -> bool:
    """True when the words of the text show that classes are being looked for."""
    return any(word in text for word in table("intents")["soft"]["seeking"])
