"""Parts of the day and the clock: 下班后, 晚上七点半, 七点以后, 9点到11点, 别太晚."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.understanding.numbers import read_int
from services.understanding.times.said import DAY, TO, Context, Hours, Make, Rule, Said, rule

_CHILD = r"(?:了|完)?(?:孩子们?|娃儿?|孙子|孙女|外孙女?|小孩|小朋友|宝宝|儿子|女儿|学生)"
_DONE = r"(?:以后|之后|过后|后|完|了)"
_PARTS: tuple[tuple[str, str, Hours], ...] = (
    ("送", rf"送(?:完|了){_CHILD}(?:上学|去学校|去?上?幼儿园)?{_DONE}?|送{_CHILD}(?:(?:上学|去学校|到学校"
    rf"|上幼儿园|去幼儿园){_DONE}?|{_DONE})", (510, 720)),
    ("接", rf"接{_CHILD}(?:放学|回家)?(?:以前|之前|前)", (0, 960)),
    ("接", rf"接(?:完|了){_CHILD}(?:放学|回家)?{_DONE}?|接{_CHILD}(?:(?:放学|回家){_DONE}?"
    rf"|{_DONE})", (1020, DAY)),
    ("孩放", r"(?:孩子)?放(?:了)?学(?:以前|之前|前)", (0, 960)),
    ("孩放", rf"(?:孩子)?放(?:了学{_DONE}?|学{_DONE})", (960, DAY)),
    ("下夜", rf"下(?:了|完)?大?夜班{_DONE}?|夜班(?:以后|之后|后)", (480, 720)),
    ("下收放", r"下(?:了|完)?班(?![前级车]|之前|以前)(?:以后|之后|过后|后|再)?|[收放]工(?:以后|之后"
    r"|后)", (1050, DAY)),
    ("下", r"下班(?:以前|之前|前)", (0, 1050)),
    ("上", r"上班(?:以前|之前|前)", (0, 510)),
    ("吃晚", rf"吃(?:完|过|了)晚[饭餐]{_DONE}?|吃?晚[饭餐](?:以后|之后|后)", (1110, DAY)),
    ("吃午中", rf"吃(?:完|过|了)[午中][饭餐]{_DONE}?|吃?[午中][饭餐](?:以后|之后|后)", (750, 1080)),
    ("吃早", rf"吃(?:完|过|了)早[饭餐点]{_DONE}?|吃?早[饭餐](?:以后|之后|后)", (450, 720)),
    ("午睡", r"午[休睡觉](?:以后|之后|后|起来)|睡(?:完|了|过)午觉(?:以后|之后|后)?", (840, 1080)),
    ("凌", r"凌晨", (0, 360)),
    ("清一大", r"(?:一?大)?清早|一大早|大清早|大早上|一早(?:上)?|清晨", (0, 540)),
    ("上早前头午每", r"上午|每?早上|早晨|早间|前半天|上半天|[前头]晌|午前|每早", (0, 720)),
    ("中午晌正", r"中午头?(?![饭餐])|午间|晌午|正午|午休时?间?", (660, 840)),
    ("半", r"半下午", (840, 1020)),
    ("下午后过", r"下午(?!茶)|午后|后半天|下半天|[后过]晌(?!午)", (720, 1080)),
    ("傍黄擦天", r"傍晚|黄昏|天?擦黑|傍黑", (1020, 1200)),
    ("晚夜每入天", r"每?晚上|晚间|夜里|夜间|夜晚|夜校|晚课|夜课|每晚|入夜后?|天黑(?:以后|之后|后"
    r"|了)", (1080, DAY)),
    ("天", r"天黑(?:以前|之前|前)", (0, 1080)),
    ("白日大", r"大?白天|日间", (0, 1080)),
)  # fmt: skip
# 晚上好 is a greeting
_NO_GREETING = r"(?!好(?:[^像多玩]|$))"

_NUMERAL = r"(?:[01]?\d|2[0-4]|二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九])"
_MINUTES = (
    r"(?:半|[一三]刻钟?|[0-5]\d分?|(?:[二三四五]?十[一二三四五六七八九]?"
    r"|零[一二三四五六七八九])分?)(?![\d元块岁人个号级一二三四五六七八九十])"
)
_POINT = r"(?:点钟?|时(?![间候尚常光刻装代节])|:(?=[0-5]\d))"
_AFTER = r"以后|之后|过后|后(?![天日晚面台])|往后|开始|起"
_BEFORE = r"以前|之前|前(?![面台])"
_STEP = {"半": 30, "一刻": 15, "三刻": 45}
_FIRST = "0123456789零一二两三四五六七八九十"


def _minutes(text: str | None) -> int:
    plain = (text or "0").rstrip("分").removesuffix("钟")
    return _STEP[plain] if plain in _STEP else read_int(plain.removeprefix("零") or "0") or 0


def _candidates(hour: str, minutes: str | None) -> tuple[int, ...]:
    number = read_int(hour)
    if number is None or number > 24:
        return ()
    at = number * 60 + _minutes(minutes)
    if hour.startswith("0") or not 0 < number <= 12:
        return (at,) if at <= DAY else ()
    return (at, at + 720) if number < 12 else (at, at + 720 if at == 720 else at)


def _likely(candidates: tuple[int, ...], part: Hours | None) -> int | None:
    """Of the two halves of the day the one that the part of the day, or else habit, names."""
    if not candidates:
        return None
    if part:
        within = [at for at in candidates if part[0] - 60 <= at <= part[1]]
        return within[0] if within else candidates[-1 if part[0] >= 720 else 0]
    # one to seven are said of the afternoon and evening, eight to twelve of the morning and noon
    return candidates[-1] if 60 <= candidates[0] < 480 else candidates[0]


def _part_before(match: re.Match[str], context: Context) -> Said | None:
    before = context.before
    if before is None or not before.is_part_of_day:
        return None
    return before if context.text[before.end : match.start()] in ("", " ", "的", ",", "，", ", ") else None


def _said(match: re.Match[str], context: Context, hours: Hours) -> Said | None:
    if not hours[0] < hours[1]:
        return None
    part = _part_before(match, context)
    if part:
        part.hours = None
    return Said(match.start(), match.end(), hours=hours, clock=True)


def _clock_span(match: re.Match[str], context: Context) -> Said | None:
    part = _part_before(match, context)
    late = _hours_of(match["part"])
    start = _likely(_candidates(match["a"], match["am"]), part.hours if part else None)
    ends = _candidates(match["b"], match["bm"])
    if start is None or not ends:
        return None
    end = _likely(ends, late) if late else next((at for at in ends if at > start), None)
    return None if end is None else _said(match, context, (start, min(end, DAY)))


def _hours_of(word: str | None) -> Hours | None:
    return (
        (1080, DAY)
        if word == "晚"
        else next((hours for _, pattern, hours in _PARTS if word and re.fullmatch(pattern, word)), None)
    )


def _near_hours(match: re.Match[str], context: Context) -> Said | None:
    part = _part_before(match, context)
    first, last = (read_int(match[name]) or 0 for name in "ab")
    start = _likely(_candidates(match["a"], None), part.hours if part else None)
    if start is None or last != first + 1:
        return None
    return _said(match, context, (start, start + 60 + 30))


def _clock(match: re.Match[str], context: Context) -> Said | None:
    part, how = _part_before(match, context), match["how"] or ""
    candidates = _candidates(match["h"], match["m"])
    named = part.hours if part else None
    if match["h"] == "一" and not (part and named and named[0] in (660, 720)) and not _is_clock_one(match):
        return None
    at = _likely(candidates, named)
    if at is None:
        return None
    before = context.before
    is_end = (
        how.endswith("前")
        or bool(match["end"])
        or (match["limit"] or "") in ("不晚于", "最晚", "最迟", "不超过")
    )
    if is_end and not part:
        at = _end_minute(candidates, at, before, finishing=bool(match["end"] or match["limit"]))
    if is_end:
        return _said(match, context, (named[0] if named and named[0] < at else 0, at))
    if how or match["limit"]:
        return _said(match, context, (at, 720 if named and named[1] == 720 and at < 720 else DAY))
    return _said(match, context, (max(0, at - 30), min(DAY, at + 60)))


def _end_minute(candidates: tuple[int, ...], at: int, before: Said | None, finishing: bool) -> int:
    if before and before.clock and before.hours and before.hours[0]:
        return next((other for other in candidates if other > before.hours[0]), at)
    # to be over by eight, nine or ten is said of the evening
    return candidates[-1] if finishing and 480 <= at <= 600 else at


def _is_clock_one(match: re.Match[str]) -> bool:
    # 一点 alone is “a little”
    return bool(match["m"] or match["how"] or match["about"] or "钟" in match[0])


def _short_part(match: re.Match[str], context: Context) -> Said | None:
    # 周五晚, 12月5号早: one character is enough right behind a day
    before = context.before
    if before is None or before.end != match.start() or not (before.days or before.weekdays):
        return None
    return Said(match.start(), match.end(), hours=(0, 720) if match[0] == "早" else (1080, DAY))


def _bound(hours: Hours) -> Make:
    return lambda match, _: Said(match.start(), match.end(), hours=hours)


_NO = r"(?:不要|不想要?|不能|不|别)(?:上|安排|排|去|学)?(?:得)?"
_NOT_GOOD = r"(?:了|的)?(?:也|就|都|我)?(?:不行|不要|不好|起不来|来不了|赶不上|不方便|不可以|没法)"


def _rules() -> Iterable[Rule]:
    yield rule(
        "太", r"太晚(?:了|啦|吧)*[,， ]?(?:有没有|要|想要?)?早(?:一?点|一?些)儿?(?:的)?", _bound((0, 1080))
    )
    yield rule(
        "太",
        r"太早(?:了|啦|吧)*[,， ]?(?:有没有|要|想要?)?[晚迟](?:一?点|一?些)儿?(?:的)?",
        _bound((600, DAY)),
    )
    yield rule("不别太", rf"{_NO}(?:早上)?(?:太|起太|起得太)早(?:的|了)?|太早{_NOT_GOOD}", _bound((540, DAY)))
    yield rule("不别太", rf"{_NO}(?:太|搞太|弄太)晚(?:的|了)?|太晚{_NOT_GOOD}", _bound((0, 1200)))
    yield rule(
        _FIRST,
        rf"(?P<a>{_NUMERAL})(?:{_POINT}(?P<am>{_MINUTES})?)?{TO}(?P<part>上午|早上|中午|下午|傍晚|晚上|晚)?"
        rf"(?P<b>{_NUMERAL}){_POINT}(?P<bm>{_MINUTES})?(?:之间|期间|左右)?",
        _clock_span,
    )
    yield rule(
        _FIRST,
        r"(?P<a>[1-9](?=[、,])|[一二两三四五六七八九])[、,]?(?P<b>1[0-2]|[2-9]|十[一二]?"
        r"|[二三四五六七八九])点钟?(?:左右|的样子)?",
        _near_hours,
    )
    yield rule(
        _FIRST + "不最",
        rf"(?P<limit>不早于|最早|不晚于|最晚|最迟"
        rf"|不超过)?(?P<h>{_NUMERAL}){_POINT}(?![名心评击赞歌菜餐都滴水]|儿(?!童))(?P<m>{_MINUTES})?"
        rf"(?P<about>左右|多|来钟|许|整|前后|的样子)?(?P<how>{_AFTER}|{_BEFORE})?(?P<end>(?:能|就"
        rf"|要)*(?:结束|下课|放学|完事))?",
        _clock,
    )
    for first, pattern, hours in _PARTS:
        yield rule(first, f"(?:{pattern}){_NO_GREETING}", _bound(hours))
    yield rule("早", rf"早(?!一点)(?={_NUMERAL}{_POINT})", _bound((0, 720)))
    yield rule("晚", rf"晚(?!一点)(?={_NUMERAL}{_POINT})", _bound((1080, DAY)))
    yield rule("早晚", r"晚(?![会饭餐霞安年点一])|早(?![教餐饭点一操茶])", _short_part)


RULES = tuple(_rules())
