"""A free seat as a condition: read from the table, in blocks, whatever the index holds."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from models.catalogue import offering
from models.store import Store, look_now, work_now
from services.catalogue import load_catalogue
from services.classes import some_classes
from services.search import seats
from services.search.alternatives import alternatives
from services.search.index import Found
from services.town import Town
from services.understanding import Meaning
from tests.town import ZONE


def full(store: Store, *codes: str) -> None:
    """Let nobody else into these classes; no change is numbered, for the index knows no seats."""
    taken = update(offering).where(offering.c.code.in_(codes)).values(taken=1, capacity=1)
    work_now(store, lambda tx: tx.core(taken))


def find(store: Store, town: Town, meaning: Meaning, limit: int = 5, offset: int = 0) -> Found:
    index, now = town.catalogue.index, town.now()
    return look_now(
        store,
        lambda tx: seats.find(tx, index, meaning, now=now, zone=ZONE, limit=limit, offset=offset),
    )


def codes(found: Found) -> list[str]:
    return [hit.code for hit in found.hits]


def test_a_full_class_is_found_unless_a_free_seat_is_a_must(store: Store, town: Town) -> None:
    full(store, "SF01")
    assert codes(find(store, town, Meaning(words=("书法",)))) == ["SF01"]
    assert find(store, town, Meaning(words=("书法",), seats=True)) == Found(0)
    wish = Meaning(words=("书法",), seats=True, soft=frozenset({"seats"}))
    assert codes(find(store, town, wish)) == ["SF01"]


def test_a_class_without_a_limit_always_has_a_seat(store: Store, town: Town) -> None:
    full(store, "SF01", "TJ01", "SJ01", "HG01")
    found = find(store, town, Meaning(seats=True))
    assert (found.total, codes(found)) == (1, ["DG01"])


def test_pages_of_free_classes_never_overlap(store: Store, town: Town) -> None:
    whole = find(store, town, Meaning(seats=True), limit=100)
    full(store, codes(whole)[1])
    left = [code for at, code in enumerate(codes(whole)) if at != 1]
    pages = [find(store, town, Meaning(seats=True), 2, at) for at in range(0, 6, 2)]
    assert [code for page in pages for code in codes(page)] == left
    assert {page.total for page in pages} == {4}


def test_many_full_classes_are_walked_in_blocks(
    store: Store, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(store, "SF01", "TJ01", "SJ01")
    whole = find(store, town, Meaning(seats=True), limit=100)
    monkeypatch.setattr(seats, "BLOCK", 2)
    assert find(store, town, Meaning(seats=True), limit=100) == whole
    monkeypatch.setattr(seats, "MOST_WALKED", 2)
    found = find(store, town, Meaning(seats=True), limit=1)
    assert codes(found) == codes(whole)[:1] and found.total >= whole.total


def test_seats_can_be_the_condition_that_shuts_everything_out(store: Store, town: Town) -> None:
    full(store, "SF01")
    wish = Meaning(words=("书法",), seats=True)
    index, now = town.catalogue.index, town.now()
    first, _ = look_now(store, lambda tx: alternatives(index, wish, now=now, zone=ZONE, tx=tx))
    assert first.relaxed == "seats" and codes(first.found) == ["SF01"]


def test_on_a_page_a_free_seat_weighs_too(store: Store, town: Town) -> None:
    meaning = Meaning(words=("新城",), soft=frozenset({"word:新城"}), free=True, age=60)
    found = find(store, town, meaning)
    before = codes(found)
    full(store, before[0])
    now = town.now()
    rows = look_now(store, lambda tx: some_classes(tx, [hit.offering_id for hit in found.hits], now))
    assert [row.code for row in rows] == before
    after = [row.code for row in seats.seats_first(rows, found, meaning)]
    assert after[-1] == before[0] and sorted(after) == sorted(before)
    cheapest = Meaning(order="cheapest")
    assert seats.seats_first(rows, find(store, town, cheapest), cheapest) == rows


def test_closed_pages_are_read_in_one_transaction(store: Store, town: Town) -> None:
    catalogue = look_now(store, lambda tx: load_catalogue(tx, ZONE, town.now()))
    assert len(catalogue.index) == len(town.catalogue.index) == 5
