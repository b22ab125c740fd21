"""What somebody says while looking at classes, in the words that the readers know: 哪都行, 收点钱也行."""

from __future__ import annotations

import re

from services.understanding.meaning import Meaning
from services.understanding.numbers import NUMBER, read_number

MOST_TEXT = 24
_WILL_DO = r"(?:都|也)?(?:行|可以|成|好|没关系|没事|无所谓|能[去来上学]?|不要紧|不碍事)"
_END = r"(?:的|了|吧|啊|呀|哈|呢)*[!！。]?$"
_LEAD = r"^(?:那|算了|还是|其实|要不|嗯|哦|好吧|行吧|[ ,])*"
# what is said on its own of a condition that matters no more, and the condition
_WAYS = (
    (rf"{_LEAD}(?:在|去|到|上)?(?:哪|哪里|哪儿|哪边|哪个地方|什么地方|哪个学校|哪个社区)(?:上|学|上课)?都{_WILL_DO}{_END}", "不限地点"),
    (rf"{_LEAD}(?:有没有|有|看看)?(?:别的|其他|其它|另外的?)(?:地方|学校|社区|街道|地点|镇)(?:的|上的|开的)?(?:有没有|有|也行|也可以|看看|呢|吗|么|没|没有)*{_END}", "不限地点"),
    (rf"{_LEAD}(?:稍微)?远(?:点|一点|些)?(?:的)?(?:也|都|就){_WILL_DO}{_END}", "不限地点"),
    (rf"{_LEAD}(?:我)?(?:哪天|哪一天|周几|星期几|礼拜几|几点|什么时候|啥时候|什么时间|啥时间|几时)(?:上|学|上课|来|去)?都{_WILL_DO}(?:有空|有时间)?{_END}", "不限时间"),
    (rf"{_LEAD}(?:有没有|有|看看|换个?)?(?:别的|其他|其它|另外的?)(?:时间|时候|日子)(?:的|上的|开的)?(?:有没有|有|也行|也可以|看看|呢|吗|么|没|没有)*{_END}", "不限时间"),
    (rf"{_LEAD}(?:收|出|花|交|掏|要)(?:一?点|一?些)?(?:钱|费)(?:的)?(?:也|都|就){_WILL_DO}{_END}", "不限价格"),
    (rf"{_LEAD}(?:多少|几块)钱都{_WILL_DO}{_END}", "不限价格"),
    (rf"{_LEAD}(?:我)?(?:时间|日期|时候)(?:上|方面|也|我|倒)*(?:好说|好商量|不是问题|没要求|没有要求|不要紧|灵活|自由|不重要|都{_WILL_DO}){_END}", "不限时间"),
    (rf"{_LEAD}(?:全部|所有|各个|任何)(?:的)?(?:时间|时候)(?:段)?的?(?:都|也)?(?:看看|看|{_WILL_DO}|列出来|要){_END}", "不限时间"),
    (rf"{_LEAD}(?:稍微)?(?:晚|迟|早|往后|推迟)(?:一?点儿?|一?些|几天)(?:开始?|开课|上|上课)?(?:的)?(?:也|都){_WILL_DO}{_END}", "不限时间"),
    (rf"{_LEAD}(?:钱|价格|价钱|学费|费用|多少钱)(?:上|方面|也|我|倒)*(?:好说|好商量|不是问题|没要求|没有要求|不要紧|不差|不重要|都{_WILL_DO}){_END}", "不限价格"),
    (rf"{_LEAD}(?:地点|地方|远近|距离|哪里)(?:上|方面|也|我|倒)*(?:好说|好商量|不是问题|没要求|没有要求|不要紧|不重要|都{_WILL_DO}){_END}", "不限地点"),
    (rf"{_LEAD}(?:满了|没名额|候补|排队|要等)(?:的)?(?:也|都){_WILL_DO}", "不限名额"),
    (rf"{_LEAD}(?:有|没有?|零)基础(?:的)?(?:也|都){_WILL_DO}{_END}", "不限基础"),
    (rf"{_LEAD}(?:有没有|有|会不会)(?:基础|学过没学过)(?:的)?都{_WILL_DO}{_END}", "不限基础"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern), plain) for pattern, plain in _WAYS)
_TELLING = re.compile("都|也|就|别的|其[他它]|另外|好[说商]|问题|要求|要紧|重要|灵活|自由|不差")
_BARE = re.compile(
    rf"^(?:那|那么|改成|换成|要不|[ ,])*(?P<number>{NUMBER})(?:块钱?|元)?(?:以内|以下)?(?:的|呢|吧|吗|行吗|有吗|有没有|[?？])*$"
)
_LEAST_FEE = 10
# 有补贴的, 孕妇能上的: what the classes looked for should be besides
QUALITY = re.compile(
    r"^(?:那|要|想要|有没有|最好)*(?:带|有|能|包|发|管|送|给)(?![没个班课])[^ ,，]{1,6}的(?:吗|呢|有吗|有没有|[?？])*$"
    r"|(?:能|可以|适合|好)(?:上|学|练|去|来|跳|参加)的(?:吗|呢|有吗|有没有|[?？])*$"
)


def in_known_words(text: str) -> str | None:
    """Return the plain words for what no longer matters, or None where a text says no such thing."""
    if len(text) > MOST_TEXT or not _TELLING.search(text):
        return None
    return next((plain for pattern, plain in _PATTERNS if pattern.search(text)), None)


def bare_number(text: str, last: Meaning) -> dict[str, int] | None:
    """Return what a bare number changes of the search before (80呢 after 50块以内), or None."""
    match = _BARE.match(text) if len(text) <= MOST_TEXT else None
    value = read_number(match["number"]) if match else None
    if value is None:
        return None
    if last.fee_max is not None and value >= _LEAST_FEE:
        return {"fee_max": round(value * 100)}
    if last.age is not None and value == int(value) and 0 < value < 110:
        return {"age": int(value)}
    return None
