"""给我儿子报个围棋: for whom one enrols, said in a sentence with what is to be learned."""

import re

from handlers import enrol, family, family_child
from handlers.family_words import CHILD, CHILD_EN, GROWN, GROWN_EN, here, labelled
from handlers.turn import Turn
from services.family import people
from services.regex import regex
from services.understanding import understand
from services.understanding.meaning import Meaning
from services.understanding.normalise import keyed
from services.understanding.references import read_reference

# 就这个了，: a class that is pointed at, or named, before it is said for whom
_BEFORE = r"(?:(?P<lead>[^,，。 给帮替]{1,10})[,， ]+|(?:那就|那|就|好吧?|行吧?|嗯)[,， ]*){0,3}"
_WHO = (
    r"(?:我们?家?的?|俺们?家?的?|咱们?家?的?|家里的?)?(?:[俩两仨]个?|那?两?个)?"
    rf"(?P<who>{CHILD}|{GROWN}|家人|家里人|别人)"
)
_FOR = regex(
    rf"^{_BEFORE}(?:你好|您好|请问|麻烦|请|帮忙)?[,，]?(?:我|俺)?(?:想要|想|要|能不能|可不可以|可以|能|怎么|如何)?(?:给|帮|替|为|代)"
    rf"{_WHO}(?:也|都|先|去|来|再)?(?:报名|报个名|报一个名|报个|报一个|报上|报|代报)(?P<rest>.*)$"
)
_FOR_EN = regex(
    rf".*\b(?:enroll?|register|sign up|sign|book)(?: it| this| that)?(?: one)?(?: for)?"
    rf" (?:my (?P<who>{CHILD_EN}|{GROWN_EN}|family)|(?P<they>her|him|them))\b"
    r"(?: up)?(?: (?:in|for|into|to))?(?: please)?(?P<rest>.*)",
    re.IGNORECASE,
)
_END = regex(
    # 不想去了，帮我退了 is of a class
    r"(?:别|不要|不想|不用|不许|不让|不准|不再)[^,，。;；\s了]{0,6}(?:替我|代我|代报|(?:帮|给)我.{0,2}报)"
    r"|stop .*(?:enrolling|acting for) me"
)
_FOR_LABEL = regex(
    r"^(?:我?想|我?要|请)?(?:给|帮|替|为)(?P<who>\w{1,10}?)(?:也)?报(?:名|个名|个|一个|上)?(?P<rest>.*)$"
)
# 给我和老伴都报上: oneself and somebody else
_US = regex(
    r"^(?:那|就|请|帮忙|麻烦)?(?:给|帮|替)?(?:我|俺|我们|俺们|咱)(?:和|跟|与|同|还有)(?:我|俺)?"
    rf"{_WHO}(?:俩|两个人?|两人|我|都|一起|一块儿?|也|想|要|全)*(?:报名?|参加|去|上)(?:上|了|名)?(?P<rest>.*)$"
)
_REST = regex(r"^(?:个|一个|的|吗|呢|吧|啊|可以|可不可以|行不|不|么|[,，。.!！?？\s])*$")


def asked(turn: Turn, said: str) -> bool:
    """Answer 给我儿子报个围棋; False where a text asks for no such thing."""
    if _own_label(turn, said) or _no_longer(turn, said):
        return True
    us = _US.match(said)
    if us is not None and turn.state.focus and _REST.match(us["rest"]):
        # one at a time: who speaks, and then the other
        turn.reply(turn.say("family.us", who=us["who"]))
        enrol.begin(turn, turn.state.focus)
        return True
    found = _FOR.match(said) or (_FOR_EN.match(said) if said.isascii() else None)
    if found is None:
        return False
    said_who = found["who"] or found["they"]
    whom = said_who.lower()
    child = re.fullmatch(f"{CHILD}|{CHILD_EN}", whom) is not None
    if child and not here(turn):
        if found["rest"].endswith("的") and turn.state.shown and not turn.state.focus:
            return False  # 给小孩报的 narrows what is looked at
        if _REST.match(found["rest"]):
            family_child.not_here(turn)
            return True
        return False  # the search goes on as ever, and its classes tell where children enrol
    kind = "child" if child else "grown" if re.fullmatch(f"{GROWN}|{GROWN_EN}", whom) else ""
    lead = found.groupdict().get("lead") or ""
    named = not _points_at(turn, lead) and bool(_meaning(turn, lead).words)
    turn.state.settle()
    turn.state.acting = {"kind": kind, "said": said_who}
    return _go_on(turn, found["rest"] if said.isascii() else said, lead if named else found["rest"])


def _points_at(turn: Turn, lead: str) -> bool:
    """Whether words before it point at a class, which is then spoken of; the only one shown is, too."""
    from handlers import find, pointed_at  # which lead to the cards, and they to here

    reference = read_reference(lead) if lead else None
    rows = pointed_at.meant(turn, reference) if reference is not None and reference.which else []
    if len(rows) == 1:
        turn.state.focus = rows[0].id
    elif not find.in_mind(turn):
        turn.state.focus = turn.state.shown[0] if len(turn.state.shown) == 1 else 0
    return bool(rows)


def _no_longer(turn: Turn, said: str) -> bool:
    """别让她替我报了: who may act for oneself, with the way to end it; False where nobody may."""
    if not _END.search(said) or not people.actors(turn.tx, turn.person.person_id):
        return False
    family.listed(turn)
    return True


def _own_label(turn: Turn, said: str) -> bool:
    """给小宝报个围棋, where 小宝 is how one calls somebody for whom one may act."""
    found = _FOR_LABEL.match(said)
    if found is None:
        return False
    for one in labelled(turn):
        if keyed(one.label) == keyed(found["who"]):
            turn.state.settle()
            turn.state.acting = {"kind": one.kind, "id": one.person_id}
            return _go_on(turn, said, found["rest"])
    return False


def _go_on(turn: Turn, said: str, rest: str) -> bool:
    """Look for what is to be learned, or ask for whom in the class that is on the screen."""
    from handlers import find  # which leads to the cards, and they to here

    if _REST.match(rest):
        family.who(turn, turn.state.focus)
        return True
    meaning = _meaning(turn, said)
    if not (meaning.words or meaning.category or meaning.code):
        if not turn.state.focus:
            return False  # 给我妈报个班，她今年66: what fits is looked for first, and for whom is remembered
        family.who(turn, turn.state.focus)
    else:
        find.found(turn, meaning)
    return True


def _meaning(turn: Turn, said: str) -> Meaning:
    local = turn.now.astimezone(turn.town.zone)
    meaning = understand(
        said, today=local.date(), now_minute=local.hour * 60 + local.minute,
        lexicon=turn.town.catalogue.lexicon,
    )  # fmt: skip
    return meaning if meaning.intent == "search" else Meaning(words=meaning.words, category=meaning.category)
