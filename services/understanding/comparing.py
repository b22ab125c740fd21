"""What was looked for, compared with what came of it: 便宜点, 近一点, 晚一点, 早点开课的."""

from __future__ import annotations

import re
from dataclasses import replace

from services.regex import regex
from services.understanding.meaning import Meaning
from services.understanding.reader import Reader

MOST_TEXT = 24
_COMPARING = frozenset("晚早远近前后起")
_CHEAPER = regex(
    r"(?:更|再|能不能|有没有|有)?便宜(?:一?点儿?|一?些)?|(?:太|好|有点|有些|嫌|都|是|挺)贵了?点?"
    r"|^(?:都)?贵(?:了|一?点儿?|一?些|死|啊|呀|[!！。])*$"
    r"|(?:有没有|能不能)?(?:不要|不|别|没)?(?:这么|那么|这样|如此)(?:贵|高|多钱)"
    r"|(?:比|跟)(?:这|那|它|上面|刚才)(?:个|些|几个|的)?(?:都|还|更)?(?:再)?便宜(?:一?点儿?|一?些)?的?"
    r"|(?:学费|价格|价钱|收费|费用)?(?:能不能|可不可以|能|可以|有没有)?(?:再)?低(?:一?点儿?|一?些)的?(?:吗"
    r"|么|不|吧|呢|"
    r"[?？])*$"
    r"|(?:学费|价格|价钱|收费|费用)(?:都|也|太|有点儿?|有些|好|挺|这么|偏)*(?:高|贵)(?:了|点)?|(?:交|付|掏"
    r"|出|上|花)不起|(?:能不能|可不可以|能|可以|还能)?(?:再)?(?:少|降|优惠)(?:一?点儿?|一?些)(?:钱"
    r"|学费)?(?:吗|么|不|吧|"
    r"[?？])*$"
)


_TOO_FAR = regex(r"(?:太|有点儿?|有些|好|都|嫌|离我?家?太?)远了?|近一?点儿?的?(?:有|没有)?(?:吗|么|没)?$")
# 晚了点, 更近的, 往后一点: the same in the words of the patterns below
_PLAIN = (
    (regex(r"^(?:我)?(?:早上|太早)?起不来(?:床|了)*[ ,]+(?=.{2})"), ""),
    (regex(r"^(?:都|好像|这些)*(?P<how>[晚早远])了(?:一?点儿?|一?些)(?:吧|啊|了)*$"), r"太\g<how>了"),
    (regex(r"^(?P<lead>.{0,4}?)更(?P<how>[晚早近])(?:一?点儿?|一?些)?(?:的)?(?P<end>吗|呢|有吗"
                r"|有没有)?$"),
     r"\g<lead>\g<how>一点的\g<end>"),
    (regex(r"^(?:能不能|可以|能|再|稍微)*(?:时间)?(?:往|朝|靠|向)后(?:挪|推|延|放)?(?:一?点儿?|一?些"
                r"|一?下)(?:的|吗|吧|呢)*$"),
     "晚一点的"),
    (regex(r"^(?:能不能|可以|能|再|稍微)*(?:时间)?(?:往|朝|靠|向)前(?:挪|推|提|放)?(?:一?点儿?|一?些"
                r"|一?下)(?:的|吗|吧|呢)*$"),
     "早一点的"),
    (regex(r"^(?P<lead>.{0,4}?)近(?:些|便一?[点些])儿?的?(?P<end>吗|呢|有吗|有没有)?$"), r"\g<lead>近"
        r"一点的\g<end>"),
    (regex(r"^(?:那|这里面|其中)?(?:哪一?[个家]|谁)(?:是)?(?:离我?家?)?最近的?[呢啊?？]*$"),
     "离我最近的"),
)  # fmt: skip


def in_plain_comparison(text: str) -> str:
    """Return what compares in plain words: 太晚了 of 晚了点."""
    if len(text) <= MOST_TEXT and not _COMPARING.isdisjoint(text):
        for pattern, plain in _PLAIN:
            text = pattern.sub(plain, text)
    return text


