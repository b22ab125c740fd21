"""The read model that outlives its process: kept in a folder, checked and caught up at the next start."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from models.statement import Tx
from services.catalogue import apply_changes, every_record, last_change, mark_of, news_since
from services.search.index import CatalogueIndex
from services.search.kept import Slot, State, take_slot
from services.search.record import CatalogueRecord
from services.town import Catalogue
from services.understanding.lexicon import Lexicon

T = TypeVar("T")
# runs a reading unit and waits for it
Look = Callable[[Callable[[Tx], T]], T]


class Keeper:
    """Writes down, after each change, what the folder holds."""

    def __init__(self, slot: Slot, state: State) -> None:
        self._slot = slot
        self._state = state

    def keep(self, number: int, mark: str, records: Iterable[CatalogueRecord]) -> None:
        """The index holds the changes up to this number."""
        self._slot.add_words(self._state, records, set())
        self._state.number, self._state.mark = number, mark
        self._slot.keep(self._state)

    def close(self) -> None:
        """Let another process have the folder."""
        self._slot.close()


def open_catalogue(
    look: Look[object], zone: ZoneInfo, now: datetime, *, base: Path | None, database: str
) -> Catalogue:
    """Take a kept index up again, or read every class anew; without `base`, or a disk, it lies in memory.

    Each `look` is short, so that nobody waits for a large catalogue; what changes meanwhile comes after
    the number that was read first, and is read again.
    """
    slot = take_slot(base) if base else None
    if slot is None:
        return _read(look, zone, now)
    try:
        catalogue = _reopened(look, slot, database) or _rebuilt(look, slot, database, zone, now)
    except BaseException:
        slot.close()
        raise
    _catch_up(look, catalogue, zone)
    catalogue.index.forget_closed(now)
    return catalogue


def _read(look: Look[object], zone: ZoneInfo, now: datetime) -> Catalogue:
    number = _asked(look, last_change)
    index = CatalogueIndex(Lexicon())
    index.build(every_record(lambda unit: _asked(look, unit), zone, now))
    return Catalogue(index=index, lexicon=index.lexicon, number=number)


def _reopened(look: Look[object], slot: Slot, database: str) -> Catalogue | None:
    state = slot.state(database)
    # a database that was put back from a copy has other changes under the same numbers, or fewer
    if state is None or _asked(look, lambda tx: mark_of(tx, state.number)) != state.mark:
        return None
    try:
        index = CatalogueIndex(Lexicon())
        index.lexicon.grow(slot.words())
        index.open(slot.path / state.folder)
    except (OSError, ValueError, TypeError):
        return None
    return Catalogue(index, index.lexicon, state.number, Keeper(slot, state))


def _rebuilt(look: Look[object], slot: Slot, database: str, zone: ZoneInfo, now: datetime) -> Catalogue:
    state = slot.begin(database)
    number = _asked(look, last_change)
    known: set[str] = set()
    index = CatalogueIndex(Lexicon())

    def pages(unit: Callable[[Tx], list[CatalogueRecord]]) -> list[CatalogueRecord]:
        page = _asked(look, unit)
        slot.add_words(state, page, known)
        return page

    index.build(every_record(pages, zone, now), slot.path / state.folder)
    state.number, state.mark = number, _asked(look, lambda tx: mark_of(tx, number))
    slot.keep(state)
    return Catalogue(index, index.lexicon, number, Keeper(slot, state))


def _catch_up(look: Look[object], catalogue: Catalogue, zone: ZoneInfo) -> None:
    while True:
        before = catalogue.number
        news = _asked(look, lambda tx: news_since(tx, before, zone))  # noqa: B023 (it is run at once)
        if news.number == before:
            return
        apply_changes(catalogue, news.number, news.records, news.removed, news.mark)


def _asked(look: Look[object], unit: Callable[[Tx], T]) -> T:
    # `look` gives back what the unit does; a type checker cannot say so of an argument
    return look(unit)  # type: ignore[return-value]
