"""有电工班了告诉我: whether somebody asks to be told when there is a class, and of what."""

from __future__ import annotations

import re

from services.regex import regex
from services.understanding.normalise import normalise

_GAPS = regex(r"[，,。.！!？?；;：:、~～\s]+")
_TELL = regex(
    r"(?:请|麻烦|记得|一定|再|就|要|帮我|您|你|给)*"
    r"(?:(?:告诉|通知|提醒|叫|喊|知会|联系)(?:我|俺|咱|一声|一下)+|(?:跟|和|给|向)(?:我|俺|咱)(?:说|讲|发|打)[一个条声下消息信通知招呼]*)"
    r"(?:一声|一下|声|下|吧|啊|哦|呀|哈|好吗|行吗|可以吗|谢谢)*$"
)
# what is waited for must be said to come: 有…了, 一有…就, 开了…, …开班的时候
_LEAD = regex(
    r"^(?:请|麻烦|等到?|要是|如果|假如|什么时候|啥时候|哪天|以后|下次|只要|一旦|将来|你们|您这?|这里|一|再|又|新|能|会)*"
    r"(?:有|开设|开办|开|出|办|招|来|上)(?P<done>了)?(?:新的|新)?"
)
_TRAIL = regex(
    r"(?:开班|开课|开设|报名|开始|开|有|出来|办|招生|招人)*(?P<done>了|的话|的时候|之后|以后|时候|后|时)?(?:就|再)?$"
)
_COMING = regex(r"^(?:等|要是|如果|假如|什么时候|啥时候|哪天|以后|下次|只要|一旦|一|将来)")
# said of own classes, or of a seat in one, and meant otherwise
_OTHER = regex(
    r"(?:上课|开课|下课|开班)?前|名额|空位|位子|座位|候补|轮到|我的|提前|小时|分钟|明天|今天|调课|停课|改时间|消息|结果|变动|没有|吗|怎么|什么课"
)
# 晚上的家政培训通知我: a kind of class alone, said to be told of and not to be reminded of
_NOTICE = regex(r"通知|告诉")
_A_KIND = regex(r"(?P<wish>.{2,}?(?:培训|课程|课|班|讲座))(?:的?(?:消息|信息))?$")
_OWN = regex(r"^(?:上|开|下|停|我|这|那|哪|有)")
_ANYTHING = regex(r"^(?:的|新|班|课|课程|班级|这个|那个|这样|这种|那种|合适|这门|它)*$")
_ENGLISH = regex(
    r"^(?:please )?(?:(?:tell|notify|remind|alert|message) me|let me know)"
    r"(?: (?:when|if|once|as soon as)(?: (?:there(?: is|'s| are)|you (?:have|offer|start)))?"
    r"(?: (?:a|an|any|some|new))*(?: (?P<wish>.+?))?"
    r"(?: (?:opens?|starts?|is open|comes up|(?:is|are) available))?)$"
)


# the words without which no text is such a request, so that most are not looked at further
_MAYBE = regex(r"告[诉訴]|通知|提醒|[叫喊说說讲講发發打]|知[会會]|[联聯][系繫]|\bme\b", re.IGNORECASE)


def waited_for(text: str) -> str | None:
    """The wish in a request to be told of a class; empty for 有班了叫我, None where it is something else."""
    if not _MAYBE.search(text):
        return None
    said = normalise(text)
    english = _ENGLISH.match(said.rstrip(".!? "))
    if english:
        wish = re.sub(r"\b(?:class|classes|course|courses|one|it)$", "", english["wish"] or "")
        return wish.strip()
    said = _GAPS.sub("", said)
    tell = _TELL.search(said)
    if tell is None or _OTHER.search(said):
        return None
    head = said[: tell.start()]
    awaited = _wish(head)
    if awaited is None and _NOTICE.search(said, tell.start()) and not _OWN.match(head):
        kind = _A_KIND.fullmatch(head)
        awaited = kind["wish"] if kind else None
    return awaited


def _wish(head: str) -> str | None:
    lead, trail = _LEAD.match(head), None
    rest = head[lead.end() :] if lead else head
    trail = _TRAIL.search(rest)
    done = bool(lead and lead["done"]) or bool(trail and trail["done"]) or bool(_COMING.match(head))
    done = done or (head[:1] in ("有", "开") and head[2:].endswith(("班", "课", "培训")))
    if not done or not (lead or (trail and trail[0].strip("了就再的话"))):
        return None
    wish = rest[: trail.start()] if trail else rest
    return "" if _ANYTHING.match(wish) else wish
