"""Any text whatever is understood, searched and answered in bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.search.alternatives import alternatives
from services.understanding import Meaning, understand
from tests.services.search.catalogue import NOW, TODAY, ZONE, town

# generous for a busy machine; in quiet each takes a few milliseconds
BOUND = 0.5
HARD = "書书法周末免费不要除了最好是离我近的一二三四五六七八九十0123456789abz-:：、，。 元块点号月日‮‏​😀🧓"


def answer(text: str) -> Meaning:
    """Everything that a typed text goes through, down to the offers when nothing fits."""
    meaning = understand(text, today=TODAY, now_minute=0, lexicon=town().lexicon)
    found = town().search(meaning, now=NOW, zone=ZONE)
    assert found.total >= len(found.hits)
    if not found.total:
        for other in alternatives(town(), meaning, now=NOW, zone=ZONE):
            assert other.found.total >= len(other.found.hits) > 0
    return meaning


LONG = [
    "书" * 10_000, "学" + "太极拳、" * 2_500, "9" * 500, "9" * 10_000, "‮书法‏" * 2_000, "‏" * 10_000,
    "😀" * 10_000, "👩‍🦽" * 3_000, "shufa" * 2_000, "a" * 10_000, "a b " * 2_500, "一" * 10_000,
    "周末免费" * 2_500,
    "不要" * 5_000, "12月5号" * 2_000, "东关街道" * 2_500, "\0" * 10_000, "ﷺ" * 10_000, "書灋" * 5_000,
    "（" * 10_000, "DG001 " * 1_600, "最好是晚上" * 2_000, "除了周三" * 2_500, "离我近" * 3_000,
    "舞" * 20 + " " + "琴 " * 4_000, "zhang" * 12, "xi'an " * 1_500, "% _ ' \" ; -- \\" * 700,
]  # fmt: skip


@pytest.mark.parametrize("text", LONG, ids=lambda text: ascii(text[:4]))
def test_a_very_long_text_is_answered_in_bounded_time(text: str) -> None:
    answer("書")
    took = []
    # a machine that pauses once is no fault
    for _ in range(3):
        began = time.perf_counter()
        answer(text)
        took.append(time.perf_counter() - began)
    assert min(took) < BOUND


@settings(deadline=2000, max_examples=200)
@given(st.text(max_size=400) | st.text(alphabet=HARD, max_size=300))
def test_any_text_is_answered(text: str) -> None:
    answer(text)


WILD = st.builds(
    Meaning,
    words=st.lists(st.text(max_size=60), max_size=6).map(tuple),
    place=st.lists(st.text(max_size=60), max_size=3).map(tuple),
    excluded=st.lists(st.text(max_size=60), max_size=3).map(tuple),
    dates=st.none() | st.tuples(st.integers(1, 3_652_059), st.integers(1, 3_652_059)),
    starts=st.none() | st.tuples(st.integers(1, 3_652_059), st.integers(1, 3_652_059)),
    hours=st.none() | st.tuples(st.integers(0, 1440), st.integers(0, 1440)),
    weekdays=st.frozensets(st.integers(0, 6)),
    fee_min=st.none() | st.integers(0, 10**12),
    fee_max=st.none() | st.integers(0, 10**12),
    age=st.none() | st.integers(0, 150),
    near=st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    within=st.none() | st.integers(0, 10**9),
    level=st.none() | st.text(min_size=1, max_size=10),
    code=st.none() | st.text(min_size=1, max_size=80),
    order=st.sampled_from(["relevance", "soonest", "cheapest", "nearest"]),
)


@settings(deadline=2000, max_examples=200)
@given(WILD, st.data())
def test_any_meaning_is_searched(meaning: Meaning, data: st.DataObject) -> None:
    # as a stored dialogue may hold one
    parts = meaning.parts()
    soft = data.draw(st.frozensets(st.sampled_from(parts), max_size=3)) if parts else frozenset()
    meaning = Meaning(**{name: getattr(meaning, name) for name in meaning.__slots__} | {"soft": soft})
    found = town().search(meaning, now=NOW, zone=ZONE)
    assert found.total >= len(found.hits)
    alternatives(town(), meaning, now=NOW, zone=ZONE)
