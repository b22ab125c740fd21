"""What is remembered of the index is what it would find: whenever, and whatever changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.search import remembered
from services.search.index import CatalogueIndex, Found
from services.search.record import CatalogueRecord
from services.search.remembered import Remembered
from services.understanding import Meaning
from services.understanding.lexicon import Lexicon
from tests.services.search.catalogue import NOW, TODAY, ZONE, records
from tests.services.understanding.test_meaning import MEANINGS

# every third opens at another minute of this noon, every fourth closes, every fifth goes on after it began
OPENING = {n: NOW + timedelta(minutes=n) for n in range(0, 90, 3)}
CLOSING = {n: NOW + timedelta(minutes=n + 1) for n in range(0, 90, 4)}
MOMENTS = st.sampled_from(
    [NOW + timedelta(seconds=s) for s in (0, 59, 60, 61, 179, 180, 181, 300, 3600, 7200, 40_000, 90_000)]
)


def windows() -> list[CatalogueRecord]:
    return [
        replace(record, enrol_opens=OPENING.get(number), enrol_closes=CLOSING.get(number, record.first_start))
        for number, record in enumerate(records())
    ]


def late() -> list[CatalogueRecord]:
    """Every other has begun at one of these minutes or will, and can be joined for days."""
    return [
        replace(
            record,
            first_start=NOW + timedelta(minutes=number // 2),
            enrol_closes=NOW + timedelta(days=3) if number % 2 else None,
        )
        for number, record in enumerate(records())
    ]


@cache
def town() -> CatalogueIndex:
    index = CatalogueIndex(Lexicon())
    index.build([*windows()[:40], *late()[40:]])
    return index


def searched(index: CatalogueIndex, meaning: Meaning, now: datetime, offset: int = 0) -> Found:
    return index.search(meaning, now=now, zone=ZONE, offset=offset)


def recalled(index: CatalogueIndex, meaning: Meaning, now: datetime, offset: int = 0) -> Found:
    return index.recall(meaning, now=now, zone=ZONE, offset=offset)


@settings(max_examples=300, deadline=None)
@given(MEANINGS, st.lists(st.tuples(MOMENTS, st.sampled_from([0, 5])), min_size=2, max_size=6))
def test_it_is_what_the_index_would_find(meaning: Meaning, asked: list[tuple[datetime, int]]) -> None:
    for now, offset in asked:
        assert recalled(town(), meaning, now, offset) == searched(town(), meaning, now, offset)


# three days on is the first with classes
THESE_DAYS = Meaning(dates=(TODAY.toordinal() + 3, TODAY.toordinal() + 5))


@pytest.mark.parametrize("minute", [*range(12), 3 * 1440 + 180, 3 * 1440 + 420])
@pytest.mark.parametrize("meaning", [Meaning(), THESE_DAYS], ids=["all", "these days"])
@pytest.mark.parametrize("some", [windows(), late(), records()], ids=["windows", "late", "plain"])
def test_what_opens_closes_or_begins_does_so_in_its_second(
    minute: int, meaning: Meaning, some: list[CatalogueRecord]
) -> None:
    index = CatalogueIndex(Lexicon())
    index.build(some)
    for seconds in (60 * minute - 1, 60 * minute, 60 * minute + 60):
        now = NOW + timedelta(seconds=seconds)
        assert recalled(index, meaning, now) == searched(index, meaning, now)


def test_what_changed_is_found_at_once() -> None:
    index = CatalogueIndex(Lexicon())
    index.build(records())
    wish = Meaning(words=("书法",))
    before = recalled(index, wish, NOW)
    assert recalled(index, wish, NOW) == before
    index.apply([], [before.hits[0].offering_id])
    assert recalled(index, wish, NOW).total == before.total - 1


class Counting:
    """A view that counts how often it was asked."""

    def __init__(self, index: CatalogueIndex) -> None:
        self._view, self.times = index.view, 0
        self.late, self.searcher, self.queries = self._view.late, self._view.searcher, self._view.queries

    def search(self, asked: object) -> Found:
        self.times += 1
        return self._view.search(asked)


def test_many_who_ask_the_same_are_one_search_and_where_somebody_is_is_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = CatalogueIndex(Lexicon())
    index.build(records())
    view = Counting(index)
    index._remembered = Remembered(view)
    monkeypatch.setattr(index, "view", view)
    for minute in range(20):
        recalled(index, Meaning(words=("书法",)), NOW + timedelta(minutes=minute))
    assert view.times == 1
    near = Meaning(words=("书法",), near=(36.1, 114.3))
    recalled(index, near, NOW)
    recalled(index, near, NOW)
    assert view.times == 3
    monkeypatch.setattr(remembered, "MOST_PAGES", 5)
    for number in range(50):
        recalled(index, Meaning(words=(f"课{number}",)), NOW)
    assert len(index._remembered._pages) <= 5


def test_what_was_asked_goes_with_the_day() -> None:
    index = CatalogueIndex(Lexicon())
    index.build(records())
    recalled(index, Meaning(words=("李老师",)), NOW)
    recalled(index, Meaning(words=("书法",)), NOW + timedelta(days=1))
    kept = [key[0].words for key in index._remembered._pages if isinstance(key, tuple)]
    assert kept == [("书法",)]
