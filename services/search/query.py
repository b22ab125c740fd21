"""A meaning as a query of the index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import tantivy
from tantivy import FieldType, Occur, Query

from services.search.schema import DAY, FAR_FUTURE, FAR_PAST, grams
from services.understanding.lexicon import Lexicon
from services.understanding.lexicon.pinyin import pairs
from services.understanding.meaning import Meaning
from services.understanding.normalise import keyed

# how much a word counts by where it was found; the first that fits
TITLE, TOPIC, SPELLED, WIDE, BODY = 10.0, 8.0, 8.0, 6.0, 3.0
MOST_PAIRS = 20


class QueryBuilder:
    """Builds queries for one schema and lexicon; holds no state of a search."""

    def __init__(self, schema: tantivy.Schema, lexicon: Lexicon) -> None:
        self.schema = schema
        self.lexicon = lexicon

    def query(self, meaning: Meaning, *, now: datetime | None) -> Query:
        """Return the query for a meaning; with `now`, only classes open at that instant fit."""
        hints = [word for word in meaning.words if f"word:{word}" in meaning.soft]
        clauses: list[tuple[Occur, Query]] = [
            (Occur.Must, self._word(word)) for word in meaning.words if word not in hints
        ]
        clauses += [(Occur.Should, self._word(word)) for word in hints]
        for part in meaning.soft:
            meaning = meaning.without(part)
        # filters count nothing, so the score is the words' alone
        clauses += [(Occur.Must, Query.const_score_query(q, 0.0)) for q in self._filters(meaning, now)]
        return Query.boolean_query(clauses) if clauses else Query.all_query()

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self.schema, field, value, "basic")

    def _any(self, field: str, values: list[str]) -> Query:
        if len(values) == 1:
            return self._term(field, values[0])
        return Query.term_set_query(self.schema, field, values)

    def _range(self, field: str, low: int, high: int) -> Query:
        return Query.range_query(self.schema, field, FieldType.Integer, low, high)

    def _pairs(self, field: str, text: str) -> Query | None:
        tokens = list(dict.fromkeys(grams(text, single=len(text) == 1)))
        if field == "title" and not tokens:
            tokens = list(text)
        return self._all(field, tokens)

    def _all(self, field: str, values: Sequence[str]) -> Query | None:
        if not values:
            return None
        terms = [self._term(field, value) for value in values]
        return terms[0] if len(terms) == 1 else Query.boolean_query([(Occur.Must, term) for term in terms])

    def _word(self, word: str) -> Query:
        if "|" in word:  # either will do
            return Query.disjunction_max_query([self._word(one) for one in word.split("|")])
        text = keyed(word)
        if not text:
            return Query.empty_query()
        ways: list[tuple[Query | None, float]] = [(self._pairs("title", text), TITLE)]
        topic = self.lexicon.topics.get(text)
        if topic:
            ways += [(self._term("topic", topic), TOPIC), (self._term("wide", topic), WIDE)]
            ways.append((self._term("body", f"={topic}"), BODY))
        if text.isascii():
            ways.append((self._term("pinyin", text), SPELLED))
            ways.append((self._all("pinyin", pairs(text)[:MOST_PAIRS]), SPELLED))
        if len(text) > 1:
            ways.append((self._pairs("body", text), BODY))
        scored = [Query.const_score_query(query, score) for query, score in ways if query is not None]
        return scored[0] if len(scored) == 1 else Query.disjunction_max_query(scored)

    def _filters(self, meaning: Meaning, now: datetime | None) -> list[Query]:
        found: list[Query] = []
        if now is not None:
            second = int(now.timestamp())
            found += [
                self._term("flag", "off:0"),
                self._range("opens", FAR_PAST, second),
                self._range("closes", second + 1, FAR_FUTURE),
            ]
        found += self._when(meaning)
        found += self._terms(meaning)
        if meaning.free:
            found.append(self._range("fee", 0, 0))
        elif meaning.fee_min is not None or meaning.fee_max is not None:
            found.append(self._range("fee", meaning.fee_min or 0, _or(meaning.fee_max, FAR_FUTURE)))
        if meaning.age is not None:
            found += [self._range("min_age", 0, meaning.age), self._range("max_age", meaning.age, FAR_FUTURE)]
        for place in meaning.place:
            found.append(self._place(place))
        return found

    def _place(self, place: str) -> Query:
        ways = [self._pairs("place", keyed(one)) or Query.empty_query() for one in place.split("|")]
        if len(ways) == 1:
            return ways[0]
        return Query.boolean_query([(Occur.Should, way) for way in ways])

    def _terms(self, meaning: Meaning) -> list[Query]:
        found = [
            self._term("flag", f"{prefix}:{value}")
            for prefix, value in (
                ("cat", meaning.category),
                ("form", meaning.form),
                ("online", None if meaning.online is None else int(meaning.online)),
                ("code", meaning.code and meaning.code.lower().replace(" ", "")),
            )
            if value is not None
        ]
        found += [self._any("flag", [f"aud:{group}", "aud:*"]) for group in meaning.audience]
        if meaning.level:
            found.append(self._any("flag", [f"lvl:{meaning.level}", "lvl:*"]))
        return found

    def _when(self, meaning: Meaning) -> list[Query]:
        found: list[Query] = []
        days = meaning.weekdays
        if meaning.dates:
            first, last = meaning.dates
            found.append(self._range("day", first, last))
            if 0 <= last - first < 6 and first >= 1 and last <= date.max.toordinal():
                # on Saturday evening means Saturday's hour, not that of another day of the class
                of_dates = frozenset(date.fromordinal(day).weekday() for day in range(first, last + 1))
                days = (days & of_dates) if days else (of_dates if meaning.hours else days)
                if not days and meaning.weekdays:
                    return [Query.empty_query()]
        if meaning.hours and days:
            low, high = meaning.hours
            ranges = [self._range("slot", day * DAY + low, day * DAY + high - 1) for day in sorted(days)]
            found.append(
                ranges[0] if len(ranges) == 1 else Query.boolean_query([(Occur.Should, r) for r in ranges])
            )
        elif meaning.hours:
            found.append(self._range("hour", meaning.hours[0], meaning.hours[1] - 1))
        elif days:
            found.append(self._any("flag", [f"wd:{day}" for day in sorted(days)]))
        return found


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value
