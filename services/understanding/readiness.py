"""What the first text would make, made before: patterns, which hold an event loop a fifth of a second."""

from datetime import date

from services.understanding.lexicon import Lexicon
from services.understanding.reading import understand
from services.understanding.references import read_reference

# a wish, one that goes on from it, and what points at what was shown
_WISH, _MORE, _POINTS = "周末的书法课", "便宜一点的", "第一个有名额吗"


def get_ready(lexicon: Lexicon) -> None:
    """Read a few texts of no one."""
    day = date(2026, 11, 30)
    wish = understand(_WISH, today=day, now_minute=600, lexicon=lexicon)
    understand(_MORE, today=day, now_minute=600, lexicon=lexicon, last=wish)
    read_reference(_POINTS)
