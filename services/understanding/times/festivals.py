"""Festivals, school terms, the lunar calendar and solar terms: 元旦前, 国庆假期, 腊月, 冬至, 寒假, 这学期."""

from __future__ import annotations

import re
from datetime import date, timedelta

from services.understanding.numbers import read_int
from services.understanding.times import lunar
from services.understanding.times.festival_days import FINDERS, ONE_DAY, autumn_term, lunar_day, spring_term
from services.understanding.times.said import (
    YEAR,
    Context,
    Days,
    Said,
    coming,
    from_today,
    named_year,
    on_days,
    one_day,
    open_end,
    rule,
)

# these are also names and plain words, so only what follows shows that the day is meant
_UNSURE = (
    "雨水",
    "小满",
    "白露",
    "谷雨",
    "小雪",
    "大雪",
    "霜降",
    "年夜",
    "小年",
    "六一",
    "新春",
    "十一",
    "春季",
    "秋季",
    "数九",
    "三九",
)
_SUFFIX = r"(?:节气|当[天日]|那[天日]|这[天日]|期间|假期|长假|小长假|黄金周|放假|前后|里|节)"
# 五一广场 is a place and 重阳糕 a thing that is made
_NO_FESTIVAL = (
    r"(?!大?街|路|广场|公园|小区|社区|新?村|桥|大道|学校|巷|剪纸|灯[笼会谜]|花灯|糕|粽|月饼|饺|汤圆|团子"
    r"|粥|蒜|香囊|春联|对联"
    r"|窗花|年画|习俗|民俗|文化|诗|歌|舞|晚会|联欢|联谊|庙会|面塑|花馍|美食|贴|饼|上河|礼仪|手工|主题"
    r"|的?(?:故事|来历|由来|传说|习俗))"
)
_PLAIN = "|".join(sorted((name for name in FINDERS if name not in _UNSURE), key=len, reverse=True))
_RARE = "|".join(_UNSURE)
_COOKED = r"(?<![包做吃煮滚搓炸])"
_NAMED = rf"{YEAR}{_COOKED}(?:(?P<name>{_PLAIN})(?:节(?!目|气|奏|日|约))?{_SUFFIX}?{_NO_FESTIVAL}" + (
    rf"|(?P<rare>{_RARE})(?={_SUFFIX}|[前后]|以[前后]|之[前后]|儿童节|开[课班学]|天(?!气)|时候|$)"
    rf"(?:儿童节|天)?{_SUFFIX}?{_NO_FESTIVAL})"
)


def _named(match: re.Match[str], context: Context) -> Said | None:
    finder = FINDERS[match["name"] or match["rare"]]
    return on_days(match, coming(finder, context.today, named_year(match, context.today)))


_MONTHS = {"正": 1, "冬": 11, "腊": 12, "寒": 12}


def _lunar_date(match: re.Match[str], context: Context) -> Said | None:
    month = _MONTHS.get(match["month"]) or read_int(match["month"])
    if not month or not 1 <= month <= 12:
        return None
    word = match["day"]

    def find(year: int) -> Days | None:
        span = lunar.month_span(year, month)
        if span is None or not word:
            return span and _third(span, match["third"])
        day = lunar.solar(year, month, _lunar_number(word))
        return one_day(day)

    days = coming(find, context.today, named_year(match, context.today))
    return days and Said(match.start(), match.end(), days=days, at_end=match["third"] == "底")


def _third(span: Days, third: str | None) -> Days:
    bounds = {"上旬": (0, 9), "初": (0, 9), "中旬": (10, 19), "下旬": (20, 29), "底": (20, 29)}
    low, high = bounds.get(third or "", (0, 29))
    return span[0] + timedelta(days=low), min(span[1], span[0] + timedelta(days=high))


def _lunar_number(word: str) -> int:
    plain = word.removeprefix("初").replace("廿", "二十").replace("卅", "三十")
    return read_int(plain) or 0


def _new_year_day(match: re.Match[str], context: Context) -> Said | None:
    find = lunar_day(1, _lunar_number(match["day"]))
    return on_days(match, coming(find, context.today, named_year(match, context.today)))


