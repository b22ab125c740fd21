"""The day of a meeting, named plainly: 明天, 下周三, 周一, next Friday, December 5."""

import re
from datetime import date, timedelta

from services.regex import regex
from services.understanding.numbers import read_int

_NUMBER = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
MONTH_DAY = regex(rf"(?:(?P<year>\d{{4}})年)?(?<!\d)(?P<month>{_NUMBER})月(?:份)?(?P<day>{_NUMBER})[日号]?")
ISO = regex(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
DAY = regex(r"(?:周|星期|礼拜)[一二三四五六日天]")
_WEEKDAY = regex(r"(?P<week>下下|下|这|本|上上|上)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])")
_NEAR = {
    "大前天": -3, "前天": -2, "前晚": -2, "昨天": -1, "昨晚": -1, "昨日": -1, "大后天": 3, "后天": 2,
    "后日": 2, "今天": 0, "今日": 0, "今晚": 0, "今早": 0, "今儿": 0, "明天": 1, "明日": 1, "明晚": 1,
    "明早": 1, "明儿": 1, "day after tomorrow": 2, "yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1,
}  # fmt: skip
_NEAR_SAID = regex("|".join(_NEAR), re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
_MONTH_DAY_EN = (
    regex(rf"(?:\bon\s+)?\b{_NAME}\s+{_NTH}(?:,?\s+(?P<year>\d{{4}}))?", re.IGNORECASE),
    regex(rf"(?:\bon\s+)?\b{_NTH}\s+(?:of\s+)?{_NAME}(?:,?\s+(?P<year>\d{{4}}))?", re.IGNORECASE),
)
_WEEKDAY_EN = regex(
    rf"(?:\bon\s+)?(?:\b(?P<week>next|this|last)\s+)?\b(?P<day>{'|'.join(_WEEKDAYS)})(?:[a-z]*day|s)?\b",
    re.IGNORECASE,
)
_LONG_GONE = regex(r"去年|前年|上个?月|上周|上个?(?:星期|礼拜)|\blast (?:week|month|year)\b", re.IGNORECASE)
_WEEKS = {"下下": 2, "下": 1, "next": 1, "上": -1, "last": -1, "上上": -2}
# without a year, a day that lies further back is meant for the next one
_BACK = timedelta(days=180)


class NoSuchDay(ValueError):
    """2月30日: a day that no calendar has."""


def said_days(text: str, today: date) -> list[date]:
    """The day that was named, gone by or not; a bare weekday also a week later. Raises NoSuchDay."""
    for pattern in (ISO, MONTH_DAY, *_MONTH_DAY_EN):
        found = pattern.search(text)
        if found is not None:
            return [_dated(found, text, today)]
    near = _NEAR_SAID.search(text)
    if near is not None:
        return [today + timedelta(days=_NEAR[near[0].lower()])]
    found = _WEEKDAY.search(text) or _WEEKDAY_EN.search(text)
    if found is not None:
        return _weekday(found, today)
    return [today - timedelta(weeks=1)] if _LONG_GONE.search(text) else []


def without_days(text: str) -> str:
    """The text without the day that stands at its beginning or end."""
    for pattern in (ISO, MONTH_DAY, *_MONTH_DAY_EN, _NEAR_SAID, _WEEKDAY, _WEEKDAY_EN):
        for found in pattern.finditer(text):
            if not text[: found.start()].strip(" ,，、。") or not text[found.end() :].strip(" ,，、。"):
                return text[: found.start()] + " " + text[found.end() :]
    return text


def _dated(found: re.Match[str], text: str, today: date) -> date:
    groups = found.groupdict()
    month = _MONTHS.index(groups["name"].lower()) + 1 if groups.get("name") else read_int(groups["month"])
    day, year = read_int(groups["day"]), int(groups["year"] or 0)
    if not year and text.endswith(("去年", "去年的"), 0, found.start()):
        year = today.year - 1
    if not year and text.endswith(("明年", "明年的"), 0, found.start()):
        year = today.year + 1
    try:
        if year:
            return date(year, month or 0, day or 0)
        for later in (0, 1, 2, 3, 4, 5, 6, 7, 8):
            if day == 29 and month == 2 and (today.year + later) % 4:
                continue
            that = date(today.year + later, month or 0, day or 0)
            if that >= today - _BACK:
                return that
    except ValueError:
        pass
    raise NoSuchDay(found[0])


def _weekday(found: re.Match[str], today: date) -> list[date]:
    said, week = found["day"].lower(), (found["week"] or "").lower()
    at = "一二三四五六日".find(said.replace("天", "日")) if len(said) == 1 else _WEEKDAYS.index(said)
    monday = today - timedelta(days=today.weekday())
    if week:
        return [monday + timedelta(days=at, weeks=_WEEKS.get(week, 0))]
    nearest = today + timedelta(days=(at - today.weekday()) % 7)
    return [nearest, nearest + timedelta(weeks=1)]
