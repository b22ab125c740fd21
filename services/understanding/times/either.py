"""Times of which any will do: 晚上或者周末, 周一上午和周三下午, 周二晚上周六白天."""

from __future__ import annotations

from itertools import pairwise

from services.regex import regex
from services.understanding.times.said import Said
from services.understanding.times.scope import Around

MOST_TIMES = 8
# what may stand between two times that are spoken of together, an “or” among it or not
_IDLE = r"[的学上课班去来有空时间行可以能都我想是在也就 ,，、。]{0,8}"
_OR = regex(rf"{_IDLE}(?:或者?是?|或是|要么|要不就?|还是|再不){_IDLE}")
_BETWEEN = regex(rf"{_IDLE}(?:[和跟与及]|还有|以及)?{_IDLE}")
_WILL_DO = regex(r"(?:的时候|的)?(?:我|我们)?(?:都|也|均)(?:行|成|可以?|能|有空|有时间|没问题|方便|好)")


def ways(around: Around) -> list[list[Said]]:
    """Return what was said as several ways, each with its days and hours; none where it is one."""
    said = [one for one in around.found if (one.days or one.weekdays or one.hours) and not one.refused]
    if not 2 <= len(said) <= MOST_TIMES or any(one.wished or one.first_session for one in said):
        return []
    text = around.text
    found = [[said[0]]]
    for before, one in pairwise(said):
        gap = _between(around, before, one)
        begins = _begins_another(found[-1], gap, one, text)
        if begins is None:
            return []
        if begins:
            found.append([one])
        else:
            found[-1].append(one)
    if len(found) < 2:
        return []
    return _spread(found)


def _between(around: Around, before: Said, one: Said) -> str:
    """What stands between two times, less the words that only name the part of the day of a clock."""
    pieces, at = [], before.end
    for other in around.found:
        if before.end <= other.start and other.end <= one.start:
            pieces.append(around.text[at : other.start])
            at = other.end
    return "".join(pieces) + around.text[at : one.start]


def _begins_another(way: list[Said], gap: str, one: Said, text: str) -> bool | None:
    """Whether a time begins another way; None where what stands between parts what belongs together."""
    has_days, has_hours = any(map(_has_days, way)), any(s.hours for s in way)
    if _OR.fullmatch(gap):
        # 周三或者周六, 上午或者下午 are one set of days, one span of hours
        return True
    if not _BETWEEN.fullmatch(gap):
        # 周六补课,周日有空: what is told in another clause is left to how it stands there
        return None
    if has_days and has_hours and _has_days(one):
        return True
    if gap.strip(" ,，的") == "" and has_hours and not has_days and _has_days(one):
        # 晚上周末都行
        return _WILL_DO.match(text, one.end) is not None
    return False


def _has_days(one: Said) -> bool:
    return bool(one.days or one.weekdays)


def _spread(found: list[list[Said]]) -> list[list[Said]]:
    """Give ways of hours alone the days of the way before: 周末上午或者晚上."""
    spread = [found[0]]
    for way in found[1:]:
        before = spread[-1]
        days = [one for one in before if _has_days(one)]
        if not any(map(_has_days, way)) and days and any(one.hours for one in before):
            way = [*days, *way]
        spread.append(way)
    first_hours = [one for one in found[0] if one.hours]
    if not first_hours and all(map(_plain_days, spread[:-1])) and _named_day(spread[-1]):
        # 明天或者后天上午, 周三或者周六上午: the hours are said of all the days
        hours = [one for one in spread[-1] if one.hours]
        return [[*way, *hours] if way is not spread[-1] else way for way in spread] if hours else spread
    return spread


def _plain_days(way: list[Said]) -> bool:
    return not any(one.hours for one in way) and _named_day(way)


def _named_day(way: list[Said]) -> bool:
    """Whether a way is said by days of one name each, not by 周末 or 平时."""
    return all(one.days or len(one.weekdays) == 1 for one in way if _has_days(one))
