"""What only leads up to what somebody says while looking at classes: 嗯, 老师, 算了, 想了想."""

from __future__ import annotations

from services.regex import regex

# what is said to begin with needs no stop behind it
_HUM = r"(?:嗯+|哦+|噢+|喔+|呃+|诶|欸|哎++[呀哟]*+|唉+)[ ,。!~.…、]*+(?!是)"
_STOP = r"[ ,。!~…、]+"
_BEFORE = (
    r"(?:老师|我|还|也|就|想|要)*(?:有|问|请教)(?:您|你|老师)?(?:个|一个|几个|点|件)?(?:小)?(?:问题"
    r"|事情?)(?:想|要)?(?:问|请教)?(?:一?下|您)?|"
    r"恩|额|喂|嗨|啊|老师(?:您好|你好|好)?|师傅|同志|您好|你好|那个|这个|就是说?|怎么说呢|对了|话说|这样吧?"
    r"|让?我(?:再)?想(?:一?想|一下)|想想|那?算了|好的?吧?|行吧?|中|成|可以|没问题|要得|麻烦(?:您|你|了)?|请问(?:一?下)?"
    r"|(?:想|我想)?(?:再)?(?:问|请教|咨询|打听|了解)(?:一?下|问)?|那|还有(?:就是|一点)?|抱歉|对不起|不好意思"
)
_THOUGHT = (
    r"(?:想了一?(?:想|下)|想来想去|考虑了一?下|仔细想想|想想(?=还是|就)|那?算了(?=[换改还那就])|另外|而且"
    r"|并且|其实"
    r"|不知道(?=有没有))[ ,。!]*"
)
_FRAME = regex(
    rf"^(?:{_HUM}|(?:{_BEFORE}){_STOP}(?!是|我说|说错|打错)|{_THOUGHT})+(?=.{{2}}|[报选要])"
    # 那儿童的呢: there is no 那儿 in it
    r"|^那(?=儿(?:童|子|歌|媳))"
)
_BEGINS = frozenset(
    "中成可没我有也嗯哦噢喔呃诶欸哎唉恩额喂嗨啊老师同您你那这就怎对话让我想算好行不抱麻请还另而并其再问咨打了考仔"
)


_AGED = regex("[0-9十]了?|岁")
# 网上吧: within a longer text it only says where something is done
_ONLINE = regex(
    r"^(?P<lead>(?:那|就|还是|要|想要|我要|必须|最好|换成|改成|限|在)*)网上"
    r"(?P<end>(?:吧|呢|吗|行吗|有吗|有没有|就行|也行|可以吗|那种|的话|[?？])*)$"
)


# 我妈70了 有没有合适的: who it should suit is told before
_TRAIL = regex(
    r"(?<=..)[ ,]+(?:有没有|有)?(?:合适|适合)(?:她|他|我|孩子|老人|我们)?(?:学|上)?(?:的(?:课|班)?)?(?:吗"
    r"|么|不|呢|没有|没)*[?？]?$"
)


def unframed(text: str) -> str:
    """Return a normalised text without what only leads up to it; never nothing."""
    if text[:1] in _BEGINS and (match := _FRAME.match(text)):
        text = text[match.end() :]
    if ("合适" in text or "适合" in text) and _AGED.search(text):
        text = _TRAIL.sub("", text)
    return _ONLINE.sub(r"\g<lead>网上的\g<end>", text) if "网上" in text else text
