"""The catalogue's index: a disposable read model in memory, one in each process."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo

import tantivy

from services.search.query import QueryBuilder
from services.search.record import CatalogueRecord
from services.search.schema import build_schema, document
from services.understanding.lexicon import Lexicon
from services.understanding.meaning import Meaning

WRITER_BYTES = 15_000_000
BLOCK = 30
NEAR_LIMIT = 2_000
EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Hit:
    """One class found, with the score that placed it."""

    offering_id: int
    code: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """How many classes fit, and those asked for, best first."""

    total: int
    hits: tuple[Hit, ...] = ()


class CatalogueIndex:
    """Searches classes by meaning; any thread may search while one builds or applies changes."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._write = threading.Lock()
        self._records: dict[int, CatalogueRecord] = {}
        self._codes: dict[str, int] = {}
        self._next_days: tuple[int, dict[int, int]] = (0, {})
        self._schema = build_schema()
        self._queries = QueryBuilder(self._schema, lexicon)
        self._index = tantivy.Index(self._schema)
        self._searcher = self._index.searcher()

    def __len__(self) -> int:
        return len(self._records)

    def build(self, records: Iterable[CatalogueRecord]) -> None:
        """Replace everything by these classes; searches see the old ones until the new are complete."""
        with self._write:
            # those that start first come first, so that equals are found in that order
            kept = sorted({record.offering_id: record for record in records}.values(), key=_starts)
            index = tantivy.Index(self._schema)
            self._add(index, kept, ())
            self._records = {record.offering_id: record for record in kept}
            self._codes = {record.code.lower(): record.offering_id for record in kept}
            self._index, self._searcher = index, index.searcher()
            self._next_days = (0, {})

    def apply(self, changed: Iterable[CatalogueRecord], removed: Iterable[int] = ()) -> None:
        """Bring some classes up to date and forget others; it is searchable when this returns."""
        with self._write:
            fresh = {record.offering_id: record for record in changed}
            gone = set(removed) - fresh.keys()
            if not fresh and not gone:
                return
            self._add(self._index, fresh.values(), (gone | fresh.keys()) & self._records.keys())
            records, codes = dict(self._records), dict(self._codes)
            for number in gone | fresh.keys():
                old = records.pop(number, None)
                if old is not None and codes.get(old.code.lower()) == number:
                    del codes[old.code.lower()]
            records |= fresh
            codes |= {record.code.lower(): record.offering_id for record in fresh.values()}
            self._records, self._codes, self._searcher = records, codes, self._index.searcher()
            self._next_days = (0, {})

    def _add(self, index: tantivy.Index, records: Iterable[CatalogueRecord], stale: Iterable[int]) -> None:
        # the writer is let go after each change: idle, it would hold its whole heap
        writer = index.writer(WRITER_BYTES, 1)
        for number in stale:
            # by query: deleting by a term leaves documents with an unsigned key in place
            writer.delete_documents_by_query(tantivy.Query.term_query(self._schema, "oid", number))
        for record in records:
            self.lexicon.grow((record,))
            writer.add_document(document(record, self.lexicon))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()

    def get(self, offering_id: int) -> CatalogueRecord | None:
        """Return a class by its number, or None."""
        return self._records.get(offering_id)

    def by_code(self, code: str) -> CatalogueRecord | None:
        """Return a class by its code in any case, or None."""
        number = self._codes.get(code.strip().lower())
        return None if number is None else self._records.get(number)

    def search(
        self,
        meaning: Meaning,
        *,
        now: datetime,
        zone: ZoneInfo,
        limit: int = 5,
        offset: int = 0,
        include_closed: bool = False,
    ) -> Found:
        """Return the classes that fit every condition, best first; `now` is aware UTC, `zone` the town's.

        Without `include_closed` only classes that one can join or wait for at `now` are found.
        """
        searcher, records = self._searcher, self._records
        query = self._queries.query(meaning, now=None if include_closed else now)
        if limit <= 0 or offset < 0:
            return Found(_count(searcher.search(query, 1)))
        today = now.astimezone(zone).date().toordinal()
        if meaning.order == "nearest" and meaning.near:
            return self._nearest(searcher, records, query, meaning.near, limit, offset)
        if meaning.order == "cheapest":
            return _found(searcher, records, query, limit, offset, order="price")
        if meaning.order == "soonest":
            return self._soonest(searcher, records, query, today, limit, offset)
        return self._relevant(searcher, records, query, meaning, today, limit, offset)

    def _relevant(
        self,
        searcher: tantivy.Searcher,
        records: dict[int, CatalogueRecord],
        query: tantivy.Query,
        meaning: Meaning,
        today: int,
        limit: int,
        offset: int,
    ) -> Found:
        wanted = sum(len(word) for word in meaning.words)
        next_days = self._next_days_of(today)
        ranked: list[tuple[float, int, int, int, int]] = []
        total = 0
        # equals are put in order within fixed blocks, so that pages never overlap
        for block in range(offset // BLOCK, (offset + limit - 1) // BLOCK + 1):
            result = searcher.search(query, BLOCK, offset=block * BLOCK)
            total = _count(result)
            numbers = searcher.fast_field_values("oid", [address for _, address in result.hits])
            keys: list[tuple[float, int, int, int, int]] = []
            # only what is shown becomes a hit: of a block of fifty that is a page
            for at, ((score, _), found) in enumerate(zip(result.hits, numbers, strict=True)):
                number = -1 if found is None else int(found)
                record = records.get(number)
                if record is None:
                    continue
                close = round(min(wanted / (len(record.title) or 1), 1.0) * 4) if wanted else 0
                day = next_days.get(number)
                if day is None:
                    day = next_days[number] = _next_day(record, today)
                keys.append((-round(float(score), 3), -close, day, at, number))
            keys.sort()
            ranked += keys
        start = offset - offset // BLOCK * BLOCK
        hits = tuple(
            Hit(number, records[number].code, -score)
            for score, _, _, _, number in ranked[start : start + limit]
        )
        return Found(total, hits)

    def _next_days_of(self, today: int) -> dict[int, int]:
        """The next session's day by class, filled as it is asked for, until the day or a class changes."""
        day, found = self._next_days
        if day != today:
            found = {}
            self._next_days = today, found
        return found

    def _soonest(
        self,
        searcher: tantivy.Searcher,
        records: dict[int, CatalogueRecord],
        query: tantivy.Query,
        today: int,
        limit: int,
        offset: int,
    ) -> Found:
        found = _found(searcher, records, query, NEAR_LIMIT, 0, order="start")
        hits = sorted(found.hits, key=lambda hit: _next_day(records[hit.offering_id], today))
        return Found(found.total, tuple(hits[offset : offset + limit]))

    def _nearest(
        self,
        searcher: tantivy.Searcher,
        records: dict[int, CatalogueRecord],
        query: tantivy.Query,
        near: tuple[float, float],
        limit: int,
        offset: int,
    ) -> Found:
        found = _found(searcher, records, query, NEAR_LIMIT, 0)
        hits = sorted(found.hits, key=lambda hit: distance_km(records[hit.offering_id], near))
        return Found(found.total, tuple(hits[offset : offset + limit]))


def _found(
    searcher: tantivy.Searcher,
    records: dict[int, CatalogueRecord],
    query: tantivy.Query,
    limit: int,
    offset: int,
    order: str | None = None,
) -> Found:
    direction = tantivy.Order.Asc if order else tantivy.Order.Desc
    result = searcher.search(query, limit, order_by_field=order, offset=offset, order=direction)
    numbers = searcher.fast_field_values("oid", [address for _, address in result.hits])
    hits = tuple(
        Hit(int(number), records[int(number)].code, 0.0 if order else round(float(score), 3))
        for (score, _), number in zip(result.hits, numbers, strict=True)
        if number is not None and int(number) in records
    )
    return Found(_count(result), hits)


def _count(result: tantivy.SearchResult) -> int:
    # the library's type hints leave `count` out
    return int(getattr(result, "count", 0) or 0)


def _starts(record: CatalogueRecord) -> float:
    return float("inf") if record.first_start is None else record.first_start.timestamp()


def _next_day(record: CatalogueRecord, today: int) -> int:
    """Return the day of the first session still to come; what is over comes last."""
    at = bisect_left(record.dates, today)
    return record.dates[at] if at < len(record.dates) else 2**31


def distance_km(record: CatalogueRecord, near: tuple[float, float]) -> float:
    """Return the distance to a class in kilometres along the globe; infinite when its place is not known."""
    if record.latitude is None or record.longitude is None:
        return float("inf")
    lat, lon = radians(near[0]), radians(near[1])
    to_lat, to_lon = radians(record.latitude), radians(record.longitude)
    half = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))
