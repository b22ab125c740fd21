"""What somebody says while looking at classes, in the words that the readers know: 二四有空, 加上周日."""

from __future__ import annotations

from dataclasses import replace

from services.regex import regex
from services.understanding.meaning import Meaning
from services.understanding.numbers import NUMBER, read_number

MOST_TEXT = 24
_BARE = regex(
    rf"^(?:那|那么|改成|换成|要不|(?P<fee>(?:价格|价钱|预算)?(?:放宽|提高|加)?到|最多|顶多|不超过)|[ ,])*"
    rf"(?P<number>{NUMBER})(?P<yuan>块钱?|元)?(?P<below>以内|以下|之内)?(?P<will>(?:也|都)(?:行|可以|成|好"
    rf"|能接受))?"
    rf"(?P<ask>的|呢|吧|吗|行吗|有吗|有没有|[?？])*$"
)
_LEAST_FEE, _LEAST_ALONE = 10, 100
# 一三五 are days
_WEEKDAYS = regex("[一二三四五六日]{2,}")
_GROWN_UP, _CHILD = (10, 100), 18
# 有补贴的, 孕妇能上的: what the classes looked for should be besides
QUALITY = regex(
    r"^(?:那|要|想要|有没有|最好)*(?:带|有|能|包|发|管|送|给)(?![没个班课])[^ ,，]{1,6}的(?:吗|呢|"
    r"有吗|有没有|[?？])*$"
    r"|^(?:那|这个?|它|都|国家|政府|会|能不能|有没有|是不是|学完|学好了?)*(?:有没有|有|包|发|管|送|给|拿)("
    r"?:补[贴助]|证书?|毕业证|资格证|工作|分配|就业|推荐工"
    r"作|教材|午饭|饭|住宿?|会为止|食宿)(?:的)?(?:吗|么|不|没有|呢|没|[?？])*$"
    r"|^(?:补贴|有证|发证|包教会|包会|政府补贴)(?:的)(?:吗|呢|有吗|有没有|[?？])*$"
    r"|^(?:那|要|有没有|有)*(?:人|老师|学员|作业|课时|节奏|难度|讲|教|学)[^ ,，]{1,4}(?:一?点儿?|一?些)(?:"
    r"的)?(?:班|课)?(?:吗|呢|有吗|有没有|[?？])*$"
    r"|(?:能|可以|适合|好)(?:上|学|练|去|来|跳|参加)的(?:吗|呢|有吗|有没有|[?？])*$"
)


