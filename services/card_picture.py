"""The learning card as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.attending.crediting import say_hundredths
from services.learning_card import Figures
from services.lettering import BOLD as _BOLD
from services.lettering import as_png, font_file
from services.lettering import fitted as _fitted
from services.lettering import font as _font
from services.texts import Texts

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 720, 1080
MARGIN = 56
PAPER, INK, SOFT, RED, BAR = "#FBF6EC", "#2B2622", "#8A7F74", "#B5382C", "#E9DCC5"


def picture(found: Figures, say: Texts, operator: str) -> bytes | None:
    """The card as a PNG, or None where no font is found."""
    if font_file() is None:
        return None
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 12), fill=RED)
    _heading(draw, found, say)
    below = _numbers(draw, found, say)
    _kinds(draw, found, say, below)
    _foot(draw, found, say, operator)
    return as_png(image)


def _heading(draw: ImageDraw, found: Figures, say: Texts) -> None:
    draw.text((MARGIN, 64), say("card_of_year.title"), INK, _font(52, _BOLD))
    year = say("card_of_year.year", year=found.year)
    draw.text((WIDTH - MARGIN, 76), year, RED, _font(36, _BOLD), anchor="ra")
    if found.name:
        name = say("card_of_year.name", name=found.name)
        draw.text((MARGIN, 150), _fitted(draw, name, 34, WIDTH - 2 * MARGIN), SOFT, _font(34))


def _numbers(draw: ImageDraw, found: Figures, say: Texts) -> int:
    """The hours large, the rest in a row below; where the row ends."""
    top = 230
    hours = say_hundredths(found.hours)
    big = _font(150, _BOLD)
    draw.text((MARGIN, top), hours, RED, big, anchor="la")
    after = MARGIN + draw.textlength(hours, big) + 18
    draw.text((after, top + 158), say("card_of_year.hours"), INK, _font(40), anchor="ls")
    row = (
        (str(found.classes), "card_of_year.classes"),
        (str(found.sessions), "card_of_year.sessions"),
        (str(found.streak), "card_of_year.weeks"),
    )
    top, each = top + 220, (WIDTH - 2 * MARGIN) // len(row)
    for n, (number, key) in enumerate(row):
        left = MARGIN + n * each
        draw.text((left, top), number, INK, _font(64, _BOLD))
        draw.text((left, top + 84), say(key), SOFT, _font(28))
    return top + 150


def _kinds(draw: ImageDraw, found: Figures, say: Texts, top: int) -> None:
    """A bar for each kind, as long as its hours."""
    width, most = WIDTH - 2 * MARGIN, max((n for _, n in found.kinds), default=1)
    for n, (kind, hours) in enumerate(found.kinds):
        at = top + n * 84
        draw.text((MARGIN, at), say(f"kind.{kind}"), INK, _font(30))
        words = say("card_of_year.kind_hours", hours=say_hundredths(hours))
        draw.text((WIDTH - MARGIN, at), words, SOFT, _font(28), anchor="ra")
        draw.rounded_rectangle((MARGIN, at + 46, MARGIN + width, at + 60), 7, fill=BAR)
        draw.rounded_rectangle(
            (MARGIN, at + 46, MARGIN + max(14, width * hours // most), at + 60), 7, fill=RED
        )


def _foot(draw: ImageDraw, found: Figures, say: Texts, operator: str) -> None:
    draw.line((MARGIN, HEIGHT - 116, WIDTH - MARGIN, HEIGHT - 116), fill=BAR, width=3)
    draw.text((MARGIN, HEIGHT - 92), say("card_of_year.wish"), INK, _font(30))
    words = _fitted(draw, operator, 24, WIDTH - 2 * MARGIN)
    draw.text((MARGIN, HEIGHT - 48), words, SOFT, _font(24))
