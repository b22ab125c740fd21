"""Cut a text into phrases of the lexicon and runs that it does not know."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from services.regex import regex
from services.understanding.lexicon import Lexicon, Sense
from services.understanding.lexicon.lexicon import LONGEST
from services.understanding.lexicon.tables import table

_UNKNOWN_COST, _PHRASE_COST = 10, 1
_CHUNK = regex(r"[0-9a-z㐀-鿿]+")


@cache
def edges() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the small words before, behind and between the words of a topic."""
    data = table("phrases")
    return frozenset(data["lead"]), frozenset(data["trail"]), frozenset(data["glue"])


@dataclass(slots=True)
class Cut:
    """A text cut up: phrases with their sense and place, and runs that the lexicon does not know."""

    senses: list[tuple[str, Sense, int]] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)


def cut(text: str, lexicon: Lexicon) -> Cut:
    """Cut text so that as few characters as possible stay unknown, longer phrases before shorter ones."""
    result = Cut()
    for chunk in _CHUNK.finditer(text):
        _cut_chunk(chunk[0], chunk.start(), lexicon, result)
    return result


def _cut_chunk(text: str, offset: int, lexicon: Lexicon, result: Cut) -> None:
    phrases, size, glue = lexicon.phrases, len(text), edges()[2]
    cost = [0] * (size + 1)
    step = [1] * (size + 1)
    for start in range(size - 1, -1, -1):
        cost[start], step[start] = cost[start + 1] + _UNKNOWN_COST, 1
        for length in range(2, min(LONGEST, size - start) + 1):
            if text[start : start + length] in phrases:
                price = cost[start + length] + _PHRASE_COST
                if price <= cost[start]:
                    cost[start], step[start] = price, length
    at, run = 0, ""
    while at < size:
        piece = text[at : at + step[at]]
        if len(piece) == 1 and piece not in glue:
            run += piece
        else:
            if run:
                result.runs.append(run)
            run = ""
            if len(piece) > 1:
                result.senses.append((piece, phrases[piece], offset + at))
        at += len(piece)
    if run:
        result.runs.append(run)


def names_topic(text: str, lexicon: Lexicon) -> bool:
    """Whether a text names a topic by any of its names but the faint ones."""
    senses = cut(text, lexicon).senses
    return any(sense.kind == "topic" and phrase not in lexicon.faint for phrase, sense, _ in senses)


def trimmed(run: str, lexicon: Lexicon) -> str:
    """Return an unknown run without the small words at its ends."""
    lead, trail, _ = edges()
    while len(run) > 1 and run[-1] in trail:
        run = run[:-1]
    while len(run) > 1 and run[0] in lead and (run[1:] in lexicon.topics or run[:2] not in lexicon.grams):
        run = run[1:]
    return "" if len(run) == 1 and (run in lead or run in trail) else run


def pieces(run: str, lexicon: Lexicon) -> list[str]:
    """Cut an unknown run where two neighbours never stand together in the catalogue.

    Characters that would be left alone beside each other stay together: a word nobody teaches is one word.
    """
    found: list[str] = []
    loose = ""
    at = 0
    while at < len(run):
        end = at + 1
        while end < len(run) and run[end - 1 : end + 1] in lexicon.grams:
            end += 1
        if end - at == 1:
            loose += run[at]
        else:
            if loose:
                found.append(loose)
            loose = ""
            found.append(run[at:end])
        at = end
    if loose:
        found.append(loose)
    return found
