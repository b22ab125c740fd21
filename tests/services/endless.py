"""Patterns that take for ever: what is repeated can be read in two ways, and the text then does not fit."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
import sys
import time
from collections.abc import Iterator
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MOST = 400
# with twice the ways at each repeat, what ends in this time at forty ends at any length that is taken in
REPEATS = (12, 18, 24, 30, 40)
SECONDS = 0.25
UNFIT = "\x00"


def endless(pattern: str, flags: int = 0) -> str:
    """A text that keeps a pattern busy beyond all measure, "" where none was found."""
    made = re.compile(pattern, flags)
    for before, body in _repeated(parser.parse(pattern, flags)):
        for twice in _in_two_ways(body):
            for repeats in REPEATS:
                text = before + twice * repeats + UNFIT
                began = time.thread_time()
                made.search(text)
                if time.thread_time() - began > SECONDS:
                    return text
    return ""


def _in_two_ways(body: list[str]) -> list[str]:
    """Of what may be repeated, what can also be read as several of the others, or comes about twice."""
    known = {text for text in body if text}
    found = {text for text in known if body.count(text) > 1}
    for text in known:
        # how many ways there are to put it together
        ways = [1] + [0] * len(text)
        for end in range(1, len(text) + 1):
            ways[end] = sum(ways[end - size] for size in range(1, end + 1) if text[end - size : end] in known)
        if ways[-1] > 1:
            found.add(text)
    return sorted(found, key=len)[:12]


def _repeated(nodes: Any, before: str = "") -> Iterator[tuple[str, list[str]]]:
    """Each part that may be repeated without end: what stands before it, and what it may be."""
    for kind, value in nodes:
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
            low, high, inner = value
            if high > 20:
                yield before, _samples(inner)
            yield from _repeated(inner, before)
            before += _shortest(inner) * low
        elif kind is kinds.SUBPATTERN:
            yield from _repeated(value[-1], before)
            before += _shortest(value[-1])
        elif kind is kinds.BRANCH:
            for one in value[1]:
                yield from _repeated(one, before)
            before += _shortest(value[1][0])
        else:
            before += _shortest([(kind, value)])


def _shortest(nodes: Any) -> str:
    found = _samples(nodes)
    return min(found, key=len) if found else ""


def _samples(nodes: Any) -> list[str]:
    """Texts that fit these nodes, each alternative with its own; what looks around is left aside."""
    found = [""]
    for kind, value in nodes:
        parts = _samples_of(kind, value)
        found = [a + b for a, b in itertools.islice(itertools.product(found, parts), MOST)]
    return found


def _samples_of(kind: Any, value: Any) -> list[str]:
    if kind is kinds.LITERAL:
        return [chr(value)]
    if kind is kinds.NOT_LITERAL:
        return ["丁" if value != ord("丁") else "丙"]
    if kind is kinds.ANY:
        return ["丁"]
    if kind is kinds.IN:
        return _of_set(value)
    if kind is kinds.SUBPATTERN:
        return _samples(value[-1])
    if kind is kinds.BRANCH:
        return [text for one in value[1] for text in _samples(one)]
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        low, high, inner = value
        once = _samples(inner)
        fewest = [text * low for text in once]
        more = [text * (low + 1) for text in once] if high > low else []
        return list(dict.fromkeys(fewest + more)) if low == 0 else fewest + more
    return [""]


def _of_set(members: Any) -> list[str]:
    if members[0][0] is kinds.NEGATE:
        return ["丁"]
    found: list[str] = []
    for kind, value in members:
        if kind is kinds.LITERAL:
            found.append(chr(value))
        elif kind is kinds.RANGE:
            found.append(chr(value[0]))
        elif kind is kinds.CATEGORY:
            found.append(
                {kinds.CATEGORY_DIGIT: "1", kinds.CATEGORY_SPACE: " ", kinds.CATEGORY_WORD: "一"}.get(
                    value, "丁"
                )
            )
    return found[:24]


def of_the_house() -> dict[str, int]:
    """Every pattern that the house compiles, those of its tables, too; in a process of its own."""
    # whose patterns are not ours
    importlib.import_module("sqlalchemy.dialects.sqlite")
    importlib.import_module("sqlalchemy.dialects.postgresql")
    made: dict[str, int] = {}
    real = re._compile  # type: ignore[attr-defined]

    def heard(pattern: Any, flags: int) -> Any:
        if isinstance(pattern, str):
            made[pattern] = int(flags)
        return real(pattern, flags)

    re._compile = heard  # type: ignore[attr-defined]
    import handlers
    import services
    from services.regex import build_ahead, compile_ahead
    from services.understanding import Lexicon

    for package in (handlers, services):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)
    Lexicon()
    list(build_ahead())
    list(compile_ahead())
    re._compile = real  # type: ignore[attr-defined]
    return {text: flags for text, flags in made.items() if not text.isascii() or "*" in text}


def main() -> int:
    """Print each pattern with a text that it does not get to the end of."""
    patterns = of_the_house()
    bad = 0
    for pattern, flags in patterns.items():
        if text := endless(pattern, flags):
            bad += 1
            print(f"{text[:24]!r} × … keeps busy: {pattern[:300]}")
    print(f"{len(patterns)} patterns, {bad} without end")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
