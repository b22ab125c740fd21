"""Days counted from today: 明晚, 大后天, 三天内, 近期, 十天以后, 马上开班."""

from __future__ import annotations

import re

from services.understanding.times.said import NUMBER, Context, Said, ahead, count, on_days, open_end, rule

SOON_DAYS = 14
_FEW = 5
_MORNING, _EVENING = (0, 720), (1080, 1440)
_NEAR = {"今": 0, "当": 0, "明": 1, "后": 2, "大后": 3, "大大后": 4}
_UNITS = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "年": 365}
_UNIT = r"(?P<unit>天|日|周|星期|礼拜|月|年)"
_COUNT = rf"(?P<n>{NUMBER}|几|半)"
_LATER = r"(?:以后|之后|过后|后(?![天日晚面台备勤]))"


def _near(match: re.Match[str], context: Context) -> Said:
    day = ahead(context.today, _NEAR[match["day"]])
    part = match["part"] or ""
    hours = _EVENING if part in ("晚", "夜") else _MORNING if part == "早" else None
    return Said(match.start(), match.end(), days=(day, day), hours=hours)


def _two_near(match: re.Match[str], context: Context) -> Said:
    first = _NEAR[match["day"]]
    return Said(
        match.start(), match.end(), days=(ahead(context.today, first), ahead(context.today, first + 1))
    )


def _length(match: re.Match[str]) -> int:
    unit = _UNITS[match["unit"]]
    return (unit + 1) // 2 if match["n"] == "半" else count(match["n"]) * unit


def _within(match: re.Match[str], context: Context) -> Said:
    return Said(match.start(), match.end(), days=(context.today, ahead(context.today, _length(match))))


def _from(match: re.Match[str], context: Context) -> Said:
    return Said(match.start(), match.end(), days=open_end(ahead(context.today, _length(match))))


def _few_days_on(match: re.Match[str], context: Context) -> Said:
    last = 7 if match["n"] == "几" else count(match["n"]) + 2
    return Said(match.start(), match.end(), days=(ahead(context.today, 2), ahead(context.today, last)))


def _soon(match: re.Match[str], context: Context) -> Said | None:
    return on_days(match, (context.today, ahead(context.today, SOON_DAYS)))


def _today(match: re.Match[str], context: Context) -> Said | None:
    return on_days(match, (context.today, context.today))


def _starts_soon(match: re.Match[str], context: Context) -> Said:
    days = context.today, ahead(context.today, SOON_DAYS)
    return Said(match.start(), match.end(), days=days, first_session=True, soonest=True)


RULES = (
    rule(
        "今明",
        r"(?P<day>[今明])(?:天?[、和或]?(?:明|后)[天日儿]?两天|[天日]?[、和或]?[明后][天日])(?![晚早])",
        _two_near,
    ),
    rule("明后", r"(?P<day>明)后两?天", _two_near),
    rule(
        "今明后大当",
        r"(?P<day>大大后|大后|后|[今明当])(?:[天日](?:的?(?P<part>早|晚)(?![上晨间点些会餐饭安]))?"
        r"|儿个?)(?!气|头条|会更好)",
        _near,
    ),
    rule("今明后", r"(?P<day>今|明|后)(?P<part>晚|夜|早)(?:上|晨|间)?", _near),
    rule(
        "最近未接这今往",
        rf"(?:最近|近|未来|接下来|接下去|这(?![一1])|今后|往后){_COUNT}个?{_UNIT}(?:之内|以内|内|里)?",
        _within,
    ),
    rule("0123456789一二两三四五六七八九十半几", rf"{_COUNT}个?{_UNIT}(?:之内|以内|内)", _within),
    rule("0123456789一二两三四五六七八九十半几", rf"{_COUNT}个?{_UNIT}{_LATER}", _from),
    rule("过", r"过(?P<n>几|[两二三四五])[天日](?:以后|之后|后)?", _few_days_on),
    rule(
        "马快就即近最要",
        r"(?!马上开课)(?:马上|很快|快要?|就要|即将|近期|最近|要)(?:就?要)?(?:开课|开班|开学|开讲"
        r"|开始上课|开始)的?(?![了吗])?",
        _starts_soon,
    ),
    rule("近", r"近期|近些天|近来|近日", _soon),
    rule("最", r"(?<!离)(?<!离我)(?<!离家)最近(?=都?[有开能可]|这段|一段|$)(?:这段时间|一段时间)?", _soon),
    rule("这", r"这(?:段时间|阵子?|一阵子?|段日子)", _soon),
    rule("待等", r"(?:待|等)会儿?|等下", _today),
)
