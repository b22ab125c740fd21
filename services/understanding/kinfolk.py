"""What one's people do is told and not asked for: 孩子给买的手机, 周末孩子们回来, 闺女劝我学太极."""

from __future__ import annotations

from services.regex import regex

_KIN = (
    r"(?:我|俺|咱)?(?:们)?家?的?(?:大|小|外)?(?:孩子|儿子|女儿|闺女|孙子|孙女|娃|小孩|儿女|子女|儿媳妇?|媳妇|女婿"
    r"|老公|老婆|老伴|爱人)们?"
)
# 孩子给买的: a gift, and what was given stands
_GIVES = regex(
    rf"{_KIN}(?:刚|都|也|又|非|前[几两]天|上个?月|过年)*(?:给|帮|替)(?:我|俺|咱)?们?(?:买|换|装|送|弄|下载|寄|淘汰|配)"
    r"(?:了|的|给我)*(?:一?[个台部])?(?:新的?|旧的?)?"
)
# 孩子们回来: why a day does not suit
_COMES = regex(
    rf"(?:(?:^|[ ,]+)(?:每到|一到)?(?:周末|周[六日]|晚上|中午|放假|过年|过节)?|[ ,]*){_KIN}(?:都|也|会|"
    rf"得|经常|常)*(?:回来|回家|过来|来看我|来家里?)(?:了|吃饭|看我|住|过)*(?=$|[ ,。;!])"
)
# 闺女劝我学个太极: it is I who learn
_URGES = regex(rf"{_KIN}(?:都|也|老|总|非|一直)*(?:让|叫|劝|催|建议|鼓励|支持)(?=我|俺)")
_SIGNS = frozenset("孩儿女孙娃媳婿老爱子")
_DOING = frozenset("给帮替来回让叫劝催建鼓支")


def without_kin(text: str) -> str:
    """Return a normalised text without what somebody's people gave, why they come, and what they urge to."""
    if _SIGNS.isdisjoint(text) or _DOING.isdisjoint(text):
        return text
    for pattern in (_GIVES, _COMES, _URGES):
        text = pattern.sub("", text)
    return text.strip(" ,") or text
