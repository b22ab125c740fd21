"""Dates and months of the calendar: 12月5号, 12.5, 5号到8号, 12月上旬, 明年一月."""

from __future__ import annotations

import re
from datetime import date, timedelta

from services.regex import regex
from services.understanding.numbers import read_int
from services.understanding.times.said import (
    DAY_NUMBER,
    MONTH_NUMBER,
    TO,
    YEAR,
    Context,
    Days,
    Said,
    coming,
    day_of,
    from_today,
    month_span,
    named_year,
    on_days,
    one_day,
    rule,
    third_of,
)

THIRD = r"(?P<third>上旬|中旬|下旬|上半月|下半月|底|末|初|中(?![午国秋级老文小医式西]))"
_DIGITS = "0123456789一二三四五六七八九十"
_MONTH_FIRST = _DIGITS + "今明后"
# a number with one of these behind it counts something
_COUNTED = (
    r"(?!\s?(?:元|块|个|周?岁|年级|小时|公里|千米|米|折|人|节|次|级|万|千|百|公斤|斤|分|毛|点|天"
    r"|周|月|号线|%|课时))"
)
# 5号楼, 3号线: a number of something, and no day
_NO_DAY = r"(?![楼线院店桌馆厅门机电池码字教井库地铁公路选仓大会活场展室])"
_DAY_MARK = rf"(?:号{_NO_DAY}|日(?![游谈课报子本语常历间记光]))"
_PAST_STAYS = timedelta(days=60)


def _number(text: str) -> int:
    return read_int(text) or 0


def _dated(year: int | None, month: int, day: int, today: date) -> date | None:
    for candidate in [year] if year else [today.year, today.year + 1, *range(today.year + 2, today.year + 9)]:
        found = day_of(candidate, month, day)
        # a day just past is meant as such, one long past is next year's
        if found and (year or found >= today - _PAST_STAYS):
            return found
    return None


def _month_day(match: re.Match[str], context: Context) -> Said | None:
    groups = match.groupdict()
    if _gone_by(match, context):
        return None
    year = named_year(match, context.today) if groups.get("year") else None
    month, day = _number(match["m"]), _number(match["d"])
    if (
        not groups.get("mark", True)
        and (month, day) in _FESTIVAL_NUMBERS
        and match["m"] in "一二三四五六七八九"
    ):
        return None
    if not groups.get("mark", True) and not _stands_alone(match, context.text):
        return None
    first = _dated(year, month, day, context.today)
    if first is None:
        return None
    last = first
    if groups.get("last"):
        last = day_of(first.year, month, _number(match["last"])) or first
    return on_days(match, (first, last)) if first <= last else None


_NO_MONTH = regex(r"[0-9一二三四五六七八九十]月的?$")


def _gone_by(match: re.Match[str], context: Context) -> bool:
    return context.text.endswith(("去年", "去年的", "前年"), 0, match.start())


def _stands_alone(match: re.Match[str], text: str) -> bool:
    # 三月二胡班 is a class in March
    return match["d"].isdigit() or text[match.end() : match.end() + 1] in _AFTER_DAY


_AFTER_DAY = frozenset(" ,，。、的前后以之早晚上下中到至有开那(起") | {""}
# 二月二, 八月十五 without 号 are festivals of the lunar calendar
_FESTIVAL_NUMBERS = {(2, 2), (3, 3), (5, 5), (6, 6), (7, 7), (7, 15), (8, 15), (9, 9)}


def _iso(match: re.Match[str], _: Context) -> Said | None:
    day = day_of(int(match["y"]), int(match["m"]), int(match["d"]))
    return on_days(match, one_day(day))


def _month(match: re.Match[str], context: Context) -> Said | None:
    month, today = _number(match["m"]), context.today
    if _gone_by(match, context):
        return None
    year = named_year(match, today) or today.year + (month < today.month)
    days = third_of(month_span(year, month), match["third"])
    if days[1] < today and not match["year"]:
        days = third_of(month_span(year + 1, month), match["third"])
    return _of_month(match, from_today(days, today))


