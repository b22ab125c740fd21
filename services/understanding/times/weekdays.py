"""Days of the week: 周末, 每周二四, 周一到周五, 下周三, 工作日, 一三五."""

from __future__ import annotations

import re
from datetime import date, timedelta

from services.understanding.times.said import (
    WEEKEND,
    WORKDAYS,
    Context,
    Days,
    Said,
    ahead,
    from_today,
    nothing,
    rule,
)

_DAY = {
    char: place
    for place, chars in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天7"))
    for char in chars
}
_WEEK = r"(?:星期|礼拜|周)"
_ANY = "[一二三四五六日天1-7]"
_REL = r"(?P<rel>下下个?|下一?个?|这一?个?|本)?的?"
# 每周三次 is no Wednesday, 周六七点半 no list of days
_NO_DAY = r"[次节回遍堂点时个块元月岁号:]"
_EACH = r"(?:每个?|每逢|逢)?"
# 上周六 is over, 晚上周六 is not
_NOT_LAST = r"(?:(?<!上)|(?<=[晚早]上))(?<!上个)"
_FIRST = "下这本每逢星礼周"


def week(today: date, weeks: int) -> Days:
    """Return Monday and Sunday of a week, counted from this one."""
    monday = ahead(today, 7 * weeks - today.weekday())
    return monday, ahead(monday, 6)


def week_named(rel: str, today: date, weekdays: frozenset[int] = frozenset()) -> Days:
    """Return what is left of 这周, 下周 or 下下周; 这周一 said on a Tuesday is the next one."""
    weeks = 2 if rel.startswith("下下") else 1 if rel.startswith("下") else 0
    if not weeks and weekdays and max(weekdays) < today.weekday():
        weeks = 1
    return from_today(week(today, weeks), today)


def _said(match: re.Match[str], context: Context, weekdays: frozenset[int]) -> Said:
    rel = match["rel"]
    days = week_named(rel, context.today, weekdays) if rel else None
    return Said(match.start(), match.end(), days=days, weekdays=weekdays)


def _weekend(match: re.Match[str], context: Context) -> Said | None:
    return _said(match, context, WEEKEND)


def _workdays(match: re.Match[str], _: Context) -> Said | None:
    return Said(match.start(), match.end(), weekdays=WORKDAYS)


def _span(match: re.Match[str], context: Context) -> Said | None:
    first, last = _DAY[match["a"]], _DAY[match["b"]]
    if match["rel"] or match["later"]:
        monday = week(context.today, 0)[0]
        weeks = [
            2 if rel.startswith("下下") else int(rel.startswith("下"))
            for rel in (match["rel"] or "", match["later"] or match["rel"] or "")
        ]
        days = ahead(monday, 7 * weeks[0] + first), ahead(monday, 7 * weeks[1] + last)
        if days[0] > days[1]:
            return None
        return Said(match.start(), match.end(), days=from_today(days, context.today))
    last += 7 if last < first else 0
    return Said(match.start(), match.end(), weekdays=frozenset(day % 7 for day in range(first, last + 1)))


def _list(match: re.Match[str], context: Context) -> Said | None:
    return _said(match, context, frozenset(_DAY[char] for char in match["days"] if char in _DAY))


def _bare_list(match: re.Match[str], _: Context) -> Said | None:
    return Said(
        match.start(), match.end(), weekdays=frozenset(_DAY[char] for char in match[0] if char in _DAY)
    )


def _week(match: re.Match[str], context: Context) -> Said | None:
    return Said(match.start(), match.end(), days=week_named(match["rel"], context.today))


def next_weekday(today: date, weekdays: frozenset[int]) -> date:
    """Return the first day from today on that is one of these weekdays."""
    return today + timedelta(days=min((day - today.weekday()) % 7 for day in weekdays))


RULES = (
    rule(
        _FIRST + "双休节",
        rf"{_NOT_LAST}{_REL}{_EACH}(?:个)?(?:周末|双休日?|休息[日天]|星期末|礼拜末|节假日)(?:两天|这两天)?",
        _weekend,
    ),
    rule("非工平上周", r"非周末|工作日|平日里?|平时|平常(?!心)|上班日|周[内中间](?![国学午])", _workdays),
    rule(
        "每一",
        rf"(?:每个?|一个?){_WEEK}(?:上|有)?(?:[一两二三四五六七1-7]到)?[一两二三四五六七1-7](?:次|节课?"
        rf"|回|堂课?|天(?=[的,，。 ]|$))",
        nothing,
    ),
    rule(
        _FIRST,
        rf"{_NOT_LAST}{_REL}{_EACH}{_WEEK}(?P<a>{_ANY})\s?(?:到|至|[-~—–])\s?"
        rf"(?:(?P<later>下下个?|下个?|这个?|本)?{_WEEK})?(?P<b>{_ANY})(?!{_NO_DAY})",
        _span,
    ),
    rule(
        _FIRST,
        rf"{_NOT_LAST}{_REL}{_EACH}{_WEEK}(?P<days>{_ANY}(?:(?:[、,，和或跟及与 ]|还有|或者|或是"
        rf"|以及){{0,2}}"
        rf"(?:每?{_WEEK})?(?!一整?天){_ANY}(?!{_NO_DAY}|十[^点]|百)){{0,6}})(?!(?<=\d)\d|[次节回遍堂点个块元月岁号])",
        _list,
    ),
    rule(
        "逢一二12",
        r"逢?(?:一[、,]?三[、,]?五(?![号点岁元块个十百]|年级)|二[、,]?四[、,]?六(?![号点岁元块个十百式])"
        r"|(?:135|246)(?![\d号路元块.:-]))(?:[、,]?[日天])?",
        _bare_list,
    ),
    rule("下这本", rf"(?P<rel>下下|下|这|本)(?:一个?|个)?{_WEEK}(?:之内|内|里)?", _week),
    rule("每天全整一", rf"每个?{_WEEK}|每[天日]|天天|全天|一?整天", nothing),
)
