"""Turns of speech in plainer words: 一日三餐, 四点半课堂, 给孙女报, 端午包粽子, 拉了三年."""

from __future__ import annotations

from services.regex import regex

# 二胡拉了三年了: what somebody does for years
_PRACTISED = regex(
    r"(?:也|都|已经)?[学拉弹吹打跳唱画练写做下织拍](?:了|过)?(?:有)?(?:好|很多|许多"
    r"|[一二两三四五六七八九十几多\d]+)(?:几|来|多)?年(?:了)?(?!级|.{0,6}想学)"
)
_HALF_PAST = regex("[三四3-4]点半(?:课堂|班|托管班?|课程|的?那种|那个)")
# 给孙女报个画画: a grandchild who is to learn
_GRANDCHILD = regex(
    r"(?<=[给帮替让])(?:小|我家?的?|大|俩)?外?孙[子女](?=.{0,4}(?:报|学|找|上))"
    r"|(?:小|我家?|大)?外?孙[子女](?=(?:也|就|都)?(?:想|要|喜欢|爱)(?:学|跳|画|唱|练|报|弹|打))"
)
# 给孩子烤饼干: whom it is made for does not learn it
_FOR_THEM = regex(
    "给(?:我?家?(?:孩子|娃|宝宝|小孩|孙子|孙女|老伴|老人|爸妈|家人|家里人|老公"
    "|媳妇))(?:们)?(?=[烤做织缝煮炖按捏揉理剪推泡洗蒸包烧炒])"
)
# 端午包粽子: what is made for a festival, not a class on that day
_OCCASION = regex(
    r"(?:过年|春节|端午节?|中秋节?|元宵节?|正月十五|冬至|腊八节?|清明节?|重阳节?|过节|年底|年三十"
    r"|除夕)(?:的)?(?:时候?|里)?"
    r"(?=[写做包剪贴扎煮炸蒸](?!得|不)|(?:的)?(?:月饼|粽子|春联|窗花|灯笼|饺子|汤圆|剪纸))"
)
# 在手机上就能上的课: online
_FROM_HOME = regex(
    r"(?:(?:坐|躺)?在家里?)?(?:坐?在|用|躺在|对着|看着)?(?:手机|电脑|平板|网|家|家里)(?:上|里|前)?就(?:可以"
    r"|能)(?:上|学|听|看)(?:到)?(?=的?[课班]|的|$)"
)
_NO_TRIP = regex(
    r"(?:不用|不要|别|不想|不必)(?:老是?|再|总)?(?:来回)?跑(?:太|那么|这么|很)?(?:远|来跑去|路"
    r"|腿)?(?:的)?(?![步者])"
)
# 跟茶有关的: about it
_ABOUT = regex(r"[跟和与](?P<what>[㐀-鿿]{2,5}?)(?:有关系?|相关|沾边)")
_ALL_DAY = regex(
    "(?:一天到晚|天天|整天|成天)(?:就|都|光|总|老|就是|只)*(?=玩|打游戏|看手机|看电视|刷|抱着手机|沉迷)"
)
# 跟小孙子一块儿去: together with a child
_TOGETHER = regex(
    r"(?:能|可以|想)?(?:[跟和同与]|带着?|领着?|陪着?)(?:我|俺)?家?的?小?(?:外?孙[子女]儿?|孩子|娃娃?|宝宝|闺女|女儿|儿子)"
    r"(?:一起|一块儿?|一道|一同)(?:[去来上玩做]|参加)?的?"
    r"|带着?小?外?孙[子女]儿?(?:[去来玩]|参加)的"
)
# 周末没人带: why it is wanted
_THAT_PHONE = regex("[新旧破](?:的|买的)?手机")
_NOBODY_MINDS = regex(r"没人(?:带|陪)(?:她|他|孩子|娃)?")
# 不要太难的
_NOT_HARD = regex("(?:不要|别|不想要?|不用)(?:太|那么|这么)(?:难|复杂|专业|高深|深)的?")
_NOT_SO = regex(
    "(?:不要|别|不想要?|不能)(?:太|那么|这么)(?P<how>吵|闹|挤|费劲|费眼|费力|剧烈|激烈|严厉|严)"
    r"(?:人)?(?=的|$|[ ,])"
)
# 怎么种才好: how it is done well is what is taught
_WELL = regex(
    r"(?:怎么|咋|如何|怎样)(?P<verb>[种养做炒写画包拍剪织唱跳打弹拉吹练])(?:得|才|的)*(?:能|会)?(?:更)?好(?:吃|看|听)?(?P<what>[㐀-鿿])?"
)
# 我刚从贵州来, 听不懂这边的话: who somebody is
_FROM_AWAY = regex(
    r"(?:我|俺|我们|我家)?(?:是|才|刚|新)*从[^ ,。;]{2,5}?(?:搬|嫁|过|迁)?(?:来|到)(?:了|这边|这里|"
    r"这儿|这|城里"
    r"|打工|的|没多久|不久)*(?=[ ,。;]|$)"
    r"|听不(?:太)?懂(?:你们|这边|这里|这儿|这|本地|当地|的)*(?:话|方言)"
)
# 一步都走不开: why somebody cannot come
_TIED = regex("(?:一步|一刻)?(?:都|也)?(?:走|脱|抽)不开(?:身)?")
# 得有电梯 says how one comes in, and is nothing to learn
_WAY_IN = regex("(?:得|要|需要|必须|最好|希望)*有(?:电梯|坡道|无障碍(?:通道|设施)?)的?(?=$|[ ,。;!])")
# 找人下棋, 找人下: company, and nobody of the office
_COMPANY = regex("找(?:个)?人(?:一起|陪我)?(?=[下玩唱跳打聊练])")
_COUNT = regex("^(?:请|麻烦)?(?:帮我|给我)?(?:统计|数|查)(?:一下|下)")
# 统计一下有多少个班: what there is
_HOW_MANY = regex(r"(?:一?共|总共)?有多少个?(?P<what>课程|班级|[课班])(?!时|次)")


