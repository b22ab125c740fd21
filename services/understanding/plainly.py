"""Turns of speech that say the same in other words, and circumstances that are told and not asked for."""

from __future__ import annotations

import re

from services.regex import regex
from services.understanding.idioms import in_plain_words

# 晚上八点下班 leaves what is later
_OFF_WORK = regex(r"(点半?)(?:钟)?(?:才|能|就)?(?:下班|收工|放工|放学)(?:以后|之后|后)?")
# times that are told and not asked for
_CIRCUMSTANCE = regex(
    r"(?:晚上|夜里|半夜|整夜)(?=(?:老|总|总是|都|翻来覆去|经常)*(?:睡不|失眠|醒|做梦))"
    r"|下了?夜班(?:都|就|是)?(?:早上|上午)?(?:[\d一二两三四五六七八九十]+点[多半钟]*)?|(?:上|倒|值"
    r"|做)(?:的是)?夜班"
    r"|(?:我|他|她)?白天(?:要|得|都)?(?:在家)?(?:睡觉|补觉|补眠)"
    r"|(?:我|他|她)?白天(?:要|得|都)?(?=(?:在[^ ,。]{1,4})?(?:上班|打工|干活|做工|出摊)[^的]{0,8}("
    r"?:晚上|夜里|周末))"
    r"|(?:我|他|她)?(?:还没有?|没|不能|还不)(?:能)?下班|(?<=孩子)放了?学(?:了|以?后)?|(?<=娃)放了?"
    r"学(?:了|以?后)?"
    r"|平时(?:就|都|老|也)*(?:一个人)?在家(?:里)?(?:没事|待着|看看?电视|闲着)?"
)
# 早上的有没有啊我早上有时间: what is dictated has no stops, but takes breath
# 收工都七点了: so late, and later
_OFF_AT = regex(
    r"(?:下班|收工|下工|放工|到家|回家|回到家|忙完|吃完饭)(?:就|都|也|已经|得|要|差不多|基本上?|一般|是|在|到"
    r"|快)*(?P<at>(?:晚上|下午)?[\d一二两三四五六七八九十]+点半?)(?:钟|多|左右|以后|之后|了)*"
)
# 能待到六点: until when one stays is no hour at which a class begins
_UNTIL = regex(
    r"(?:待|呆|管|托|看|留|陪|玩|带|照看|托管)到(?:晚上|下午)?[\d一二两三四五六七八九十]+点半?(?:钟|多|左右)?"
)
_BREATH = regex("(?<=[㐀-鿿])[啊呀哦哈嘞呗噢](?=[我你您俺咱他她那就有要想最])")
# what makes an hour too early or too late is told, and not asked for
_TOO_EARLY = regex(
    "(?:早上|早晨)?(?:太早)?(?:我)?(?:起不来|起不了床|爬不起来|醒不了)(?:太早|那么早|这么早|的)?"
)
_TELLING = regex("[班睡补放醒梦]|失眠|平时")
# what somebody did before, and that the children are at school by now
_BEFORE_NOW = regex(
    r"(?:^|(?<=[,;。 ]))(?:我|俺|他|她)?(?:以前|之前|原来|原先|从前|退休前|年轻时候?|早年|过去)(?:一直"
    r"|都|就)?"
    r"(?:在|是|当|干|做|教|开|搞|跑|种|卖)(?:(?!现在|想|如今|打算|学过|[,;。 ]).){1,14}(?=[,;。 ]|现在"
    r"|想|如今|打算|$)"
)
# 老公常年在外打工: that is not who wants to learn
_AWAY = regex(
    r"(?:老公|老婆|爱人|丈夫|男人|孩子他?爸|媳妇|儿子|女儿|闺女|爸妈?|爸爸|父母|儿媳|女婿|他|她|孩子)(?:们)?(?:两口子|都"
    r"|常年|一直|长年|平时|天天|也|还|又|就)*(?:在|去|出)?(?:外面|外地|外头|外|城里|广东|上海|北京|南方|门)(?:头)?"
    r"(?:打工|干活|上班|工作|务工|做工)(?:了|去了)?(?=[ ,，。]|我|家里|就|没)"
)
_I_AM = regex(
    r"(?:我|俺)(?:现在|就)?(?:是|当)(?:一?[个名位])?[^,。 ]{0,8}?(?:老师|教师|医生|护士|司机|公务员"
    r"|干部|大学生|保安|保洁员?|种地的|种田的|务农的|开车的|跑车的|跑运输的)(?=[,。 ]|想|农闲|现在|平时|$)"
    r"|(?:我|俺)(?:现在|就|是)*(?:开(?:饭店|餐馆|超市|小?店)|做(?:小?生意|买卖)|摆(?:小?摊|地摊)|[送跑](?:外卖|快递))"
    r"的?(?=[,。 ]|想|现在|平时|$)"
)
_JOB = regex("[我俺].{0,2}[是当开做摆送跑]")
# 不是周末就是晚上
_EITHER_WAY = regex(r"不是(?P<one>[^ ,;。]{1,6}?)就是")
_WEEKEND = regex("周末|周[六日]|双休")
_OFF_SCHOOL = regex(r"(?:孩子|娃|儿子|女儿|闺女|孙子|孙女)?(?:下午)?[\d一二三四五六]+点半?放学")
# 找一下周六的: there is no next week in it
_AT_ONCE = regex("(?<=[找问查看搜荐绍听解讲说])一下(?=周|星期|礼拜|下|每|这|本|双休)")
# 没有东关的就城关的: either will do
_ELSE = regex(r"没有([^,。 ]{1,8}?)的?(?:话)?就(?:去|学|要|选|上)?(?=[^,。 ]{2})")
# 最好周末,没有周末晚上也行
_NONE_OF_IT = regex(r"没有(?P<it>[^ ,;。有]{2,3}?)(?:的话|的)?(?=[^ ,;。]{2})")
_PAST_WORDS = ("前", "原", "年轻", "早年", "过去")
_AT_SCHOOL = regex(
    r"(?:孩子|娃|儿子|女儿|闺女)们?(?:都|在|已经|刚|去)?(?:上|读|念)(?:幼儿园|学|小学|中学|初中|高"
    r"中|大学|班)了?"
    r"(?=[, ]*(?:我(?!想给|要给|给)|白天|平时|上午|下午|有空|有时间|在家|自己)|$)"
)
# 腿脚不太好, 嗓子不好: told, and nothing to learn
_AILING = regex(
    r"(?:我|她|他)?(?:这|的)?(?:腿脚|腿|腰|膝盖|眼睛|眼神|耳朵|听力|身体|身子骨?|嗓子|记性|脑子|手脚)(?:也|都|又|有点儿?|现在|不怎么)*"
    r"(?:不太?好使?|不大好使?|不太?行|不太?利索|不太?灵便|不灵活|不太?方便|坏了)(?:了)?(?=[ ,，。;；!]|$)"
)
# 下午有空到五点: until when one can stay is before which a class is over
_FREE_UNTIL = regex(
    r"(?P<part>上午|下午|晚上)(?P<free>(?:我|都|就|也|只)*(?:有空|有时间|没事|空)[ ,，]*)(?:只|就|能|可以)*到"
    r"(?P<at>[\d一二两三四五六七八九十]+点半?)"
)
SHORTEST_TALE = 10
# 趁孩子上学这段时间, 平时就带带孙子: when somebody has time and why is told by the way, no date and no topic
_WHILE = regex(
    r"趁(?:着|这|现在)?[^ ,;。想学]{0,6}?(?:上学|上班)?的?(?:这段|这会儿?|这阵子?|那段)(?:时间|工夫|功夫)?"
)
_MINDING = regex(
    r"(?:平时|每天|天天|成天|整天|白天|在家)(?:里|就|要|得|都|是|只是|也|光|在)*(?:帮(?:忙"
    r"|着)?)?(?:[带看](?:[带看着])?|照顾|照看)"
    r"(?:孙子孙女|小?孙[子女儿]|外孙女?|孙|孩子|娃娃?|宝宝)(?![^ ,;。]{0,4}(?:方法|怎么|难|累|不听|教))"
)
# 剪个头发, 打打太极, 炒几个菜: the verb and what it is done to stand together in the lexicon
_LIGHT = regex(
    r"(?!下下(?:个|周|星期|礼拜|月))(?P<verb>[剪唱跳打练炒画弹拉吹写做包修缝织养种烧煮拍踢下捏刻绣"
    r"勾钩泡沏插蒸烤涂描扎编裁煲炖卤烙学读念])"
    r"(?:着|一?[个首套件]|(?<=学)门(?!球)|[一两几三][下手曲方支把张幅条顶盆瓶束壶杯盘道样段只桌碗笔]"
    r"|(?<![学读念])点儿?(?!心)|(?P=verb)(?![着和与跟或还也都]))"
    r"(?=[㐀-鿿]{1,3})(?![班课吗呢吧的])"
)
_SING_AND_DANCE = regex("唱唱歌?跳跳舞?|跳跳舞?唱唱歌?|蹦蹦跳跳唱唱")
# 老年大学报不上名了: where there was no place is no place asked for
_NO_PLACE_AT = regex(
    r"[^ ,;。]{2,8}?(?:报不上名?|没报上名?|没抢上|抢不上|报不到|没报到)(?:了|啦)?[ ,，]*(?=[^ ,，])"
)
_MINDS = regex("[带看孙娃]")
_FAILING = regex(r"[,， ]?(?:实在|要是|如果|再)(?:都|还)?不行(?:的话)?(?:就)?")
# 不是周五，周六: the first was a mistake
_MISSAID = regex(
    r"不是(?:周|星期|礼拜)[一二三四五六日天末](?:的)?[,， ]+(?:而?是|要|应该是)?"
    r"(?=(?:周|星期|礼拜)[一二三四五六日天末])"
)
_PAST = regex(
    r"过(?:了|完)(元旦|春节|国庆节?|五一|元宵节?|正月十五|清明节?|端午节?|中秋节?)(?:以后|之后|后|再)?"
)


