"""Where a word is found in the index, and what each place is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import tantivy
from tantivy import FieldType, Query

from services.search.clauses import every, some
from services.search.schema import grams
from services.search.weights import Weights, weights
from services.understanding.lexicon import Lexicon
from services.understanding.lexicon.pinyin import pairs
from services.understanding.meaning import Meaning
from services.understanding.normalise import keyed

MOST_PAIRS = 20
# more days than these are asked for as a range
MOST_DAYS = 8
# where a class says of itself that it is about something, and does not only mention it
_TITLED = ("title", "topic", "wider", "spelled")
MOST_REMEMBERED = 512


class WordQueries:
    """Builds the queries for words and values of one schema and lexicon."""

    def __init__(self, schema: tantivy.Schema, lexicon: Lexicon) -> None:
        self.schema = schema
        self.lexicon = lexicon
        self.weights: Weights = weights()
        # the same things are looked for again and again
        self._ways_known = lru_cache(maxsize=MOST_REMEMBERED)(self._ways_to)

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self.schema, field, value, "basic")

    def _any(self, field: str, values: Sequence[str]) -> Query:
        # a set is gathered before the search: only many values are worth it
        if len(values) <= MOST_DAYS:
            return some([self._term(field, value) for value in values])
        return Query.term_set_query(self.schema, field, values)

    def range(self, field: str, low: int, high: int) -> Query:
        """Return what has a number from `low` to `high` in a field."""
        return Query.range_query(self.schema, field, FieldType.Integer, low, high)

    def _pairs(self, field: str, text: str) -> Query | None:
        tokens = list(dict.fromkeys(grams(text, single=len(text) == 1)))
        if field == "title" and not tokens:
            tokens = list(text)
        return every([self._term(field, token) for token in tokens])

    def _word(self, word: str) -> Query:
        return some([query for _, _, query in self._ways(word)])

    def titled(self, meaning: Meaning) -> Query | None:
        """What has all that is to be learnt in its title or as its topic; None where nothing is said."""
        words = [word for word in meaning.words if f"word:{word}" not in meaning.soft]
        told = [[query for place, _, query in self._ways(word) if place in _TITLED] for word in words]
        return every([some(ways) for ways in told]) if words and all(told) else None

    def _named(self, word: str) -> Query:
        """What has a word in its title or as its topic: somebody who shuns it looks no further."""
        found = [query for place, _, query in self._ways(word) if place in _TITLED]
        sense = self.lexicon.phrases.get(keyed(word))
        if sense and sense.kind == "audience":
            found.append(self._term("flag", f"aud:{sense.value}"))
        # whom and where one shuns is not said in titles
        field = {"place": "place", "teacher": "body"}.get(sense.kind) if sense else None
        elsewhere = self._pairs(field, keyed(word)) if field else None
        return some(found if elsewhere is None else [*found, elsewhere])

    def _ways(self, word: str) -> Iterator[tuple[str, float, Query]]:
        """Where a word is found, and what that is worth; of words joined by a bar any will do."""
        for one in word.split("|"):
            yield from self._ways_of(one)

    def _ways_of(self, word: str) -> tuple[tuple[str, float, Query], ...]:
        text = keyed(word)
        return self._ways_known(text, self.lexicon.topics.get(text))

    def _ways_to(self, text: str, topic: str | None) -> tuple[tuple[str, float, Query], ...]:
        w = self.weights
        ways: list[tuple[str, float, Query | None]] = []
        if text:
            ways.append(("title", w.title, self._pairs("title", text)))
        if topic:
            ways.append(("topic", w.topic, self._term("topic", topic)))
            ways.append(("wider", w.wider, self._term("wide", topic)))
            ways.append(("description", w.description, self._term("body", f"={topic}")))
        if text and text.isascii():
            spelled = [self._term("pinyin", pair) for pair in pairs(text)[:MOST_PAIRS]]
            ways.append(("spelled", w.spelled, self._term("pinyin", text)))
            ways.append(("spelled", w.spelled, every(spelled)))
        if len(text) > 1:
            ways.append(("description", w.description, self._pairs("body", text)))
        return tuple((place, weight, query) for place, weight, query in ways if query is not None)
