"""What phrases sound and are spelt like, so that a misspelt or Latin word finds the one that was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.understanding.lexicon import pinyin
from services.understanding.lexicon.everyday import lookalikes

LONGEST_HEARD = 6
SHORTEST_SPELT, LONGEST_SPELT = 6, 18


class Ear:
    """Phrases by their pinyin, their sound and their neighbours."""

    def __init__(self) -> None:
        self.topics: dict[str, str] = {}
        self.pinyin: dict[str, str | None] = {}
        self.sounds: dict[str, str] = {}
        # what is no topic, by its pinyin: 我想, 周末, 免费, places
        self.latin: dict[str, str] = {}
        self.spelled_titles: dict[str, str] = {}
        self.near: dict[str, str] = {}
        self.loose: dict[str, str] = {}

    def _spell(self, word: str, value: str) -> None:
        if len(word) < 2 or not re.search(r"[㐀-鿿]", word):
            return
        self._hear(word)
        for spelling in pinyin.spellings(word) | pinyin.initials(word):
            # one spelling of two different things stays Latin: the index then looks under both
            if self.pinyin.setdefault(spelling, value) != value:
                self.pinyin[spelling] = None

    def _spell_plain(self, word: str) -> None:
        if len(word) <= LONGEST_HEARD and not word.isascii():
            for spelling in pinyin.spellings(word):
                self.latin.setdefault(spelling, word)

    def _hear(self, phrase: str) -> None:
        if 2 <= len(phrase) <= LONGEST_HEARD:
            for sound in pinyin.sounds(phrase):
                self.sounds.setdefault(sound, phrase)
            if len(phrase) == 2:
                for sound in pinyin.sounds(phrase, loosely=True):
                    self.loose.setdefault(sound, phrase)
            if len(phrase) > 2:
                for at in range(len(phrase)):
                    self.near.setdefault(f"{phrase[:at]}?{phrase[at + 1 :]}", phrase)

    def heard(self, run: str, *, loosely: bool = True) -> str | None:
        """Return the phrase that a run of 2 to 6 characters sounds like or nearly is, or None.

        太集拳 is 太极拳. Of two characters one must be right, for too much sounds alike;
        of more one may sound only half right (乒乒球).
        """
        if not 2 <= len(run) <= LONGEST_HEARD:
            return None
        for sound in sorted(pinyin.sounds(run)):
            phrase = self.sounds.get(sound)
            if phrase and phrase != run and (len(run) > 2 or set(phrase) & set(run)):
                return phrase
        for sound in sorted(pinyin.sounds(run, loosely=True)) if loosely and len(run) == 2 else ():
            phrase = self.loose.get(sound)
            if phrase and phrase != run and set(phrase) & set(run):
                return phrase
        for at in range(len(run) if len(run) > 2 else 0):
            phrase = self.near.get(f"{run[:at]}?{run[at + 1 :]}")
            if phrase and phrase != run and pinyin.akin(phrase[at], run[at]):
                return phrase
        return next((word for word in lookalikes(run) if word in self.topics), None)

    def sounding(self, syllables: Sequence[str]) -> str | None:
        """Return the phrase that syllables of pinyin stand for, zh and z, -ng and -n, l and n not parted."""
        return self.sounds.get("".join(map(pinyin.blurred, syllables)))

    def spelt(self, text: str) -> str | None:
        """Return the phrase whose pinyin a Latin word is with one mistake (hongpei: 烘焙), or None."""
        syllables = pinyin.syllables_of(text) if len(text) <= LONGEST_SPELT else ()
        phrase = self.sounding(syllables) if len(syllables) > 1 else None
        if phrase:
            return phrase
        for near in pinyin.mistyped(text) if SHORTEST_SPELT <= len(text) <= LONGEST_SPELT else ():
            if self.pinyin.get(near) and pinyin.is_pinyin(near):
                return self.pinyin[near]
        return None
