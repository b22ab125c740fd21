"""What a bare number, or a button's own words, choose in the last answer."""

import unicodedata

from handlers.turn import Turn

_DIGITS = {**{c: str(n) for n, c in enumerate("零一二三四五六七八九")}, "两": "2", "十": "10"}
ENDS = "。.!！?？~～,，、 "
# 用“王秀兰”, which hardly anybody types with its quotation marks
_QUOTES = str.maketrans("", "", "“”‘’「」『』\"'")


def chosen_by(turn: Turn, bare: str) -> str | None:
    """The action that a bare number or a button's own words mean in the last answer."""
    digits = _DIGITS.get(bare, bare)
    found = turn.state.choices.get(digits)
    if found:
        return found[1]
    words = bare.translate(_QUOTES)
    for label, action in turn.state.choices.values():
        if words and words == plain(label).rstrip(ENDS).translate(_QUOTES):
            return action
    return None


def plain(text: str) -> str:
    """A text as it is compared: without the forms that a keyboard gives to letters and digits."""
    return unicodedata.normalize("NFKC", text).strip()
