"""From what a person says to what is meant: `understand` gives a frozen `Meaning`."""

from services.understanding.comparing import of_price, of_start
from services.understanding.lexicon import Lexicon
from services.understanding.meaning import Meaning
from services.understanding.reading import understand

__all__ = ["Lexicon", "Meaning", "of_price", "of_start", "understand"]
