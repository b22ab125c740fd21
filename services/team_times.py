"""When a team meets, as its lead says it: 下周三下午2点在活动室练字."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.understanding import understand
from services.understanding.lexicon import Lexicon
from services.understanding.numbers import read_int

MOST_AHEAD = timedelta(days=366)
MOST_WHAT = 60
_NUMBER = r"\d{1,2}|[零一二两三四五六七八九十]{1,3}"
_CLOCK = re.compile(
    rf"(?P<part>凌晨|清早|早上|早晨|上午|中午|下午|傍晚|晚上|今晚|明晚)?(?P<hour>{_NUMBER})\s*(?:[点时:：])\s*"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_NUMBER})分?)?(?P<whole>整)?"
)
_SPAN = re.compile(
    rf"^\s*(?:到|至|[-~—–])\s*(?:下午|晚上|上午|中午)?(?:{_NUMBER})\s*(?:[点时:：])(?:半|\d{{1,2}})?"
)
_AFTER_NOON = ("下午", "傍晚", "晚上", "今晚", "明晚")


class Said(NamedTuple):
    """When, and what or where in the lead's words."""

    starts_at: datetime
    what: str


def read_meeting(text: str, now: datetime, zone: ZoneInfo, lexicon: Lexicon) -> Said | None:
    """The day, hour and words of a meeting; None where the day or the hour was not said or has passed."""
    clock = _CLOCK.search(text)
    local = now.astimezone(zone)
    day = _day(text, local, lexicon)
    if clock is None or day is None:
        return None
    at = _time(clock)
    if at is None:
        return None
    starts = datetime.combine(day, at, zone).astimezone(UTC)
    if not now < starts <= now + MOST_AHEAD:
        return None
    rest = _SPAN.sub("", text[clock.end() :], count=1)
    return Said(starts, re.sub(r"^[\s,，、。在于]+|[\s。]+$", "", rest)[:MOST_WHAT])


def _time(clock: re.Match[str]) -> time | None:
    hour = read_int(clock["hour"])
    minute = 30 if clock["half"] else 0
    if clock["quarter"]:
        minute = 15 if clock["quarter"] == "一" else 45
    elif clock["minute"]:
        minute = read_int(clock["minute"]) or 0
    if hour is None:
        return None
    later = 12 if clock["part"] in _AFTER_NOON else 3 if clock["part"] == "中午" else 0
    if hour < later:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(text: str, local: datetime, lexicon: Lexicon) -> date | None:
    meaning = understand(text, today=local.date(), now_minute=local.hour * 60 + local.minute, lexicon=lexicon)
    if meaning.dates is None and not meaning.weekdays:
        return None
    today = local.date().toordinal()
    first, last = meaning.dates or (today, today + 6)
    days = [
        date.fromordinal(day)
        for day in range(max(first, today), last + 1)
        if not meaning.weekdays or date.fromordinal(day).weekday() in meaning.weekdays
    ]
    # a week or a month alone is no day
    return days[0] if days and (meaning.weekdays or first == last) else None
