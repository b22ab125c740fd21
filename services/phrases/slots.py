"""The weekly hours of a class in words, from the compact form in which the database keeps them.

The compact form is `5@540-630;1@1140-1230` (weekday from Monday = 0, minutes after midnight) or
`2026-12-05@540-690` for a single day, joined by `;`.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from services.phrases.days import date_words, needs_year, weekday, weekdays_words
from services.phrases.hours import Lang, say_clock_span

MOST_SHOWN = 3
_WEEK = timedelta(weeks=1)


def pack_slots(slots: Iterable[tuple[int | date, int, int]]) -> str:
    """The compact form of (weekday or day, start minute, end minute)."""
    return ";".join(f"{day}@{start}-{end}" for day, start, end in slots)


@lru_cache(maxsize=8192)
def say_slots(slots: str, lang: Lang, today: date) -> str:
    """When a class meets: `每周二、周四晚上7点–8点半`, or the days of single events to come."""
    if not slots:
        return ""
    days: dict[tuple[int, int], list[str]] = {}
    for part in _to_come(slots.split(";"), today):
        day, _, hours = part.partition("@")
        start, _, end = hours.partition("-")
        days.setdefault((int(start), int(end)), []).append(day)
    parts = [
        f"{_days(named, lang, today)}{' ' if lang == 'en' else ''}{say_clock_span(start, end, lang)}"
        for (start, end), named in days.items()
    ]
    more = len(parts) - MOST_SHOWN
    if more > 0:
        parts = [*parts[:MOST_SHOWN], "等" if lang == "zh" else "and more"]
    return ("，" if lang == "zh" else "; ").join(parts)


def _to_come(parts: list[str], today: date) -> list[str]:
    """Without the single days that are past; all of them when nothing else is left."""
    limit = today.isoformat()
    return [part for part in parts if part[4:5] != "-" or part[:10] >= limit] or parts


def _days(days: list[str], lang: Lang, today: date) -> str:
    if all("-" not in day for day in days):
        return weekdays_words(sorted({int(day) for day in days}), lang)
    named = sorted(date.fromisoformat(day) for day in days if "-" in day)
    weekly = [int(day) for day in days if "-" not in day]
    words = [weekdays_words(weekly, lang)] if weekly else []
    if len(named) >= MOST_SHOWN and all(b - a == _WEEK for a, b in pairwise(named)):
        return "、".join([*words, _each_week(named, lang, today)])
    words += [_dated(day, lang, today) for day in named[:MOST_SHOWN]]
    said = ("、" if lang == "zh" else ", ").join(words)
    more = len(named) - MOST_SHOWN
    if more <= 0:
        return said
    return f"{said}等{len(named)}天，" if lang == "zh" else f"{said} and {more} more,"


def _each_week(named: list[date], lang: Lang, today: date) -> str:
    """Single days a week apart, as one would say them: 12月1日到1月5日每周二."""
    first, last = (date_words(day, lang, needs_year(day, today)) for day in (named[0], named[-1]))
    weekday_words = weekdays_words([named[0].weekday()], lang)
    return f"{weekday_words} {first} to {last}," if lang == "en" else f"{first}到{last}{weekday_words}"


def _dated(day: date, lang: Lang, today: date) -> str:
    words = date_words(day, lang, needs_year(day, today))
    return f"{weekday(day, lang)} {words}" if lang == "en" else f"{words}（{weekday(day, lang)}）"
