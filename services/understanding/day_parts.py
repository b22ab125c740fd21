"""Parts of the day in a dialogue: 上午下午都行, and 六点的 after 上午的."""

from __future__ import annotations

from dataclasses import replace

from services.regex import regex
from services.understanding.dialogue import without_kinds
from services.understanding.meaning import Meaning, less
from services.understanding.numbers import read_int

_PARTS_OF_DAY = regex(
    r"^(?:那|我|其实|现在|[ ,])*(?P<parts>(?:(?:上午|早上|下午|晚上)(?:的)?[和跟与、 ,]*){2,3})"
    r"(?:我)?(?:都|也)?(?:行|可以|成|好|没关系|没事|无所谓|能[去来上学]?|不要紧|有空|有时间|方便)"
    r"(?:的|了|吧|啊|呀|哈|呢)*[!！。]?$"
)
_MORNING, _AFTERNOON, _EVENING = "上午", "下午", "晚上"
_SPANS = {
    frozenset((_MORNING, _AFTERNOON)): (0, 1080),
    frozenset((_AFTERNOON, _EVENING)): (720, 1440),
}


def at_either(read: str, last: Meaning) -> Meaning | None:
    """Return the last meaning at two parts of the day that are told: 下午和晚上都可以."""
    match = _PARTS_OF_DAY.match(read)
    if match is None:
        return None
    told = match["parts"].replace("早上", _MORNING)
    hours = _SPANS.get(frozenset(part for part in (_MORNING, _AFTERNOON, _EVENING) if part in told))
    if hours is not None:
        # the days that were told stay
        return replace(last, hours=hours, any_of=less(last.any_of, {"hours"}), soft=last.soft - {"hours"})
    return without_kinds(last, {"hours"})


_HALVES = regex("[上下中]午|[早晚]|凌晨|夜|白天|傍晚|点钟?[以之]?前")
_CLOCK = regex(
    r"(?<![\d一二三四五六七八九十:：月号])(?P<hour>十一|[五六七八九十]|1[01]|[5-9])(?P<oclock>点(?!心|击|开|[一二两三四五六七八九十\d]+[个门]))"
)
_WHOLE_PART = 180
_NOON, _DUSK = 720, 1050


def in_that_half(read: str, last: Meaning) -> str:
    """Return a text with 早上 or 晚上 before an hour that belongs to the part of the day told before."""
    hours = last.hours
    if hours is None or hours[1] - hours[0] < _WHOLE_PART or _HALVES.search(read):
        return read
    part = "早上" if hours[1] <= _NOON else "晚上" if hours[0] >= _DUSK else ""
    clocks = list(_CLOCK.finditer(read))
    if not part or len(clocks) != 1:
        return read
    hour = read_int(clocks[0]["hour"]) or 0
    fits = hour <= 11 if part == "早上" else 6 <= hour <= 10
    return _CLOCK.sub(rf"{part}\g<hour>\g<oclock>", read) if fits else read
