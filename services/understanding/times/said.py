"""One expression of time found in a text, and what the rules for finding them share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from services.regex import regex
from services.understanding.numbers import read_int

Days = tuple[date, date]
Hours = tuple[int, int]

# how far “from then on” reaches: nothing is planned further ahead
OPEN_DAYS = 180
DAY = 1440
ALL_DAYS = frozenset(range(7))
WORKDAYS, WEEKEND = frozenset(range(5)), frozenset({5, 6})

NUMERALS = "0123456789零一二两三四五六七八九十廿"
NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
DAY_NUMBER = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])(?!\d)"
MONTH_NUMBER = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
YEAR = r"(?:(?P<year>今年|明年|后年|20\d\d年)的?)?"
TO = r"\s?(?:一直)?(?:到|至|[-~—–])\s?"


@dataclass(slots=True)
class Said:
    """Where an expression stands and what it says; an expression that says nothing is only set aside."""

    start: int
    end: int
    days: Days | None = None
    weekdays: frozenset[int] = frozenset()
    hours: Hours | None = None
    clock: bool = False
    soonest: bool = False
    first_session: bool = False
    # 月底 is a point at the end of its span: 月底前 still has all of it
    at_end: bool = False
    refused: bool = False
    wished: bool = False

    @property
    def is_part_of_day(self) -> bool:
        """True for 上午 and the like: hours that a clock beside them makes precise."""
        return self.hours is not None and not self.clock

    def exact_days(self) -> Days | None:
        """Return the days with a single weekday worked in: 下周三 is one day."""
        if self.days is None or len(self.weekdays) != 1:
            return self.days
        (weekday,) = self.weekdays
        day = self.days[0] + timedelta(days=(weekday - self.days[0].weekday()) % 7)
        return (day, day) if day <= self.days[1] else self.days


@dataclass(slots=True)
class Context:
    """What a rule may look at besides its own match."""

    text: str
    today: date
    found: list[Said]

    @property
    def before(self) -> Said | None:
        """The expression found last."""
        return self.found[-1] if self.found else None


Make = Callable[[re.Match[str], Context], Said | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, the characters that it can begin with, and how its match is read: None is no time."""

    first: str
    pattern: re.Pattern[str]
    make: Make


def rule(first: str, pattern: str, make: Make) -> Rule:
    """Return a rule with its pattern compiled."""
    return Rule(first, regex(pattern), make)


def on_days(match: re.Match[str], days: Days | None) -> Said | None:
    """Return an expression of days, None where there are none."""
    return None if days is None else Said(match.start(), match.end(), days=days)


def one_day(day: date | None) -> Days | None:
    """Return a day as a span of days."""
    return None if day is None else (day, day)


def nothing(match: re.Match[str], _: Context) -> Said:
    """Set the match aside: it sets no condition and is no topic either."""
    return Said(match.start(), match.end())


def from_today(days: Days, today: date) -> Days:
    """Return the days less those gone by; days that are all gone by stay as they are."""
    first, last = days
    return (max(first, today), last) if last >= today else days


def ahead(day: date, days: int) -> date:
    """Return a later day, the last one of the calendar at most."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def open_end(first: date) -> Days:
    """Return the days from one on."""
    return first, ahead(first, OPEN_DAYS)


def named_year(match: re.Match[str], today: date) -> int | None:
    """Return the year that a pattern with YEAR names, if it names one."""
    word = match["year"]
    if not word:
        return None
    near = {"今年": 0, "明年": 1, "后年": 2}.get(word)
    return today.year + near if near is not None else int(word[:4])


def coming(span: Callable[[int], Days | None], today: date, year: int | None) -> Days | None:
    """Return the span of a named year, or the one now running or next to come."""
    if year is not None:
        days = span(year)
        # 今年元旦 said in December is the one to come
        if days is None or days[1] >= today or year != today.year:
            return days and from_today(days, today)
    for candidate in (today.year - 1, today.year, today.year + 1, today.year + 2):
        days = span(candidate)
        if days and days[1] >= today:
            return from_today(days, today)
    return None


def month_span(year: int, month: int) -> Days:
    """Return the first and last day of a month; a month past 12 is one of the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), after - timedelta(days=1)


def third_of(days: Days, third: str | None) -> Days:
    """Return the part of a month that 上旬, 中旬, 底 and the like name."""
    first, last = days
    if third in ("上旬", "初"):
        return first, first.replace(day=10)
    if third in ("中旬", "中"):
        return first.replace(day=11), first.replace(day=20)
    if third in ("下旬", "底", "末"):
        return first.replace(day=21), last
    if third == "上半月":
        return first, first.replace(day=15)
    return (first.replace(day=16), last) if third == "下半月" else days


def day_of(year: int, month: int, day: int) -> date | None:
    """Return the day, or None if the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def count(text: str) -> int:
    """Return a count as said: 几 is a few, 半 is left to the caller."""
    return 5 if text == "几" else read_int(text) or 1
