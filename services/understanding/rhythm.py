"""How often a class meets, how long each time, how many times in all: 一周一次, 别超过一小时."""

from __future__ import annotations

import re

from services.regex import regex
from services.understanding.draft import Draft
from services.understanding.numbers import NUMBER, read_number

WEEK, DAY = 7, 1440
HALF_DAY = (150, 300)
WHOLE_DAY = (301, DAY)
# who says an hour does not mind ten minutes more or less
ABOUT = 10
# without one of these nothing is said of sessions
_TELLING = frozenset("次回趟节堂场天时钟短少长久速多")
_ONE_TIME = frozenset("回趟节堂场天")
_LESS = frozenset("短少长久速多")
_LATIN = regex(r"week|session|hour|minute|half.?day|one.?off|short")
_NUM = r"[一二两俩三四五六七1-7]"
_TIMES = r"(?:次|回|趟|节课?|堂课?|天)"
_WEEKLY = regex(
    rf"(?P<no>不要|不想要?|别|不能)?(?:每|(?<![一二三四五六第])一|(?<!\d)1)个?(?:周|星期|礼拜)(?:的|都|要|就"
    rf"|只|才|能|可以|得|是)*"
    rf"(?P<most>最多|顶多|不超过|不要超过|别超过)?(?P<least>最少|至少|起码)?(?:上|去|学|来|练|跳|有|安排"
    rf"|跑)?(?:个|课)?"
    rf"(?P<n>{_NUM}){_TIMES}(?:就?[够行好]了?|就可以|课)?(?P<much>以上|太多了?|多了|吃不消|受不了"
    rf"|跑不动)?(?:的)?"
    r"|(?P<once>once|one (?:session|class|day|time)|1 ?x) (?:a|per|each|every) week"
    r"|(?P<twice>twice|two (?:sessions|classes|days|times)|2 ?x) (?:a|per|each|every) week"
)
# 只上一次的, 一次性的, 去一回就完的
_ONCE = regex(
    r"(?:只|就|光)(?:要|用|需要|想|需)?(?:上|去|学|来|讲|听|参加|办)?(?:一|1)(?:次|回|趟|节课?|堂课?|场"
    r"|天)(?:课)?(?:就(?:完|好|行|够|结束)(?:了)?)?(?:的)?(?:就行|就好|吧)?"
    r"|(?:上|去|学|来|听|讲)(?:一|1)(?:次|回|趟|节|堂|天)(?:课)?就(?:完|好|行|够|结束|会)(?:了|事)?(?:的)?"
    r"|(?:一|1)(?:次|回|趟|节课?|堂课?|天)就(?:能|可以|好)?(?:学|上|听|教|讲|搞)?(?:完|会|好|结束)(?:了)?(?:的)?"
    r"|(?:一次性|单次|一次课)(?:的)?|one[- ]?off|single session|just one session"
    r"|only one (?:session|class)"
)
_UNIT = r"(?P<unit>个?半?(?:小时|钟头)|分钟?|刻钟)"
_MOST = regex(
    rf"(?:每次|一次|一节课?|每节课?|一堂课?|时间|时长)?(?:上课)?(?:不要|不能|不想|最好)?(?:别|不"
    rf"|不要)?(?:超过|多于|大于|长过|最多|顶多|至多)(?:上)?(?P<a>半|{NUMBER}){_UNIT}(?:的)?"
    rf"|(?:每次|一次|一节课?|每节课?|一堂课?)?(?:上)?(?P<b>半|{NUMBER}){_UNIT.replace('unit', 'unit2')}(?:以"
    rf"内|之内|以下|内|打住|封顶|就够了?|就行|就好)(?:的)?"
)
_JUST = regex(
    rf"(?:每次|一次|一节课?|每节课?|一堂课?)(?:课|上|大概|就|只|是|要|左右)*(?P<a>半|{NUMBER}){_UNIT}(?:左右"
    rf"|上下)?(?:的)?"
    rf"|^(?:那|有没有|要|有)*(?P<b>半|{NUMBER}){_UNIT.replace('unit', 'unit2')}(?:左右|上下)?的(?:课"
    rf"|班)?(?:吗|呢|有吗|有没有|[?？])*$"
)
_LEAST = regex(rf"(?:每次|一次|一节课?)?(?:上)?(?P<a>半|{NUMBER}){_UNIT}以上(?:的)?")
_TIME_ON_THE_WAY = regex("(?:路|车|走|骑|开车|公交|坐车)[^,，。]{0,3}$")
_HALF_DAY = regex(
    r"(?:只?(?:用|要|上))?(?<![上下大])半天(?:的|就(?:完|行|好|够)的?)(?:课|班)?"
    r"|half[- ]?days?"
)
_WHOLE_DAY = regex(r"(?:一整天|全天|整天)的(?:课|班)?|(?:whole|full|all)[- ]day")
_ENGLISH_MOST = regex(
    r"(?:under|less than|no more than|no longer than|at most|within|up to) (?P<n>an|one|half an"
    r"|\d{1,3}) ?(?P<unit>hours?|minutes?|mins?)"
)
# 时间短一点的: of those that there are, the shortest first
_SHORT = regex(
    r"(?:每次|一次|一节课?|每节课?|上课|课)?(?:的)?(?:时间|时长|课时|钟头)(?:再|要|能|可以|稍微|最好|别"
    r"|不要)*(?:短|少)(?:一?点儿?|一?些)?(?:的)?"
    r"|(?:每次|一次|一节课?)(?:上)?(?:再|稍微)?短(?:一?点儿?|一?些)?(?:的)?"
    r"|(?:时间|时长)(?:别|不要|不能)(?:太|那么|这么)长(?:的)?|(?:别|不要|不能|不想)(?:上|坐)?(?:太|那么"
    r"|这么)(?:长时间|久)的?"
    r"|^(?:那|有没有|能不能|再|要|更|有|稍微)*短(?:一?点儿?|一?些)的?(?:课|班)?(?:吗|呢|有吗|有没有|[?？])*$"
    r"|shorter(?: ones| sessions| classes)?"
)
_FEW = regex(
    r"(?:能不能|可以|想|要|再)?少(?:上|去|学|跑)(?:个)?(?:几|两|一)?(?:次|回|趟|节|堂)课?(?:的)?"
    r"|(?:次数|课次|节数|课时数|课)(?:再|要|稍微|最好|别|不要)*少(?:一?点儿?|一?些)?(?:的)?"
    r"|(?:次数|课次|课)(?:别|不要|不能)(?:太|那么|这么)多(?:的)?|(?:短期|速成|短训)(?:的)?(?:课|班)?(?:的)?"
    r"|fewer (?:sessions|classes|times)|short courses?"
)


