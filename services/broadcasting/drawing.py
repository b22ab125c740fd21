"""Draws the picture of a report: what arrived over time, what became of everybody, and what it is about.

It can be read alone, as when it is passed on. `chart` is all that is asked of this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from services.lettering import BOLD, as_png, fitted, font, font_file
from services.texts import Texts

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 720, 760
LEFT, RIGHT = 40, WIDTH - 40
PAPER, INK, SOFT, LINE = "#FFFFFF", "#3C4043", "#80868B", "#DADCE0"
COLOURS: Final = {
    "sent": "#1E8E3E", "unknown": "#F9AB00", "failed": "#D93025", "skipped": "#9AA0A6",
    "waiting": "#AECBFA", "taps": "#4285F4",
}  # fmt: skip
_TIME_TOP, _TIME_BOTTOM = 190, 400
_BARS, _EACH = 520, 38


@dataclass(frozen=True, slots=True)
class Figures:
    """What is drawn: how many arrived in each of equal spans from `begins` to `ends`, and the outcomes."""

    number: int
    text: str
    state: str
    spans: tuple[int, ...]
    begins: str
    ends: str
    outcomes: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """All recipients; a tap is no outcome."""
        return sum(n for name, n in self.outcomes if name != "taps")

    def plain(self) -> tuple[Any, ...]:
        """The same as JSON can say it."""
        return (
            self.number, self.text, self.state, list(self.spans), self.begins, self.ends,
            [list(one) for one in self.outcomes],
        )  # fmt: skip


def figures_from(plain: list[Any]) -> Figures:
    """What `plain` gave. Raises ValueError."""
    number, text, state, spans, begins, ends, outcomes = plain
    return Figures(
        int(number), str(text), str(state), tuple(spans), str(begins), str(ends),
        tuple((str(name), int(n)) for name, n in outcomes if name in COLOURS),
    )  # fmt: skip


def chart(figures: Figures, say: Texts) -> bytes | None:
    """The picture as PNG, or None where no font is found."""
    if font_file() is None:
        return None
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    _heading(draw, figures, say)
    _over_time(draw, figures, say)
    _outcomes(draw, figures, say)
    return as_png(image)


def _heading(draw: ImageDraw, figures: Figures, say: Texts) -> None:
    state = say(f"broadcast.state.{figures.state}", id=figures.number)
    draw.text((LEFT, 28), state, INK, font(34, BOLD))
    about = say("broadcast.picture.about", n=figures.total, text=figures.text)
    draw.text((LEFT, 84), fitted(draw, about, 24, RIGHT - LEFT), SOFT, font(24))


def _over_time(draw: ImageDraw, figures: Figures, say: Texts) -> None:
    """Columns of how many arrived, with the scale at the left and the first and last time below."""
    draw.text((LEFT, 138), say("broadcast.picture.over_time"), INK, font(26, BOLD))
    most = max(figures.spans, default=0)
    left = LEFT + 70
    for part in range(5):
        y = _TIME_BOTTOM - (_TIME_BOTTOM - _TIME_TOP) * part // 4
        draw.line((left, y, RIGHT, y), INK if part == 0 else LINE, 2 if part == 0 else 1)
        if most >= 4 or part in (0, 4):
            draw.text((left - 12, y), str(most * part // 4), SOFT, font(20), anchor="rm")
    if not most:
        words = say("broadcast.picture.nothing_yet")
        draw.text(((left + RIGHT) // 2, (_TIME_TOP + _TIME_BOTTOM) // 2), words, SOFT, font(26), anchor="mm")
        return
    step = (RIGHT - left) / len(figures.spans)
    for number, value in enumerate(figures.spans):
        if value:
            x = left + round(step * number)
            height = max(2, round((_TIME_BOTTOM - _TIME_TOP) * value / most))
            box = (x + 1, _TIME_BOTTOM - height, x + max(2, round(step) - 2), _TIME_BOTTOM - 1)
            draw.rectangle(box, COLOURS["sent"])
    draw.text((left, _TIME_BOTTOM + 10), figures.begins, SOFT, font(20))
    draw.text((RIGHT, _TIME_BOTTOM + 10), figures.ends, SOFT, font(20), anchor="ra")


def _outcomes(draw: ImageDraw, figures: Figures, say: Texts) -> None:
    """A bar for each with its name and its number, as long as its part of all."""
    draw.text((LEFT, _BARS - 56), say("broadcast.picture.outcomes"), INK, font(26, BOLD))
    left, right = LEFT + 190, RIGHT - 150
    for at, (name, value) in enumerate(figures.outcomes):
        y = _BARS + at * _EACH
        draw.text((LEFT, y + 12), say(f"broadcast.picture.{name}"), INK, font(24), anchor="lm")
        part = value / figures.total if figures.total else 0
        length = round((right - left) * min(1.0, part))
        if value:
            draw.rectangle((left, y, left + max(length, 3), y + 24), COLOURS[name])
        words = say("broadcast.picture.people", n=value, percent=round(100 * part))
        draw.text((left + length + 14, y + 12), words, INK, font(22), anchor="lm")