def _none_where_an_hour_follows(match: re.Match[str]) -> str:
    """Nothing, where an hour is named besides; where none is, it is what is meant."""
    beside = match.string[: match.start()] + match.string[match.end() :]
    return " " if re.search("[点午]|晚上|以后", beside) else match[0]


def _or_else(match: re.Match[str]) -> str:
    said_before = match["it"] in match.string[: match.start()]
    return "或者" if said_before else match[0]


def plainly(text: str) -> str:
    """Return a text with the turns of speech that say the same in the words that the readers know."""
    text = in_plain_words(text)
    if "一下" in text:
        text = _AT_ONCE.sub(" ", text)
    if len(text) > SHORTEST_TALE:
        text = _BREATH.sub(" ", text)
    if "起不" in text or "不起来" in text or "醒不了" in text:
        text = _TOO_EARLY.sub(_none_where_an_hour_follows, text)
    if "就是" in text:
        text = _EITHER_WAY.sub(r"\g<one>或者", text)
    if "放学" in text and _WEEKEND.search(text):
        text = _OFF_SCHOOL.sub(" ", text)
    if "班" in text or "工" in text or "放学" in text or "家" in text:
        text = _OFF_WORK.sub(r"\1以后", text)
        text = _OFF_AT.sub(r"\g<at>以后", text)
    if "到" in text and "点" in text:
        text = _FREE_UNTIL.sub(r"\g<part>\g<free>\g<at>前", _UNTIL.sub(" ", text))
    if _TELLING.search(text):
        text = _CIRCUMSTANCE.sub(" ", text)
    if "没有" in text:
        text = _NONE_OF_IT.sub(_or_else, _ELSE.sub(r"\1或者", text))
    if "过年了" in text:
        text = text.replace("过年了", " ")
    if any(word in text for word in _PAST_WORDS):
        text = _BEFORE_NOW.sub(" ", text)
    if len(text) > SHORTEST_TALE and _JOB.search(text):
        text = _I_AM.sub(" ", text)
    if len(text) > SHORTEST_TALE and ("工" in text or "上班" in text):
        text = _AWAY.sub(" ", text)
    if "不" in text:
        text = _AILING.sub(" ", text)
    if len(text) >= SHORTEST_TALE and "学" in text:
        text = _AT_SCHOOL.sub(" ", text)
    if "趁" in text:
        text = _WHILE.sub(" ", text)
    if len(text) > SHORTEST_TALE and _MINDS.search(text):
        text = _MINDING.sub(" ", text)
    if "不上" in text or "没" in text or "不到" in text:
        text = _NO_PLACE_AT.sub(" ", text)
    if "唱" in text:
        text = _SING_AND_DANCE.sub("唱歌跳舞", text)
    text = _LIGHT.sub(r"\g<verb>", text)
    if "不行" in text:
        text = _FAILING.sub("或者", text)
    if "不是" in text:
        text = _MISSAID.sub("", text)
    return _PAST.sub(r"\1以后", text) if "过" in text else text