def _before_new_year(match: re.Match[str], context: Context) -> Said | None:
    days = coming(FINDERS["春节"], context.today, None)
    return on_days(match, days and from_today((context.today, days[0] - ONE_DAY), context.today))


def _after_new_year(match: re.Match[str], context: Context) -> Said | None:
    days = coming(FINDERS["春节"], context.today, None)
    return on_days(match, days and open_end(days[1] + ONE_DAY))


def _terms(today: date) -> list[Days]:
    years = (today.year - 1, today.year, today.year + 1, today.year + 2)
    found = [days for year in years for days in (spring_term(year), autumn_term(year)) if days]
    return sorted(days for days in found if days[1] >= today)


def _school_term(match: re.Match[str], context: Context) -> Said | None:
    terms = _terms(context.today)
    later = match["rel"] == "下" and bool(terms) and terms[0][0] <= context.today
    if len(terms) <= later:
        return None
    days = terms[later]
    half = days[0] + (days[1] - days[0]) // 2
    if match["half"]:
        days = (days[0], half) if match["half"] in "初中" else (half, days[1])
    return Said(
        match.start(), match.end(), days=from_today(days, context.today), at_end=match["half"] == "末"
    )


def _school_starts(match: re.Match[str], context: Context) -> Said | None:
    day = next((days[0] for days in _terms(context.today) if days[0] >= context.today), None)
    if day is None:
        return None
    return on_days(match, open_end(day) if match["after"] else (day, day + timedelta(days=6)))


_LUNAR_DAY = (
    r"(?P<day>初[一二三四五六七八九十]|三十|廿[一二三四五六七八九]|二?十[一二三四五六七八九]?"
    r"|[一二三四五六七八九]|[1-3]?\d)"
)
_THIRD = r"(?P<third>上旬|中旬|下旬|初(?![一二三四五六七八九十])|底)"
_PREFIX = r"(?:农历|阴历|旧历|古历|老历)的?"
_FIRSTS = "".join(sorted({name[0] for name in FINDERS}))
RULES = (
    rule(
        "农阴旧古老今明后2",
        rf"{YEAR}{_PREFIX}(?P<month>正|冬|腊|十[一二]?|[一二三四五六七八九]|1[0-2]"
        rf"|[1-9])月份?(?:{_LUNAR_DAY}[日号]?|{_THIRD}|里)?",
        _lunar_date,
    ),
    rule(
        "正腊冬寒今明后2",
        rf"{YEAR}(?P<month>正|腊|冬|寒)月(?:{_LUNAR_DAY}[日号]?|{_THIRD}|里)?(?:期间)?{_NO_FESTIVAL}",
        _lunar_date,
    ),
    rule(
        "一二两三四五六七八九十0123456789",
        r"(?P<month>[一二三四五六七八九]|十[一二]?)月(?P<day>初[一二三四五六七八九十]"
        r"|廿[一二三四五六七八九])(?P<third>(?!)x)?(?P<year>(?!)x)?",
        _lunar_date,
    ),
    rule("大", r"大年(?P<day>初[一二三四五六七八九十])(?P<year>(?!)x)?", _new_year_day),
    rule("年", r"(?<![0-9一二三四五六七八九十零几多半去当今明后前])年前(?:期间)?", _before_new_year),
    rule(
        "年过",
        r"(?<![0-9一二三四五六七八九十零几多半去当今明后前])年后|过完年(?:以后|之后|后)?|过了年(?:以后"
        r"|之后|后)?",
        _after_new_year,
    ),
    rule(
        "这本下",
        r"(?P<rel>这|本|下)(?:一个?|个)?学期(?:的?(?P<half>初|中(?![午国])|末))?(?:内|里|之内)?",
        _school_term,
    ),
    rule("学", r"(?P<rel>(?!)x)?学期(?P<half>[初末])", _school_term),
    rule("开", r"(?<![要上将快])开学(?:(?P<after>以后|之后|后)|时|那[天周])", _school_starts),
    rule(_FIRSTS + "今明后2", _NAMED, _named),
)
