"""Draws the picture of a report as a PNG: what arrived over time, and what became of everybody.

By hand: bars, and digits of five by seven points, need no library of pictures and no font. The words stand in
the message under it, with the colours named. `chart` is all that is asked of this module, so that a larger
drawing can take its place.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Final

WIDTH, HEIGHT = 720, 400
Colour = tuple[int, int, int]
PAPER: Final[Colour] = (255, 255, 255)
INK: Final[Colour] = (60, 64, 67)
LINE: Final[Colour] = (218, 220, 224)
BLUE: Final[Colour] = (66, 133, 244)
COLOURS: Final[dict[str, Colour]] = {
    "sent": (30, 142, 62), "unknown": (249, 171, 0), "failed": (217, 48, 37), "skipped": (154, 160, 166),
    "waiting": (210, 227, 252), "taps": BLUE,
}  # fmt: skip
_GLYPHS: Final = {
    "0": "0e11131519110e", "1": "040c040404040e", "2": "0e11010204081f", "3": "1f02040201110e",
    "4": "02060a121f0202", "5": "1f101e0101110e", "6": "0608101e11110e", "7": "1f010204080808",
    "8": "0e11110e11110e", "9": "0e11110f01020c", ":": "000c0c000c0c00", "/": "01010204081010",
    "%": "18190204081303", "-": "0000001f000000", " ": "00000000000000",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """What is drawn: how many arrived in each of equal spans from `begins` to `ends`, and the outcomes."""

    spans: tuple[int, ...]
    begins: str
    ends: str
    outcomes: dict[str, int]


def chart(figures: Figures) -> bytes:
    """The picture as PNG."""
    canvas = _Canvas(WIDTH, HEIGHT)
    _draw_time(canvas, figures)
    _draw_outcomes(canvas, figures.outcomes)
    return canvas.png()


def _draw_time(canvas: _Canvas, figures: Figures) -> None:
    left, top, right, bottom = 70, 24, WIDTH - 24, 214
    most = max(figures.spans, default=0)
    for part in range(5):
        y = bottom - (bottom - top) * part // 4
        canvas.box(left, y, right, y + 1, LINE)
        if most >= 4 or part in (0, 4):
            canvas.text(8, y - 6, str(most * part // 4), INK)
    step = (right - left) / max(1, len(figures.spans))
    for number, value in enumerate(figures.spans):
        height = round((bottom - top) * value / most) if most else 0
        if value:
            x = left + round(step * number)
            canvas.box(x + 1, bottom - max(2, height), x + max(2, round(step) - 1), bottom, COLOURS["sent"])
    canvas.box(left, bottom, right, bottom + 2, INK)
    canvas.text(left, bottom + 12, figures.begins, INK)
    canvas.text(right - canvas.width_of(figures.ends), bottom + 12, figures.ends, INK)


def _draw_outcomes(canvas: _Canvas, outcomes: dict[str, int]) -> None:
    """One bar for each, as long as its part of all; its number at the end."""
    left, right, y = 24, WIDTH - 150, 258
    most = max(outcomes.values(), default=0)
    for name, value in outcomes.items():
        colour = COLOURS[name]
        length = round((right - left) * value / most) if most else 0
        canvas.box(left, y, left + max(length, 2 if value else 1), y + 14, colour)
        canvas.text(left + length + 10, y, str(value), INK)
        y += 23


class _Canvas:
    """Points in rows of three bytes each."""

    def __init__(self, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._rows = [bytearray(PAPER * width) for _ in range(height)]

    def box(self, left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
        """Fill from left/top up to but not including right/bottom."""
        left, right = max(0, left), min(self._width, right)
        for row in self._rows[max(0, top) : min(self._height, bottom)]:
            row[3 * left : 3 * right] = bytes(colour * max(0, right - left))

    def text(self, left: int, top: int, said: str, colour: Colour, size: int = 2) -> None:
        """Digits and a few signs."""
        for char in said:
            for y, bits in enumerate(bytes.fromhex(_GLYPHS.get(char, _GLYPHS[" "]))):
                for x in range(5):
                    if bits >> (4 - x) & 1:
                        at = left + x * size
                        self.box(at, top + y * size, at + size, top + (y + 1) * size, colour)
            left += 6 * size

    def width_of(self, said: str, size: int = 2) -> int:
        """How wide a text is."""
        return 6 * size * len(said)

    def png(self) -> bytes:
        """As a file: https://www.w3.org/TR/png-3/"""
        packed = zlib.compress(b"".join(b"\0" + bytes(row) for row in self._rows), 9)
        head = struct.pack(">IIBBBBB", self._width, self._height, 8, 2, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