def read_rhythm(draft: Draft) -> None:
    """Take what a text says of sessions out of it and set weekly, minutes, sessions or the order."""
    text, fields = draft.text, draft.fields
    latin = text.isascii() and _LATIN.search(text) is not None
    if not latin and _TELLING.isdisjoint(text):
        return
    if latin or "周" in text or "星期" in text or "礼拜" in text:
        for match in draft.take(_WEEKLY):
            fields["weekly"] = _weekly(match)
    if latin or "次" in text or not _ONE_TIME.isdisjoint(text):
        for _ in draft.take(_ONCE):
            fields["sessions"] = (1, 1)
    if latin or "钟" in text or "小时" in text:
        _read_minutes(draft)
    if latin or "天" in text:
        for pattern, span in ((_HALF_DAY, HALF_DAY), (_WHOLE_DAY, WHOLE_DAY)):
            for _ in draft.take(pattern):
                fields["minutes"] = span
    if latin or not _LESS.isdisjoint(text):
        for pattern, order in ((_SHORT, "shortest"), (_FEW, "fewest")):
            for _ in draft.take(pattern):
                fields["order"] = order


def _read_minutes(draft: Draft) -> None:
    for pattern, read in ((_MOST, _most), (_ENGLISH_MOST, _english_most), (_LEAST, _least), (_JUST, _about)):
        for match in pattern.finditer(draft.text):
            span = read(match)
            if span is not None and not _TIME_ON_THE_WAY.search(draft.text, 0, match.start()):
                draft.fields["minutes"] = span
                draft.text = draft.text[: match.start()] + " " * len(match[0]) + draft.text[match.end() :]


def _weekly(match: re.Match[str]) -> tuple[int, int]:
    if match["once"] or match["twice"]:
        return (1, 1) if match["once"] else (2, 2)
    days = round(read_number(match["n"]) or 1)
    if match["least"] or match["much"] == "以上":
        return days, WEEK
    if match["no"] or match["much"]:
        # 一周两次太多了
        return 1, max(days - 1, 1)
    return (1 if match["most"] else days), days


def _most(match: re.Match[str]) -> tuple[int, int] | None:
    minutes = _minutes(match)
    return None if minutes is None else (0, minutes)


def _least(match: re.Match[str]) -> tuple[int, int] | None:
    minutes = _minutes(match)
    return None if minutes is None else (minutes, DAY)


def _about(match: re.Match[str]) -> tuple[int, int] | None:
    minutes = _minutes(match)
    return None if minutes is None else (max(minutes - ABOUT, 0), minutes + ABOUT)


def _minutes(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    said = groups["a"] or groups.get("b") or ""
    unit = groups["unit"] or groups.get("unit2") or ""
    number = 0.5 if said == "半" else read_number(said)
    if number is None:
        return None
    if "半" in unit:
        number += 0.5
    minutes = round(number * (15 if "刻" in unit else 1 if unit.startswith("分") else 60))
    return minutes if 0 < minutes <= DAY else None


def _english_most(match: re.Match[str]) -> tuple[int, int] | None:
    number = {"an": 1.0, "one": 1.0, "half an": 0.5}.get(match["n"]) or float(match["n"])
    return 0, min(round(number * (60 if match["unit"][0] == "h" else 1)), DAY)


def rhythm(name: str, span: tuple[int, int], english: bool) -> str:
    """Return the words for how often, how long or how many times."""
    low, high = span
    if name == "weekly":
        return _of_a_week(low, high, english)
    if name == "sessions":
        if span == (1, 1):
            return "one session only" if english else "只上一次"
        return f"up to {high} sessions" if english else f"不超过{high}次"
    if span == HALF_DAY:
        return "half a day" if english else "半天的"
    if high >= DAY:
        return f"{low} minutes or more" if english else f"每次{low}分钟以上"
    if low:
        return f"about {(low + high) // 2} minutes" if english else f"每次{(low + high) // 2}分钟左右"
    return f"up to {high} minutes a session" if english else f"每次不超过{high}分钟"


def _of_a_week(low: int, high: int, english: bool) -> str:
    if english:
        often = {1: "once", 2: "twice"}.get(low, f"{low} times")
        if low == high:
            return f"{often} a week"
        return f"{low} or more times a week" if high >= WEEK else f"up to {high} times a week"
    count = "零一两三四五六七"
    if low == high:
        return f"每周{count[low]}次"
    return f"每周{count[low]}次以上" if high >= WEEK else f"每周不超过{count[high]}次"
