"""A list that was read back, put right in words: an age is added, somebody is left out or comes along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services.paper.names import Line, from_text
from services.regex import regex

_LESS = regex(
    r"(?:去掉|删掉|删除|删|划掉|拿掉|不要|不报|remove |without )[:： ]*(?P<first>.+)"
    r"|(?P<last>.+?)(?:不报了?|不去了?|不来了?|去掉|删掉|不要了?)",
    re.IGNORECASE | re.DOTALL,
)
_MORE = regex(r"(?:再?加上?|再?添上?|还有|add )[:： ]*(?P<names>.+)", re.IGNORECASE | re.DOTALL)
_TO = regex(r"^(?:改成|改为|更正为?|应该是|补上|补)[:： ]*")


def corrected(kept: Sequence[Line], said: str) -> list[Line] | None:
    """The list as it is now meant; None where the text puts nothing of it right."""
    said = said.strip().rstrip("。.！!")
    known = {line.name for line in kept}
    if found := _LESS.fullmatch(said):
        names = _names(found["first"] or found["last"])
        rest = [line for line in kept if line.name not in names]
        return rest if names and names <= known and rest else None
    if found := _MORE.fullmatch(said):
        more = [line for line in from_text(found["names"]) if line.good]
        return _numbered([*kept, *more]) if more else None
    lines = {line.name: line for line in from_text(_TO.sub("", said)) if line.good}
    if not lines or not lines.keys() <= known or lines.keys() == known:
        return None
    return [
        replace(line, age=lines[line.name].age) if line.name in lines and lines[line.name].age else line
        for line in kept
    ]


def _names(said: str) -> set[str]:
    return {line.name for line in from_text(said)}


def _numbered(lines: Sequence[Line]) -> list[Line]:
    return [replace(line, number=at) for at, line in enumerate(lines, 1)]