def _of_month(match: re.Match[str], days: Days) -> Said:
    at_end = match["third"] in ("底", "末")
    return Said(match.start(), match.end(), days=days, at_end=at_end)


def next_day_numbered(number: int, today: date) -> date | None:
    """Return the first day from today on that bears this number."""
    for months in range(3):
        day = day_of(*_shifted(today, months), number)
        if day and day >= today:
            return day
    return None


def _shifted(today: date, months: int) -> tuple[int, int]:
    return today.year + (today.month + months - 1) // 12, (today.month + months - 1) % 12 + 1


def _day_only(match: re.Match[str], context: Context) -> Said | None:
    number, before = _number(match["d"]), context.before
    if (before is None or before.end != match.start()) and _NO_MONTH.search(
        context.text, max(0, match.start() - 4), match.start()
    ):
        return None  # 13月5号, 2月30号
    day = None
    if before and before.days and match.start() - before.end <= 2 and not before.weekdays:
        # 12月5号、6号; 这个月的5号
        day = day_of(before.days[0].year, before.days[0].month, number)
        day = day if day and day >= before.days[0] else None
    day = day or next_day_numbered(number, context.today)
    last = day_of(day.year, day.month, _number(match["last"])) if day and match["last"] else day
    if day is None or last is None or last < day:
        return None
    return on_days(match, (day, last))


def _two_days(match: re.Match[str], context: Context) -> Said | None:
    first = next_day_numbered(_number(match["d"]), context.today)
    last = first and day_of(first.year, first.month, _number(match["last"]))
    if first is None or last is None or not 0 < (last - first).days < 7:
        return None
    apart = (last - first).days > 1
    weekdays = frozenset({first.weekday(), last.weekday()}) if apart else frozenset[int]()
    return Said(match.start(), match.end(), days=(first, last), weekdays=weekdays)


def _this_or_next_month(match: re.Match[str], context: Context) -> Said | None:
    today = context.today
    months = {"下下": 2, "下": 1}.get(match["rel"], 0)
    days = month_span(*_shifted(today, months))
    if match["d"]:
        day = day_of(days[0].year, days[0].month, _number(match["d"]))
        return on_days(match, one_day(day))
    return _of_month(match, from_today(third_of(days, match["third"]), today))


def _third_alone(match: re.Match[str], context: Context) -> Said | None:
    today = context.today
    for months in (0, 1):
        days = third_of(month_span(*_shifted(today, months)), match["third"])
        if days[1] >= today:
            break
    return _of_month(match, from_today(days, today))


def _year(match: re.Match[str], context: Context) -> Said | None:
    today, word = context.today, match["part"]
    year = named_year(match, today)
    months = {"上半年": (1, 6), "下半年": (7, 12), "底": (12, 12), "末": (12, 12), "初": (1, 2), "中": (6, 7)}
    first, last = months.get(word or "", (1, 12))
    days = coming(lambda y: (date(y, first, 1), month_span(y, last)[1]), today, year)
    return days and Said(match.start(), match.end(), days=days, at_end=word in ("底", "末"))


def _season(match: re.Match[str], context: Context) -> Said | None:
    first = {"春": 3, "夏": 6, "秋": 9, "冬": 12}[match["season"]]
    year = named_year(match, context.today) if match["year"] else None
    return on_days(
        match, coming(lambda y: (date(y, first, 1), month_span(y, first + 2)[1]), context.today, year)
    )


