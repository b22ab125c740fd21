"""Pinyin of names, in full and in initials, with every usual reading of a character."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise, product
from operator import add
from string import ascii_lowercase

from services.regex import regex
from services.understanding.lexicon.tables import readings

WINDOW = 6
MAX_READINGS = 16
LONGEST_SYLLABLE = 6
LONGEST_TEXT = 60

_ATOM = regex(r"[0-9a-z]+|.")


# a title's readings are asked for by the lexicon and by the index, one right after the other
@lru_cache(maxsize=8)
def _atoms(text: str) -> tuple[tuple[str, ...], ...]:
    known = readings()
    return tuple([known.get(atom, (atom,)) for atom in _ATOM.findall(text)])


def _joined(atoms: Sequence[tuple[str, ...]], most: int = MAX_READINGS) -> set[str]:
    count = 1
    narrowed = []
    for atom in atoms:
        count *= len(atom)
        # past the bound only the usual reading counts, so that a long name stays cheap
        narrowed.append(atom if count <= most else atom[:1])
    return {"".join(parts) for parts in product(*narrowed)}


def spellings(text: str) -> set[str]:
    """Return the toneless pinyin of a squeezed text, one entry a reading, ü written v."""
    return set(_spelled(text))


@lru_cache(maxsize=8)
def _spelled(text: str) -> frozenset[str]:
    return frozenset(_joined(_atoms(text)))


def initials(text: str) -> set[str]:
    """Return the first letters of a squeezed text's syllables, one entry a reading."""
    return _joined([tuple({syllable[0]: None for syllable in atom}) for atom in _atoms(text)])


def windows(text: str) -> set[str]:
    """Return the pinyin and initials of every run of 2 to WINDOW characters and of the whole text."""
    atoms = _atoms(text)
    found = set(_spelled(text))
    size = len(atoms)
    for variant, changed in _variants(atoms):
        heads = "".join([syllable[0] for syllable in variant])
        found.add(heads)
        # beside the usual reading only runs with the other one are new
        first, last = (0, size) if changed < 0 else (max(0, changed - WINDOW + 1), changed + 1)
        for start in range(first, last):
            spelled = variant[start]
            for end in range(start + 1, min(start + WINDOW, size)):
                spelled += variant[end]
                if end >= changed:
                    found.add(spelled)
                    found.add(heads[start : end + 1])
    # neighbours in every reading: a whole with several rare readings is found piece by piece (see `pairs`)
    found.update("".join(pair) for two in pairwise(atoms) for pair in product(*two))
    return found


_LIKE = (
    (regex(r"^([zcs])h"), r"\1"),
    (regex(r"ng$"), "n"),
    (regex(r"^l"), "n"),
    (regex("v"), "u"),
)


# what a hasty ear or eye takes for another: 烘陪 for 烘焙
_LOOSE = ((regex("^p"), "b"), (regex("^t"), "d"), (regex("^k"), "g"), (regex("^q"), "j"))


@cache
def _sound(syllable: str, loosely: bool = False) -> str:
    for pattern, instead in (*_LIKE, *_LOOSE) if loosely else _LIKE:
        syllable = pattern.sub(instead, syllable)
    return syllable


def sounds(text: str, *, loosely: bool = False) -> set[str]:
    """Return how a squeezed text sounds to those who do not part zh from z, -ng from -n or l from n.

    `loosely`: nor p from b, t from d, k from g or q from j.
    """
    # parted, so that xi'an is not xian
    return _joined(
        [tuple({f"{_sound(syllable, loosely)}'": None for syllable in atom}) for atom in _atoms(text)]
    )


@cache
def blurred(syllable: str) -> str:
    """Return one syllable as `sounds` writes it."""
    return f"{_sound(syllable)}'"


def mistyped(text: str) -> Iterator[str]:
    """Yield a Latin word with one letter left out, two exchanged, one put in or one replaced."""
    cuts = [(text[:at], text[at:]) for at in range(len(text) + 1)]
    yield from (head + tail[1:] for head, tail in cuts if tail)
    yield from (head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1)
    yield from (head + char + tail for head, tail in cuts for char in ascii_lowercase)
    yield from (head + char + tail[1:] for head, tail in cuts if tail for char in ascii_lowercase)


def pairs(text: str) -> tuple[str, ...]:
    """Return each two neighbouring syllables of a Latin text, joined; none where it is no pinyin."""
    syllables = syllables_of(text) if is_pinyin(text) else ()
    return tuple(dict.fromkeys(map(add, syllables, syllables[1:])))


def akin(one: str, other: str) -> bool:
    """True when two characters begin or end alike in some reading (乒 and 乓)."""
    first, second = readings().get(one, ()), readings().get(other, ())
    return any(a[0] == b[0] or _final(a) == _final(b) for a in first for b in second)


def _final(syllable: str) -> str:
    return syllable.lstrip("bpmfdtnlgkhjqxrzcsyw")


def syllables_of(text: str) -> tuple[str, ...]:
    """Return the syllables of pinyin, each as long as the rest allows; none where it is no pinyin."""
    known = _known_syllables()
    cuts: dict[int, tuple[str, ...]] = {len(text): ()}
    for start in range(len(text) - 1, -1, -1):
        for end in range(min(start + LONGEST_SYLLABLE, len(text)), start, -1):
            if end in cuts and text[start:end] in known:
                cuts[start] = (text[start:end], *cuts[end])
                break
    return cuts.get(0, ())


def _variants(atoms: Sequence[tuple[str, ...]]) -> list[tuple[list[str], int]]:
    """Return the usual reading, and it with each other reading of one character, and where that stands."""
    usual = [atom[0] for atom in atoms]
    found = [(usual, -1)]
    for at, atom in enumerate(atoms):
        found += [([*usual[:at], other, *usual[at + 1 :]], at) for other in atom[1:]]
    return found[:MAX_READINGS]


@cache
def _known_syllables() -> frozenset[str]:
    return frozenset(syllable for atom in readings().values() for syllable in atom)


def is_pinyin(text: str) -> bool:
    """True when a Latin text can be read as a run of Chinese syllables."""
    return 0 < len(text) <= LONGEST_TEXT and bool(syllables_of(text))
