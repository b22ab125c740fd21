"""Bring any text into the one shape that the rest of understanding reads."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.resources import files

from services.regex import regex
from services.understanding.dialect import in_mandarin

MAX_CHARS = 10_000
READ_CHARS = 600

_GAPS = regex(r"\s+")
_OLD_FORMS = regex(r"[㐀-鿿豈-﫿]")
_NOT_WORD = regex(r"[^0-9a-z㐀-鿿]+")


def simplified(text: str) -> str:
    """Turn Traditional characters into Simplified ones; text already Simplified costs next to nothing."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        # so it is where there are marks beside the characters, and more work to see
        return _with_marks(text)
    return text


def _with_marks(text: str) -> str:
    try:
        "".join(_OLD_FORMS.findall(text)).encode("gb2312")
    except UnicodeEncodeError:
        return _from_traditional(text)
    return text


def _from_traditional(text: str) -> str:
    import zhconv  # its tables are only worth loading once somebody writes Traditional characters

    # named by its path, the table is closed after reading, which the library's own way forgets
    zhconv.loaddict(str(files("zhconv").joinpath("zhcdict.json")))
    return str(zhconv.convert(text, "zh-cn"))


# several readers of one turn ask for the same text
@lru_cache(maxsize=16)
def normalise(text: str) -> str:
    """Return text folded (NFKC, Simplified, lower case, no dialect) without control marks, cut.

    Only the first MAX_CHARS characters are looked at; a wish longer than READ_CHARS is cut there, so that
    every later step works in bounded time.
    """
    folded = unicodedata.normalize("NFKC", text[:MAX_CHARS])[:MAX_CHARS]
    head = folded[: READ_CHARS * 3]
    # what can be printed has no control marks, and of gaps the plain one alone
    kept = (
        head
        if head.isprintable()
        else "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in head)
    )
    plain = simplified(_GAPS.sub(" ", kept).strip()[:READ_CHARS]).lower()[:READ_CHARS]
    return in_mandarin(plain)[:READ_CHARS]


def squeeze(text: str) -> str:
    """Return only the letters, digits and characters of an already normalised text."""
    return _NOT_WORD.sub("", text)


@lru_cache(maxsize=512)
def keyed(text: str) -> str:
    """Return the form by which the catalogue's texts are compared: folded, without gaps or marks."""
    return squeeze(simplified(unicodedata.normalize("NFKC", text[:MAX_CHARS])).lower())
