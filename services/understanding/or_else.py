"""A wish whose absence is fine: 周末的 没有的话平时也行, 没有的话别的也行."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from services.regex import regex
from services.understanding import dialogue
from services.understanding.meaning import Meaning
from services.understanding.reader import Reader

MOST_TEXT = 40
_ELSE = regex(
    r"^(?P<want>.*?)[,，。 ]*(?:要是|如果|实在|假如|万一)?(?:真的?|实在|确实|就)?(?:没有|没得|没|找不到"
    r")(?:的话|了)?(?:就|那)?[,， ]*"
    r"(?P<other>[^,，。 有]{1,8}?)(?:的)?(?:也|都)(?:行|可以|成|好|没关系|凑合|能接受|看看|没事)(?:的|吧|了"
    r"|啊)*[!！。]*$"
)
# 没有也没事, said of what was asked for
_NO_HARM = regex(
    r"^(?:要是|如果|实在|万一|真的|就算|[ ,])*没有?(?:的话|了)?[ ,]*也(?:没事|没关系|不要紧"
    r"|无所谓|行|可以|成|罢了?)"
    r"(?:的|了|吧|啊|呀)*[!！。]*$"
)
# whatever there is
_ANYTHING = regex(
    r"^(?:别的|其他|其它|另外的?|随便|什么|啥|哪个|哪样|换个?别?的?|别的课|别的班|其他班"
    r"|其他课|类似的?|差不多的?)$"
)
_COSTS = regex("收费|花钱|要钱|交钱|便宜|收点|出点|贵")
_KINDS = {"weekdays": {"weekdays"}, "hours": {"hours"}, "place": {"place"}, "online": {"online"}}
_NAMED = ("word", "category", "code", "audience", "age")


def preferred(
    text: str, last: Meaning | None, reader: Reader, after: Callable[[str], Meaning]
) -> Meaning | None:
    """Return what is wanted first where something else will do as well, or None.

    `after` tells what a text means after `last`.
    """
    if last is not None and _NO_HARM.match(text):
        return softer(last, {part for part in last.parts() if part.partition(":")[0] not in _NAMED})
    match = _ELSE.match(text) if len(text) <= MOST_TEXT else None
    if match is None:
        return None
    want = match["want"].strip()
    wish = after(want) if want else last
    if wish is None or wish.intent != "search" or wish.is_blank:
        return None
    if _ANYTHING.match(match["other"]):
        return softer(wish, {part for part in wish.parts() if part.partition(":")[0] not in _NAMED})
    if _COSTS.search(match["other"]):
        return softer(wish, {"fee"})
    if not want:
        # 没有的话周六也行 says what else will do, and no more
        return None
    either = dialogue.joined(reader.meaning(f"{match['other']}的")[0], wish)
    gone = {name for name in _KINDS if getattr(wish, name) and not getattr(either, name)}
    if gone:
        # together they are every day or hour: the first is a mere wish
        return softer(wish, {part for part in wish.parts() if part.partition(":")[0] in gone})
    return either


def softer(wish: Meaning, parts: set[str]) -> Meaning:
    """Return a meaning of which some parts are wishes and no musts."""
    return replace(wish, soft=wish.soft | parts.intersection(wish.parts()))
