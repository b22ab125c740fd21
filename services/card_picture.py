"""The learning card as a picture: drawn here with Noto Sans CJK, a free font that comes with the program.

The font is the wheel's, else the system's (Debian: fonts-noto-cjk); where there is neither, there is no
picture and the words stand alone.
"""

from __future__ import annotations

import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from services.attending.crediting import say_hundredths
from services.learning_card import Figures
from services.texts import Texts

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 720, 1080
MARGIN = 56
PAPER, INK, SOFT, RED, BAR = "#FBF6EC", "#2B2622", "#8A7F74", "#B5382C", "#E9DCC5"
COLOURS = 32
_PACKAGE, _FILE = "manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc"
_SYSTEM = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc"),
)
# in a collection the faces stand in the order JP, KR, SC, TC, HK
_SIMPLIFIED = 2
_REGULAR, _BOLD = 400, 700


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
    out = io.BytesIO()
    # of flat colours the quick way makes the same picture in a fifth of the time
    quick = image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    quick.save(out, "PNG", compress_level=4)
    return out.getvalue()


@lru_cache(1)
def font_file() -> Path | None:
    """The font that is used."""
    spec = find_spec(_PACKAGE)
    places = [Path(place) / _FILE for place in (spec.submodule_search_locations or ())] if spec else []
    return next((path for path in (*places, *_SYSTEM) if path.is_file()), None)


@lru_cache(16)
def _font(size: int, weight: int = _REGULAR) -> FreeTypeFont:
    from PIL import ImageFont

    path = font_file()
    assert path is not None
    font = ImageFont.truetype(path, size, index=_SIMPLIFIED)
    if path.name == _FILE:
        font.set_variation_by_axes([weight])
    return font


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


def _fitted(draw: ImageDraw, text: str, size: int, width: int) -> str:
    """A text that is cut where it does not fit."""
    if draw.textlength(text, _font(size)) <= width:
        return text
    while text and draw.textlength(f"{text}…", _font(size)) > width:
        text = text[:-1]
    return f"{text}…"