# 不止这些吧, 剩下的也给我看看; 这些我都去不了, 时间不行
_OF_THE_LIST = (
    ("more", regex(
        r"^(?:那|还有|有没有|再来|再|给我|看看)*(?:类似|差不多|同类)的?(?:课|班)?(?:吗|么|有吗"
        r"|有没有|呢|看看|[?？])*$"
        r"|^再给(?:我|咱)看(?:看|一?下|几个)?(?:吧|呗)?$"
        r"|^(?:那|还|应该|肯定)*(?:不止|不只|不光|不会就|就|只有|才)(?:有)?(?:这些|这几个|这点|这么几个"
        r"|这么点|[一两二三四五六七八九十\d]+个)(?:课|班)?(?:吧|吗|么|啊|呀|了|[!！?？])*$"
        r"|^(?:那|再|还|也|把|请|给我|帮我|看一?下|看|列出|翻到?)*(?:后面|下面|剩下|余下|其余|后"
        r"头|剩余|另外)的?(?:那)?(?:几个|些|那些|的)?(?:课|班)?(?:也|都|给我|帮我|再|还有|有)*(?:"
        r"看一?下|看|列出来|发我|呢|吗|什么|哪些|没有|没|吧|[?？])*$"
        r"|^(?:还有|还)(?:么|没得|木有|别个|旁的|其他|其它|别的)(?:没有|没|吗|么|不|啦|了|[?？])*$"
        r"|^(?:那)?(?:没有?|木有)(?:别的|其他|其它|更多|更好)的?(?:课|班)?(?:了|啦)?(?:吗|么|[?？])*$"
        r"|^(?:那)?(?:就|这就|那就|都)?(?:没有?|完)(?:了|啦)(?:吗|么|[?？])*$|^(?:那)?(?:还有)?(?:其他|其"
        r"它|别)的?(?:呢|有吗|还有吗)[?？]*$"
        r"|^(?:把)?(?:全部?|都|所有的?)(?:都|给我|帮我)*(?:列出来|列一下|看看|发我|发给我|显示出来)(?:吧|"
        r"呗|看看)*$|^换一换(?:吧|呗)?$|^(?:看看?|翻到?)?(?:第[二三四五]页|后面?的?[几两三五]个)(?:吧|呢)?$"
        r"|^(?:这些|这几个)?(?:我)?都?(?:不喜欢|不合适|不行|不要|看不上|不好|不想要)(?:的)?[,， ]+(?:还有|"
        r"换|再来|再看|有没有)(?:没有|几个|一?批|别的|其他的?|点|看"
        r"看)*(?:吗|么|呢|吧|[?？])*$|^(?:再)?其次(?:的)?(?:呢|是"
        r"哪个)?[?？]*$"
    )),
    ("settled", regex(
        r"^(?:那|那就|哎|唉|哦|嗯|我|还是|没有?(?:的话)?就?|[ ,，])*(?:算了|不了|不报了|(?:先|都)?不(?:看"
        r"|找|选|报)了|算了[ ,]*不学了|再说吧|下次再说|再"
        r"想想|再看看吧|考虑"
        r"一?下|考虑考虑|想想再说|"
        r"回头再说|先这样|先不报|就这样)(?:吧|了|啊|再说|[!！。])*$"
    )),
    ("thanks", regex(r"^(?:行|可以|成|中|好|得)(?:的|了|吧|啊|嘞|哒|好)*[!！。]*$")),
    ("none_fit", regex(
        r"^(?:可是|但是|但|不过|哎|唉|好像|感觉)*(?:这些|这几个|这些课|这些班|上面的|推荐的|这个|我|那"
        r")*(?:我)?(?:都|全|全都|一个都|一个也|也都|哪个都|几个都)"
        r"(?:去不了|来不了|上不了|学不了|没空|没时间|赶不上|赶不及|不方便|不能[去来上]|不想[去上学]|不"
        r"是我想?要?的?|不是|对不上|冲突|不感兴趣|够不着|看不上|看不中|不咋样|不咋地)(?:了|啊|呀|呢|的"
        r"|[!！。])*$"
        r"|^(?:好像|感觉|都|可能|还是|我觉得|也)*(?:不太|不大|不怎么|不是很|不是特别)(?:合适|行|好|满"
        r"意|喜欢|想去|方便|合我心意)(?:啊|呀|呢|的|[!！。])*$"
        r"|^(?:这些|这几个|都|也)*(?:不是我(?:想|要|想要|要找|想找)(?:找|学|要)?的|没有?我(?:想|要|能|"
        r"想要|要找|喜欢|可以)(?:找|学|要|去|上|参加)?的)(?:课|班)?(?:了|啊|呢|[!！。])*$"
        r"|^(?:那|哎|我)*(?:不要|不看|不想要|不考虑)(?:这个|这些|这几个|这种)(?:班|课)?(?:了|吧|啊)*$"
        r"|^(?:这个|那个|这门)(?:班|课)?(?:我)?(?:不要|不行|不好|不看|不合适|不太行|不太好|去不了|不喜欢)("
        r"?:了|吧|啊)*$"
        r"|^(?:条件|要求)(?:再|稍微|可以|能)*(?:放宽|放低|降低|宽松|低)(?:一?点儿?|一?些|一?下)?(?:吧|呢|"
        r"看看)*$|^放宽(?:一?点|一?下)?(?:条件|要求)?(?:吧|看看)*$"
        r"|^(?:可是|但|不过)*(?:这些|这几个|这个|那个|的|我)*(?:时间|地点|地方|价格|价钱|距离|日子)(?:上"
        r"|都|也|"
        r"全|我|好像|跟我|有点)*(?:不行|不合适|不对|不方便|对不上|冲突了?|赶不上|不太合适|不太行|凑不"
        r"上|不凑巧|撞了?)(?:了|啊|呀|呢|[!！。])*$"
    )),
)  # fmt: skip


