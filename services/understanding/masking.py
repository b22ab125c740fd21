"""What may leave the house of a text: no number, no name that is known, no address, and never much."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from services.message import clean
from services.regex import regex

SOMEBODY = "某某"
MOST_CHARS = 200
# a text of nothing but marks has nothing to be understood
LEAST_LETTERS = 2
_READ = 1000
_LONG_NUMBER = regex(r"(?:\d[ \-.()+_/]{0,2}){9,}\d[Xx]?")
_SPOKEN_NUMBER = regex(r"[零〇一二三四五六七八九幺两]{7,}")
_ADDRESS = regex(r"(?:https?://|www\.)[!-~]*|[!-~]*@[!-~]*", re.IGNORECASE)
# 我叫张三丰: how long a name is nobody can tell, so three characters go
_CALLED = regex(r"(我叫做?|名叫|名字[叫是]|姓名[:是]?|贵姓|我姓)\s*([㐀-鿿]{1,3})")
_NOT_NAMES = frozenset("什么啥不你您他她人")
_GAPS = regex(r"\s+")


def mask(text: str, names: Iterable[str]) -> str:
    """Return `text` fit for strangers, in at most 200 characters.

    Digits become 0 and names 某某; numbers of ten digits or more and addresses are taken out.
    """
    said = folded(text)
    said = _ADDRESS.sub(" ", said)
    said = _LONG_NUMBER.sub(" ", said)
    said = _SPOKEN_NUMBER.sub(" ", said)
    said = _GAPS.sub(" ", _CALLED.sub(_hide, said))
    known = sorted({bare for name in names if (bare := _bare(name))}, key=len, reverse=True)
    if known:
        # 王 秀兰 is 王秀兰
        pattern = re.compile("|".join(" ?".join(map(re.escape, name)) for name in known), re.IGNORECASE)
        # a name can come about where another one was taken out of its middle
        for _ in range(len(said)):
            fewer = pattern.sub(SOMEBODY, said)
            if fewer == said:
                break
            said = _GAPS.sub(" ", fewer)
    said = "".join(
        "0" if char.isdigit() or (char.isnumeric() and not _is_han(char)) else char for char in said
    )
    return _GAPS.sub(" ", said).strip()[:MOST_CHARS]


def folded(text: str) -> str:
    """Return the form in which names are looked for: full-width folded, without control characters."""
    return unicodedata.normalize("NFKC", clean(unicodedata.normalize("NFKC", text[:_READ]), _READ))


def telling(masked: str) -> bool:
    """Whether anything is left that could be understood."""
    return sum(char.isalpha() for char in masked.replace(SOMEBODY, "")) >= LEAST_LETTERS


def _hide(found: re.Match[str]) -> str:
    called, name = found.groups()
    return found[0] if name[0] in _NOT_NAMES else f"{called}{SOMEBODY}"


def _bare(name: str) -> str:
    """The name without gaps; nothing for what hides names, which is no name itself."""
    bare = _GAPS.sub("", folded(name))
    return bare if any(char.isalpha() for char in bare) and bare not in SOMEBODY else ""


def _is_han(char: str) -> bool:
    return "㐀" <= char <= "鿿"
