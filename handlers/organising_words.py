"""How teachers and organisers say 名单, 停课 and 改时间: with the class before or behind, and its day."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.regex import regex

_WHAT = r"(?P<what>名单|花名册|停课|取消上课|改时间|调时间|调课|换时间|roster|cancel class|move class)"
_BEFORE = regex(rf"^{_WHAT}[\s:：]*(?P<class>[^。!！?？]{{0,40}})[。!！]?$", re.IGNORECASE)
_BEHIND = regex(
    r"^(?:请|帮我|把|给我|看|发|要)*(?P<class>[^。!！?？]{1,30}?)[,，]?的?(?:要|得|课)?"
    rf"{_WHAT}[。!！]?$",
    re.IGNORECASE,
)
_DAY = regex(
    r"(?:今天|今晚|明天|明早|明晚|后天|[下这本]?(?:个)?(?:周|星期|礼拜)[一二三四五六日天]"
    r"|[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}[日号]?)(?:的|那次|那节|那天)*(?:课|那次)?"
)
_END = regex(r"(?:这个|那个)?(?:班|课|课程)?的?$")
_ROSTER = ("名单", "花名册", "roster")
_CANCEL = ("停课", "取消上课", "cancel class")


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be done (roster, stop, move), with which class and on which day; both may be blank."""

    verb: str
    called: str
    day: str


def read(text: str) -> Said | None:
    """What a text asks for, or None."""
    plain = text.strip()
    found = _BEFORE.match(plain) or _BEHIND.match(plain)
    if found is None:
        return None
    what, named = found["what"].lower(), found["class"].strip()
    verb = "roster" if what in _ROSTER else "stop" if what in _CANCEL else "move"
    day = _DAY.search(named) if verb != "roster" else None
    if day is None:
        return Said(verb, named, "")
    rest = f"{named[: day.start()]} {named[day.end() :]}".strip(" ,，的")
    return Said(verb, rest, day[0])


def without_ending(called: str) -> str:
    """书法 of 书法班 and 书法课, which titles often do not say."""
    return _END.sub("", called)