_M, _D = rf"(?P<m>{MONTH_NUMBER})", rf"(?P<d>{DAY_NUMBER})"
RULES = (
    rule("2", rf"(?P<y>20\d\d)[-/.](?P<m>1[0-2]|0?[1-9])[-/.]{_D}", _iso),
    rule(_MONTH_FIRST + "2", rf"{YEAR}{_M}月\s?{_D}[号日]?{TO}(?P<last>{DAY_NUMBER})[号日]", _month_day),
    rule(
        _MONTH_FIRST,
        rf"{YEAR}{_M}月份?的?\s?{_D}(?:(?P<mark>{_DAY_MARK})|(?![一二三四五六七八九十]){_COUNTED})",
        _month_day,
    ),
    rule("1234567890", rf"(?P<m>1[0-2]|0?[1-9])/{_D}(?!/){_COUNTED}", _month_day),
    # 3-6 alone may be ages: only what cannot be but a date, or has its mark
    rule(
        "1234567890",
        rf"(?P<m>1[0-2]|0?[1-9])(?:(?<=1[0-2])(?:\.(?P<d>{DAY_NUMBER})|-(?P<d4>{DAY_NUMBER})(?!-))"
        rf"|[.-](?P<d2>3[01]|[12]\d|0[1-9])(?!\d)"
        rf"|\.(?P<d3>[1-9])(?=[号日前后那到至有]))[号日]?(?![\d%]|\.\d){_COUNTED}",
        lambda match, context: _dotted(match, context),
    ),
    rule(_DIGITS, rf"{_D}[号日]?{TO}(?P<last>{DAY_NUMBER}){_DAY_MARK}", _day_only),
    rule(_DIGITS, rf"{_D}[号日]?[、,和或跟]者?(?P<last>{DAY_NUMBER}){_DAY_MARK}", _two_days),
    rule(_DIGITS, rf"{_D}(?P<last>(?!)x)?{_DAY_MARK}", _day_only),
    rule(
        _MONTH_FIRST,
        rf"{YEAR}{_M}月份?的?{THIRD}?(?![\d龄子大嫂饼革怀]|天(?!气)|(?<=三月)三|(?<=六月)六)",
        _month,
    ),
    rule(
        "下这本当",
        rf"(?P<rel>下下|下|这|本|当)(?:一个?|个)?月(?!嫂|子)(?:份|里|内|之内)?(?:的?月?{THIRD}|的?{_D}[号日])?",
        _this_or_next_month,
    ),
    rule(
        "月", r"(?<![0-9一二三四五六七八九十个岁明满赏])月(?P<third>[底末初中])(?![国学午级])", _third_alone
    ),
    rule("上中下", r"(?P<third>[上中下]旬)", _third_alone),
    rule("今明后2", r"(?P<year>今年|明年|后年|20\d\d年)的?(?P<season>[春夏秋冬])[天季]", _season),
    rule("这", r"(?P<year>(?!)x)?这个?(?P<season>[春夏秋冬])[天季]", _season),
    # 春季 and 秋季 are terms of a school
    rule("春夏秋冬大", r"(?P<year>(?!)x)?大?(?P<season>[夏冬](?=季)|[春夏秋冬](?=天))[天季]", _season),
    rule(
        "今明后2",
        r"(?P<year>今年|明年|后年|20\d\d年)(?:的?年?(?P<part>上半年|下半年|底|末|初"
        r"|中(?![午国秋级老文小医式西])))?(?:之内|内|里)?",
        _year,
    ),
    rule(
        "年岁上下",
        r"(?P<year>(?!)x)?(?:(?<![0-9一二三四五六七八九十零几多半去当老中青少成])[年岁](?P<part>[底末初])|(?P<part2>[上下]半年))",
        lambda match, context: _year_alone(match, context),
    ),
)


def _dotted(match: re.Match[str], context: Context) -> Said | None:
    day = _dated(
        None, int(match["m"]), _number(match["d"] or match["d4"] or match["d2"] or match["d3"]), context.today
    )
    return on_days(match, one_day(day))


def _year_alone(match: re.Match[str], context: Context) -> Said | None:
    word, today = match["part"] or match["part2"], context.today
    first, last = {"上半年": (1, 6), "下半年": (7, 12), "初": (1, 2)}.get(word, (12, 12))
    days = coming(lambda y: (date(y, first, 1), month_span(y, last)[1]), today, None)
    return days and Said(match.start(), match.end(), days=days, at_end=word in ("底", "末"))
