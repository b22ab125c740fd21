"""Fees and distances in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.phrases.distance import haversine_m, say_distance
from services.phrases.money import say_fee


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (None, "费用请咨询学校", "fee: please ask the school"),
        (0, "免费", "free"),
        (5000, "50元", "¥50"),
        (1250, "12.5元", "¥12.50"),
        (1255, "12.55元", "¥12.55"),
        (1205, "12.05元", "¥12.05"),
        (50, "0.5元", "¥0.50"),
        (120000, "1200元", "¥1,200"),
    ],
)
def test_a_fee(fen, zh, en):
    assert say_fee(fen, "zh") == zh
    assert say_fee(fen, "en") == en


def test_a_fee_below_zero_is_a_mistake():
    with pytest.raises(ValueError, match="below zero"):
        say_fee(-1, "zh")


@given(st.integers(1, 10**9))
def test_a_fee_in_words_is_the_fee(fen):
    assert round(float(say_fee(fen, "zh").removesuffix("元")) * 100) == fen
    assert round(float(say_fee(fen, "en").removeprefix("¥").replace(",", "")) * 100) == fen


@pytest.mark.parametrize(
    ("metres", "zh", "en"),
    [
        (0, "走路约1分钟", "about 1 min on foot"),
        (360, "走路约8分钟", "about 8 min on foot"),
        (480, "走路约15分钟", "about 15 min on foot"),
        (1000, "走路约25分钟", "about 25 min on foot"),
        (1499, "约1.5公里", "about 1.5 km"),
        (3000, "约3公里", "about 3 km"),
        (9960, "约10公里", "about 10 km"),
        (12345, "约12公里", "about 12 km"),
    ],
)
def test_a_distance(metres, zh, en):
    assert say_distance(metres, "zh") == zh
    assert say_distance(metres, "en") == en


def test_the_way_from_peking_to_shanghai():
    assert haversine_m(39.9042, 116.4074, 31.2304, 121.4737) == pytest.approx(1_067_000, rel=0.002)


places = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(places, places)
def test_a_way_is_as_long_as_the_way_back(here, there):
    way = haversine_m(*here, *there)
    assert way == pytest.approx(haversine_m(*there, *here), abs=1e-3)
    assert 0 <= way <= 20_015_200
