"""The meaning as a value: merging, dropping, storing; and any text whatever."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.understanding import Meaning, understand
from tests.services.search.catalogue import TODAY, town

WORDS = st.sampled_from(["书法", "舞蹈", "瑜伽", "手机", "乐器", "琴", "shufa", "滑雪"])
MEANINGS = st.builds(
    Meaning,
    words=st.lists(WORDS, max_size=2, unique=True).map(tuple),
    category=st.sampled_from([None, "arts", "sport"]),
    dates=st.sampled_from(
        [None, (TODAY.toordinal() + 4, TODAY.toordinal() + 5), (TODAY.toordinal(), TODAY.toordinal() + 30)]
    ),
    weekdays=st.sampled_from([frozenset(), frozenset({5, 6}), frozenset({1})]),
    hours=st.sampled_from([None, (0, 720), (1080, 1440)]),
    fee_max=st.sampled_from([None, 0, 5000]),
    free=st.booleans(),
    place=st.sampled_from([(), ("东关",), ("图书馆",)]),
    near=st.sampled_from([None, (36.1, 114.3)]),
    online=st.sampled_from([None, True, False]),
    audience=st.sampled_from([(), ("老年人",), ("儿童",)]),
    age=st.sampled_from([None, 8, 65]),
    level=st.sampled_from([None, "零基础", "提高"]),
    code=st.sampled_from([None, None, "DG001"]),
    order=st.sampled_from(["relevance", "soonest", "cheapest", "nearest"]),
    excluded=st.sampled_from([(), ("广场舞",)]),
    starts=st.sampled_from([None, (TODAY.toordinal(), TODAY.toordinal() + 14)]),
    seats=st.booleans(),
).flatmap(
    lambda meaning: st.sets(st.sampled_from(meaning.parts() or ("",)), max_size=2).map(
        lambda soft: replace(meaning, soft=frozenset(soft) & frozenset(meaning.parts()))
    )
)


@given(MEANINGS)
def test_merging_with_itself_changes_nothing(meaning: Meaning) -> None:
    assert meaning.merge(meaning) == meaning


@given(MEANINGS)
def test_it_survives_being_stored(meaning: Meaning) -> None:
    assert Meaning.from_json(meaning.to_json()) == meaning


@given(MEANINGS)
def test_each_part_can_be_dropped_and_named(meaning: Meaning) -> None:
    for part in meaning.parts():
        assert part not in meaning.without(part).parts()
        assert meaning.label(part) and meaning.label(part, "en")
    assert meaning.without("nonsense") == meaning


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"v":2}',
        '{"v":1,"words":"书法"}',
        '{"v":1,"weekdays":[9]}',
        '{"v":1,"near":[1]}',
        '{"v":1,"order":"best"}',
        '{"v":1,"fee_max":"5"}',
        '{"v":1,"free":1}',
        "[" * 100_000,
    ],
)
def test_what_is_no_meaning_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Meaning.from_json(text)


def test_unknown_keys_are_ignored() -> None:
    assert Meaning.from_json('{"v":1,"words":["书法"],"mood":"gay"}') == Meaning(words=("书法",))


@settings(deadline=None, max_examples=300)
@given(
    st.text(max_size=300)
    | st.text(alphabet="我想学书法周末一二三四五六七八九十点半元免费的0123456789-:、", max_size=200)
)
def test_any_text_has_a_meaning(text: str) -> None:
    meaning = understand(text, today=TODAY, now_minute=0, lexicon=town().lexicon)
    assert Meaning.from_json(meaning.to_json()) == meaning
    meaning.say()
    meaning.say("en")


@pytest.mark.parametrize(
    "text",
    [
        "书" * 10_000,
        "周一" * 5_000,
        "9" * 10_000,
        "一" * 10_000,
        "shufa" * 2_000,
        "😀" * 10_000,
        "‮书法" * 3_000,
        "a b " * 2_500,
        "12月" * 3_000,
        "十点到" * 3_000,
        "書" * 10_000,
        "\0" * 10_000,
        "ﷺ" * 10_000,
    ],
    ids=lambda text: text[:5],
)
def test_a_very_long_text_is_read_in_bounded_time(text: str) -> None:
    lexicon = town().lexicon
    understand("書", today=TODAY, now_minute=0, lexicon=lexicon)
    started = time.perf_counter()
    understand(text, today=TODAY, now_minute=0, lexicon=lexicon)
    assert time.perf_counter() - started < 0.25