_WITH_CHILD = regex(
    r"^(?:那|有没有|有|要|想要|最好)*(?:能|可以|可|要|想)?(?:带|领)着?(?:个|我家)?(?:孩子|娃|小孩|"
    r"宝宝|孙子|孙女|小朋友)(?:一起|一块儿?)?(?:去|来|上|学|参加|玩)?的"
)
_WITHOUT_CHILD = regex(
    r"^(?:那)?(?:不带|没带|没有?|不用带)(?:孩子|娃|小孩|宝宝)(?:一起)?(?:去|来|上|学|参加)?的?(?:"
    r"也|都)(?:行|可以|成|好|没关系|没事)"
)


# 不想带孩子 while looking at baking
_NO_CHILD = regex(
    r"^(?:那|我|可是|但是)*(?:不想|不要|不能|不用|没法|不方便|不|没)(?:带|领)(?:着)?(?:孩子|娃|小孩|宝宝|"
    r"孙子|孙女|小朋友)(?:们)?"
    r"(?:一起|一块儿?)?(?:去|来|上|学|参加)?(?:的|了|啊|呢|[!！。])*$"
)
_BEGINNER = regex(
    r"^(?:我是?|纯|完全|适合|那|要)*(?:新手|小白|初学者?|生手|零起点|没基础|没有基础|什么都不会|啥"
    r"都不会|一点都?不会|从来没学过|从没学过|没学过|刚开始学)"
    r"(?:也|能|可以|学|上|来|去)*(?:的|呢|吗|有吗|有没有|[?？])*$"
)
# 加上周日, 再加个国画
_ADDED = regex(
    r"^(?:那|再|也|还)*(?:加上|加个|加|算上|包括|把)(?![我入])(?P<what>[^ ,，一二两三四五六七八九"
    r"十\d]{2,8}?)(?:也)?(?:算上|加上|加进去|加进来|吧|呗|的)*$"
)
# 不想学这个了 我要学剪纸: what follows begins anew
_GIVEN_UP = regex(
    r"^(?:哎|唉|那)?(?:(?:这个)?(?:还是)?不(?:想)?(?:再)?(?:学|上|报|要|看)(?:这个|那个|这些|它)?("
    r"?:了|啦)|没意思|没劲)[ ,，。]+(?:(?:太|有点|好)[^ ,，。]{1,4}[ ,，。]+|没意思[ ,，。]+"
    r"|学不会[ ,，。]+)?(?:那|还是|就)*(?=我?(?:[要想换看学找来]|有没有|有))"
)
# 七十二了, 二四有空
_AGED = regex(
    rf"^(?:那)?(?:我|他|她|俺|人家)?(?:今年|都|快|已经|有)*(?P<age>{NUMBER})(?:岁|周岁)?(?:多)?(?:"
    rf"了|啦|喽|咯)(?:啊|呀|呢)?$|^(?:我自己|我本人|我)(?:今年|都|有)*(?P<years>{NUMBER})(?:岁)?$"
)
# 周末带孙子去不了: what one has to do then is no matter
_BUSY = regex(
    r"^(?:我|可是|但是|但)*(?P<when>周末|平时|工作日|(?:周|星期|礼拜)[一二三四五六日天末]|上午|下"
    r"午|晚上|早上|中午|白天)(?:我|都|还)*(?:得|要|在|有|带|接|送|看|做|去)[^ ,，]{1,6}?(?:去不[了"
    r"成]|来不[了成]|上不[了成]|没空|没时间|走不开|脱不开身)(?:的|啊|呢)*$"
)
# 怎么都是上午的 有晚上的吗
_ALL_OF_THEM = regex(
    r"^(?:好像|怎么|咋|这些|这几个|看起来|哎|唉|可是|但是)*(?:全|都|全都)是[^ ,，]{1,6}?(?:的(?:课"
    r"|班)?[ ,，]*|[ ,，]+)(?=有没有|有|我?想?要|想|能不能)"
)
# 首先要免费, 再其次周末
_FIRST = regex(r"(?:首先|再?其次)(?:是|要|得|呢)?[,， ]*(?=.{2})")
_NEAR_IN_TIME = regex(
    r"^(?:那|看看?|要)?(?:时间|日期|开课时间|开课)(?:上)?最[近早快]的?"
    r"|^(?:那|要|看|有没有|哪个)*(?:最近|快)(?:能|要|就)?(?:开课|开班|开始|开)的?(?:是哪个|有吗|吗|呢|["
    r"?？])*$"
)
_RATHER = regex(
    r"^(?:那|还是|就|要不)+(?P<when>上午|下午|晚上|早上|中午|白天|周末|平时|工作日|周[一二三四五六日])(?:"
    r"比较|更)?(?:好|合适|方便|行)(?:一?点|一?些)?"
    r"(?:吧|了|啊)*$"
)
_CHILDREN = frozenset(("儿童", "婴幼儿"))
_OLDEST = 110
_DAYS = regex(
    r"^(?:那)?(?:我)?(?:就|只有)?(?P<days>(?!一[二]|二三)[一二三四五六日天]{2,4})(?=(?:才)?(?:有空"
    r"|有时间|没事|休息|可以|方便|行|能[去来上]|的)(?:的|呢|吗)?$)"
)
_CERTIFIED = regex(
    r"^(?:那|要|有没有|能不能|学完|最后)*(?:有|能?拿|发|包拿|给)证(?:书)?的?(?:吗|呢|有吗|[?？])*$"
    r"|^(?:那|学完|最后)*有没?有?证(?:书)?(?:发|拿|给)(?:的)?(?:吗|么|不|没|没有|呢|[?？])*$"
)
# 先看孩子的: no wish to look after one
_ONLY_THOSE = regex(
    r"^(?:那|就|先|只|光|[ ,])+看(?:看)?(?P<whom>孩子|小孩|娃娃?|儿童|老人|大人)的(?:[课班吧呢]|那种)*$"
)
# 哎不是电工 电焊
_MISTAKEN = regex(
    r"^[哎诶哦呀啊唉 ,]*不是(?P<wrong>[^ ,是给帮]{1,6}?)的?[ ,，]+(?!是|而是|就是|[我俺他她要想那这])"
    r"(?P<right>[^ ,，]{2,8})$"
)
# 晚班的, of classes and not of one's work
_SHIFT = regex(
    r"^(?:那|有没有|有|要|找|看看|只要|最好|改成|换成|[ ,])*(?P<part>[早晚夜白])班(?:的课|的"
    r"|课)?(?:吗|呢|吧|有吗|有没有"
    r"|没有|没|行吗|[?？])*$"
)
# 女的能学吗: hardly a class asks whether one is
_EITHER_SEX = regex(
    r"^(?:那|我是|是)*(?:男|女)(?:的|人|士|性|生|同志)(?:也|都)?(?:能不能|可不可以|行不行|能|可以|让|收|要)?(?:来|去)?"
    r"(?:学|报名?|上|参加|跳|唱|练)?(?:吗|么|不|行吗|可以吗|[?？])+$"
)
_PARTS = {"早": "上午", "晚": "晚上", "夜": "晚上", "白": "白天"}
_FORM = regex("^(?:他|她|孩子|娃|今年|现在|刚|在|上|读|念)*(?P<form>[一二三四五六1-6])年级(?:了|的|呢)*$")
_SELF = regex(
    r"(?:不是|不用)(?:给|帮|替|为)[^ ,，]{1,5}[ ,，]*(?:而?是|就是|就)?(?:我|给我|我们)(?:自己|本"
    r"人)(?:要|想|来)?(?:学|上|报|用|去|参加|练|跳|唱)?的?$"
    # 还是我自己学吧, 给自己报, 是我学
    r"|^(?:那|还是|就|不|换成?|改成?|是|给|帮|替|为|其实|要|[ ,])*(?:(?:我|俺|咱)?(?:想|要|来)*(?:自己"
    r"|本人)(?:来|要|想"
    r"|去)*"
    r"(?:学|上|报|用|去|参加|练|跳|唱|找|看)?|(?<![给帮替为])(?:我|俺)(?:来|要|想)*(?:学|练|跳|唱))(?:的"
    r"|吧|呢|吗|了|啊|课|班)*$"
)


