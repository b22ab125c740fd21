"""Prices as people say them: 免费, 五十块以内, 100-200, 一百以上."""

from __future__ import annotations

import re

from services.regex import regex
from services.understanding.draft import Draft
from services.understanding.numbers import NUMBER, read_number

_COIN = r"(?:块钱?|元钱?|圆|rmb|人民币|￥|¥)"
_FREE = regex(
    r"(?:全?免费|不要钱|不用钱|不收钱|不收费|不花钱|不用花钱|不用交钱|不交钱|零元|(?<!\d)0元|公益课?"
    r"|(?<!小)白学(?!了)|免单"
    r"|一分钱?(?:都|也)?(?:不|没|不用|不想|不要)?花?(?:不|不用)?(?:花|要|收|出|交|掏)"
    r"|(?:不|不用|不想|不愿意?|不需要|不必)(?:再)?(?:掏|出|花|交|付|给|收)(?:一分)?(?:钱|费|学费|费用)"
    r"|免(?:收)?(?:一切)?(?:学|课时|报名)?费(?:用)?|免票|分文不[取收]|无偿|零(?:学|收|费)费?用?"
    r"|(?:政府|国家|公家|村里|社区)(?:出钱|买单|掏钱|全包|给出钱|埋单)"
    r"|(?:收费|要钱|花钱|交钱|付费|付钱)的?(?:就|都)?(?:不要|不行|不去|不学|不考虑)"
    r"|(?:不要|别|不想要|不是)(?:收费|要钱|花钱)(?!超|高|大|贵)的?)(?:的|班|课)*"
)
# without one of these nothing is said of money but a number
_COSTING = regex("[费钱偿块元益白免文]")
# a question about money is no condition
_ASKED = regex(
    r"除了?免费的?(?:以外|之外)?(?=[ ,])|"
    r"(?:收费|要钱|花钱|有偿)(?:的|和|或者?|还是|、)*免费(?:的)?(?:都|均)?(?:行|可以|成|无所谓|没关系)|"
    r"免费(?:的|和|或者?|还是|、)*(?:收费|要钱|花钱|有偿)(?:的)?(?:都|均)?(?:行|可以|成|无所谓|没关系)|"
    # together, not one yuan
    r"(?<!\d)一块儿?(?=[上学去来报参玩练唱跳带跟逛看吃做画])|"
    r"收费不收费|收不收费|要不要钱(?!的)|花不花钱|收不收钱|免不免费|是不是免费|收费吗|要钱吗|多少钱"
)
_SPAN = regex(
    rf"(?P<a>{NUMBER}){_COIN}?(?:到|至|[-~—–])(?P<b>{NUMBER})(?P<coin>{_COIN})?(?:之间|左右)?(?:的)?"
)
# 一期不超过300, 一个月最多一百: what it is paid for says nothing of itself
_TERM = regex(
    r"(?:(?:每|一)个?(?:学期|期|月|次|节课?|堂课?|门课?|季度?|班)|总共|一共|全部|(?<!免)学费|价格|价钱|费用|预算){1,3}"
    rf"(?:的|也|都|要|得|控制){{0,3}}在?(?=(?:不|别|不要|不能)?(?:超过|高于|多于)|最多|顶多"
    rf"|{NUMBER}{_COIN}?(?:以内|以下|之内|之下|内|封顶|打住|左右))"
)
_UP_TO = regex(
    rf"(?:(?:不|别|不要|不能)(?:收费|学费|价格)?超过|最多(?:花|出|掏|交|给)?|顶多(?:花|出|掏)?|(?<!不)低于"
    rf"|(?<!不)少于"
    rf"|小于|不到|不高于|不多于)(?P<a>{NUMBER}){_COIN}?"
    rf"|(?P<b>{NUMBER}){_COIN}?(?:以内|以下|之内|之下|内|封顶|打住)(?:的)?"
    rf"|(?P<c>{NUMBER}){_COIN}(?:左右)?(?:的)?(?!以上|起)"
)
# 几十块, 几百块, 百八十块
_SOME = regex(
    r"(?P<a>几|百八|十几|二十几|三十几|几十)(?P<unit>[十百])?(?:来|多)?(?:块钱?|元钱?)"
    r"(?:左右|上下|以内|以下|之内)?的?"
)
_SOME_FEN = {
    "几": 1000, "几十": 10_000, "几百": 100_000, "百八十": 10_000, "十几": 2000, "二十几": 3000,
    "三十几": 4000,
}  # fmt: skip
_ABOUT = regex(
    rf"(?P<a>{NUMBER})(?:来|多)(?:块钱?|元钱?)(?:左右|上下)?的?"
    r"|(?P<b>[一两二三四五六七八九]百|[1-9]00)(?:左右|上下)的?"
)
_FROM = regex(
    rf"(?:(?<![不别要能])(?<!不要收费)(?<!不要学费)(?<!别收费)(?:超过|高于|多于)|不低于"
    rf"|不少于)(?P<a>{NUMBER}){_COIN}?"
    rf"|(?P<b>{NUMBER}){_COIN}?以上(?:的)?"
)
_NOT_THAT = regex(r"的?(?:课|班)?(?:就|都|我)?(?:不[要行考去学想]|别|算了)")
_NUMERALS = frozenset("0123456789零一二两三四五六七八九十百千几")
_NOT_MONEY = regex(
    rf"(?<=[到在了一不起])一块(?!钱)|一块儿|{NUMBER}(?:岁|周岁|年级|号|月|点|人|个|节|次|天|周|期)"
)


