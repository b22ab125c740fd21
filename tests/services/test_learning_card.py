"""The learning card: its figures, and that the picture really shows Chinese."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import card_picture
from services.learning_card import Figures, longest_streak
from services.texts import texts_of

PIL = pytest.importorskip("PIL.Image")
MONDAY = date(2026, 11, 30)
STREAKS = [
    ([], 0),
    ([0], 1),
    ([0, 6], 1),  # Monday and Sunday of one week
    ([6, 7], 2),  # Sunday, and Monday of the next
    ([0, 7, 14, 28, 35], 3),
    ([35, 0, 28], 2),
]
FOUND = Figures(
    2026, "王秀兰", 4250, 250, 3, 21, 9, (("arts", 2600), ("sport", 1250), ("science", 400)), MONDAY
)


@pytest.mark.parametrize(("days", "weeks"), STREAKS)
def test_weeks_in_a_row(days: list[int], weeks: int) -> None:
    assert longest_streak(MONDAY + timedelta(days=n) for n in days) == weeks


@given(st.lists(st.integers(0, 400), max_size=40))
def test_a_streak_is_no_longer_than_its_weeks(days: list[int]) -> None:
    found = longest_streak(MONDAY + timedelta(days=n) for n in days)
    weeks = {n // 7 for n in days}
    assert found <= len(weeks)
    assert found == max((len(run) for run in _runs(weeks)), default=0)


def _runs(weeks: set[int]) -> list[set[int]]:
    return [
        {one for one in weeks if all(n in weeks for n in range(min(first, one), max(first, one) + 1))}
        for first in weeks
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_picture(lang: str) -> None:
    content = card_picture.picture(FOUND, texts_of(lang), "柳溪县社区教育")  # type: ignore[arg-type]
    assert content is not None and content.startswith(b"\x89PNG")
    assert len(content) < 120_000
    image = PIL.open(io.BytesIO(content))
    assert image.size == (card_picture.WIDTH, card_picture.HEIGHT)


def test_every_character_of_the_card_has_a_shape_of_its_own() -> None:
    """What a font lacks is drawn as an empty box, the same for each."""
    say = texts_of("zh")
    words = "".join(say(key) for key in say.keys() if key.startswith(("card_of_year.", "kind.")))  # noqa: SIM118
    font = card_picture._font(40)
    missing = bytes(font.getmask("\U000f0000"))
    for character in sorted({*words, *"王秀兰赵桂英堃喆邨"}):
        if character.strip() and ord(character) > 0x3000:
            assert bytes(font.getmask(character)) != missing, character


def test_a_long_name_is_cut_and_not_drawn_over_the_edge() -> None:
    long = Figures(2026, "欧" * 60, 100, 0, 1, 1, 1, (("arts", 100),), MONDAY)
    content = card_picture.picture(long, texts_of("zh"), "很" * 80)
    image = PIL.open(io.BytesIO(content or b"")).convert("RGB")
    edge = [image.getpixel((card_picture.WIDTH - 20, y)) for y in range(20, card_picture.HEIGHT)]
    assert len(set(edge)) == 1, "the margin stays empty"


def test_without_a_font_there_are_words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_picture, "font_file", lambda: None)
    assert card_picture.picture(FOUND, texts_of("zh"), "") is None
