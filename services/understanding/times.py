"""Days and hours as people say them: 周末, 每周二四晚上, 七点以后, 下周, 12月5号."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.understanding.draft import Draft
from services.understanding.numbers import read_int

_DAY = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5,
        "1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6}  # fmt: skip
_WEEK = r"(?:星期|礼拜|周)"
_ALL_DAYS = frozenset(range(7))
_NOT = r"(?P<no>不要|不想要|不能|除了|除|别|不是|不想|避开|没空)?"

_NUM = r"\d{1,2}|[一二两三四五六七八九十]{1,3}"
_ANY_DAY = "[一二三四五六日天1-7]"
_SPAN = re.compile(
    rf"{_NOT}(?:每个?)?{_WEEK}(?P<a>[一二三四五六1-6])(?:到|至|[-~—–])(?:{_WEEK})?(?P<b>{_ANY_DAY})"
)
_LIST = re.compile(
    rf"{_NOT}(?P<rel>下下个?|下个?|这个?|本)?(?:每个?|逢)?{_WEEK}"
    rf"(?P<days>{_ANY_DAY}(?:(?:[、,，和或跟及与 ]|还有|或者)*(?:{_WEEK})?"
    rf"{_ANY_DAY}(?![点时:个块元月岁])){{0,6}})"
    r"(?![点个块元月岁\d])"
)
_WEEKEND = re.compile(
    rf"{_NOT}(?P<rel>下个?|这个?|本)?(?:每个?)?(?:周末|双休日?|休息日|礼拜六礼拜天|周六周日)(?:两天)?"
)
_WORKDAY = re.compile(rf"{_NOT}(?:工作日|平日|平时|上班日|非周末|周中)")
_MONTH_DAY = re.compile(rf"(?:(?P<y>20\d\d)年)?(?P<m>{_NUM})月(?P<d>{_NUM})[号日]?")
_ISO = re.compile(r"(?P<y>20\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})")
_SLASH = re.compile(r"(?<![\d.])(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)")
_MONTH = re.compile(rf"(?P<m>{_NUM})月份?(?P<third>上旬|中旬|下旬|底|初)?(?![0-9零一二三四五六七八九十])")
_DAY_ONLY = re.compile(rf"(?<![\d月])(?P<d>{_NUM})[号日](?![线楼院店])")
_NEAR_DAYS = {"大后天": 3, "后天": 2, "明天": 1, "明日": 1, "明儿": 1, "今天": 0, "今日": 0, "今儿": 0}
_NEAR_NIGHTS = {"今晚": 0, "明晚": 1, "后晚": 2, "明早": 1, "今早": 0}
_NEAR = re.compile("|".join(_NEAR_DAYS))
_NIGHT = re.compile("|".join(_NEAR_NIGHTS))
_WEEKS = re.compile(r"(?P<rel>下下|下|这|本)个?(?:周|星期|礼拜)(?!末)")
_MONTHS = re.compile(r"(?P<rel>下|这|本)个?月(?P<end>底)?|月底(?:前|之前|以前)?")
_NEXT_DAYS = re.compile(rf"(?:最近|近|未来|这)(?P<n>{_NUM})(?P<u>天|周|个星期|个月)")

_PARTS = {
    "上午": (0, 720), "早上": (0, 720), "早晨": (0, 720), "清早": (0, 540), "一早": (0, 540),
    "大清早": (0, 540), "中午": (660, 840), "午间": (660, 840), "下午": (720, 1080), "午后": (720, 1080),
    "傍晚": (1020, 1200), "晚上": (1080, 1440), "晚间": (1080, 1440), "夜里": (1080, 1440),
    "夜间": (1080, 1440), "夜校": (1080, 1440), "晚课": (1080, 1440), "下班后": (1050, 1440),
    "下了班": (1050, 1440), "下班以后": (1050, 1440), "下班之后": (1050, 1440), "白天": (0, 1080),
}  # fmt: skip
_PART = re.compile(_NOT + "(?P<part>" + "|".join(sorted(_PARTS, key=len, reverse=True)) + ")")
_HOUR = (
    r"(?P<{0}>\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})(?:点钟?|时|:)"
    r"(?P<{0}m>半|一刻|三刻|\d{{1,2}}分?)?"
)
_CLOCK_SPAN = re.compile(_HOUR.format("a") + r"(?:到|至|[-~—–])" + _HOUR.format("b"))
_CLOCK = re.compile(_HOUR.format("a") + r"(?:钟)?(?P<how>以后|之后|过后|后|往后|开始|以前|之前|前)?")


@dataclass(slots=True)
class _Found:
    weekdays: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()
    hours: list[tuple[int, int]] = field(default_factory=list)
    dates: tuple[int, int] | None = None


def read_times(draft: Draft, today: date) -> None:
    """Take every day and hour out of the draft's text and set weekdays, hours and dates."""
    found = _Found()
    _read_weekdays(draft, today, found)
    _read_dates(draft, today, found)
    _read_hours(draft, found)
    days = found.weekdays
    if found.excluded:
        days = (days or _ALL_DAYS) - found.excluded
    if days and days != _ALL_DAYS:
        draft.fields["weekdays"] = days
    if found.hours:
        start = max(hours[0] for hours in found.hours)
        end = min(hours[1] for hours in found.hours)
        if start >= end:
            start, end = min(h[0] for h in found.hours), max(h[1] for h in found.hours)
        draft.fields["hours"] = (start, end)
    if found.dates:
        draft.fields["dates"] = found.dates


def _week(today: date, ahead: int) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
    return monday, monday + timedelta(days=6)


def _set_dates(found: _Found, first: date, last: date, today: date) -> None:
    low, high = max(first, today).toordinal(), last.toordinal()
    if high < low:
        low = first.toordinal()
    found.dates = (low, high)


