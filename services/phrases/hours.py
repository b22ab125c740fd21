"""Hours of the day in words: 上午9点, 晚上7点半, 9:00 am."""

from __future__ import annotations

from typing import Literal

Lang = Literal["zh", "en"]

MIDNIGHT = 24 * 60

# as people say them; a part lasts from its hour up to the next one's
_PARTS = ("凌晨",) * 5 + ("早上",) * 3 + ("上午",) * 4 + ("中午",) + ("下午",) * 5 + ("晚上",) * 6
_MORNING = ("早上", "上午")
_HOURS_ZH = tuple(f"{hour - 12 if hour > 12 else hour}点" for hour in range(24))
_HOURS_EN = tuple(str((hour - 1) % 12 + 1) for hour in range(24))


def _minute_zh(minute: int) -> str:
    if minute == 0:
        return ""
    if minute == 30:
        return "半"
    # written in figures, 2点40 reads like a number cut short
    return f"{minute:02d}分"


_MINUTES_ZH = tuple(_minute_zh(minute) for minute in range(60))
_MINUTES_EN = tuple(f":{minute:02d}" for minute in range(60))


def day_part(minute: int) -> str:
    """The Chinese word for the part of the day at `minute` (0–1439) after midnight."""
    return _PARTS[minute // 60]


def bare_clock(minute: int, lang: Lang) -> str:
    """A time without its part of the day: 9点半, 9:30."""
    hour, rest = divmod(minute, 60)
    if lang == "en":
        return _HOURS_EN[hour] + _MINUTES_EN[rest]
    return _HOURS_ZH[hour] + _MINUTES_ZH[rest]


def say_clock(minute: int, lang: Lang) -> str:
    """A time of day, given in minutes after midnight: 上午9点半, 9:30 am."""
    if lang == "en":
        return f"{bare_clock(minute, lang)} {_half(minute)}"
    return _PARTS[minute // 60] + bare_clock(minute, lang)


def say_clock_span(start: int, end: int, lang: Lang) -> str:
    """A span of hours, in minutes after midnight: 上午9点–10点半, 9:00–10:30 am.

    `end` may be 1440, midnight, and beyond that for what ends in the small hours.
    """
    if lang == "en":
        return _span_en(start, end % MIDNIGHT)
    # a class until 12:00 is still one of the morning, so the part is that of its last minute
    first, last = day_part(start), day_part(max(end - 1, start) % MIDNIGHT)
    said = "12点" if end == MIDNIGHT else bare_clock(end % MIDNIGHT, "zh")
    same = first == last or (first in _MORNING and last in _MORNING)
    return f"{first}{bare_clock(start, 'zh')}–{said if same else day_part(end % MIDNIGHT) + said}"


def _half(minute: int) -> str:
    if minute % 720 == 0:
        return "noon" if minute else "midnight"
    return "am" if minute < 720 else "pm"


def _span_en(start: int, end: int) -> str:
    if _half(start) == _half(end):
        return f"{bare_clock(start, 'en')}–{say_clock(end, 'en')}"
    return f"{say_clock(start, 'en')} – {say_clock(end, 'en')}"
