"""English figures in the words that the other readers know: under 50 yuan, after 7pm, aged 8."""

from __future__ import annotations

import re
from functools import cache

from services.regex import regex
from services.understanding.lexicon import pinyin
from services.understanding.lexicon.tables import table
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


_NUMBERS = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen",
)  # fmt: skip
_SMALL = {word: n for n, word in enumerate(_NUMBERS, 2)}
# my son is seven: a child's age is told in words
_AGE_IN_WORDS = regex(
    rf"(?P<who>\b(?:son|daughter|boy|girl|kid|child|grandson|granddaughter|he|she)(?: is|'s)(?: only|"
    rf" just| now)? )"
    rf"(?P<n>{'|'.join(_SMALL)})\b(?! (?:am|pm|o|hours?|days?))"
)
# drop the weekend, never mind the price, forget the daytime
_DROPS = regex(
    r"^(?:ok(?:ay)?[, ]+|actually[, ]+|well[, ]+|please )*(?:drop|forget(?: about)?|never ?mind|remove|"
    r"ignore|skip)(?: about)?"
    r"(?: the| my| that)? (?P<what>[a-z][a-z ]{2,30}?)(?: part| condition| bit)?(?: please)?[.!]*$"
)
_PRICES = frozenset(("price", "fee", "cost", "money", "free"))
_TIMES = frozenset(("time", "day", "days", "times", "hour", "hours", "date"))
_PLACES = frozenset(("place", "distance", "location", "where"))
# not on weekends, except mondays, no evenings
_NOT_THEN = regex(
    r"\b(?:(?:but )?not (?:on |in |at |during )?(?:the )?|except(?: for)?(?: on)?(?: the)? |no |"
    r"any(?:thing)? but )"
    r"(?P<when>weekends?|weekdays|mornings?|afternoons?|evenings?|nights|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b"
)


def in_plain_english(text: str) -> str:
    """Return a normalised text with what it takes back or refuses in English said in Chinese."""
    if not text.isascii() or not _LATIN.search(text):
        return text
    if dropped := _DROPS.match(text):
        what = dropped["what"].strip()
        for names, plain in ((_PRICES, "不限价格"), (_TIMES, "不限时间"), (_PLACES, "不限地点")):
            if what in names and what != "free":
                return plain
        return f"去掉{in_chinese(what)}"
    return _NOT_THEN.sub(lambda match: f", 不要{in_chinese(match['when'])}的,", text)


def in_chinese(words: str) -> str:
    """Return the Chinese of an English phrase; one that is not known stays as it is."""
    known = table("english")["words"]
    return str(known.get(words) or known.get(words.removesuffix("s")) or known.get(f"{words}s") or words)


def read_figures(text: str) -> str:
    """Return a normalised text with its English prices, hours, ages and teachers in Chinese."""
    if not _LATIN.search(text):
        return text
    text = _AGE_IN_WORDS.sub(lambda match: f"{match['who']} {_SMALL[match['n']]}岁 ", text)
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
