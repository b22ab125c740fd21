"""Words that sound like an act that cannot be taken back, and are none."""

from __future__ import annotations

import pytest

from handlers.drawing import _PUT_OFF, LEAST_DIGITS
from handlers.family_asked import _END

ENDS = [
    ("别让她替我报了", True),
    ("别让女儿给我报名了", True),
    ("不要再帮我报名", True),
    ("不想去了，帮我退了", False),
    ("不用了帮我报太极", False),
    ("不要给我打电话", False),
]
PUBLIC = [
    ("2026年12月8日双色球 03 11 17", True),
    ("今晚9点开奖以后再抽", False),
    ("2", False),
    ("1号再抽", False),
]


@pytest.mark.parametrize(("said", "ends"), ENDS)
def test_only_who_says_so_ends_anothers_acting(said: str, ends: bool) -> None:
    assert bool(_END.search(said)) is ends


@pytest.mark.parametrize(("said", "value"), PUBLIC)
def test_a_word_of_waiting_is_no_public_value(said: str, value: bool) -> None:
    enough = sum(one.isdigit() for one in said) >= LEAST_DIGITS
    assert (enough and not _PUT_OFF.search(said)) is value
