"""A text while it is being read: what one reader takes, the next no longer sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Draft:
    """The text still unread and the fields of the meaning found so far."""

    text: str
    fields: dict[str, Any] = field(default_factory=dict)
    # Latin words that neither the lexicon nor a spelling knows
    foreign: list[str] = field(default_factory=list)
    # how many of the words are pieces of texts that have no name of their own
    loose: int = 0

    def take(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern and blank each out of the text."""
        matches = list(pattern.finditer(self.text))
        for match in matches:
            start, end = match.span()
            self.text = self.text[:start] + " " * (end - start) + self.text[end:]
            yield match

    def add(self, name: str, word: str) -> None:
        """Append a word to a tuple field, once."""
        words = self.fields.get(name, ())
        if word not in words:
            self.fields[name] = (*words, word)