# 这些都太晚了
_TOO_TIMED = (
    (regex(r"(?:太|有点儿?|有些)晚了?"), (0, 1080)),
    (regex(r"(?:太|有点儿?|有些)早了?"), (540, 1440)),
)  # fmt: skip
_NINE, _NOON, _SIX, DAY = 540, 720, 1080, 1440
_LATER = ((_NOON, DAY), (_SIX - 30, DAY))
_SHIFTED = regex(
    r"^(?:那|能不能|可不可以|有没有|有|再|稍微|要|想要|时间)*(?:(?P<late>晚|迟)|早)(?:一?点儿?|一?些)(?:上"
    r"|开始|上课)?(?:的)?"
    r"(?:呢|吗|吧|有吗|有没有|行吗|课|班|[?？])*$"
)
_LESS = regex(
    r"(?<!多)[少降低](?:一?点|一?些)|优惠|比[这那它上刚]|便宜(?:一?点|一?些)|更便宜|再便宜|能不能|贵|高"
    r"|多钱|不起"
)
_PRICE = regex("贵|[少低]一?[点些]|降|优惠|便宜|高了|么高|高点|多钱|不起|cheap", re.IGNORECASE)
# 晚一点开课的: later than most of those shown
_LATER_START = regex(
    r"(?:晚|迟|往后|靠后)(?:一?点儿?|一?些|几天)?(?:再)?(?:开课|开班|开始上课|开学|开)的?"
    r"|(?:开课|开班|开学)(?:时间)?(?:再)?(?:晚|迟|靠后|往后)(?:一?点儿?|一?些|几天)?的?|(?:starting|start"
    r"|starts|begin\w*) later"
)
_SOONER_START = regex(
    r"(?:早|快|先)(?:一?点儿?|一?些|几天)(?:再)?(?:开课|开班|开始上课|开学|开)的?"
    r"|(?:开课|开班|开学)(?:时间)?(?:再)?(?:早|快|靠前)(?:一?点儿?|一?些|几天)的?|(?:starting|start|starts"
    r"|begin\w*) (?:sooner|earlier)"
)
_FAR = 3_650


def compared(
    read: str,
    last: Meaning,
    reader: Reader,
    shown_fees: tuple[int, ...] = (),
    shown_starts: tuple[int, ...] = (),
) -> Meaning | None:
    """Return the last meaning nearer, later, earlier or cheaper than it was, or None."""
    if _TOO_FAR.search(read):
        said, known, _ = reader.meaning(_TOO_FAR.sub(" ", read))
        if not known and not said.without_words().parts():
            return replace(last, order="nearest")
    if (later := begun_later(read, last, shown_starts, reader)) is not None:
        return later
    if (shifted := _shifted(read, last)) is not None:
        return shifted
    for pattern, hours in _TOO_TIMED:
        if pattern.search(read) and reader.meaning(pattern.sub(" ", read))[0].is_blank:
            return replace(last, hours=hours, any_of=())
    if _CHEAPER.search(read) and "最" not in read:
        said, known, _ = reader.meaning(_CHEAPER.sub(" ", read))
        if not known and not said.without_words().parts():
            return cheaper(last, shown_fees) if _LESS.search(read) else cheapest(last, shown_fees)
    return None


def _shifted(read: str, last: Meaning) -> Meaning | None:
    """Return the last meaning later or earlier in the day than it was: 晚一点呢."""
    match = _SHIFTED.match(read)
    if match is None:
        return None
    start, end = last.hours or (0, DAY)
    if match["late"]:
        hours = (
            (_NINE, DAY) if not last.hours else next((part for part in _LATER if part[0] >= end - 60), None)
        )
        hours = hours or (min(start + 60, DAY - 60), DAY)
    else:
        hours = (0, _SIX) if not last.hours or start >= _SIX - 30 else (0, max(min(start, _NOON), 60))
    return replace(last, hours=hours, any_of=())


def of_start(text: str) -> bool:
    """True when when the classes shown begin may tell what a text means."""
    return _LATER_START.search(text) is not None


def begun_later(read: str, last: Meaning, shown_starts: tuple[int, ...], reader: Reader) -> Meaning | None:
    """Return the last meaning with a later or an earlier first session, or None."""
    for pattern, later in ((_LATER_START, True), (_SOONER_START, False)):
        if not pattern.search(read) or not reader.meaning(pattern.sub(" ", read))[0].is_blank:
            continue
        if not later:
            return replace(last, starts=None, order="soonest")
        if shown_starts:
            middle = sorted(shown_starts)[len(shown_starts) // 2]
            return replace(last, starts=(middle + 1, middle + _FAR), order="relevance")
    return None


def of_price(text: str) -> bool:
    """True when what the classes shown cost may tell what a text means."""
    return _PRICE.search(text) is not None


def cheapest(last: Meaning, shown_fees: tuple[int, ...]) -> Meaning:
    """Return the last wish, cheapest first; where there was none that is free, it need not be."""
    return replace(last, free=last.free and not any(shown_fees), order="cheapest")


def cheaper(last: Meaning, shown_fees: tuple[int, ...]) -> Meaning:
    """Return the last wish at less than what was just shown, cheapest first."""
    dearest = max(shown_fees, default=0)
    if dearest <= 0 or last.free:
        # what was shown instead of something free need not get cheaper still
        return cheapest(last, shown_fees)
    return replace(last, free=False, fee_min=None, fee_max=dearest - 1, order="cheapest")
