"""When to send, as an organiser says it: 明天上午9点, 12月5日 9:30, 每周一晚上7点半, every Friday 9am."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.regex import regex

_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "十": 10}
_NUMBER: Final = r"(\d{1,2}|[一二三四五六七八九两]?十[一二三四五六七八九]?|[零一二三四五六七八九两])"
_NEAR: Final = {"今天": 0, "今晚": 0, "明天": 1, "明早": 1, "明晚": 1, "后天": 2, "today": 0, "tomorrow": 1}
_WEEKDAY: Final = regex(r"(下)?(?:周|星期|礼拜)([一二三四五六日天])")
_SEVERAL: Final = regex(
    r"(?:周|星期|礼拜)[一二三四五六日天][\s、,和跟到至-]*(?:周|星期|礼拜)?[一二三四五六日天](?!点)"
)
_ENGLISH_DAY: Final = regex(r"\b(next )?(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", re.IGNORECASE)
_ENGLISH_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DATE: Final = regex(rf"(?:(\d{{4}})[年/-])?{_NUMBER}(?:月|[/-]){_NUMBER}[日号]?")
_DAY_OF_MONTH: Final = regex(rf"(?:每(?:个)?月)?{_NUMBER}[日号]")
_CLOCK: Final = regex(
    rf"{_NUMBER}(?:点(?:{_NUMBER}分?|(半))?|:(\d{{2}})|(?=\s?[ap]m\b))\s*(am|pm)?", re.IGNORECASE
)
_PART: Final = regex(r"凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|今晚|明晚|明早|夜里")
_OFTEN: Final = {
    "daily": regex(r"每天|天天|每日|\bdaily\b|\bevery ?day\b", re.IGNORECASE),
    "weekly": regex(
        r"每(?:个)?(?:周|星期|礼拜)|\bweekly\b|\bevery (?:week|mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE
    ),
    "monthly": regex(r"每(?:个)?月|\bmonthly\b|\bevery month\b", re.IGNORECASE),
}
_AFTERNOON: Final = frozenset({"下午", "傍晚", "晚上", "今晚", "明晚", "夜里"})


def read_time(said: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The next such instant, in UTC; None where no hour or no such day is named."""
    text = unicodedata.normalize("NFKC", said).strip()
    if several_days(text):  # of which none may be dropped silently
        return None
    local = now.astimezone(zone)
    day, rest = _day(text, local.date())
    clock = _CLOCK.search(rest)
    if clock is None:
        return None
    wall = _wall(clock, rest)
    if wall is None:
        return None
    if day is None:
        day = local.date() if wall > local.time() else local.date() + timedelta(days=1)
    at = datetime.combine(day, wall, zone).astimezone(UTC)
    # its hour is over today, so the next week's is meant
    if at <= now and (_WEEKDAY.search(text) or _ENGLISH_DAY.search(text)):
        at = datetime.combine(day + timedelta(days=7), wall, zone).astimezone(UTC)
    return at


def how_often(said: str) -> str:
    """`daily`, `weekly` or `monthly` where a text says so, else nothing."""
    text = unicodedata.normalize("NFKC", said)
    return next((often for often, words in _OFTEN.items() if words.search(text)), "")


def several_days(said: str) -> bool:
    """Whether more than one day of the week is named, where one is all that can be kept."""
    return _SEVERAL.search(unicodedata.normalize("NFKC", said)) is not None


def named_day(said: str, today: date) -> date | None:
    """The day that a text names, by its date, its weekday or as 明天; None where it names none."""
    return _day(unicodedata.normalize("NFKC", said).strip(), today)[0]


def _day(text: str, today: date) -> tuple[date | None, str]:
    """The day that is named, and the text without it."""
    for word, ahead in _NEAR.items():
        if word in text.lower():
            return today + timedelta(days=ahead), text
    if match := _WEEKDAY.search(text):
        wanted = "一二三四五六日".find(match[2].replace("天", "日"))
        ahead = (wanted - today.weekday()) % 7
        if match[1]:
            ahead = wanted - today.weekday() + 7
        return today + timedelta(days=ahead), text.replace(match[0], " ")
    if match := _DATE.search(text):
        try:
            found = date(int(match[1] or today.year), _number(match[2]), _number(match[3]))
        except ValueError:
            return None, ""
        if not match[1] and found < today:
            found = found.replace(year=found.year + 1)
        return found, text.replace(match[0], " ")
    if match := _ENGLISH_DAY.search(text):
        ahead = (_ENGLISH_DAYS.index(match[2].lower()) - today.weekday()) % 7
        return today + timedelta(days=ahead + (7 if match[1] and not ahead else 0)), text.replace(
            match[0], " "
        )
    if match := _DAY_OF_MONTH.search(text):
        return _in_month(_number(match[1]), today), text.replace(match[0], " ")
    return None, text


def _in_month(day: int, today: date) -> date | None:
    """The next day with this number, in the first month that has it."""
    for ahead in range(3):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        if 1 <= day <= monthrange(year, month + 1)[1] and (found := date(year, month + 1, day)) >= today:
            return found
    return None


def _wall(clock: re.Match[str], text: str) -> time | None:
    hour = _number(clock[1])
    minute = 30 if clock[3] else int(clock[4]) if clock[4] else _number(clock[2]) if clock[2] else 0
    part = _PART.search(text)
    late = (part is not None and part[0] in _AFTERNOON) or (clock[5] or "").lower() == "pm"
    if (late and hour < 12) or (part is not None and part[0] == "中午" and hour < 11):
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _number(written: str) -> int:
    if written.isdigit():
        return int(written)
    tens, sign, ones = written.partition("十")
    if not sign:
        return _DIGITS[written]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
