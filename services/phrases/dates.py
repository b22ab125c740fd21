"""All the dates of a class in a few words: 每周六上午9点–10点半，12月5日到1月23日，共8次（1月2日停课）."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.phrases.days import (
    date_words,
    day_words,
    near_word,
    needs_year,
    say_date,
    weekday,
    weekdays_words,
)
from services.phrases.hours import MIDNIGHT, Lang, say_clock_span
from services.phrases.series import Held, Series, find_daily, find_series

FULL_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SEVERAL_OFF = 6
_WITH_WEEKDAY = 6


class Meeting(NamedTuple):
    """One session of a class, as far as its dates in words need it; instants are aware."""

    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False


def say_dates(meetings: Iterable[Meeting], lang: Lang, now: datetime, zone: ZoneInfo) -> str:
    """All dates of a class: the weekly rule with its breaks, a row of days, or else a list by month.

    What is cancelled counts as a break and not as a session. Without any session the words say so.
    """
    return _say(tuple(meetings), lang, now.astimezone(zone).date(), zone, False)


def say_dates_left(meetings: Iterable[Meeting], lang: Lang, now: datetime, zone: ZoneInfo) -> str:
    """The dates of a class that are still to come: 每周六上午9点–10点半，12月12日到1月23日，还有7次.

    All of them while none is over, or once all are.
    """
    whole = tuple(meetings)
    left = tuple(meeting for meeting in whole if meeting.ends_at > now)
    held = sum(not meeting.cancelled for meeting in whole)
    if not 0 < sum(not meeting.cancelled for meeting in left) < held:
        return say_dates(whole, lang, now, zone)
    return _say(left, lang, now.astimezone(zone).date(), zone, False, True)


def say_pattern(meetings: Iterable[Meeting], lang: Lang, now: datetime, zone: ZoneInfo) -> str:
    """The same on one short line, for a list of classes: 每周六上午9点–10点半，12月5日起，共8次."""
    return _say(tuple(meetings), lang, now.astimezone(zone).date(), zone, True)


# a page of results says the same classes to everybody all day long
@lru_cache(maxsize=1024)
def _say(
    meetings: tuple[Meeting, ...], lang: Lang, today: date, zone: ZoneInfo, brief: bool, rest: bool = False
) -> str:
    held, off = _read(meetings, zone)
    if not held:
        return _nothing(bool(off), lang)
    if len(held) == 1:
        words = _one(held[0], lang, today)
        words = _counted(words, held, lang, rest) if rest else words
    elif hours := find_daily(held):
        span, clock = _range(held[0].day, held[-1].day, lang, today), _clock(hours, lang)
        words = _counted(
            f"daily {clock}, {span}" if lang == "en" else f"{span}，每天{clock}", held, lang, rest
        )
    elif series := find_series(held):
        words = _counted(_series(series, lang, today, brief), held, lang, rest)
        off |= series.breaks
    else:
        words = _counted(_from(held, lang, today) if brief else _list(held, lang, today), held, lang, rest)
    # seen from the first session no break needs its year
    return words if brief else words + _breaks(off, lang, held[0].day)


def _series(series: Series, lang: Lang, today: date, brief: bool) -> str:
    rule = _rule(series, lang)
    if brief:
        first = say_date(series.first, lang, today)
        return f"{rule}, from {first}" if lang == "en" else f"{rule}，{first}起"
    words = [rule, _range(series.first, series.last, lang, today), *_changes(series, lang, today)]
    return (", " if lang == "en" else "，").join(words)


def _from(held: list[Held], lang: Lang, today: date) -> str:
    day = day_words(held[0].day, lang, today)
    return f"from {day}" if lang == "en" else f"{day}起"


def _read(meetings: Iterable[Meeting], zone: ZoneInfo) -> tuple[list[Held], set[date]]:
    """What is held, in order, and the days on which everything is off."""
    held: list[Held] = []
    off: set[date] = set()
    for meeting in meetings:
        first = meeting.starts_at.astimezone(zone)
        day = first.date()
        if meeting.cancelled:
            off.add(day)
            continue
        last = meeting.ends_at.astimezone(zone)
        days = last.toordinal() - first.toordinal()
        end = last.hour * 60 + last.minute + days * MIDNIGHT
        held.append(Held(day, first.hour * 60 + first.minute, end))
    held.sort()
    if off:
        off.difference_update(item.day for item in held)
    return held, off


def _nothing(cancelled: bool, lang: Lang) -> str:
    if lang == "en":
        return "all sessions cancelled" if cancelled else "dates to be announced"
    return "已全部停课" if cancelled else "时间待定"


def _clock(hours: tuple[int, int], lang: Lang) -> str:
    return say_clock_span(hours[0], hours[1], lang)


def _counted(words: str, held: list[Held], lang: Lang, rest: bool) -> str:
    n = len(held)
    if lang == "zh":
        return f"{words}，{'还有' if rest else '共'}{n}次"
    return f"{words}, {n} session{'s' if n > 1 else ''}{' left' if rest else ''}"


def _one(held: Held, lang: Lang, today: date) -> str:
    day, clock = day_words(held.day, lang, today), _clock(held[1:], lang)
    if lang == "zh":
        return day + clock
    return f"{day} {clock}" if near_word(held.day, lang, today) else f"{day}, {clock}"


def _rule(series: Series, lang: Lang) -> str:
    """每周二、周四晚上7点–8点半, Tuesdays and Thursdays 7:00–8:30 pm."""
    slots, every_other = series.slots.items(), series.weeks == 2
    if lang == "en":
        return _and([f"{_weekdays_en(days, every_other)} {_clock(hours, lang)}" for hours, days in slots])
    if every_other:
        return "隔周" + "、".join(
            weekdays_words(days, lang, every_week=False) + _clock(hours, lang) for hours, days in slots
        )
    words = [weekdays_words(days, lang) + _clock(hours, lang) for hours, days in slots]
    # 每周一上午9点、周三下午2点: the word for every week is said once
    return "、".join(
        [words[0], *(word.removeprefix("每") if "每天" not in word else word for word in words[1:])]
    )


def _is_run(days: list[int]) -> bool:
    return len(days) >= 3 and days[-1] - days[0] == len(days) - 1


def _weekdays_en(days: list[int], every_other: bool) -> str:
    if every_other:
        return "every other " + _and([FULL_WEEKDAYS_EN[day] for day in days])
    if _is_run(days):
        ends = f"{FULL_WEEKDAYS_EN[days[0]]} to {FULL_WEEKDAYS_EN[days[-1]]}"
        return "daily" if len(days) == 7 else ends
    return _and([FULL_WEEKDAYS_EN[day] + "s" for day in days])


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _range(first: date, last: date, lang: Lang, today: date) -> str:
    """12月5日到1月23日, 12月5日到26日, 5 Dec – 23 Jan, 5–26 Dec; years where one could be mistaken."""
    year = needs_year(first, today) or needs_year(last, today)
    same_year, same_month = first.year == last.year, (first.year, first.month) == (last.year, last.month)
    if lang == "en":
        ends = date_words(last, lang, year)
        begins = date_words(first, lang, year and not same_year)
        return f"{first.day}–{ends}" if same_month else f"{begins} – {ends}"
    begins = date_words(first, lang, year)
    ends = f"{last.day}日" if same_month else date_words(last, lang, year and not same_year)
    return f"{begins}到{ends}"


def _changes(series: Series, lang: Lang, today: date) -> list[str]:
    """What departs from the rule: a session at another hour of its day, and one on another day."""
    words = []
    for item in series.changed:
        day, clock = say_date(item.day, lang, today), _clock(item[1:], lang)
        words.append(f"on {day} {clock} instead" if lang == "en" else f"其中{day}改为{clock}")
    for item in series.extra:
        day, clock = say_date(item.day, lang, today), _clock(item[1:], lang)
        name = weekday(item.day, lang)
        words.append(f"also {name} {day} {clock}" if lang == "en" else f"另有{day}（{name}）{clock}")
    return words


def _breaks(off: set[date], lang: Lang, first: date) -> str:
    if not off:
        return ""
    if len(off) > _SEVERAL_OFF:
        return f" ({len(off)} dates off)" if lang == "en" else f"（其间停课{len(off)}次）"
    words = _by_month(sorted(off), lang, first)
    return f" (none on {words})" if lang == "en" else f"（{words}停课）"


def _list(held: list[Held], lang: Lang, today: date) -> str:
    """Dates by month, those of the same hours together."""
    groups: dict[tuple[int, int], list[date]] = {}
    for item in held:
        groups.setdefault(item[1:], []).append(item.day)
    named = len(held) <= _WITH_WEEKDAY
    said = [(_by_month(days, lang, today, named), _clock(hours, lang)) for hours, days in groups.items()]
    if lang == "en":
        return "; ".join(f"{days}, {clock}" for days, clock in said)
    # a weekday in brackets, or a single date, runs straight on into its hours
    return "；".join(days + ("，" if "、" in days or "，" in days else "") + clock for days, clock in said)


def _by_month(days: list[date], lang: Lang, today: date, named: bool = False) -> str:
    """12月5日、8日，1月3日; with `named` each with its weekday: 12月5日（周六）、8日（周二）."""
    if lang == "en" and named:
        return ", ".join(f"{weekday(day, lang)} {say_date(day, lang, today)}" for day in days)
    months: dict[tuple[int, int], list[date]] = {}
    for day in days:
        months.setdefault((day.year, day.month), []).append(day)
    return ("; " if lang == "en" else "，").join(_month(days, lang, today, named) for days in months.values())


def _month(days: list[date], lang: Lang, today: date, named: bool) -> str:
    year = needs_year(days[0], today)
    if lang == "en":
        earlier = "".join(f"{day.day}, " for day in days[:-1])
        return earlier + date_words(days[-1], lang, year)
    month = f"{days[0].year}年{days[0].month}月" if year else f"{days[0].month}月"
    said = (f"{day.day}日（{weekday(day, lang)}）" if named else f"{day.day}日" for day in days)
    return month + "、".join(said)
