"""A meaning as a query of the index: what must be, what must not, and what counts how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import tantivy
from tantivy import Occur, Query

from services.search.clauses import Counted, but, counting, every, some
from services.search.places import Places
from services.search.schema import DAY, FAR_FUTURE, FAR_PAST, OLDEST, SECONDS, VALUE_SHIFT
from services.search.word_queries import MOST_DAYS, WordQueries
from services.understanding.lexicon import Lexicon
from services.understanding.meaning import Meaning
from services.understanding.normalise import keyed

# a ring of places longer than this is cut, nearest first
MOST_POINTS = 400
# who is past the beginning finds what goes on from there under either name
_LEVELS = {"提高": ("提高", "高级"), "高级": ("高级", "提高")}
# so many days of the week are said by those that are refused
MOST_OF_A_WEEK = 4
WEEK = 7
_TIME = ("dates", "weekdays", "hours")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a query needs of the index besides its schema: its places, and the days of opening and closing."""

    places: Places
    opening: tuple[int, ...] = ()
    closing: tuple[int, ...] = ()


class QueryBuilder(WordQueries):
    """Builds queries for one schema and lexicon; holds no state of a search."""

    def __init__(self, schema: tantivy.Schema, lexicon: Lexicon) -> None:
        super().__init__(schema, lexicon)
        # what is shut is the same for every search of one second
        self._shut_last: tuple[int, Surroundings, list[Query]] | None = None

    def query(
        self,
        meaning: Meaning,
        around: Surroundings,
        *,
        now: datetime | None,
        at: tuple[int, int] | None = None,
        counted: Sequence[Counted] = (),
    ) -> Query:
        """Return the query for a meaning; with `now`, only classes open at that instant fit.

        `at`, the town's day and minute, leaves out what is over today where a wish is for these days.
        Its score is the sum of what is `counted`; without, it only selects.
        """
        known = {one.what: self._scored(one) for one in counted if one.kind == "word"}
        clauses: list[tuple[Occur, Query]] = []
        # filters count nothing, so the score is the counted parts' alone
        hard = self._hard(meaning)
        clauses += [(Occur.Must, known.get(word) or self._word(word)) for word in hard.words]
        clauses += [
            (Occur.Must, Query.const_score_query(q, 0.0)) for q in self._conditions(hard, around.places)
        ]
        if at is not None and hard.dates is not None and (ahead := self._ahead(hard.dates, *at)) is not None:
            clauses.append((Occur.Must, Query.const_score_query(ahead, 0.0)))
        if not clauses:
            clauses.append((Occur.Must, Query.const_score_query(Query.all_query(), 0.0)))
        clauses += [(Occur.MustNot, query) for query in self._unwanted(hard)]
        if now is not None:
            clauses += [(Occur.MustNot, query) for query in self._shut(int(now.timestamp()), around)]
        clauses += [(Occur.Should, self._scored(one)) for one in counted if one.kind != "word"]
        return Query.boolean_query(clauses)

    def counted(self, meaning: Meaning, around: Surroundings) -> tuple[Counted, ...]:
        """Return the parts of the score that the index itself adds up."""
        w = self.weights
        found = [
            Counted("word", word, 1.0, tuple(self._ways(word)))
            for word in meaning.words
            if f"word:{word}" not in meaning.soft
        ]
        if any(way.words for way in meaning.any_of) and "any_of" not in meaning.soft:
            found.append(Counted("ways", "", 1.0, tuple(self._ways_of_any(meaning.any_of, around.places))))
        found += [
            counting("audience", group, w.audience, self._term("flag", f"aud:{group}"))
            for group in meaning.audience
        ]
        if meaning.level:
            found.append(
                counting("level", meaning.level, w.level, self._term("flag", f"lvl:{meaning.level}"))
            )
        if meaning.age is not None:
            stated = [self.range("min_age", 1, meaning.age), self.range("max_age", meaning.age, OLDEST - 1)]
            found.append(counting("age", str(meaning.age), w.age, some(stated)))
        if meaning.near:
            rings = [(f"{metres}", value, self._within(around.places, meaning.near, metres))
                     for metres, value in w.rings]  # fmt: skip
            found.append(Counted("near", "", w.near, tuple(rings)))
        for part in meaning.parts():
            query = self._wish(meaning, part, around) if part in meaning.soft else None
            if query is not None:
                found.append(counting("wish", part, w.wish, query))
        return tuple(found)

    def joinable(self, around: Surroundings, now: datetime) -> Counted:
        """Return the part of the score of classes that can be joined, where others are found as well."""
        clauses = [(Occur.Must, Query.all_query())]
        clauses += [(Occur.MustNot, query) for query in self._shut(int(now.timestamp()), around)]
        return counting("window", "", self.weights.window, Query.boolean_query(clauses))

    def _ahead(self, dates: tuple[int, int], today: int, minute: int) -> Query | None:
        """What meets later today or on a later one of these few days; None where today is none of them."""
        if not dates[0] <= today <= dates[1] or dates[1] - dates[0] >= WEEK:
            return None
        start = (today - 1) % WEEK * DAY
        later = [self.range("slot", start + minute, start + DAY - 1)]
        if dates[1] > today:
            later.append(self.range("day", today + 1, dates[1]))
        return some(later)

    def _wish(self, meaning: Meaning, part: str, around: Surroundings) -> Query | None:
        """What satisfies one soft part; an hour that is wished for means the hour of a day that is a must."""
        name, _, word = part.partition(":")
        if name == "word":
            return self._said_so(word, meaning)
        if name == "excluded":
            return but(self._named(word))
        alone = meaning
        for other in meaning.parts():
            kept = name in _TIME and other in _TIME and other not in meaning.soft
            if other != part and not kept:
                alone = alone.without(other)
        return every(self._conditions(alone, around.places))

    def _said_so(self, word: str, meaning: Meaning) -> Query | None:
        """What satisfies a word that is wished for; its title where its topic is asked for anyhow."""
        text = keyed(word)
        topic = self.lexicon.topics.get(text)
        if topic and topic != text and any(topic in one.split("|") for one in meaning.words):
            return self._pairs("title", text)
        return self._word(word)

    def _hard(self, meaning: Meaning) -> Meaning:
        for part in meaning.soft:
            meaning = meaning.without(part)
        return meaning

    def _ways_of_any(self, ways: Sequence[Meaning], places: Places) -> Iterator[tuple[str, float, Query]]:
        """What a class found in one of several ways is worth: where that way's own words stand."""
        for way in ways:
            conditions = [(Occur.Must, query) for query in self._conditions(way, places)]
            for word in way.words:
                for place, value, query in self._ways(word):
                    yield place, value, Query.boolean_query([(Occur.Must, query), *conditions])

    def _way(self, way: Meaning, places: Places) -> Query:
        """What fits one of several ways."""
        wanted = [*map(self._word, way.words), *self._conditions(way, places)]
        unwanted = self._unwanted(way)
        clauses = [(Occur.Must, query) for query in wanted or [Query.all_query()]]
        return Query.boolean_query(clauses + [(Occur.MustNot, query) for query in unwanted])

    def _scored(self, counted: Counted) -> Query:
        scored = [Query.const_score_query(query, counted.weight * value) for _, value, query in counted.ways]
        if not scored:
            return Query.empty_query()
        return scored[0] if len(scored) == 1 else Query.disjunction_max_query(scored)

    def _unwanted(self, meaning: Meaning) -> list[Query]:
        return [self._named(word) for word in meaning.excluded if keyed(word)]

    def _shut(self, second: int, around: Surroundings) -> list[Query]:
        """What cannot be joined now."""
        last = self._shut_last
        if last is None or last[0] != second or last[1] is not around:
            last = self._shut_last = (second, around, self._shut_at(second, around))
        return last[2]

    def _shut_at(self, second: int, around: Surroundings) -> list[Query]:
        """Whole days are words; only of today the second is looked at."""
        today = second // SECONDS
        found = [self._term("window", "off")]
        later = [f"o{day}" for day in around.opening if day > today]
        over = [f"c{day}" for day in around.closing if day < today]
        for days, field, low, high in (
            (later, "opens", second + 1, FAR_FUTURE), (over, "closes", FAR_PAST, second),
        ):  # fmt: skip
            if len(days) > MOST_DAYS:
                found.append(self.range(field, low, high))
            elif days:
                found.append(self._any("window", days))
        for letter, known, field, low, high in (
            ("o", around.opening, "opens", second + 1, FAR_FUTURE),
            ("c", around.closing, "closes", FAR_PAST, second),
        ):
            if today in known:
                of_today = [self._term("window", f"{letter}{today}"), self.range(field, low, high)]
                found.append(Query.boolean_query([(Occur.Must, query) for query in of_today]))
        return found

    def at(self, points: Sequence[str]) -> Query:
        """Return what meets at one of these points."""
        return self._any("at", points)

    def _within(self, places: Places, near: tuple[float, float], metres: int) -> Query:
        points = places.within(near, metres)[:MOST_POINTS]
        return self.at(points) if points else Query.empty_query()

    def _conditions(self, meaning: Meaning, places: Places) -> list[Query]:
        found = [*self._when(meaning), *self._flags(meaning)]
        if meaning.free:
            found.append(self.range("fee", 0, 0))
        elif meaning.fee_min is not None or meaning.fee_max is not None:
            most = FAR_FUTURE if meaning.fee_max is None else meaning.fee_max
            found.append(self.range("fee", meaning.fee_min or 0, most))
        if meaning.weekly or meaning.minutes or meaning.sessions:
            found += self._rhythm(meaning)
        if meaning.age is not None:
            found += [self.range("min_age", 0, meaning.age), self.range("max_age", meaning.age, FAR_FUTURE)]
        for place in meaning.place:
            ways = [self._pairs("place", keyed(one)) for one in place.split("|")]
            found.append(some([way for way in ways if way is not None]))
        if meaning.any_of:
            found.append(some([self._way(way, places) for way in meaning.any_of]))
        if meaning.near and meaning.within is not None:
            inside = places.within(meaning.near, meaning.within)
            found.append(self.at(inside) if inside else Query.empty_query())
        return found

    def _rhythm(self, meaning: Meaning) -> Iterator[Query]:
        """How often a week, how long each time, and how many times in all."""
        if meaning.weekly:
            low, high = meaning.weekly
            yield self._any("flag", [f"wk:{days}" for days in range(max(low, 1), min(high, WEEK) + 1)])
        for field, span in (("length", meaning.minutes), ("count", meaning.sessions)):
            if span:
                low, high = (min(max(one, 0), DAY) for one in span)
                yield self.range(field, low << VALUE_SHIFT, (high + 1 << VALUE_SHIFT) - 1)

    def _flags(self, meaning: Meaning) -> list[Query]:
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
        # a class for everybody carries every group, so that one word is looked up instead of two
        found += [self._term("flag", f"for:{group}") for group in meaning.audience]
        if meaning.level:
            levels = _LEVELS.get(meaning.level, (meaning.level,))
            found.append(self._any("flag", [*(f"lvl:{level}" for level in levels), "lvl:*"]))
        return found

    def _when(self, meaning: Meaning) -> list[Query]:
        found: list[Query] = []
        days = meaning.weekdays
        if meaning.starts:
            found.append(self.range("first", *meaning.starts))
        if meaning.dates:
            first, last = meaning.dates
            found.append(self.range("day", first, last))
            if 0 <= last - first < 6 and first >= 1 and last <= date.max.toordinal():
                # on Saturday evening means Saturday's hour, not that of another day of the class
                of_dates = frozenset(date.fromordinal(day).weekday() for day in range(first, last + 1))
                days = (days & of_dates) if days else (of_dates if meaning.hours else days)
                if not days and meaning.weekdays:
                    return [Query.empty_query()]
        if meaning.hours and days:
            low, high = meaning.hours
            found.append(
                some([self.range("slot", day * DAY + low, day * DAY + high - 1) for day in sorted(days)])
            )
        elif meaning.hours:
            found.append(self.range("hour", meaning.hours[0], meaning.hours[1] - 1))
        elif days:
            found.append(self._any("flag", [f"wd:{day}" for day in sorted(days)]))
        if len(meaning.weekdays) >= MOST_OF_A_WEEK:
            # 除了周一: who cannot come on Mondays cannot come to a class of Mondays and Thursdays
            never = sorted(set(range(7)) - meaning.weekdays)
            found.append(but(self._any("flag", [f"wd:{day}" for day in never])))
        return found
