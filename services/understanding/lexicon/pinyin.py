"""Pinyin of names, in full and in initials, with every usual reading of a character."""

from __future__ import annotations

import re
from itertools import product

from services.understanding.lexicon.tables import readings

WINDOW = 6
MAX_READINGS = 16

_ATOM = re.compile(r"[0-9a-z]+|.")


def _atoms(text: str) -> list[tuple[str, ...]]:
    known = readings()
    return [known.get(atom, (atom,)) for atom in _ATOM.findall(text)]


def _joined(atoms: list[tuple[str, ...]], most: int = MAX_READINGS) -> set[str]:
    count = 1
    narrowed = []
    for atom in atoms:
        count *= len(atom)
        # past the bound only the usual reading counts, so that a long name stays cheap
        narrowed.append(atom if count <= most else atom[:1])
    return {"".join(parts) for parts in product(*narrowed)}


def spellings(text: str) -> set[str]:
    """Return the toneless pinyin of a squeezed text, one entry a reading, ü written v."""
    return _joined(_atoms(text))


def initials(text: str) -> set[str]:
    """Return the first letters of a squeezed text's syllables, one entry a reading."""
    return _joined([tuple({syllable[0]: None for syllable in atom}) for atom in _atoms(text)])


def windows(text: str) -> set[str]:
    """Return the pinyin and initials of every run of 2 to WINDOW characters and of the whole text."""
    atoms = _atoms(text)
    found = _joined(atoms)
    for variant in _variants(atoms):
        heads = "".join(syllable[0] for syllable in variant)
        found.add(heads)
        for start, syllable in enumerate(variant):
            spelled = syllable
            for end in range(start + 1, min(start + WINDOW, len(variant))):
                spelled += variant[end]
                found.add(spelled)
                found.add(heads[start : end + 1])
    return found


def _variants(atoms: list[tuple[str, ...]]) -> list[list[str]]:
    """Return the usual reading, and it with each other reading of one character."""
    usual = [atom[0] for atom in atoms]
    found = [usual]
    for at, atom in enumerate(atoms):
        found += [[*usual[:at], other, *usual[at + 1 :]] for other in atom[1:]]
    return found[:MAX_READINGS]


_SYLLABLE: re.Pattern[str] | None = None


def is_pinyin(text: str) -> bool:
    """True when a Latin text can be read as a run of Chinese syllables."""
    global _SYLLABLE
    if _SYLLABLE is None:
        syllables = sorted({s for atom in readings().values() for s in atom}, key=len, reverse=True)
        _SYLLABLE = re.compile(f"(?:{'|'.join(syllables)})+")
    return len(text) <= 60 and _SYLLABLE.fullmatch(text) is not None
