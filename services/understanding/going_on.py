"""What somebody says while looking at classes, in the words that the readers know: 哪都行, 收点钱也行."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.meaning import Meaning
from services.understanding.numbers import NUMBER, read_number

MOST_TEXT = 24
_WILL_DO = r"(?:都|也)?(?:行|可以|成|好|没关系|没事|无所谓|能[去来上学]?|不要紧|不碍事)"
_END = r"(?:的|了|吧|啊|呀|哈|呢)*[!！。]?$"
_LEAD = r"^(?:那|算了|还是|其实|要不|嗯|哦|好吧|行吧|[ ,])*"
# what is said on its own of a condition that matters no more, and the condition
_WAYS = (
    (
        rf"{_LEAD}(?:在|去|到|上)?(?:哪|哪里|哪儿|哪边|哪个地方|什么地方|哪个学校|哪个社区)(?:上|学|上"
        rf"课)?都{_WILL_DO}{_END}", "不限地点"),
    (
        rf"{_LEAD}(?:有没有|有|看看)?(?:别的|其他|其它|另外的?)(?:地方|学校|社区|街道|地点|镇)(?:的|上"
        rf"的|开的)?(?:有没有|有|也行|也可以|看看|呢|吗|么|没|没有)*{_END}", "不限地点"),
    (rf"{_LEAD}(?:稍微)?远(?:点|一点|些)?(?:的)?(?:也|都|就){_WILL_DO}{_END}", "不限地点"),
    (
        rf"{_LEAD}(?:我)?(?:哪天|哪一天|周几|星期几|礼拜几|几点|什么时候|啥时候|什么时间|啥时间|几时)(?"
        rf":上|学|上课|来|去)?的?都{_WILL_DO}(?:有空|有时间)?{_END}", "不限时间"),
    (
        rf"{_LEAD}(?:有没有|有|看看|换个?)?(?:别的|其他|其它|另外的?)(?:时间|时候|日子)(?:的|上的|开的)"
        rf"?(?:有没有|有|也行|也可以|看看|呢|吗|么|没|没有)*{_END}", "不限时间"),
    (
        rf"{_LEAD}(?:收|出|花|交|掏|要)(?:一?点|一?些)?(?:钱|费)(?:的)?(?:也|都|就){_WILL_DO}{_END}",
        "不限价格"),
    (
        rf"{_LEAD}(?:收费|要钱|花钱|付费|贵)(?:一?点|些)?的(?:也|都)(?:给我|帮我)?(?:看看|看一?下|看|来"
        rf"几个|列出来|找找|要){_END}", "不限价格"),
    (rf"{_LEAD}(?:多少|几块)钱都{_WILL_DO}{_END}", "不限价格"),
    (
        rf"{_LEAD}(?:我)?(?:时间|日期|时候)(?:上|方面|也|我|倒)*(?:好说|好商量|不是问题|没要求|没有要求"
        rf"|不要紧|灵活|自由|不重要|都{_WILL_DO}){_END}", "不限时间"),
    (
        rf"{_LEAD}(?:全部|所有|各个|任何)(?:的)?(?:时间|时候)(?:段)?的?(?:都|也)?(?:看看|看|{_WILL_DO}|"
        rf"列出来|要){_END}", "不限时间"),
    (
        rf"{_LEAD}(?:稍微|再)?(?:(?:晚|迟|早)(?:一?点儿?|一?些|几天)|(?:往后|推迟)(?:一?点儿?|一?些|几"
        rf"天)?)(?:开始?|开课|上|上课)?(?:的)?(?:也|都){_WILL_DO}{_END}", "不限时间"),
    (
        rf"{_LEAD}(?:钱|价格|价钱|学费|费用|多少钱)(?:上|方面|也|我|倒)*(?:好说|好商量|不是问题|没要求|"
        rf"没有要求|不要紧|不差|不重要|都{_WILL_DO}){_END}", "不限价格"),
    (
        rf"{_LEAD}(?:地点|地方|远近|距离|哪里)(?:上|方面|也|我|倒)*(?:好说|好商量|不是问题|没要求|没有"
        rf"要求|不要紧|不重要|都{_WILL_DO}){_END}", "不限地点"),
    (rf"{_LEAD}(?:满了|没名额|候补|排队|要等)(?:的)?(?:也|都){_WILL_DO}", "不限名额"),
    (rf"{_LEAD}(?:有|没有?|零)基础(?:的)?(?:也|都){_WILL_DO}{_END}", "不限基础"),
    (rf"{_LEAD}(?:有没有|有|会不会)(?:基础|学过没学过)(?:的)?都{_WILL_DO}{_END}", "不限基础"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern), plain) for pattern, plain in _WAYS)
_TELLING = re.compile("都|也|就|别的|其[他它]|另外|好[说商]|问题|要求|要紧|重要|灵活|自由|不差")
_BARE = re.compile(
    rf"^(?:那|那么|改成|换成|要不|[ ,])*(?P<number>{NUMBER})(?:块钱?|元)?(?:以内|以下)?(?:的|呢|吧|"
    rf"吗|行吗|有吗|有没有|[?？])*$"
)
_LEAST_FEE = 10
# 有补贴的, 孕妇能上的: what the classes looked for should be besides
QUALITY = re.compile(
    r"^(?:那|要|想要|有没有|最好)*(?:带|有|能|包|发|管|送|给)(?![没个班课])[^ ,，]{1,6}的(?:吗|呢|"
    r"有吗|有没有|[?？])*$"
    r"|(?:能|可以|适合|好)(?:上|学|练|去|来|跳|参加)的(?:吗|呢|有吗|有没有|[?？])*$"
)


def in_known_words(text: str) -> str | None:
    """Return the plain words for what no longer matters, or None where a text says no such thing."""
    if len(text) > MOST_TEXT or not _TELLING.search(text):
        return None
    return next((plain for pattern, plain in _PATTERNS if pattern.search(text)), None)


# 不止这些吧, 剩下的也给我看看; 这些我都去不了, 时间不行
_OF_THE_LIST = (
    ("more", re.compile(
        r"^(?:那|还|应该|肯定)*(?:不止|不只|不光|不会就|就|只有|才)(?:有)?(?:这些|这几个|这点|这么几个"
        r"|这么点|[一两二三四五六七八九十\d]+个)(?:课|班)?(?:吧|吗|么|啊|呀|了|[!！?？])*$"
        r"|^(?:那|再|还|也|把|请|给我|帮我|看看|看一?下|看|列出|翻到?)*(?:后面|下面|剩下|余下|其余|后"
        r"头|剩余|另外)的?(?:那)?(?:几个|些|那些|的)?(?:课|班)?(?:也|都|给我|帮我|再|还有|有)*(?:看看|"
        r"看一?下|看|列出来|发我|呢|吗|什么|哪些|没有|没|吧|[?？])*$"
        r"|^(?:还有|还)(?:么|没得|木有|别个|旁的|其他|其它|别的)(?:没有|没|吗|么|不|啦|了|[?？])*$"
        r"|^(?:那)?(?:没有?|木有)(?:别的|其他|其它|更多|更好)的?(?:课|班)?(?:了|啦)?(?:吗|么|[?？])*$"
    )),
    ("none_fit", re.compile(
        r"^(?:可是|但是|但|不过|哎|唉|好像|感觉)*(?:这些|这几个|这些课|这些班|上面的|推荐的|这个|我|那"
        r")*(?:我)?(?:都|全|全都|一个都|一个也|也都|哪个都|几个都)"
        r"(?:去不了|来不了|上不了|学不了|没空|没时间|赶不上|赶不及|不方便|不能[去来上]|不想[去上学]|不"
        r"是我想?要?的?|不是|对不上|冲突|不感兴趣|够不着|看不上|看不中|不咋样|不咋地)(?:了|啊|呀|呢|的"
        r"|[!！。])*$"
        r"|^(?:好像|感觉|都|可能|还是|我觉得|也)*(?:不太|不大|不怎么|不是很|不是特别)(?:合适|行|好|满"
        r"意|喜欢|想去|方便|合我心意)(?:啊|呀|呢|的|[!！。])*$"
        r"|^(?:这些|这几个|都|也)*(?:不是我(?:想|要|想要|要找|想找)(?:找|学|要)?的|没有?我(?:想|要|能|"
        r"想要|要找|喜欢|可以)(?:找|学|要|去|上|参加)?的)(?:课|班)?(?:了|啊|呢|[!！。])*$"
        r"|^(?:可是|但|不过)*(?:这些|这几个|的|我)*(?:时间|地点|地方|价格|价钱|距离|日子)(?:上|都|也|"
        r"全|我|好像|跟我|有点)*(?:不行|不合适|不对|不方便|对不上|冲突了?|赶不上|不太合适|不太行|凑不"
        r"上|不凑巧|撞了?)(?:了|啊|呀|呢|[!！。])*$"
    )),
)  # fmt: skip


_WITH_CHILD = re.compile(
    r"^(?:那|有没有|有|要|想要|最好)*(?:能|可以|可|要|想)?(?:带|领)着?(?:个|我家)?(?:孩子|娃|小孩|"
    r"宝宝|孙子|孙女|小朋友)(?:一起|一块儿?)?(?:去|来|上|学|参加|玩)?的"
)
_WITHOUT_CHILD = re.compile(
    r"^(?:那)?(?:不带|没带|没有?|不用带)(?:孩子|娃|小孩|宝宝)(?:一起)?(?:去|来|上|学|参加)?的?(?:"
    r"也|都)(?:行|可以|成|好|没关系|没事)"
)


_BEGINNER = re.compile(
    r"^(?:我是?|纯|完全|适合|那|要)*(?:新手|小白|初学者?|生手|零起点|没基础|没有基础|什么都不会|啥"
    r"都不会|一点都?不会|从来没学过|从没学过|没学过|刚开始学)"
    r"(?:也|能|可以|学|上|来|去)*(?:的|呢|吗|有吗|有没有|[?？])*$"
)
# 加上周日, 再加个国画
_ADDED = re.compile(
    r"^(?:那|再|也|还)*(?:加上|加个|加|算上|包括|把)(?![我入])(?P<what>[^ ,，一二两三四五六七八九"
    r"十\d]{2,8}?)(?:也)?(?:算上|加上|加进去|加进来|吧|呗|的)*$"
)
# 不想学这个了 我要学剪纸: what follows begins anew
_GIVEN_UP = re.compile(
    r"^(?:哎|唉|那)?(?:(?:这个)?(?:还是)?不(?:想)?(?:再)?(?:学|上|报|要|看)(?:这个|那个|这些|它)?("
    r"?:了|啦)|没意思|没劲)[ ,，。]+(?:那|还是|就)*(?=我?(?:[要想换看学找来]|有没有|有))"
)
# 七十二了, 二四有空
_AGED = re.compile(
    rf"^(?:那)?(?:我|他|她|俺|人家)?(?:今年|都|快|已经|有)*(?P<age>{NUMBER})(?:岁|周岁)?(?:多)?(?:"
    rf"了|啦|喽|咯)(?:啊|呀|呢)?$|^(?:我自己|我本人|我)(?:今年|都|有)*(?P<years>{NUMBER})(?:岁)?$"
)
# 周末带孙子去不了: what one has to do then is no matter
_BUSY = re.compile(
    r"^(?:我|可是|但是|但)*(?P<when>周末|平时|工作日|(?:周|星期|礼拜)[一二三四五六日天末]|上午|下"
    r"午|晚上|早上|中午|白天)(?:我|都|还)*(?:得|要|在|有|带|接|送|看|做|去)[^ ,，]{1,6}?(?:去不[了"
    r"成]|来不[了成]|上不[了成]|没空|没时间|走不开|脱不开身)(?:的|啊|呢)*$"
)
# 怎么都是上午的 有晚上的吗
_ALL_OF_THEM = re.compile(
    r"^(?:好像|怎么|咋|这些|这几个|看起来|哎|唉|可是|但是)*(?:全|都|全都)是[^ ,，]{1,6}?(?:的(?:课"
    r"|班)?[ ,，]*|[ ,，]+)(?=有没有|有|我?想?要|想|能不能)"
)
_NEAR_IN_TIME = re.compile(r"^(?:那|看看?|要)?(?:时间|日期|开课时间|开课)(?:上)?最[近早快]的?")
_OLDEST = 110
_DAYS = re.compile(
    r"^(?:那)?(?:我)?(?:就|只有)?(?P<days>(?!一[二]|二三)[一二三四五六日天]{2,4})(?=(?:才)?(?:有空"
    r"|有时间|没事|休息|可以|方便|行|能[去来上]|的)(?:的|呢|吗)?$)"
)
_SELF = re.compile(
    r"(?:不是|不用)(?:给|帮|替|为)[^ ,，]{1,5}[ ,，]*(?:而?是|就是|就)?(?:我|给我|我们)(?:自己|本"
    r"人)(?:要|想|来)?(?:学|上|报|用|去|参加|练|跳|唱)?的?$"
)


def plainer(text: str) -> str:
    """Return a text in other words, where it says something else after a topic than it says alone."""
    if "带" in text or "领" in text or "没" in text:
        # 带孩子的 alone is how to look after one
        text = _WITHOUT_CHILD.sub("不用亲子", _WITH_CHILD.sub("亲子的", text))
    if len(text) > MOST_TEXT:
        return text
    if "加" in text or "算上" in text or "包括" in text:
        text = _ADDED.sub(r"\g<what>也行", text)
    if aged := _AGED.match(text):
        years = read_number(aged["age"] or aged["years"])
        return f"{years:g}岁" if years and 1 < years < _OLDEST else text
    text = _DAYS.sub(r"周\g<days>", text)
    if _BEGINNER.search(text):
        return "零基础的"
    text = _BUSY.sub(r"\g<when>没空", _NEAR_IN_TIME.sub("最早开课的", text))
    return _ALL_OF_THEM.sub("", _GIVEN_UP.sub("", text))


def is_for_oneself(text: str) -> bool:
    """True for 不是给老人 我自己学."""
    return "自己" in text and _SELF.search(text) is not None


def said_of_the_list(text: str) -> str | None:
    """Return the intent of what can only be said of the classes that are looked at, or None."""
    if len(text) > MOST_TEXT:
        return None
    return next((intent for intent, pattern in _OF_THE_LIST if pattern.search(text)), None)


def bare_number(text: str, last: Meaning) -> Meaning | None:
    """Return the search before with what a bare number changes of it (80呢 after 50块以内), or None."""
    match = _BARE.match(text) if len(text) <= MOST_TEXT else None
    value = read_number(match["number"]) if match else None
    if value is None:
        return None
    if last.fee_max is not None and value >= _LEAST_FEE:
        return replace(last, free=False, fee_max=round(value * 100))
    if last.age is not None and value == int(value) and 0 < value < 110:
        return replace(last, age=int(value))
    return None
