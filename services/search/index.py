"""The catalogue's index: a disposable read model of each process, in memory or in a folder."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import tantivy

from services.search.found import Asked, Found, Hit
from services.search.query import QueryBuilder
from services.search.record import CatalogueRecord
from services.search.remembered import Remembered
from services.search.schema import build_schema, document
from services.search.view import View
from services.understanding.lexicon import Lexicon
from services.understanding.meaning import Meaning

__all__ = ["CatalogueIndex", "Found", "Hit"]

# the library's least; more is only used, and only for the time, while everything is built
WRITER_BYTES = 15_000_000
BUILDER_BYTES = 60_000_000


class CatalogueIndex:
    """Searches classes by meaning; any thread may search while one builds or applies changes."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._write = threading.Lock()
        self._schema = build_schema()
        self._queries = QueryBuilder(self._schema, lexicon)
        self._index = tantivy.Index(self._schema)
        self.view = self._viewed()
        self._remembered = Remembered(self.view)

    def __len__(self) -> int:
        return len(self.view)

    def build(self, records: Iterable[CatalogueRecord], folder: Path | None = None) -> None:
        """Replace everything by these classes, in memory or in an empty folder.

        Searches see the old ones until the new are complete.
        """
        with self._write:
            index = tantivy.Index(self._schema, path=str(folder) if folder else None)
            self._add(index, records, (), BUILDER_BYTES)
            self._index = index
            self.view = self._viewed()

    def open(self, folder: Path) -> None:
        """Search what was built in a folder by this very program. Raises ValueError or OSError."""
        with self._write:
            self._index = tantivy.Index(self._schema, path=str(folder), reuse=True)
            self._index.reload()
            self.view = self._viewed()

    def apply(self, changed: Iterable[CatalogueRecord], removed: Iterable[int] = ()) -> None:
        """Bring some classes up to date and forget others; it is searchable when this returns."""
        with self._write:
            fresh = {record.offering_id: record for record in changed}
            stale = set(removed) | fresh.keys()
            if not stale:
                return
            oid = [tantivy.Query.term_query(self._schema, "oid", number) for number in stale]
            self._add(self._index, fresh.values(), oid, WRITER_BYTES)
            self.view = self._viewed()

    def forget_closed(self, now: datetime) -> None:
        """Forget the classes that closed before `now`, which nobody can join any more."""
        with self._write:
            over = self._queries.range("closes", 0, int(now.timestamp()))
            if self.view.searcher.search(over, 1).hits:
                self._add(self._index, (), [over], WRITER_BYTES)
                self.view = self._viewed()

    def _add(
        self,
        index: tantivy.Index,
        records: Iterable[CatalogueRecord],
        stale: Iterable[tantivy.Query],
        heap: int,
    ) -> None:
        # the writer is let go after each change: idle, it would hold its whole heap
        writer = index.writer(heap, 1)
        for query in stale:
            # by query: deleting by a term leaves documents with an unsigned key in place
            writer.delete_documents_by_query(query)
        grow = self.lexicon.grow
        for record in records:
            grow((record,))
            writer.add_document(document(record, self.lexicon))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()

    def _viewed(self) -> View:
        return View(self._index.searcher(), self._queries)

    def get(self, offering_id: int) -> CatalogueRecord | None:
        """Return a class by its number, or None."""
        return self.view.get(offering_id)

    def by_code(self, code: str) -> CatalogueRecord | None:
        """Return a class by its code in any case, or None."""
        return self.view.by_code(code)

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

        Without `include_closed` only classes that one can join or wait for at `now` are found. Free seats
        are no part of the index: `services.search.seats` asks the table for them.
        """
        return self.view.search(Asked.of(meaning, now, zone, limit, offset, include_closed))

    def recall(
        self, meaning: Meaning, *, now: datetime, zone: ZoneInfo, limit: int = 5, offset: int = 0
    ) -> Found:
        """Return what `search` finds, for a wish of many from memory."""
        view, remembered = self.view, self._remembered
        if remembered.view is not view:
            remembered = self._remembered = Remembered(view)
        return remembered.search(Asked.of(meaning, now, zone, limit, offset, False))
