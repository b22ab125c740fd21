"""The order of what is found, and that it can be told why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.search.explain import explain
from services.search.found import Asked
from services.search.index import CatalogueIndex, Found
from services.search.places import metres_between
from services.search.view import BLOCK
from services.understanding import Meaning
from services.understanding.lexicon import Lexicon
from services.understanding.normalise import keyed
from tests.services.search.catalogue import NOW, TODAY, ZONE, records, town
from tests.services.understanding.test_meaning import MEANINGS

HERE = (36.05, 114.31)


def search(meaning: Meaning, limit: int = 200, offset: int = 0, index: CatalogueIndex | None = None) -> Found:
    return (index or town()).search(meaning, now=NOW, zone=ZONE, limit=limit, offset=offset)


def ids(found: Found) -> set[int]:
    return {hit.offering_id for hit in found.hits}


def titles(found: Found) -> list[str]:
    return [record.title for hit in found.hits if (record := town().get(hit.offering_id))]


@settings(deadline=None, max_examples=200)
@given(MEANINGS, st.data())
def test_a_wish_that_is_no_must_never_shrinks_the_result(meaning: Meaning, data: st.DataObject) -> None:
    hard = [part for part in meaning.parts() if part not in meaning.soft]
    if not hard:
        return
    part = data.draw(st.sampled_from(hard))
    wish = replace(meaning, soft=meaning.soft | {part})
    assert ids(search(meaning)) <= ids(search(wish))
    assert ids(search(wish)) == ids(search(meaning.without(part)))


@settings(deadline=None, max_examples=200)
@given(MEANINGS)
def test_what_is_excluded_is_never_found(meaning: Meaning) -> None:
    word = "舞蹈"
    meaning = replace(meaning, excluded=(word,), soft=frozenset())
    lexicon = town().lexicon
    for title in titles(search(meaning)):
        direct = lexicon.topics_in(keyed(title))
        assert word not in title
        assert word not in {*direct, *(wide for topic in direct for wide in lexicon.wider(topic))}


@settings(deadline=None, max_examples=150)
@given(MEANINGS, st.integers(1, 40))
def test_pages_never_overlap_and_together_are_the_whole(meaning: Meaning, size: int) -> None:
    whole = search(meaning)
    assert whole.total == len(whole.hits) == len(ids(whole))
    pages = [search(meaning, size, at) for at in range(0, whole.total + 1, size)]
    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert {page.total for page in pages} == {whole.total}


def test_the_order_does_not_depend_on_how_the_index_came_to_be() -> None:
    shuffled, grown = (CatalogueIndex(Lexicon()) for _ in range(2))
    mixed = Random(5).sample(records(), len(records()))
    shuffled.build(mixed)
    for at in range(0, len(mixed), 9):
        grown.apply(mixed[at : at + 9])
    for wish in (Meaning(), Meaning(words=("琴",)), Meaning(weekdays=frozenset({5, 6}), order="cheapest"),
                 Meaning(free=True, order="soonest"), Meaning(near=HERE, order="nearest")):  # fmt: skip
        assert search(wish).hits == search(wish, index=shuffled).hits == search(wish, index=grown).hits


# what is meant, and the class that must come first
FIRST = [
    (Meaning(words=("手机",), soft=frozenset({"hours"}), hours=(1080, 1440)), "手机短视频剪辑"),
    (Meaning(words=("手机",), soft=frozenset({"weekdays"}), weekdays=frozenset({0})), "智能手机入门"),
    (Meaning(words=("瑜伽",), audience=("上班族",), soft=frozenset({"audience:上班族"})), "晚间瑜伽"),
    (Meaning(words=("太极拳",), level="提高"), "太极拳提高班"),
    (Meaning(words=("书法", "硬笔"), soft=frozenset({"word:硬笔"})), "硬笔书法"),
    (Meaning(words=("智能手机",), level="零基础"), "智能手机入门"),
    (Meaning(words=("声乐",)), "声乐一年级"),
]


@pytest.mark.parametrize(("meaning", "title"), FIRST, ids=[row[0].say() for row in FIRST])
def test_what_fits_best_comes_first(meaning: Meaning, title: str) -> None:
    assert titles(search(meaning))[0] == title


def test_a_class_made_for_the_asker_comes_before_one_for_everybody() -> None:
    base = replace(records()[0], title="合唱")
    index = CatalogueIndex(Lexicon())
    index.build(
        [
            replace(base, offering_id=1, code="A1", audience=("居民",)),
            replace(base, offering_id=2, code="A2", audience=("老年人",)),
            replace(base, offering_id=3, code="A3", audience=()),
        ]
    )
    found = search(Meaning(words=("合唱",), audience=("老年人",)), index=index)
    assert [hit.code for hit in found.hits] == ["A2", "A1", "A3"]


def test_only_classes_within_the_distance_are_found_and_exactly_those() -> None:
    for metres in (0, 1_000, 4_000, 6_000, 40_000):
        wanted = {
            record.offering_id
            for record in records()
            if record.latitude is not None
            and record.longitude is not None
            and metres_between(HERE, (record.latitude, record.longitude)) <= metres
        }
        assert ids(search(Meaning(near=HERE, within=metres))) == wanted
    near = Meaning(near=HERE)
    assert search(near).total == len(records())


def test_classes_are_found_by_the_day_of_their_first_session() -> None:
    first, last = TODAY.toordinal() + 5, TODAY.toordinal() + 8
    wanted = {record.offering_id for record in records() if first <= record.dates[0] <= last}
    assert wanted and ids(search(Meaning(starts=(first, last)))) == wanted


def test_what_has_begun_and_is_still_open_comes_after_what_begins() -> None:
    base = replace(records()[0], enrol_closes=None)
    begun = replace(base, offering_id=900, code="OLD", first_start=NOW.replace(day=3))
    index = CatalogueIndex(Lexicon())
    index.build([begun, base])
    for at, code in ((0, "DG001"), (1, "OLD")):
        page = search(Meaning(order="soonest"), 1, at, index)
        assert (page.total, [hit.code for hit in page.hits]) == (2, [code])
    assert search(Meaning(order="soonest"), 1, 2, index).hits == ()


def _places() -> Iterator[tuple[int, tuple[float, float]]]:
    random = Random(1)
    for number in range(1, 700):
        yield number, (36 + random.randrange(40) / 100, 114 + random.randrange(40) / 100)


def test_among_very_many_the_nearest_come_first_too() -> None:
    # more than are put in order at once: they are walked outwards from place to place
    base = replace(records()[0], title="合唱", description="")
    index = CatalogueIndex(Lexicon())
    spots = dict(_places())
    index.build(
        replace(base, offering_id=number, code=f"P{number}", latitude=spot[0], longitude=spot[1])
        for number, spot in spots.items()
    )
    found = search(Meaning(words=("合唱",), near=HERE, order="nearest"), 150, index=index)
    assert found.total == len(spots)
    away = [round(metres_between(HERE, spots[hit.offering_id]), 3) for hit in found.hits]
    assert away == sorted(away)
    assert away[-1] <= sorted(metres_between(HERE, spot) for spot in spots.values())[149] + 0.2


@settings(deadline=None, max_examples=150)
@given(MEANINGS, st.booleans())
def test_a_score_is_the_sum_of_its_lines(meaning: Meaning, include_closed: bool) -> None:
    asked = Asked.of(meaning, NOW, ZONE, BLOCK, 0, include_closed)
    for hit in town().view.search(asked).hits[:5]:
        lines = explain(town().view, asked, hit.offering_id)
        assert all(line.label for line in lines)
        if hit.score:
            assert sum(line.points for line in lines) == pytest.approx(hit.score, abs=0.002)


def test_nothing_is_explained_of_a_class_that_is_not_there() -> None:
    asked = Asked.of(Meaning(words=("书法",)), NOW, ZONE, 5, 0, include_closed=False)
    assert explain(town().view, asked, 987_654) == ()
