"""What somebody may want whose words name nothing that is taught: looser signs than those of `intents`."""

from __future__ import annotations

import re
from functools import cache

from services.understanding.lexicon.tables import table


@cache
def _signs() -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    data = table("guesses")
    signs = tuple((entry["name"], re.compile("|".join(entry["matches"]))) for entry in data["guess"])
    return re.compile("|".join(data["wish"]["matches"])), signs


def guessed_intent(text: str) -> str | None:
    """Return the intent whose signs a normalised text shows, or None; who wants to learn is searching."""
    wish, signs = _signs()
    if wish.search(text):
        return None
    return next((name for name, pattern in signs if pattern.search(text)), None)