# 被骗了三千块, 退休金两千: what was lost, spent or earned is no price of a class
_PAST = regex(
    rf"(?:(?:骗|丢|损失|亏|赔|坑|偷|抢|罚)[了走掉去我光]*|(?:买|花|交|借|欠|存|挣|"
    rf"赚)[^ ,。;的]{{0,6}}?了"
    rf"|(?:退休金|工资|养老金|退休工资|收入)(?:才|只有|就|一个月|每个?月|是|有)*)(?:好几|好|大概|差不多|将近)?"
    rf"{NUMBER}(?:多|来)?万?(?:{_COIN})?"
)
_PAST_SIGNS = frozenset("骗丢失亏赔坑偷抢罚花买交借欠存挣赚金资收")


def _fen(text: str | None) -> int | None:
    value = read_number(text or "")
    return None if value is None or value > 1_000_000 else round(value * 100)


def read_money(draft: Draft) -> None:
    """Take prices out of the draft's text and set free, fee_min and fee_max (fen)."""
    if _COSTING.search(draft.text):
        for _ in draft.take(_ASKED):
            pass
        for _ in draft.take(_FREE):
            draft.fields["free"] = True
    if _NUMERALS.isdisjoint(draft.text):
        return
    if not _PAST_SIGNS.isdisjoint(draft.text):
        for _ in draft.take(_PAST):
            pass
    draft.text = _TERM.sub(lambda match: " " * len(match[0]), draft.text)
    for match in _take_money(draft, _SPAN):
        low, high = _fen(match["a"]), _fen(match["b"])
        if low is not None and high is not None and low < high and _is_price(match, high):
            draft.fields |= {"fee_min": low, "fee_max": high}
    if "几" in draft.text or "百八" in draft.text:
        for match in _take_money(draft, _SOME):
            most = _SOME_FEN.get(match["a"] + (match["unit"] or ""))
            if most:
                draft.fields |= {"fee_max": most}
    _about(draft)
    for match in _take_money(draft, _FROM):
        low = _fen(match["a"] or match["b"])
        if low is not None:
            # 超过一百的不考虑
            refused = _NOT_THAT.match(draft.text, match.end()) or draft.text.endswith(
                ("不要", "不想要", "别要", "别给我"), 0, match.start()
            )
            draft.fields["fee_max" if refused else "fee_min"] = low
    for match in _take_money(draft, _UP_TO):
        high = _fen(match["a"] or match["b"] or match["c"])
        if high is not None:
            draft.fields["fee_max"] = high
    if draft.fields.get("fee_max"):
        # 免费或者五十以内
        draft.fields.pop("free", None)


def _about(draft: Draft) -> None:
    """一百来块 is a hundred or a little more."""
    for match in _take_money(draft, _ABOUT):
        low = _fen(match["a"] or match["b"])
        if low is not None:
            draft.fields |= {"fee_max": round(low * 1.2)}


def _is_price(match: re.Match[str], high: int) -> bool:
    # 3-6 alone may be ages or months; from ten yuan on a bare span is a price
    return bool(match["coin"]) or high >= 3000


def _take_money(draft: Draft, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    guarded = [match.span() for match in _NOT_MONEY.finditer(draft.text)]
    found = []
    for match in list(pattern.finditer(draft.text)):
        start, end = match.span()
        if any(start <= s < end and e > end - 1 for s, e in guarded):
            continue
        found.append(match)
        draft.text = draft.text[:start] + " " * (end - start) + draft.text[end:]
    return found
