"""What many ask is found once: pages of a view are kept for as long as they stay true."""

from __future__ import annotations

from bisect import bisect_right

from tantivy import Query

from services.search.found import Asked, Found, Hit
from services.search.schema import SECONDS
from services.search.view import View, count

# pages of so many wishes; a town's people have a few hundred in an evening
MOST_PAGES = 1000
# longer ones are asked for by what looks through everything
MOST_LIMIT = 10


class Remembered:
    """A view's pages by what was asked; where somebody is, is not kept.

    Until a class opens or closes, the same wish on the same day finds the same; with the day what was asked
    goes. Any thread may ask.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        # scores and numbers alone: a hit holds its view, which is to go when it is replaced
        self._pages: dict[object, tuple[int, tuple[tuple[int, float], ...]]] = {}
        self._today = 0
        self._changes: tuple[int, list[int]] = (0, [])

    def search(self, asked: Asked) -> Found:
        """Return what the view finds."""
        if asked.meaning.near is not None or asked.include_closed or asked.limit > MOST_LIMIT:
            return self.view.search(asked)
        if asked.today != self._today:
            self._today, self._pages = asked.today, {}
        key = (asked.meaning, asked.today, asked.limit, asked.offset, self._moment(asked))
        page = self._pages.get(key)
        if page is None:
            found = self.view.search(asked)
            if len(self._pages) >= MOST_PAGES:
                self._pages = {}
            self._pages[key] = found.total, tuple((hit.offering_id, hit.score) for hit in found.hits)
            return found
        total, hits = page
        return Found(total, tuple(Hit(number, score, self.view) for number, score in hits))

    def _moment(self, asked: Asked) -> tuple[int, int, int]:
        """The same for as long as what can be joined, and what is over today, stays the same."""
        second = int(asked.now.timestamp())
        dates = asked.meaning.dates
        # a wish for these days leaves out what has begun by now
        soon = self.view.late or (dates is not None and dates[0] <= asked.today <= dates[1])
        day = second // SECONDS
        return day, bisect_right(self._changes_of(day), second), asked.minute if soon else -1

    def _changes_of(self, day: int) -> list[int]:
        """The seconds of a day (UTC) at which classes open or close."""
        known, changes = self._changes
        if known != day:
            changes = sorted({*self._seconds("opens", f"o{day}"), *self._seconds("closes", f"c{day}")})
            self._changes = day, changes
        return changes

    def _seconds(self, field: str, word: str) -> list[int]:
        searcher = self.view.searcher
        of_day = Query.term_query(self.view.queries.schema, "window", word, "basic")
        total = count(searcher.search(of_day, 1))
        if not total:
            return []
        addresses = [address for _, address in searcher.search(of_day, total).hits]
        return [int(second or 0) for second in searcher.fast_field_values(field, addresses)]
