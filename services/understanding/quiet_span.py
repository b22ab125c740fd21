"""Hours in which somebody wants to be left alone, as said: 早上8点到下午4点, 晚上十点半到六点, 10pm-6am."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.regex import regex
from services.understanding.normalise import normalise
from services.understanding.numbers import read_int

DAY = 24 * 60
HALF_DAY = 12 * 60
_MORNING = ("凌晨", "半夜", "清早", "清晨", "早晨", "早上", "上午", "早")
_LATER = ("中午", "下午", "午后", "傍晚", "晚上", "晚间", "夜里", "夜间", "晚")
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}
_TIME = regex(
    rf"(?P<part>{'|'.join(_MORNING + _LATER)})?\s*"
    r"(?P<hour>\d{1,2}|[零一二两三四五六七八九十]{1,3})"
    r"(?:\s*(?P<half>am|pm|a\.m\.|p\.m\.)|(?:点钟?|时|:)(?P<minute>半|一刻|三刻|\d{1,2})?分?\s*(?P<late>am"
    r"|pm)?)"
)


def read_quiet(text: str) -> tuple[int, int] | None:
    """The two times named in a text, in minutes after midnight, or None unless there are exactly two.

    Where a part of the day is left out, the span is the shortest that fits, and of two alike the one over
    midnight: 9点到7点 is the night. Equal times are no span.
    """
    said = list(_TIME.finditer(normalise(text)))
    if len(said) != 2:
        return None
    spans = [
        ((end - start) % DAY, start < end, start, end)
        for start in _readings(said[0])
        for end in _readings(said[1])
        if start != end
    ]
    if not spans:
        return None
    _, _, start, end = min(spans)
    return start, end


def read_clocks(text: str) -> list[tuple[int, ...]]:
    """Each time of day that is named, as the minutes after midnight that it can mean, likeliest first."""
    return [tuple(_readings(match)) for match in _TIME.finditer(normalise(text))]


def _readings(match: re.Match[str]) -> Iterator[int]:
    """The times of day that one match can mean."""
    hour = read_int(match["hour"])
    if hour is None or hour > 24:
        return
    rest = match["minute"] or "0"
    minute = _QUARTERS[rest] if rest in _QUARTERS else int(rest)
    if minute > 59:
        return
    part, half = match["part"] or "", (match["half"] or match["late"] or "").replace(".", "")
    at = hour % 24 * 60 + minute
    if hour > 12 or hour == 0:
        yield at
    elif half:
        yield at % HALF_DAY + (HALF_DAY if half == "pm" else 0)
    elif part in _MORNING:
        yield at % HALF_DAY if part in ("凌晨", "半夜") else at
    elif part == "中午":
        yield at if hour >= 10 else at + HALF_DAY
    elif part in ("下午", "午后"):
        yield at % HALF_DAY + HALF_DAY
    elif part in _LATER:  # 晚上12点 is midnight, 夜里2点 the small hours
        small = hour == 12 or (part in ("夜里", "夜间", "晚上") and hour < 5)
        yield at % HALF_DAY + (0 if small else HALF_DAY)
    else:
        yield at % HALF_DAY
        yield at % HALF_DAY + HALF_DAY
