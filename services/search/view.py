"""The index as it was at one moment: whatever is committed later, a view finds the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import product
from math import log2
from typing import Any

import tantivy
from tantivy import Occur, Order, Query

from services.search.clauses import Counted
from services.search.found import Asked, Found, Hit
from services.search.packing import unpacked
from services.search.places import Places, Spot, metres_between
from services.search.query import QueryBuilder, Surroundings
from services.search.record import CatalogueRecord
from services.search.schema import rank, shape_of, spot_of, start_key, start_of

BLOCK = 30
# so many are put in order of distance at once; more are walked outwards
FEW = 300
FIRST_RING = 100
# more parts than these are added up by the index, class by class
MOST_TIERED = 3
_TIERED = {"audience", "age", "level", "wish", "window"}
# the field that puts classes in an order that is asked for
_SORTED = {"cheapest": "price", "shortest": "length", "fewest": "count"}
UNIX_DAY = 719_163
NEVER = 2**31
Address = Any


class View:
    """Searches one committed state; any number of threads may."""

    def __init__(self, searcher: tantivy.Searcher, queries: QueryBuilder) -> None:
        self.searcher = searcher
        self.queries = queries
        windows = [word for word, _ in searcher.terms_with_prefix("window", "")]
        self.around = Surroundings(
            Places(searcher.terms_with_prefix("at", "")),
            tuple(sorted(int(word[1:]) for word in windows if word[0] == "o" and word != "off")),
            tuple(sorted(int(word[1:]) for word in windows if word[0] == "c")),
        )
        # whether some can be joined that have begun
        self.late = "late" in windows

    def __len__(self) -> int:
        return self.searcher.num_docs

    def get(self, offering_id: int) -> CatalogueRecord | None:
        """Return a class by its number, or None."""
        return self._stored(Query.term_query(self.queries.schema, "oid", offering_id, "basic"))

    def by_code(self, code: str) -> CatalogueRecord | None:
        """Return a class by its code in any case, or None."""
        flag = f"code:{code.strip().lower()}".replace(" ", "")
        return self._stored(Query.term_query(self.queries.schema, "flag", flag, "basic"))

    def _stored(self, query: Query) -> CatalogueRecord | None:
        hits = self.searcher.search(query, 1, count=False).hits
        return unpacked(bytes(self.searcher.doc(hits[0][1]).get_first("record") or b"")) if hits else None

    def counted(self, asked: Asked) -> tuple[Counted, ...]:
        """Return the parts of a score that the index adds up."""
        found = self.queries.counted(asked.meaning, self.around)
        if asked.include_closed:
            found += (self.queries.joinable(self.around, asked.now),)
        return found

    def _query(self, asked: Asked, counted: Sequence[Counted] = ()) -> Query:
        now = None if asked.include_closed else asked.now
        at = (asked.today, asked.minute)
        return self.queries.query(asked.meaning, self.around, now=now, at=at, counted=counted)

    def search(self, asked: Asked) -> Found:
        """Return a page of what fits, in the order that is asked for."""
        meaning = asked.meaning
        if asked.limit <= 0 or asked.offset < 0:
            return Found(count(self.searcher.search(self._query(asked), 1)))
        if meaning.order == "nearest" and meaning.near:
            return self._nearest(asked, meaning.near)
        if (field := _SORTED.get(meaning.order)) is not None:
            return self._sorted(field, asked)
        counted = () if meaning.order == "soonest" else self.counted(asked)
        if not counted:
            # where nothing weighs more or less, what begins next comes first
            total, addresses = self._soonest(self._query(asked), asked.now, asked.limit, asked.offset)
            return Found(total, self._hits(addresses))
        if len(counted) <= MOST_TIERED and all(one.kind in _TIERED for one in counted):
            return self._tiered(asked, counted)
        return self._relevant(asked, counted)

    def _relevant(self, asked: Asked, counted: Sequence[Counted]) -> Found:
        query = self._query(asked, counted)
        first, last = asked.offset // BLOCK, (asked.offset + asked.limit - 1) // BLOCK
        total, ranked = 0, list[tuple[float, int]]()
        # finer than the index can, candidates are put in order within fixed blocks: pages never overlap
        for block in range(first, last + 1):
            result = self.searcher.search(query, BLOCK, offset=block * BLOCK, weight_by_field="rank")
            total = count(result)
            if not result.hits:
                break
            ranked += sorted(self._weighed(result.hits, asked, multiplied=True))
        at = asked.offset - first * BLOCK
        hits = ranked[at : at + asked.limit]
        return Found(total, tuple(Hit(start_of(key)[1], -score, self) for score, key in hits))

    def _weighed(
        self, hits: Sequence[tuple[Any, Address]], asked: Asked, *, multiplied: bool = False
    ) -> list[tuple[float, int]]:
        """Return each candidate's whole score, negative so that the best sorts first, and its start."""
        addresses = [address for _, address in hits]
        keys = self.searcher.fast_field_values("start", addresses)
        shapes = self.searcher.fast_field_values("shape", addresses)
        w = self.queries.weights
        window = 0.0 if asked.include_closed else w.window
        said = said_length(asked)
        found = []
        for (score, _), start, shape in zip(hits, keys, shapes, strict=True):
            key = int(start or 0)
            second, _ = start_of(key)
            # the index multiplies to put the sooner first; what it added up is the rest
            times = log2(2 + rank(second)) if multiplied else 1.0
            base = window + round(float(score) / times, 3)
            close, soon = self.fine(asked, said, second, int(shape or 0))
            found.append((-round(base + w.close * close + w.soon * soon, 4), key))
        return found

    def fine(self, asked: Asked, said: int, second: int, shape: int) -> tuple[float, float]:
        """Return how much of the title was said, and how soon the class meets, each from 0 to 1."""
        length, weekdays, last = shape_of(shape)
        # a session's day by UTC is near enough to the town's for this
        day = second // 86_400 + UNIX_DAY
        if day < asked.today:
            day = _next_day(asked.today, weekdays, last)
        soon = 1.0 - (day - asked.today) / self.queries.weights.soon_days
        return min(said / (length or 1), 1.0), max(0.0, soon)

    def _tiered(self, asked: Asked, counted: Sequence[Counted]) -> Found:
        """Score without looking at every class: those with all the parts, then those without the least, …"""
        base = self._query(asked)
        tiers = sorted(
            product((True, False), repeat=len(counted)),
            key=lambda tier: -sum(one.weight for one, has in zip(counted, tier, strict=True) if has),
        )
        hits, total, skip = list[tuple[float, Address]](), 0, asked.offset
        for tier in tiers:
            wanted = asked.limit - len(hits)
            if wanted <= 0:
                total = count(self.searcher.search(base, 1))
                break
            pairs = list(zip(counted, tier, strict=True))
            clauses = [(Occur.Must if has else Occur.MustNot, one.ways[0][2]) for one, has in pairs]
            query = Query.boolean_query([(Occur.Must, base), *clauses])
            some, found = self._soonest(query, asked.now, wanted, skip)
            total, skip = total + some, max(0, skip - some)
            score = sum(one.weight for one, has in pairs if has)
            hits += [(score, address) for address in found]
        weighed = self._weighed(hits, asked)
        return Found(total, tuple(Hit(start_of(key)[1], -score, self) for score, key in weighed))

    def _soonest(self, query: Query, now: datetime, limit: int, offset: int) -> tuple[int, list[Address]]:
        """What is still to begin, sooner first; then what has begun and can be joined, the latest first."""
        if not self.late:
            result = self.searcher.search(
                query, limit, order_by_field="start", order=Order.Asc, offset=offset
            )
            return count(result), [address for _, address in result.hits]
        begun = Query.boolean_query(
            [
                (Occur.Must, Query.term_query(self.queries.schema, "window", "late", "basic")),
                (Occur.Must, self.queries.range("start", 0, start_key(int(now.timestamp()) + 60, 0))),
            ]
        )
        ahead = Query.boolean_query([(Occur.Must, query), (Occur.MustNot, begun)])
        both = Query.boolean_query([(Occur.Must, query), (Occur.Must, begun)])
        first = self.searcher.search(ahead, limit, order_by_field="start", order=Order.Asc, offset=offset)
        missing, skip = limit - len(first.hits), max(0, offset - count(first))
        rest = self.searcher.search(
            both, max(missing, 1), order_by_field="start", order=Order.Desc, offset=skip
        )
        hits = [*first.hits, *rest.hits[:missing]]
        return count(first) + count(rest), [address for _, address in hits]

    def _sorted(self, by: str, asked: Asked) -> Found:
        """The least first; what only mentions what is to be learnt comes behind what is about it."""
        query, titled = self._query(asked), self.queries.titled(asked.meaning)
        parts = [query] if titled is None else [
            Query.boolean_query([(Occur.Must, query), (occur, titled)])
            for occur in (Occur.Must, Occur.MustNot)
        ]  # fmt: skip
        hits, total, skip = list[Address](), 0, asked.offset
        for part in parts:
            wanted = asked.limit - len(hits)
            result = self.searcher.search(
                part, max(wanted, 1), order_by_field=by, offset=skip, order=Order.Asc
            )
            hits += [address for _, address in result.hits[:wanted]]
            total, skip = total + count(result), max(0, skip - count(result))
        return Found(total, self._hits(hits))

    def _hits(self, addresses: list[Address]) -> tuple[Hit, ...]:
        keys = self.searcher.fast_field_values("start", addresses)
        return tuple(Hit(start_of(int(key or 0))[1], 0.0, self) for key in keys)

    def _nearest(self, asked: Asked, near: Spot) -> Found:
        query = self._query(asked)
        result = self.searcher.search(query, FEW)
        total = count(result)
        if total <= FEW:
            found = self._by_distance(result.hits, near)
        else:
            found = self._outwards(query, near, asked.offset + asked.limit)
        keys = found[asked.offset : asked.offset + asked.limit]
        return Found(total, tuple(Hit(start_of(key)[1], 0.0, self) for key in keys))

    def _outwards(self, query: Query, near: Spot, wanted: int) -> list[int]:
        """Walk from place to place until enough classes are found, in larger and larger rings."""
        found: list[int] = []
        places, most = self.around.places, FIRST_RING
        ring, inside = list[str](), 0
        points = [point for _, point in places.nearest(near)] + ["?"]
        for point in points:
            ring.append(point)
            inside += places.counts.get(point, 0)
            if inside >= most or point == "?":
                here = Query.boolean_query([(Occur.Must, query), (Occur.Must, self.queries.at(ring))])
                found += self._by_distance(self.searcher.search(here, max(inside, 1)).hits, near)
                if len(found) >= wanted:
                    break
                ring, inside, most = [], 0, most * 4
        return found

    def _by_distance(self, hits: list[tuple[Any, Address]], near: Spot) -> list[int]:
        addresses = [address for _, address in hits]
        keys = self.searcher.fast_field_values("start", addresses)
        spots = self.searcher.fast_field_values("spot", addresses)
        away = [
            (float("inf") if spot is None else metres_between(near, spot_of(int(spot))), int(key or 0))
            for key, spot in zip(keys, spots, strict=True)
        ]
        return [key for _, key in sorted(away)]


def said_length(asked: Asked) -> int:
    """Return how many characters of a title were said; of words of which any will do, the longest counts."""
    return sum(max(map(len, word.split("|"))) for word in asked.meaning.words)


def count(result: tantivy.SearchResult) -> int:
    """Return how many fit."""
    # the library's type hints leave `count` out
    return int(getattr(result, "count", 0) or 0)


def _next_day(today: int, weekdays: int, last: int) -> int:
    """Return the first of a week's days from today on; what is over comes last."""
    # the week turned so that today is its lowest bit
    turned = (weekdays | weekdays << 7) >> (today - 1) % 7 & 127
    if not turned:
        return NEVER
    day = today + (turned & -turned).bit_length() - 1
    return day if day <= last else NEVER
