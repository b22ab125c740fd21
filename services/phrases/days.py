"""Days in words, relative to the town's today: 明天（周三）, 周三（12月2日）, Wed 2 Dec."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.phrases.hours import Lang

WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# two months back and ten ahead: within these, a month and a day can mean one date only
_BACK, _AHEAD = -60, 300
# as many days in a row are said by their first and last
_RUN = 3
_NEAR_ZH = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}
_NEAR_EN = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def weekday(day: date, lang: Lang) -> str:
    """The weekday's short name: 周三, Wed."""
    return (WEEKDAYS_EN if lang == "en" else WEEKDAYS_ZH)[day.weekday()]


def weekdays_words(days: Sequence[int], lang: Lang, every_week: bool = True) -> str:
    """Weekdays (Monday is 0, sorted) in few words: 每天, 每天（周三除外）, 每周一到周五.

    Without `every_week` they are named and no more: 周一到周日.
    """
    names = WEEKDAYS_EN if lang == "en" else WEEKDAYS_ZH
    every = "每" if every_week and lang == "zh" else ""
    missing = [name for day, name in enumerate(names) if day not in days]
    if every_week and not missing:
        return "daily" if lang == "en" else "每天"
    if len(days) >= _RUN and days[-1] - days[0] == len(days) - 1 and len(missing) > 1:
        return f"{every}{names[days[0]]}{' to ' if lang == 'en' else '到'}{names[days[-1]]}"
    if every_week and len(missing) == 1:
        return f"daily (not {missing[0]})" if lang == "en" else f"每天（{missing[0]}除外）"
    return every + (", " if lang == "en" else "、").join(names[day] for day in days)


def needs_year(day: date, today: date) -> bool:
    """Whether a month and a day alone could be taken for another year's."""
    return not _BACK <= day.toordinal() - today.toordinal() <= _AHEAD


def say_date(day: date, lang: Lang, today: date) -> str:
    """A date without its weekday, with the year only where it is needed: 12月2日, 2 Dec 2027."""
    return date_words(day, lang, with_year=needs_year(day, today))


def date_words(day: date, lang: Lang, with_year: bool) -> str:
    """A date without its weekday: 12月2日 or 2027年12月2日, 2 Dec or 2 Dec 2027."""
    if lang == "en":
        words = f"{day.day} {MONTHS_EN[day.month]}"
        return f"{words} {day.year}" if with_year else words
    words = f"{day.month}月{day.day}日"
    return f"{day.year}年{words}" if with_year else words


def near_word(day: date, lang: Lang, today: date) -> str | None:
    """今天, 明天 and their like, bare; None for a day that has no such word."""
    return (_NEAR_EN if lang == "en" else _NEAR_ZH).get(day.toordinal() - today.toordinal())


def day_words(day: date, lang: Lang, today: date) -> str:
    """A day with its weekday: 今天, 明天（周三）, 周三（12月2日）, tomorrow (Wed), Wed 2 Dec."""
    near = near_word(day, lang, today)
    name = weekday(day, lang)
    if near is not None:
        if day == today:
            return near
        return f"{near} ({name})" if lang == "en" else f"{near}（{name}）"
    if lang == "en":
        return f"{name} {say_date(day, lang, today)}"
    if needs_year(day, today):
        return f"{date_words(day, lang, with_year=True)}（{name}）"
    return f"{name}（{day.month}月{day.day}日）"
