"""How a text goes on from the search before: narrowing, widening, changing, correcting."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.meaning import Meaning
from services.understanding.normalise import squeeze

_TIMES, _FEES, _PLACES = ("dates", "starts", "weekdays", "hours"), ("fee",), ("place", "near")
_WHAT = {
    "时间": _TIMES, "时候": _TIMES, "哪天": _TIMES, "几点": _TIMES, "日期": _TIMES, "周几": ("weekdays",),
    "星期几": ("weekdays",), "钱": _FEES, "价格": _FEES, "价钱": _FEES, "学费": _FEES, "费用": _FEES,
    "地点": _PLACES, "地方": _PLACES, "哪里": _PLACES, "哪儿": _PLACES, "远近": _PLACES, "远": _PLACES,
    "年龄": ("age", "audience"), "基础": ("level",), "老师": ("teacher",), "哪个学校": _PLACES,
}  # fmt: skip
_KINDS = "|".join(sorted(_WHAT, key=len, reverse=True))
_UNBOUND = re.compile(
    rf"(?:不限制?|不管|不论|无论|不在乎|不考虑|无所谓|不讲究|随便)(?:什么|哪个|多少)?(?P<a>{_KINDS})"
    rf"|(?:什么|哪个|多少|啥)?(?P<b>{_KINDS})"
    r"(?:都不限|不限|都行|都可以|都成|都没关系|都无所谓|无所谓|随便|不重要|没关系)"
)
# 收费的也行: what was asked for need not be
_FEE_TOO = re.compile(
    r"(?:收费|花钱|要钱|贵一?点|有偿|付费|交钱|贵些)(?:的)?(?:也|都)(?:行|可以|成|没关系|没事|能接受)"
)
_FAR_TOO = re.compile(r"(?:远一?点|远些|稍远|别的地方|其他地方)(?:的)?(?:也|都)(?:行|可以|成|没关系|没事)")
_TOO = re.compile(r"(?:也|都)(?:行|可以|成|没关系|没事|能|有空)(?:的|了|吧|啊)?$")
_NEITHER = re.compile(
    r"也(?:不行|不要|不去|不成|不想|不方便|没空|没时间|来不了|去不了|不可以)(?:的|了|啊|呢)*$"
)
_DROPPED = re.compile(
    r"(?:不用|不必|不一定要?|不非得|不非要|不需要|去掉|取消|删掉|不要求|不要|别管)(?:是|在)?"
    r"(?P<what>.{1,8}?)(?:这个|的)?(?:条件|要求|了)+$"
    r"|(?:不用|不必|不一定要?|不非得|不非要|去掉|删掉)(?:是|在)?(?P<what2>.{1,8}?)(?:的)?$"
    r"|(?:把)?(?P<what3>.{1,6}?)(?:的)?(?:这个|那个)?(?:条件|要求)?(?:去掉|删掉|取消|就?不要了|就?算了)$"
)
_ONESELF = re.compile(
    r"^(?:是|给)?(?:我|本人)?自己(?:要|想|来)?(?:学|上|报|用|去)?(?:的)?$|^我(?:要|想)?学的?$"
)
_CHANGED = re.compile(r"^(?:那|要不|或者)?(?:换成|改成|换个|换|改|还是)(?!一批)")
_SAME = re.compile(r"^(?:那|那么|那要是|如果是?|要是|同样)")
_CORRECTED = re.compile(
    r"^.{0,4}?(?:不是(?:这个|那个)?意思|不是(?:这个|那个|这些|这样的?)"
    r"|(?:理解|搞|弄|听|看|说)[错岔]了|不对|错了|误会了)[,，。 ;!]*"
    r"(?:我(?:是)?(?:说|想说|想|问|要|指)的?(?:意思)?是?|我的意思是|应该是|我要的是|是)?[,，: ]*(?P<rest>.+)$"
    r"|^(?:我(?:是)?(?:说|指)的?是|我的意思是|我是说|我想说的是)[,，: ]*(?P<rest2>.+)$"
)


def corrected(text: str) -> str | None:
    """Return what a normalised text puts in the place of what was understood before, or None."""
    match = _CORRECTED.match(text)
    return (match["rest"] or match["rest2"]).strip() if match else None


def widened(text: str, last: Meaning) -> tuple[Meaning, str] | None:
    """Return the last meaning without what no longer matters, and the rest of the text, or None."""
    parts: set[str] = set()
    for match in _UNBOUND.finditer(text):
        parts.update(_WHAT[match["a"] or match["b"]])
    rest = _UNBOUND.sub(" ", text)
    for pattern, names in ((_FEE_TOO, _FEES), (_FAR_TOO, _PLACES)):
        if pattern.search(rest):
            parts.update(names)
            rest = pattern.sub(" ", rest)
    if not parts:
        return None
    return without_kinds(last, parts), rest


def without_kinds(meaning: Meaning, kinds: set[str]) -> Meaning:
    """Return a meaning less all its conditions of some kinds (names before the colon in `parts()`)."""
    for part in meaning.parts():
        if part.partition(":")[0] in kinds:
            meaning = meaning.without(part)
    if "fee" in kinds and meaning.order == "cheapest":
        meaning = replace(meaning, order="relevance")
    return meaning


def without_alike(meaning: Meaning, kinds: set[str]) -> Meaning:
    """Return a meaning less the conditions that others of these kinds take the place of: of time all go."""
    if kinds & set(_TIMES):
        kinds = kinds | set(_TIMES)
    return without_kinds(meaning, kinds)


def is_oneself(text: str) -> bool:
    """True when somebody says that it is for themselves."""
    return _ONESELF.search(text) is not None


def dropped_words(text: str) -> str | None:
    """Return the words of a condition that a text takes back (不用免费了, 周末去掉), or None."""
    match = _DROPPED.search(squeeze(text))
    return match and (match["what"] or match["what2"] or match["what3"])


def is_too(text: str) -> bool:
    """True when a text allows more than before: 平时也行, 晚上也可以."""
    return _TOO.search(squeeze(text)) is not None


def is_neither(text: str) -> bool:
    """True when a text refuses more than before: 周三也不行."""
    return _NEITHER.search(squeeze(text)) is not None


def joined(said: Meaning, last: Meaning) -> Meaning:
    """Return the last meaning with more days, hours or places allowed."""
    changed: dict[str, object] = {}
    if said.weekdays and last.weekdays:
        days = said.weekdays | last.weekdays
        changed["weekdays"] = frozenset() if len(days) == 7 else days
    if said.hours and last.hours:
        hours = (min(said.hours[0], last.hours[0]), max(said.hours[1], last.hours[1]))
        changed["hours"] = None if hours[0] == 0 and hours[1] >= 1440 else hours
    if said.dates and last.dates:
        changed["dates"] = (min(said.dates[0], last.dates[0]), max(said.dates[1], last.dates[1]))
    if said.place and last.place:
        changed["place"] = ("|".join(dict.fromkeys((*last.place, *said.place))),)
    if said.words and last.words:
        changed["words"] = ("|".join(dict.fromkeys((*last.words, *said.words))),)
    if said.online is not None and last.online is not None and said.online != last.online:
        changed["online"] = None
    if said.fee_max is not None or said.free:
        changed |= {"free": False, "fee_min": said.fee_min, "fee_max": said.fee_max}
    merged = replace(last, **changed)  # type: ignore[arg-type]
    return replace(merged, soft=merged.soft.intersection(merged.parts()))


def followed(text: str, said: Meaning, last: Meaning, *, only_names: bool) -> Meaning:
    """Return what a text means after the search before; `only_names`: its words are teachers' names alone."""
    if _CHANGED.search(text):
        kinds = {part.partition(":")[0] for part in said.parts()}
        return said.merge(last if said.words else without_alike(last, kinds))
    if _SAME.search(text) or not (last.words or last.category or last.code):
        return said.merge(last)
    if said.words or said.category or said.code:
        if only_names and last.words:
            return replace(said, words=tuple(dict.fromkeys((*last.words, *said.words)))).merge(last)
        short = text.endswith(("呢", "呢?")) and len(squeeze(text)) <= 6
        return said.merge(last) if short else said
    if said.is_blank:
        return replace(last, order=said.order)
    return said.merge(last)
