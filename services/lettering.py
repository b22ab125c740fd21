"""Chinese letters for pictures: Noto Sans CJK, a free font that comes with the program.

The font is the wheel's, else the system's (Debian: fonts-noto-cjk); where there is neither, there are no
pictures and the words stand alone.
"""

from __future__ import annotations

import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

COLOURS = 32
REGULAR, BOLD = 400, 700
_PACKAGE, _FILE = "manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc"
_SYSTEM = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc"),
)
# in a collection the faces stand in the order JP, KR, SC, TC, HK
_SIMPLIFIED = 2


@lru_cache(1)
def font_file() -> Path | None:
    """The font that is used."""
    spec = find_spec(_PACKAGE)
    places = [Path(place) / _FILE for place in (spec.submodule_search_locations or ())] if spec else []
    return next((path for path in (*places, *_SYSTEM) if path.is_file()), None)


@lru_cache(32)
def font(size: int, weight: int = REGULAR) -> FreeTypeFont:
    """The font in a size; there must be one."""
    from PIL import ImageFont

    path = font_file()
    assert path is not None
    found = ImageFont.truetype(path, size, index=_SIMPLIFIED)
    if path.name == _FILE:
        found.set_variation_by_axes([weight])
    return found


def fitted(draw: ImageDraw, text: str, size: int, width: int) -> str:
    """A text that is cut where it does not fit."""
    if draw.textlength(text, font(size)) <= width:
        return text
    while text and draw.textlength(f"{text}…", font(size)) > width:
        text = text[:-1]
    return f"{text}…"


def as_png(image: Image) -> bytes:
    """The picture as a file; of flat colours the quick way makes the same one in a fifth of the time."""
    from PIL import Image as Pillow

    out = io.BytesIO()
    quick = image.quantize(COLOURS, method=Pillow.Quantize.FASTOCTREE, dither=Pillow.Dither.NONE)
    quick.save(out, "PNG", compress_level=4)
    return out.getvalue()
