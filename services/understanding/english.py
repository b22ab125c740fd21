"""English figures in the words that the other readers know: under 50 yuan, after 7pm, aged 8."""

from __future__ import annotations

import re
from functools import cache

from services.regex import regex
from services.understanding.lexicon import pinyin
from services.understanding.people import SURNAMES

_LATIN = regex(r"[a-z]{2}")
_HOUR = r"(?P<h>1[0-2]|0?[1-9])(?:[:.](?P<m>[0-5]\d))? ?(?P<half>am|pm|a\.m\.|p\.m\.|o'?clock)"
_CLOCK = regex(rf"(?:\b(?P<how>after|from|before|by|until|till|around|about|at) )?\b{_HOUR}(?![a-z])")
_COIN = r"(?: ?(?:yuan|rmb|kuai|cny)\b)?"
_MONEY = regex(
    rf"\b(?P<how>under|below|less than|cheaper than|up to|at most|no more than|max(?:imum)?|over|more than)"
    rf" (?:¥|￥|rmb ?)?(?P<n>\d{{1,4}}){_COIN}(?! ?(?:am|pm|year|minute|km|people))"
)
_AGE = regex(
    r"\b(?:(?:is|am|i'm|he's|she's|aged?|turns|turning)(?: now| only| just| already)?"
    r" (?P<n>\d{1,3})(?: ?years? old)?"
    r"|(?P<old>\d{1,3})[ -]?(?:years?[ -]old|yo|y/o))(?![:\d]| ?(?:am|pm|yuan|o))"
)
_TEACHER = regex(
    r"\b(?:teacher|mr|mrs|ms|miss|master)\.? (?P<name>[a-z]{2,6})\b|\b(?P<laoshi>[a-z]{2,6}) laoshi\b"
)
_UNDER = frozenset(("over", "more than"))


def read_figures(text: str) -> str:
    """Return a normalised text with its English prices, hours, ages and teachers in Chinese."""
    if not _LATIN.search(text):
        return text
    for pattern, write in ((_MONEY, _money), (_CLOCK, _clock), (_AGE, _age), (_TEACHER, _teacher)):
        text = pattern.sub(write, text)
    return text


def _money(match: re.Match[str]) -> str:
    return f" {match['n']}块以上 " if match["how"] in _UNDER else f" {match['n']}块以内 "


def _clock(match: re.Match[str]) -> str:
    half = {"a": "上午", "p": "下午"}.get(match["half"][0], "")
    minutes = f"{match['m']}分" if match["m"] and match["m"] != "00" else ""
    how = match["how"]
    behind = (
        "以后" if how in ("after", "from") else "以前" if how in ("before", "by", "until", "till") else ""
    )
    return f" {half}{match['h']}点{minutes}{behind} "


def _age(match: re.Match[str]) -> str:
    return f" {match['n'] or match['old']}岁 "


@cache
def _surnames() -> dict[str, str]:
    found: dict[str, str] = {}
    for char in SURNAMES:
        for spelling in pinyin.spellings(char):
            found.setdefault(spelling, char)
    return found


def _teacher(match: re.Match[str]) -> str:
    surname = _surnames().get(match["name"] or match["laoshi"])
    return f" {surname}老师 " if surname else match[0]
