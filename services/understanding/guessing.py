"""What somebody wants whose words name nothing that is taught: by looser signs, and by what they resemble."""

from __future__ import annotations

import re
from functools import cache
from math import log
from operator import add

from services.regex import ahead, regex
from services.understanding.lexicon.everyday import some_of
from services.understanding.lexicon.tables import table
from services.understanding.normalise import squeeze

LONGEST = 40
# of a line with many choices so many are looked at
MOST = 24
# an intent must be so much likelier than a search, and so much of the text must have been seen
MARGIN, SEEN = 1.0, 0.45
# who looks at classes mostly goes on about them
MARGIN_SEARCHING, SEEN_SEARCHING = 11.0, 0.6
_SMOOTH = 0.02
# what would alarm whoever meant something else must be spoken of: 一般吧 only ends as 删了吧 does
_SPOKEN_OF = {"forget": regex(r"[删清抹忘]|注销|(?:去|擦)掉|不.?[用留]|资料|信息|记录|账号|数据|名字")}


@ahead
@cache
def _signs() -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    data = table("guesses")
    signs = tuple((entry["name"], regex("|".join(entry["matches"]))) for entry in data["guess"])
    return regex("|".join(data["wish"]["matches"])), signs


def _pieces(text: str) -> list[str]:
    """The pairs and threes of a text, its ends marked."""
    marked = f"^{text}$"
    pairs = list(map(add, marked, marked[1:]))
    return pairs + list(map(add, pairs, marked[2:]))


@cache
def _weights() -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """How much each piece speaks for each intent, and a piece that an intent never has against it."""
    counted: dict[str, dict[str, float]] = {}
    for name, lines in table("examples").items():
        found = counted.setdefault(name, {})
        for line in lines:
            said = list(some_of(line, MOST))
            for text in said:
                for piece in dict.fromkeys(_pieces(squeeze(text.lower()))):
                    # a line with many choices counts as one
                    found[piece] = found.get(piece, 0.0) + 1 / len(said)
    every = {piece for found in counted.values() for piece in found}
    weights: dict[str, dict[str, float]] = {piece: {} for piece in every}
    missing: dict[str, float] = {}
    for name, found in counted.items():
        total = sum(found.values()) + _SMOOTH * len(every)
        missing[name] = log(_SMOOTH / total)
        for piece, count in found.items():
            weights[piece][name] = log((count + _SMOOTH) / total)
    return weights, missing


def resembled(text: str, *, searching: bool = False) -> str | None:
    """Return the intent whose examples a text resembles most; None where that is a search or hardly any.

    `searching`: it follows a search, and must resemble them the more.
    """
    said = squeeze(text)
    if not 2 < len(said) <= LONGEST:
        return None
    weights, missing = _weights()
    pieces = [piece for piece in _pieces(said) if piece in weights]
    marked = f"^{said}$"
    seen = sum(two in weights for two in map(add, marked, marked[1:])) / (len(said) + 1)
    if seen < (SEEN_SEARCHING if searching else SEEN):
        return None
    scores = {
        name: sum(weights[piece].get(name, least) for piece in pieces) / len(pieces)
        for name, least in missing.items()
    }
    best = max(scores, key=scores.__getitem__)
    likelier = (scores[best] - scores["search"]) * len(pieces)
    if best in _SPOKEN_OF and not _SPOKEN_OF[best].search(text):
        return None
    return best if best != "search" and likelier >= (MARGIN_SEARCHING if searching else MARGIN) else None


def guessed_intent(text: str, *, searching: bool = False) -> str | None:
    """Return what a normalised text is for, or None; who wants to learn is searching."""
    wish, signs = _signs()
    if wish.search(text):
        return None
    return resembled(text, searching=searching) or next(
        (name for name, pattern in signs if pattern.search(text)), None
    )
