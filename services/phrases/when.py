"""Moments, spans and deadlines in words, as the town's clock has them.

All are pure: instants are aware datetimes, `now` is the town's civil time, `zone` the town's zone.
`say_dates`, the dates of a whole class, is at home in `dates` and can be had from here too.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.phrases.dates import Meeting, say_dates, say_dates_left, say_pattern
from services.phrases.days import day_words, near_word
from services.phrases.hours import MIDNIGHT, Lang, bare_clock, say_clock, say_clock_span

__all__ = [
    "Lang",
    "Meeting",
    "say_closing",
    "say_dates",
    "say_dates_left",
    "say_day",
    "say_deadline",
    "say_hours",
    "say_moment",
    "say_opening",
    "say_pattern",
    "say_span",
]

_DAY = timedelta(days=1)
_ROUND_FROM = timedelta(hours=1)


def say_day(at: datetime, lang: Lang, now: datetime, zone: ZoneInfo) -> str:
    """The day of an instant: 明天（周三）, 周三（12月2日）, Wed 2 Dec."""
    return day_words(at.astimezone(zone).date(), lang, now.astimezone(zone).date())


def say_moment(at: datetime, lang: Lang, now: datetime, zone: ZoneInfo) -> str:
    """An instant: 周三（12月2日）上午9点, 今天下午2点40分, tomorrow (Wed) 7:30 pm."""
    local = at.astimezone(zone)
    return _on(local.date(), say_clock(_minute(local), lang), lang, now.astimezone(zone).date())


def say_hours(start: datetime, end: datetime, lang: Lang, zone: ZoneInfo) -> str:
    """The hours of a span that lasts less than a day, without the day: 上午9点–10点半, 9:00–10:30 am."""
    return _hours(start.astimezone(zone), end.astimezone(zone), lang)


def say_opening(at: datetime, lang: Lang, now: datetime, zone: ZoneInfo) -> str:
    """When something begins, to stand before 开始: the day alone where it begins with the day."""
    said = say_moment if _minute(at.astimezone(zone)) else say_day
    return said(at, lang, now, zone)


def say_closing(at: datetime, lang: Lang, now: datetime, zone: ZoneInfo) -> str:
    """When something ends, to stand before 截止: the whole day where it ends with the day."""
    local = at.astimezone(zone)
    minute = _minute(local)
    if minute not in (0, MIDNIGHT - 1):
        return say_moment(at, lang, now, zone)
    day, today = local.date() - (_DAY if minute == 0 else timedelta()), now.astimezone(zone).date()
    words = day_words(day, lang, today)
    if lang == "en":
        return f"at the end of {words}"
    # 今天, 明天 are whole days already
    return words if day - today <= _DAY else f"{words}当天"


def say_span(start: datetime, end: datetime, lang: Lang, now: datetime, zone: ZoneInfo) -> str:
    """A span: 周六（12月5日）上午9点–10点半; with both days where it lasts a day or longer."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    today = now.astimezone(zone).date()
    if end - start < _DAY:
        return _on(first.date(), _hours(first, last, lang), lang, today)
    begins = _on(first.date(), say_clock(_minute(first), lang), lang, today)
    return f"{begins} – {_on(last.date(), say_clock(_minute(last), lang), lang, today)}"


def say_deadline(at: datetime, lang: Lang, now: datetime, zone: ZoneInfo) -> str:
    """The moment before which somebody has to act: 明天11点前, 今天下午3点前, by 3:00 pm today.

    Never later than `at`: seconds are dropped, and an hour or more ahead it is rounded down to five
    minutes, so that whoever keeps to the words is in time. Midnight is said as the end of the day before
    it.
    """
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    day, minute = local.date(), _minute(local)
    if at - now >= _ROUND_FROM:
        minute -= minute % 5
    if minute == 0:
        day, minute = day - _DAY, MIDNIGHT
    near = near_word(day, lang, today)
    if lang == "en":
        clock = "midnight" if minute == MIDNIGHT else say_clock(minute, lang)
        return f"by {clock} {near}" if near else f"by {clock} on {day_words(day, lang, today)}"
    return f"{near or day_words(day, lang, today)}{_deadline_clock(minute, bare=near is not None)}前"


def _deadline_clock(minute: int, bare: bool) -> str:
    if minute == MIDNIGHT:
        return "晚上12点"
    # no answer is awaited at ten or eleven at night, so these two hours need no part of the day
    if bare and 10 * 60 <= minute < 12 * 60:
        return bare_clock(minute, "zh")
    return say_clock(minute, "zh")


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute


def _hours(first: datetime, last: datetime, lang: Lang) -> str:
    days = last.toordinal() - first.toordinal()
    return say_clock_span(_minute(first), _minute(last) + days * MIDNIGHT, lang)


def _on(day: date, hours: str, lang: Lang, today: date) -> str:
    words = day_words(day, lang, today)
    if lang == "zh":
        return words + hours
    # tomorrow (Wed) 7:30 pm reads on; a date wants its comma
    return f"{words} {hours}" if near_word(day, lang, today) else f"{words}, {hours}"
