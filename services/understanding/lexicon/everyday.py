"""What people say of a topic without naming it: `everyday.toml` read for the lexicon."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from math import gcd, prod

from services.regex import regex
from services.understanding.lexicon.tables import table

_CHOICE = regex(r"\(([^()]*)\)")
SHORTEST = 2


def expanded(word: str) -> Iterator[str]:
    """Yield a word with each choice of its brackets: (写|练)(毛笔|)字 is four."""
    parts = _CHOICE.split(word)
    if len(parts) == 1:
        yield word
        return
    # plain text and choices take turns
    for chosen in product(*(part.split("|") if at % 2 else (part,) for at, part in enumerate(parts))):
        yield "".join(chosen)


def some_of(word: str, most: int) -> Iterator[str]:
    """Yield at most so many of what `expanded` yields, spread evenly over every choice."""
    parts = [part.split("|") if at % 2 else [part] for at, part in enumerate(_CHOICE.split(word))]
    total = prod(map(len, parts))
    # a stride that shares no factor with the whole visits each once
    stride = next(step for step in range(int(total * 0.618) + 1, 2 * total + 2) if gcd(step, total) == 1)
    for number in range(min(most, total)):
        at, chosen = number * stride % total, []
        for part in parts:
            at, one = divmod(at, len(part))
            chosen.append(part[one])
        yield "".join(chosen)


def everyday(kind: str) -> Iterator[tuple[str, str]]:
    """Yield each word of a table of `everyday.toml` with the topics it stands for."""
    for topic, words in table("everyday")[kind].items():
        for word in words:
            for said in expanded(word):
                if len(said) >= SHORTEST:
                    yield said, topic


@cache
def about(topic: str) -> frozenset[str]:
    """Return the groups of people that a topic is about, and who therefore are not meant to learn it."""
    return frozenset(table("everyday")["about"].get(topic, ()))


@cache
def about_others(topic: str) -> bool:
    """Whether an age said beside a topic is that of whom it is about."""
    return topic in table("everyday")["ages"]["of_others"]


@cache
def _alike() -> dict[str, str]:
    found: dict[str, str] = {}
    for group in table("looks")["groups"]:
        for char in group:
            found[char] = found.get(char, "") + group.replace(char, "")
    return found


def lookalikes(word: str) -> Iterator[str]:
    """Yield a word with one character after another replaced by such as look like it."""
    alike = _alike()
    for at, char in enumerate(word):
        for other in alike.get(char, ""):
            yield f"{word[:at]}{other}{word[at + 1 :]}"
