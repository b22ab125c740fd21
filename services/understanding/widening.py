"""A condition that matters no more is taken out of what was looked for: 不限时间, 地方和时间都无所谓."""

from __future__ import annotations

from services.regex import regex
from services.understanding.dialogue import without_kinds
from services.understanding.meaning import TIMES, Meaning
from services.understanding.normalise import squeeze

_TIMES, _FEES, _PLACES = tuple(sorted(TIMES)), ("fee",), ("place", "near")
_DATES = tuple(sorted(TIMES - {"hours"}))
_WHAT = {
    "时间": _TIMES, "时候": _TIMES, "哪天": _DATES, "几点": ("hours",), "日期": _DATES,
    "哪周": _DATES, "哪个月": _DATES, "周几": ("weekdays",),
    "星期几": ("weekdays",), "钱": _FEES, "价格": _FEES, "价钱": _FEES, "学费": _FEES, "费用": _FEES,
    "地点": _PLACES, "地方": _PLACES, "哪里": _PLACES, "哪儿": _PLACES, "远近": _PLACES, "远": _PLACES,
    "年龄": ("age", "audience"), "方式": ("online",), "基础": ("level",),
    "次数": ("weekly", "sessions"), "几次": ("weekly", "sessions"), "时长": ("minutes",),
    "长短": ("minutes",),
    "年纪": ("age", "audience"), "岁数": ("age", "audience"), "水平": ("level",), "程度": ("level",),
    "老师": ("teacher",), "哪个学校": _PLACES, "名额": ("seats",),
}  # fmt: skip
_KINDS = "|".join(sorted(_WHAT, key=len, reverse=True))
_WILL_DO = (
    "(?:都不限|不限|都行|都可以|都成|都没关系|都无所谓|都随便|无所谓|随便|随意|不重要|没关系|不挑|没要求"
    "|不讲究|不管|不用管)"
)
_UNBOUND = regex(
    rf"(?:不限制?|不挑|不管|不论|无论|不在乎|不考虑|无所谓|不讲究|随便)(?:什么|哪个|多少|开课|上课)?(?P<a"
    rf">{_KINDS})"
    rf"|(?:什么|哪个|多少|啥)?(?P<b>{_KINDS})"
    rf"{_WILL_DO}"
)
_SEVERAL = regex(rf"(?P<one>{_KINDS})[和跟与、 ]?(?P<two>{_KINDS})(?:我|倒|也|就)*(?P<will>{_WILL_DO})")
# 收费的也行: what was asked for need not be
_ANYTHING = regex(
    r"(?:那)?(?:就)?(?:都)?不限(?:制)?(?:了|吧|啊)*$|(?:那)?(?:[都也]|[两三]个都|哪个都|怎么都|随便|什么都"
    r"|无所谓)(?:行|可以|成|好)?(?:的|吧|啊|了)*$"
)
_FEE_TOO = regex(
    r"(?:收费|花钱|要钱|贵一?点|有偿|付费|交钱|贵些|贵)(?:的)?(?:也|都)(?:行|可以|成|没关系|没事|能接受)"
    r"|^(?:那)?(?:收费|要钱|花钱|付费)的(?:呢|吗|有吗|有没有|也看看)?[?？]?$"
)
_FAR_TOO = regex(r"(?:远一?点|远些|稍远|别的地方|其他地方)(?:的)?(?:也|都)(?:行|可以|成|没关系|没事)")


def widened(text: str, last: Meaning) -> tuple[Meaning, str] | None:
    """Return the last meaning without what no longer matters, and the rest of the text, or None."""
    parts: set[str] = set()
    if "都" in text or "不" in text or "随" in text or "无" in text:
        # 地方和时间都无所谓
        text = _SEVERAL.sub(r"\g<one>\g<will>,\g<two>\g<will>", text)
    for match in _UNBOUND.finditer(text):
        parts.update(_WHAT[match["a"] or match["b"]])
    rest = _UNBOUND.sub(" ", text)
    if not parts and _ANYTHING.match(squeeze(text)):
        # what was asked for last is not known: of time it mostly was, then of place
        kinds = {part.partition(":")[0] for part in last.parts()}
        for names in (_TIMES, _PLACES, _FEES, ("level",), ("online",), ("seats",), ("age", "audience")):
            if kinds.intersection(names):
                return without_kinds(last, set(names)), ""
    for pattern, names in ((_FEE_TOO, _FEES), (_FAR_TOO, _PLACES)):
        if pattern.search(rest):
            parts.update(names)
            rest = pattern.sub(" ", rest)
    if not parts:
        return None
    said_before = {part.partition(":")[0] for part in last.parts()} | ({"any_of"} if last.any_of else set())
    if parts <= TIMES and not parts & said_before:
        if parts == {"hours"}:
            # 几点都行, where only days were told: those stay
            return last, rest
        # 哪天都行, where only the hour was told
        parts.update(_TIMES)
    return without_kinds(last, parts), rest
