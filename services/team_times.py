"""When a team meets, as its lead says it: 下周三下午2点在活动室练字."""

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services import team_days
from services.regex import regex
from services.team_days import DAY, MONTH_DAY, NoSuchDay
from services.understanding import understand
from services.understanding.lexicon import Lexicon
from services.understanding.numbers import read_int

MOST_AHEAD = timedelta(days=366)
MOST_WHAT = 60
_NUMBER = r"\d{1,2}|[零一二两三四五六七八九十]{1,3}"
_CLOCK = regex(
    r"(?P<part>凌晨|清早|早上|早晨|上午|中午|下午|傍晚|晚上|今晚|明晚)?[\s的]*"
    rf"(?P<hour>{_NUMBER})\s*(?:[点时:：])\s*"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>\d{{2}}|[一二三四五六七八九十]{{2,3}}|(?:{_NUMBER})(?=分))"
    r"(?!\s*[个人位名月])分?)?(?P<whole>整)?"
)
_CLOCK_EN = regex(
    r"(?:\bat\s+)?(?<!\d)(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s*(?P<half>[ap])\.?m\b\.?", re.IGNORECASE
)
_AT_EN = regex(r"\bat\s*$", re.IGNORECASE)
_SPAN = regex(
    rf"^\s*(?:到|至|[-~—–])\s*(?:下午|晚上|上午|中午)?(?:{_NUMBER})\s*(?:[点时:：])(?:半|\d{{1,2}})?"
)
_AFTER_NOON = ("下午", "傍晚", "晚上", "今晚", "明晚")
# 2点 without 上午 or 下午 is no hour of the night
_NIGHT_UNTIL = 7
_FILLERS = regex(r"^(?:每|我们|咱们|大家|想|就|约|定|要)+")
_EDGES = r"[\s,，、。.;；]+"
_MORE_DAYS = regex(r"每(?:天|日|周|个?星期|个?礼拜|个?月)|\bevery\b|\bdaily\b|\bweekly\b", re.IGNORECASE)


class Said(NamedTuple):
    """When, and what or where in the lead's words; `once` where more days than this one were named."""

    starts_at: datetime
    what: str
    once: bool = False


class Unread(StrEnum):
    """Why no meeting could be read."""

    NOTHING = "bad"
    NO_DAY = "no_day"
    NO_HOUR = "no_hour"
    NO_SUCH_DAY = "no_such_day"
    PAST = "past"
    FAR = "far"


def read_meeting(text: str, now: datetime, zone: ZoneInfo, lexicon: Lexicon) -> Said | Unread:
    """The day, hour and words of a meeting, or what is wrong with them."""
    clock = _clock(text)
    local = now.astimezone(zone)
    rest = text if clock is None else f"{text[: clock.first]} {text[clock.last :]}"
    found = _days(rest, local, lexicon)
    if found is None:
        return Unread.NOTHING if clock is None or clock.minute is None else Unread.NO_DAY
    if isinstance(found, Unread):
        return found
    if clock is None or clock.minute is None:
        return Unread.PAST if found[-1] < local.date() else Unread.NO_HOUR
    starts = [_at(day, clock.minute, zone) for day in found]
    coming = next((one for one in starts if one > now), None)
    if coming is None:
        return Unread.PAST
    if coming > now + MOST_AHEAD:
        return Unread.FAR
    return Said(coming, _what(text, clock), once=_MORE_DAYS.search(text) is not None or _several(rest))


class _Clock(NamedTuple):
    """Where the hour stands in the text, and its minute of the day; None where there is no such hour."""

    first: int
    last: int
    minute: int | None


def _clock(text: str) -> _Clock | None:
    found = _CLOCK_EN.search(text)
    if found is not None:
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        known = 1 <= hour <= 12 and minute < 60
        later = 12 if found["half"] in "pP" else 0
        return _Clock(*found.span(), (hour % 12 + later) * 60 + minute if known else None)
    found = _CLOCK.search(text)
    if found is None:
        return None
    at = _AT_EN.search(text, 0, found.start())
    return _Clock(at.start() if at else found.start(), found.end(), _minute(found))


def _minute(clock: re.Match[str]) -> int | None:
    hour = read_int(clock["hour"])
    minute = 30 if clock["half"] else 0
    if clock["quarter"]:
        minute = 15 if clock["quarter"] == "一" else 45
    elif clock["minute"]:
        minute = read_int(clock["minute"]) or 0
    if hour is None or hour > 24 or minute >= 60:
        return None
    part = clock["part"]
    if part in _AFTER_NOON and hour <= 12:
        hour += 12
        if hour == 24 and part in ("下午", "傍晚"):  # 下午12点半 is noon
            hour = 12
    elif (part == "中午" and hour < 3) or (part is None and 0 < hour < _NIGHT_UNTIL):
        hour += 12
    return hour * 60 + minute if hour * 60 + minute <= 24 * 60 else None


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    # the hour of the wall's clock, 24点 being the next day's beginning
    day += timedelta(days=minute // (24 * 60))
    return datetime.combine(day, time(minute // 60 % 24, minute % 60), zone).astimezone(UTC)


def _days(text: str, local: datetime, lexicon: Lexicon) -> list[date] | Unread | None:
    """The day that was said; two where a weekday may be today or in a week."""
    try:
        said = team_days.said_days(text, local.date())
    except NoSuchDay:
        return Unread.NO_SUCH_DAY
    if said:
        return said
    meaning = understand(text, today=local.date(), now_minute=local.hour * 60 + local.minute, lexicon=lexicon)
    if meaning.dates is None or meaning.dates[0] != meaning.dates[1]:
        return None  # a week or a month alone is no day
    return [date.fromordinal(meaning.dates[0])]


def _several(text: str) -> bool:
    return len(list(MONTH_DAY.finditer(text))) > 1 or len(set(DAY.findall(text))) > 1


def _what(text: str, clock: _Clock) -> str:
    """What or where: the words behind the hour, without the day that may stand there; or those before it."""
    before = text[: clock.first]
    for part in (_SPAN.sub("", text[clock.last :], count=1), before):
        rest = _FILLERS.sub("", team_days.without_days(part).strip())
        if part is before and rest == before.strip():
            return ""  # the day stands there in words of another kind: 下个月5号
        rest = re.sub(rf"^(?:{_EDGES}|[在于]|(?:in|at|on)\b)+|{_EDGES}$", "", rest, flags=re.IGNORECASE)
        if rest:
            return rest[:MOST_WHAT]
    return ""