# 还有没有别的时间, 再加上免费, 不在东关了
_OTHER_TIME = regex(
    r"^(?:那)?(?:还有没有|有没有|还有|有)(?:别的|其他|其它)(?:的)?(?:时间|时候"
    r"|日子)(?:段)?(?:上课)?(?:的)?(?:课|班)?"
    r"(?:吗|么|没有|没|[?？])*$"
)
_LEAST = regex(
    r"^(?:那|那么)?(?:最少|最低|至少|起码)(?:也|要|得|需要|花|交|出)*(?:多少钱?|几块钱?)(?:呢|啊|[?？])*$"
)
_AND_FREE = regex(r"^(?:那)?(?:再|还)加(?:上|个|一?条)(?=(?:不收费|不要钱|免费|便宜))")
_NO_LONGER_AT = regex(r"^(?:我|现在|以后)*不在(?P<place>[^ ,，家]{2,6}?)了$")


def plainer(text: str) -> str:
    """Return a text in other words, where it says something else after a topic than it says alone."""
    if "带" in text or "领" in text or "没" in text:
        # 带孩子的 alone is how to look after one
        text = _WITHOUT_CHILD.sub("不用亲子", _WITH_CHILD.sub("亲子的", text))
        text = _NO_CHILD.sub("不要亲子", text)
    if len(text) > MOST_TEXT:
        return text
    text = _ONLY_THOSE.sub(r"\g<whom>的", _FIRST.sub("", text))
    if "不是" in text:
        text = _MISTAKEN.sub(r"不是\g<wrong>是\g<right>", text)
    if _OTHER_TIME.match(text):
        return "换个时间"
    if away := _NO_LONGER_AT.match(text):
        return f"去掉{away['place']}"
    if _LEAST.match(text):
        return "最便宜的"
    text = _AND_FREE.sub("", text)
    if "加" in text or "算上" in text or "包括" in text:
        text = _ADDED.sub(r"\g<what>也行", text)
    if aged := _AGED.match(text):
        years = read_number(aged["age"] or aged["years"])
        return f"{years:g}岁" if years and 1 < years < _OLDEST else text
    text = _FORM.sub(r"上小学\g<form>年级", _DAYS.sub(r"周\g<days>", text))
    text = _RATHER.sub(r"改成\g<when>", text)
    if shift := _SHIFT.match(text):
        return f"{_PARTS[shift['part']]}的"
    if _CERTIFIED.search(text):
        return "考证的"
    if _BEGINNER.search(text):
        return "零基础的"
    text = _BUSY.sub(r"\g<when>没空", _NEAR_IN_TIME.sub("最早开课的", text))
    return _ALL_OF_THEM.sub("", _GIVEN_UP.sub("", text))