def in_plain_words(text: str) -> str:
    """Return a normalised text with what only looks like hours, days and years put plainly."""
    if "三餐" in text:
        # no day is meant
        text = text.replace("一日三餐", "三餐")
    if "点半" in text:
        # a kind of class, not an hour
        text = _HALF_PAST.sub("托管", text)
    if "就能" in text:
        text = _FROM_HOME.sub("线上", text)
    if "跑" in text:
        text = _NO_TRIP.sub(" ", text)
    if "有关" in text or "相关" in text or "沾边" in text:
        text = _ABOUT.sub(r"\g<what>", text)
    if "多少" in text:
        text = _COUNT.sub("", text)
        text = _HOW_MANY.sub(r"有什么\g<what>", text)
    if "没人" in text:
        text = _NOBODY_MINDS.sub(" ", text)
    if "一起" in text or "一块" in text or "一道" in text or "一同" in text or "孙" in text:
        text = _TOGETHER.sub(" 亲子一起 ", text)
    if "太" in text or "么" in text:
        text = _NOT_SO.sub(r"不\g<how>", _NOT_HARD.sub(" ", text))
    if "手机" in text:
        text = _THAT_PHONE.sub("手机", text)
    if "孙" in text:
        text = _GRANDCHILD.sub("孩子", text)
    if "给" in text:
        text = _FOR_THEM.sub("", text)
    text = _OCCASION.sub("", text)
    if "天" in text:
        # what a child does all day is no day of a class
        text = _ALL_DAY.sub("老", text)
    if "年" in text:
        text = _PRACTISED.sub(" 学过几年 ", text)
    if "好" in text:
        text = _WELL.sub(lambda match: f"{match['verb']}{match['what']}" if match["what"] else " ", text)
    if "找" in text:
        text = _COMPANY.sub(" 一起", text)
    if "从" in text or "听不" in text:
        text = _FROM_AWAY.sub(" ", text)
    if "不开" in text:
        text = _TIED.sub(" ", text)
    if "有" in text:
        text = _WAY_IN.sub(" ", text)
    if "春" in text:
        text = text.replace("开春", "立春")
    return text
