"""The words a town uses, as data (the TOML files here) and as read from its catalogue."""

from services.understanding.lexicon.lexicon import Lexicon, Sense

__all__ = ["Lexicon", "Sense"]