def is_for_oneself(text: str) -> bool:
    """True for 不是给老人 我自己学."""
    return ("自己" in text or "本人" in text or "学" in text) and _SELF.search(text) is not None


def of_either_sex(text: str) -> bool:
    """True for 女的能学吗, which narrows nothing."""
    return _EITHER_SEX.match(text) is not None


def said_of_the_list(text: str) -> str | None:
    """Return the intent of what can only be said of the classes that are looked at, or None."""
    if len(text) > MOST_TEXT:
        return None
    return next((intent for intent, pattern in _OF_THE_LIST if pattern.search(text)), None)


def bare_number(text: str, last: Meaning) -> Meaning | None:
    """Return the search before with what a bare number changes of it (80呢 after 50块以内), or None."""
    match = _BARE.match(text) if len(text) <= MOST_TEXT else None
    value = read_number(match["number"]) if match else None
    if match is None or value is None or _WEEKDAYS.fullmatch(match["number"]):
        return None
    if last.fee_max is not None and value >= _LEAST_FEE:
        return replace(last, free=False, fee_min=None, fee_max=round(value * 100))
    if (
        match["fee"]
        or match["yuan"]
        or match["below"]
        or (match["will"] and value >= _LEAST_FEE)
        or value >= _LEAST_ALONE
    ):
        return replace(last, free=False, fee_min=None, fee_max=round(value * 100))
    if last.age is not None and value == int(value) and value > 0:
        return replace(last, age=int(value))
    low, high = (1, _CHILD) if set(last.audience) & _CHILDREN else _GROWN_UP
    if not match["ask"] and value == int(value) and low <= value < high:
        # 二十八 tells how old one is
        return replace(last, age=int(value))
    return None
