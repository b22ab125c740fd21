"""When and where somebody cannot come, what is put aside or taken back, in words the readers know."""

from __future__ import annotations

from services.regex import regex
from services.understanding.lexicon import Lexicon

MOST_TEXT = 24
_DAY = (
    r"(?:(?:每个?)?(?:周|星期|礼拜)[一二三四五六日天末](?:[、和跟]?(?:周|星期|礼拜)?[一二三四五六日天])*"
    r"|周末|双休日?|平[时日]|工作日)"
)
_HOUR = r"(?:上午|下午|晚上|早上|早晨|清早|中午|白天|夜里|[\d一二两三四五六七八九十]+点(?:钟|半)?)"
_WHEN = rf"(?P<when>{_DAY}(?:的)?{_HOUR}?|{_HOUR})"
_WHERE = r"(?P<where>[^ ,不太有离去到很还]{2,6}?)"
_BUT = r"^(?:可是?|但是?|不过|因为|我们?|俺|他|她|[ ,])*"
_MINE = (
    r"(?:我们?|俺|他|她|家里|一般|基本上?|都|还|也|得|要|老|总|一直|可能|实在|真的?|就|那边|这边|是|[ ,])*"
)
_END = r"(?:的|了|啊|呀|呢|吧|哦|[!！。])*$"
_CANNOT = (
    r"(?:(?:去|来|上|到|赶|参加)不[了成上]|不能(?:去|来|上|参加)|没法(?:去|来|上)"
    r"|不(?:太|大|怎么|是很)?(?:行|方便|可以|合适)"
    r"|没空|没时间|没工夫|没得空|不得空|走不开|脱不开身|抽不开身|腾不出(?:时间|空)|忙|太忙|比较忙|很忙"
    r"|有事(?:情)?|(?<=[我俺])(?:有课|有安排))"
)
_DUTY = (
    r"(?:加班|上班|上课|上学|值班|开会|出差|出摊|开店|看店|守店|摆摊|干活|下地|做饭|买菜|打工|打麻将"
    r"|(?:带|接|送|看|管|照顾|照看|陪)(?:小?孩子?|娃|孙子|孙女|老人|老伴|家人|他们)(?:上学|放学)?)"
)
# 白天上课的 tells what is wanted, 白天得上课 what one has to do
_UNABLE = regex(
    rf"{_BUT}{_WHEN}{_MINE}(?:{_CANNOT}{_END}|(?<=[要得在])(?:去)?{_DUTY}(?:了|啊|呀|呢|[!！。])*$"
    r"|(?:上班|加班|值班)(?:了|啊|呀|呢|[!！。])*$)"
)
_UNREACHED = regex(
    rf"{_BUT}{_WHERE}(?:那边|这边|那里)?(?:的)?(?:我|离我|离家|离我家|都|也|实在|可|有点儿?|有些|太|好|挺"
    rf"|很|真)*"
    rf"(?:(?:去|来|到)不[了成]|不能去|没法去|不(?:太|大|怎么|好|想|愿意?)?(?:去|方便|顺路|顺)|太?远|太?偏"
    rf"|路太远|不好走|不近|不(?:行|合适|要|考虑|可以)了?){_END}"
)
# 避开周一, 周一的别给我看
_PUT_ASIDE = regex(
    r"^(?:那|请|帮我|给我|就|能不能|可以)*(?:避开|排除|去除|除去|刨除|刨去|不看|别看|别给我看|别推荐"
    r"|不要推荐|除开|不包括|不含|别来)"
    r"(?P<one>[^ ,]{2,8}?)(?:这个|那个|那边)?(?:的)?(?:课|班)?(?:吧|了|啊)*$"
    r"|^(?P<two>[^ ,]{2,8}?)(?:的)?(?:课|班)?(?:就)?(?:别了|免了|别给我(?:了|$)|别给我看|别推荐|不用推荐|"
    r"别给我推|别看|不看|不用看"
    r"|别列|就不用了|排除)(?:了|吧)*$"
)
# 除了周三都行: what is allowed says no more
_ALL_BUT = regex(
    r"^(?P<but>(?:除了|除|不要|别|避开|不是).{2,8}?(?:以外|之外|外)?)[ ,]*(?:我|其他的?|其它的?|别的"
    r"|剩下的)*(?:时间|时候|地方|日子)?"
    r"(?:我|全|就|也)*都(?:行|可以|成|有空|有时间|没问题|能去|能来)(?:的|了|吧)*$"
)
# 周六其实也行, 周六又有空了, 周六的也要
_BACK_AGAIN = regex(
    r"^(?:那|就|把|请)*(?P<what>[^ ,其还又也是要把]{2,8}?)(?:的)?(?:其实|倒|还是|又|也|现在)*"
    r"(?:(?:其实|也|还是)(?:是)?(?:行|可以|成|能去|能来|有空)|又(?:有空|有时间|可以|能去|能来|行)|也要"
    r"|(?<=[^还])也算|(?:给|再)?加(?:上|进来|进去))"
    r"(?:的|了|吧|啊)*$"
    r"|^(?:那|再|也|还|把)*(?:加上|算上|加个|包括)(?P<more>(?:周|星期|礼拜)[一二三四五六日天末])(?:吧|呗"
    r"|的|也)*$"
)
_SIGNS = frozenset("还不没忙事课排班会差摊店活饭菜工将孩娃孙老伴人远偏除避别其又要加算包刨")


def in_plain_refusal(text: str, lexicon: Lexicon) -> str:
    """Return 周六没空 of 周六我得看店, 不要东关 of 东关有点远, and 周六也行 of 周六又有空了."""
    if len(text) > MOST_TEXT or _SIGNS.isdisjoint(text):
        return text
    if match := _UNABLE.match(text):
        return f"{match['when']}{'也' if '也' in text else ''}没空"
    if (refused := _of_a_place(text, lexicon)) is not None and "也" not in text:
        return refused
    if match := _ALL_BUT.match(text):
        return match["but"]
    if match := _PUT_ASIDE.match(text):
        return f"不要{match['one'] or match['two']}的"
    if match := _BACK_AGAIN.match(text):
        return f"{match['what'] or match['more']}也行"
    return text


def _of_a_place(text: str, lexicon: Lexicon) -> str | None:
    match = _UNREACHED.match(text)
    sense = lexicon.phrases.get(match["where"]) if match else None
    return f"不要{match['where']}的" if match and sense and sense.kind == "place" else None
