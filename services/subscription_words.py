"""订阅电工培训, 我搬到西城了: what of subscriptions is asked for in words."""

from __future__ import annotations

import re

from services.regex import regex
from services.understanding.normalise import normalise

MOST_WORDS = 40
_END = regex(r"[，,。.!！？?~～\s]+$")
_SUBSCRIBE = regex(
    r"^(?:请|帮|给|我|俺|咱|也|想|要|再)*(?:订阅|定阅|订一下|subscribe(?: me)?(?: to)?)"
    r"(?:一下|一个|下|个)?(?P<wish>.*?)(?:的?通知|的?消息)?$"
)
_ABOUT = regex(r"[订定]|subscribe")
_UNSUBSCRIBE = regex(r"^(?:取消|不要|停掉?|退掉?|不想要?|unsubscribe)")
# 电工的别通知我了, 取消电工的订阅, 别再通知我电工的课了
_NOT = r"(?:不用|不必|不要|不需要|别|甭)"
_TELL = r"(?:再|给我)*(?:通知|告诉|告知|发通知|发消息|发)(?:给?我)?"
_ENOUGH = regex(
    rf"^(?:请|麻烦|以后|我)*(?:(?P<after>.{{1,20}}?)(?:的?(?:课|班|通知|消息))?的?就?{_NOT}{_TELL}"
    rf"|{_NOT}再?{_TELL}(?:关于)?(?P<before>.{{1,20}}?)"
    r"(?:的?(?:课|班|通知|消息))*"
    r"|(?:取消|不要|停掉?|退掉?|不想要?|关掉?)(?P<named>.{1,20}?)的?(?:订阅|通知|消息)"
    r"|(?:退订|不订|别订|取消订阅)(?:阅)?(?P<left>.{1,20}?)(?:的?(?:课|班|通知|消息|订阅))?"
    r"|(?:unsubscribe (?:me )?from|no more (?:notices|news) (?:about|of)) (?P<english>.{1,40}?)"
    r"(?: class(?:es)?| courses?)?)(?:了|啦|吧)*$"
)
# without one of these no text is such a word, so that most are not looked at further
_ENDING = regex(r"通知|告[诉訴知]|消息|[订訂发發]|unsub|no more", re.IGNORECASE)
_PLACE = r"[^，,。 ]{2,12}?)(?:这边|那边)?"
_LIVING = r"(?:住|上班|干活|打工|工作)"
_MOVED = regex(
    r"^(?:我们?|俺|咱|现在|已经|刚|最近|家|厂里?|工地)*"
    r"(?:搬(?:了?家了?[，,\s]*(?:现在)?搬?)?(?:到|去|来)了?"
    rf"(?P<home>{_PLACE}{_LIVING}?(?:了|啦|来了|去了)*"
    # 搬家了，现在住和平街道; without a move, where one lives is only told
    rf"|搬(?:了?新?家)?了?[，,\s]*(?:我们?|现在|如今|已经|就)*(?:住|在)(?:在|到|进)?了?(?P<now>{_PLACE}了?"
    rf"|(?:改|现在)住(?:在|到|进)?(?P<lives>{_PLACE}住?(?:了|啦)"
    # 换到周六 is said of a class; who changes the place of work says so
    rf"|(?:换|调|转)(?:工地|地方|厂)?(?:到|去|来)了?(?P<work>{_PLACE}{_LIVING}了?)$"
)
_MOVING = regex(r"[搬换调转]|moved|住.+[了啦]")
_MOVED_EN = regex(r"^i(?:'ve| have)?(?: just)? moved to (?P<place>.{2,40})$")
# 有…了 speaks of the next one; 有…通知我 and 每次, 以后都 of every one to come
_EVERY = regex(r"每次|每回|以后都|凡是|一直|长期|every ?time|always")
_ONCE = regex(r"了|一有|等|when|if|once")


def subscribed_to(text: str) -> str | None:
    """The wish in 订阅…, empty for 订阅 alone; None where a text is no such request."""
    folded = normalise(text)
    if _ABOUT.search(folded) is None:
        return None
    said = _END.sub("", folded)
    if _UNSUBSCRIBE.match(said):
        return None
    found = _SUBSCRIBE.match(said)
    return None if found is None else found["wish"].strip()


def enough_of(text: str) -> str | None:
    """The wish in 电工的不用通知了, of which no more is to be heard; None for anything else."""
    if len(text) > MOST_WORDS or _ENDING.search(text) is None:
        return None
    found = _ENOUGH.match(_END.sub("", normalise(text)))
    wish = "" if found is None else found[found.lastgroup or 0].strip("的了啦吧 ")
    return wish or None


def moved_to(text: str) -> str | None:
    """The place in 我搬到西城了, or None."""
    folded = normalise(text)
    # asked of every text, and few hold one of these
    if _MOVING.search(folded) is None:
        return None
    said = _END.sub("", folded)
    if found := _MOVED_EN.match(said):
        return found["place"].strip()
    found = _MOVED.match(said)
    return None if found is None else found[found.lastgroup or 0].strip()


def for_good(text: str) -> bool:
    """Whether a request to be told (of `waited_for`) is for every class to come, not for the next."""
    said = normalise(text)
    return bool(_EVERY.search(said)) or ("通知" in said and not _ONCE.search(said))
