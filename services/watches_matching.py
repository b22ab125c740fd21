"""Which classes fit which watches: a small index of the few classes that changed."""

from __future__ import annotations

from functools import lru_cache

from services import watches
from services.search.index import CatalogueIndex
from services.search.record import CatalogueRecord
from services.town import Town
from services.understanding.lexicon import Lexicon
from services.understanding.meaning import Meaning


class Matcher:
    """Which of a batch's classes fit a wish; each wish is looked for once."""

    def __init__(self, lexicon: Lexicon, records: tuple[CatalogueRecord, ...]) -> None:
        self.records = records
        self._index = CatalogueIndex(lexicon)
        self._index.build(records)
        self._found: dict[str, tuple[int, ...]] = {}

    def knows(self, stored: str) -> bool:
        """Whether this wish was looked for before."""
        return stored in self._found

    def fits(self, stored: str, town: Town) -> tuple[int, ...]:
        """The classes for a wish as it is stored; all of them can be joined now."""
        if stored not in self._found:
            self._found[stored] = self._look(watches.read(stored), town)
        return self._found[stored]

    def _look(self, wish: Meaning, town: Town) -> tuple[int, ...]:
        if wish.intent != "search":
            return ()
        found = self._index.search(
            wish, now=town.now(), zone=town.zone, limit=len(self.records), include_closed=True
        )
        return tuple(hit.offering_id for hit in found.hits)


# pure, so a unit that is run again may find it made
@lru_cache(maxsize=1)
def matcher_of(lexicon: Lexicon, records: tuple[CatalogueRecord, ...]) -> Matcher:
    """The matcher of a batch, kept while the batch is at work."""
    return Matcher(lexicon, records)
