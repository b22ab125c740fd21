"""A list that was read back, put right in words: an age is added, somebody is left out or comes along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services import naming
from services.paper.names import SEPARATED, Line, from_text
from services.regex import regex

_LESS = regex(
    r"(?:去掉|删掉|删除|删|划掉|拿掉|不要|不报|remove |without )[:： ]*(?P<first>.+)"
    r"|(?P<last>.+?)(?:不报了?|不去了?|不来了?|去掉|删掉|不要了?)",
    re.IGNORECASE | re.DOTALL,
)
_MORE = regex(r"(?:再?加上?|再?添上?|(?P<there_is>还有)|add )[:： ]*(?P<names>.+)", re.IGNORECASE | re.DOTALL)
_QUESTION = regex(r"(?:[吗么嘛?？]|没有?|不是?|呢)$")
# 再加一个王秀兰, 加上王秀兰一个, 王秀兰、李建国两个人
_COUNTED = regex(
    r"^(?:[一两二三四五1-5]?[个位名](?:叫|是)?|叫)"
    r"|(?:[这那]?[一两二三四五1-5](?:[个位名]人?|人)|[这那][个位]人?|也?[报去来]?[吧呀啊哦了])$"
)
_AND = regex(r"[和跟与]|还有|以及")
_TO = regex(r"^(?:改成|改为|更正为?|应该是|补上|补)[:： ]*")


def corrected(kept: Sequence[Line], said: str) -> list[Line] | None:
    """The list as it is now meant; None where the text puts nothing of it right."""
    said = said.strip().rstrip("。.！!")
    known = {line.name for line in kept}
    if found := _LESS.fullmatch(said):
        names = {line.name for line in _lines(found["first"] or found["last"])}
        rest = [line for line in kept if line.name not in names]
        return rest if names and names <= known and rest else None
    if found := _MORE.fullmatch(said):
        more = [] if _QUESTION.search(said) else [line for line in _lines(found["names"]) if line.good]
        # 还有位置 tells of no person; who says 加上 names one, in whatever shape
        if found["there_is"] and not all(line.age or naming.like_a_name(line.name) for line in more):
            return None
        return _numbered([*kept, *more]) if more else None
    lines = {line.name: line for line in from_text(_TO.sub("", said)) if line.good}
    if not lines or not lines.keys() <= known or lines.keys() == known:
        return None
    return [
        replace(line, age=lines[line.name].age) if line.name in lines and lines[line.name].age else line
        for line in kept
    ]


def _lines(said: str) -> list[Line]:
    """The names without what counts them; 王秀兰和李建国 are two."""
    return from_text("、".join(one for part in SEPARATED.split(said) for one in _plain(part.strip())))


def _plain(part: str) -> list[str]:
    if naming.like_a_name(part):
        return [part]
    bare = _COUNTED.sub("", part).strip()
    both = [one.strip() for one in _AND.split(bare)]
    return both if all(naming.like_a_name(one) for one in both) else [bare]


def _numbered(lines: Sequence[Line]) -> list[Line]:
    return [replace(line, number=at) for at, line in enumerate(lines, 1)]