def _add_days(found: _Found, match: re.Match[str], days: frozenset[int]) -> None:
    if match["no"]:
        found.excluded |= days
    else:
        found.weekdays |= days


def _read_weekdays(draft: Draft, today: date, found: _Found) -> None:
    for match in draft.take(_SPAN):
        first, last = _DAY[match["a"]], _DAY[match["b"]]
        last += 7 if last < first else 0
        _add_days(found, match, frozenset(day % 7 for day in range(first, last + 1)))
    for match in draft.take(_WEEKEND):
        _add_days(found, match, frozenset({5, 6}))
        _relative(match["rel"], today, found)
    for match in draft.take(_WORKDAY):
        _add_days(found, match, frozenset(range(5)))
    for match in draft.take(_LIST):
        days = frozenset(_DAY[char] for char in match["days"] if char in _DAY)
        _add_days(found, match, days)
        _relative(match["rel"], today, found)


def _relative(word: str | None, today: date, found: _Found) -> None:
    if word:
        ahead = 2 if word.startswith("下下") else 1 if word.startswith("下") else 0
        _set_dates(found, *_week(today, ahead), today)


def _read_dates(draft: Draft, today: date, found: _Found) -> None:
    for pattern in (_ISO, _MONTH_DAY, _SLASH):
        for match in draft.take(pattern):
            day = _month_day(match.groupdict().get("y"), match["m"], match["d"], today)
            if day:
                _set_dates(found, day, day, day)
    for match in draft.take(_NIGHT):
        day = today + timedelta(days=_NEAR_NIGHTS[match[0]])
        _set_dates(found, day, day, today)
        found.hours.append(_PARTS["早上"] if match[0].endswith("早") else _PARTS["晚上"])
    for match in draft.take(_NEAR):
        day = today + timedelta(days=_NEAR_DAYS[match[0]])
        _set_dates(found, day, day, today)
    for match in draft.take(_NEXT_DAYS):
        count = read_int(match["n"]) or 1
        size = {"天": 1, "周": 7, "个星期": 7, "个月": 30}[match["u"]]
        _set_dates(found, today, today + timedelta(days=count * size), today)
    for match in draft.take(_WEEKS):
        _relative(match["rel"], today, found)
    for match in draft.take(_MONTHS):
        _read_month(match, today, found)
    for match in draft.take(_MONTH):
        _named_month(match, today, found)
    for match in draft.take(_DAY_ONLY):
        number = read_int(match["d"])
        if number and 1 <= number <= 31:
            day = _next_day_numbered(number, today)
            _set_dates(found, day, day, today)


def _month_day(year: str | None, month: str, day: str, today: date) -> date | None:
    m, d = read_int(month), read_int(day)
    if not m or not d:
        return None
    for y in [int(year)] if year else [today.year, today.year + 1]:
        try:
            found = date(y, m, d)
        except ValueError:
            continue
        # a day just past is meant as such, one long past is next year's
        if year or found >= today - timedelta(days=60):
            return found
    return None


def _next_day_numbered(number: int, today: date) -> date:
    day = today
    for _ in range(62):
        if day.day == number:
            return day
        day += timedelta(days=1)
    return today


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _read_month(match: re.Match[str], today: date, found: _Found) -> None:
    first = today.replace(day=1)
    if match["rel"] == "下":
        first = _month_end(first) + timedelta(days=1)
    last = _month_end(first)
    if match["end"]:
        first = last.replace(day=21)
    _set_dates(found, first, last, today)


def _named_month(match: re.Match[str], today: date, found: _Found) -> None:
    month = read_int(match["m"])
    if not month or not 1 <= month <= 12:
        return
    first = date(today.year + (month < today.month), month, 1)
    last = _month_end(first)
    third = match["third"]
    if third in ("上旬", "初"):
        last = first.replace(day=10)
    elif third == "中旬":
        first, last = first.replace(day=11), first.replace(day=20)
    elif third in ("下旬", "底"):
        first = first.replace(day=21)
    _set_dates(found, first, last, today)


def _minute(hour: str, minute: str | None, late: bool) -> int | None:
    h = read_int(hour)
    if h is None or h > 24:
        return None
    if late and h < 12:
        h += 12
    part = {"半": 30, "一刻": 15, "三刻": 45}.get(minute or "")
    m = part if part is not None else int((minute or "0").rstrip("分") or 0)
    return h * 60 + m if m < 60 else None


def _read_hours(draft: Draft, found: _Found) -> None:
    named: list[tuple[int, int]] = []
    for match in draft.take(_PART):
        hours = _PARTS[match["part"]]
        if match["no"]:
            hours = (0, hours[0]) if hours[0] else (hours[1], 1440)
        named.append(hours)
    late = bool(named) and min(h[0] for h in named) >= 720
    clocked = False
    for match in draft.take(_CLOCK_SPAN):
        start, end = _minute(match["a"], match["am"], late), _minute(match["b"], match["bm"], late)
        if start is not None and end is not None and start < end:
            found.hours.append((start, end))
            clocked = True
    for match in draft.take(_CLOCK):
        hours_said = _clock(match, late or not named)
        if hours_said:
            found.hours.append(hours_said)
            clocked = True
    if not clocked:
        found.hours += named


def _clock(match: re.Match[str], afternoon: bool) -> tuple[int, int] | None:
    how, hour = match["how"] or "", read_int(match["a"]) or 0
    # 七点以后 without 早上 is the evening: hours before eight are said so of the second half of the day
    minute = _minute(match["a"], match["am"], afternoon and 1 <= hour <= 7)
    if minute is None:
        return None
    if how.endswith("前"):
        return (0, minute)
    if how:
        return (minute, 1440)
    return (max(0, minute - 30), min(1440, minute + 60))
