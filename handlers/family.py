"""给家人报名: for whom one enrols, said in one's own words or chosen; and who belongs to it."""

import re

from handlers import card, family_asks, family_child, family_enrol, family_grown, family_places, paper
from handlers.family_words import here, labelled
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes
from services.enrolling import gates
from services.family import gating, people
from services.message import Button
from services.understanding import understand
from services.understanding.meaning import Meaning
from services.understanding.normalise import keyed

routes = Routes()
routes.include(family_child.routes)
routes.include(family_grown.routes)
routes.include(family_enrol.routes)
routes.include(family_places.routes)

_CHILD = (
    "孩子们|孩子|小孩子|小孩|小朋友|娃娃|娃|宝宝|宝贝|儿子|女儿|闺女|小子|外孙女|外孙|孙女|孙子|老大|老二|老三|"
    "小的|大的"
)
_GROWN = (
    "爸妈|父母|妈妈|爸爸|老妈|老爸|母亲|父亲|妈|爸|奶奶|爷爷|外婆|外公|姥姥|姥爷|婆婆|公公|岳母|岳父|丈母娘|老丈人|"
    "老伴|爱人|老公|老婆|丈夫|妻子|媳妇|老人|家里老人"
)
_WHO = rf"(?:我们?家?的?|俺们?家?的?|咱们?家?的?|家里的?)?(?P<who>{_CHILD}|{_GROWN}|家人|家里人|别人)"
_FOR = re.compile(
    r"^(?:你好|您好|请问|麻烦|请|帮忙)?[,，]?(?:我|俺)?(?:想要|想|要|能不能|可不可以|可以|能|怎么|如何)?(?:给|帮|替|为|代)"
    rf"{_WHO}(?:也|先|去|来|再)?(?:报名|报个名|报一个名|报个|报一个|报上|报|代报)(?P<rest>.*)$"
)
_CHILD_EN = r"sons?|daughters?|child(?:ren)?|kids?|grand(?:son|daughter|child(?:ren)?)s?|boys?|girls?"
_GROWN_EN = r"mother|mum|mom|father|dad|parents?|husband|wife|grandmother|grandfather|grandma|grandpa|granny"
_FOR_EN = re.compile(
    rf".*\b(?:enroll?|register|sign up|sign|book)(?: for)? my (?P<who>{_CHILD_EN}|{_GROWN_EN}|family)\b"
    r"(?: up)?(?: (?:in|for|into|to))?(?: please)?(?P<rest>.*)",
    re.IGNORECASE,
)
_FOR_LABEL = re.compile(
    r"^(?:我?想|我?要|请)?(?:给|帮|替|为)(?P<who>\w{1,10}?)(?:也)?报(?:名|个名|个|一个|上)?(?P<rest>.*)$"
)
_REST = re.compile(r"^(?:个|一个|的|吗|呢|吧|啊|可以|可不可以|行不|不|么|[,，。.!！?？\s])*$")


def asked(turn: Turn, said: str) -> bool:
    """Answer 给我儿子报个围棋; False where a text asks for no such thing."""
    if _own_label(turn, said):
        return True
    found = _FOR.match(said) or (_FOR_EN.match(said) if said.isascii() else None)
    if found is None:
        return False
    whom = found["who"].lower()
    child = re.fullmatch(f"{_CHILD}|{_CHILD_EN}", whom) is not None
    if child and not here(turn):
        if found["rest"].endswith("的") and turn.state.shown and not turn.state.focus:
            return False  # 给小孩报的 narrows what is looked at
        if _REST.match(found["rest"]):
            family_child.not_here(turn)
            return True
        return False  # the search goes on as ever, and its classes tell where children enrol
    kind = "child" if child else "grown" if re.fullmatch(f"{_GROWN}|{_GROWN_EN}", whom) else ""
    turn.state.settle()
    turn.state.acting = {"kind": kind, "said": found["who"]}
    return _go_on(turn, found["rest"] if said.isascii() else said, found["rest"])


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
        who(turn, turn.state.focus)
        return True
    meaning = _meaning(turn, said)
    if not (meaning.words or meaning.category or meaning.code):
        if not turn.state.focus:
            return False  # 给我妈报个班，她今年66: what fits is looked for first, and for whom is remembered
        who(turn, turn.state.focus)
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


def diverts(turn: Turn, row: Row) -> bool:
    """Whether enrolling in this class begins with the question for whom, which was then asked."""
    if not classes.joinable(row, turn.now):
        return False  # whoever it is for, it is told why not
    if turn.state.acting.get("kind") == "paper":
        paper.begin(turn, row.id)
        return True
    if turn.state.acting and turn.state.acting.get("kind") != "self":
        who(turn, row.id)
        return True
    if gates.for_children(row) and here(turn):
        turn.state.acting = {"kind": "child"}
        who(turn, row.id)
        return True
    return False


@routes.command(
    "family_enrol", "给家人报名", "帮家人报名", "替家人报名", "帮家人报", "代家人报名", "enrol my family"
)
def said(turn: Turn) -> None:
    """The same without a name."""
    turn.state.settle()
    turn.state.acting = {"kind": ""}
    who(turn, turn.state.focus)


@routes.command(
    "child_enrol", "给孩子报名", "给孩子报", "帮孩子报名", "替孩子报名", "孩子报名", "enrol my child"
)
def child_said(turn: Turn) -> None:
    """For a child."""
    if not here(turn):
        family_child.not_here(turn)
        return
    turn.state.settle()
    turn.state.acting = {"kind": "child"}
    who(turn, turn.state.focus)


@routes.command(
    "parent_enrol", "给父母报名", "给爸妈报名", "替父母报名", "给老人报名", "替老人报名", "enrol my parent"
)
def parent_said(turn: Turn) -> None:
    """For a parent."""
    turn.state.settle()
    turn.state.acting = {"kind": "grown"}
    who(turn, turn.state.focus)


@routes.tap("family", number)
def who_tapped(turn: Turn, offering_id: int) -> None:
    """Asked for by a tap, whoever it was for before."""
    turn.state.acting = {"kind": ""}
    who(turn, offering_id)


def who(turn: Turn, offering_id: int) -> None:
    """给谁报？ Oneself, whoever is known, somebody new, or several together; 0: the class comes later."""
    row = classes.one_class(turn.tx, offering_id, turn.now) if offering_id else None
    if offering_id and row is None:
        card.gone(turn)
        return
    acting = turn.state.acting or {"kind": ""}
    turn.state.acting = acting
    if row is None or not classes.joinable(row, turn.now):
        row, offering_id = None, 0
    known = labelled(turn)
    wanted = acting.get("ids") or ([acting["id"]] if "id" in acting else [])
    if wanted:
        family_asks.begin(turn, offering_id, wanted)
        return
    turn.state.ask("family.who", id=offering_id)
    if row is not None and acting.get("kind") == "child" and not gating.for_a_child(row):
        family_child.too_young(turn, row)
        return
    text = turn.say("family.who_class", title=row.title) if row else turn.say("family.who")
    turn.reply(text, *_choices(turn, offering_id, row, known), courses=(row.code,) if row else ())


def _choices(turn: Turn, offering_id: int, row: Row, known: list[people.Learner]) -> list[tuple[Button, ...]]:
    kind = turn.state.acting.get("kind")
    young = here(turn) and (row is None or gating.for_a_child(row))
    fitting = [one for one in known if young or one.kind != "child"]
    order = sorted(fitting, key=lambda one: bool(kind) and one.kind != kind)
    rows: list[tuple[Button, ...]] = [
        (turn.button("family.for", f"fam_for:{offering_id}:{one.person_id}", name=one.label),)
        for one in order
    ]
    child = turn.button("family.new_child", f"fam_child:{offering_id}")
    grown = turn.button("family.new_grown", f"fam_grown:{offering_id}")
    new = [grown] if kind == "grown" else [child] if kind == "child" else [child, grown]
    rows.append(tuple(one for one in new if one is not child or young))
    last = []
    if row is not None and not gates.for_children(row):
        last.append(turn.button("family.myself", f"fam_self:{offering_id}"))
    if fitting:
        last.append(turn.button("family.several", f"fam_several:{offering_id}"))
    return [one for one in (*rows, tuple(last)) if one]


@routes.step("family.who")
def who_said(turn: Turn) -> bool:
    """A label, 自己, 孩子, 父母; anything else is answered as what it is."""
    offering_id, text = int(turn.state.data.get("id", 0)), keyed(turn.text)
    text = re.sub(r"^(?:给|帮|替|为|我要给|是)|(?:报名|报)$", "", text)
    for one in labelled(turn):
        if keyed(one.label) == text:
            chosen(turn, offering_id, one.person_id)
            return True
    if text in ("自己", "我自己", "我", "本人", "myself"):
        myself(turn, offering_id)
    elif re.fullmatch(rf"我?(?:家|的)?(?:{_CHILD}|新加一个|加一个)", text) and here(turn):
        family_child.new(turn, offering_id)
    elif re.fullmatch(rf"我?(?:家|的)?(?:{_GROWN})", text):
        turn.state.acting = {"kind": "grown", "said": text.removeprefix("我")}
        family_grown.new(turn, offering_id)
    elif is_no(turn.text, "不报", "不报了", "先不报"):
        family_enrol.stop(turn)
    elif is_yes(turn.text):  # to which of them, is still the question
        who(turn, offering_id)
    else:
        return False
    return True


@routes.tap("fam_for", number, number)
def chosen(turn: Turn, offering_id: int, person_id: int) -> None:
    """For somebody who is known."""
    family_asks.begin(turn, offering_id, [person_id])


@routes.tap("fam_self", number)
def myself(turn: Turn, offering_id: int) -> None:
    """For oneself, as ever."""
    from handlers import enrol  # which asks here whether it is for somebody else

    turn.state.acting = {"kind": "self"}
    turn.state.settle()
    if offering_id:
        enrol.begin(turn, offering_id)
    else:
        turn.reply(turn.say("enrol.what"), (turn.button("start.browse", "browse"),))
    turn.state.acting = {}


@routes.tap("fam_several", number)
def several(turn: Turn, offering_id: int) -> None:
    """Together with one of them: both or nobody."""
    if not offering_id:
        turn.reply(turn.say("family.which_class"), (turn.button("start.browse", "browse"),))
        return
    known = labelled(turn)
    turn.state.ask("family.with", id=offering_id)
    rows: list[tuple[Button, ...]] = [
        (turn.button("family.with_me", f"fam_with:{offering_id}:{one.person_id}", name=one.label),)
        for one in known
    ]
    if len(known) > 1:
        rows += [(turn.button("family.with_all", f"fam_all:{offering_id}:1"),)]
        rows += [(turn.button("family.all_of_them", f"fam_all:{offering_id}:0"),)]
    turn.reply(turn.say("family.with_whom"), *rows)


@routes.tap("fam_with", number, number)
def with_me(turn: Turn, offering_id: int, person_id: int) -> None:
    """Oneself and one other."""
    family_asks.begin(turn, offering_id, [turn.person.person_id, person_id])


@routes.tap("fam_all", number, number)
def with_all(turn: Turn, offering_id: int, me: int) -> None:
    """All of the family, with oneself or without."""
    family = [one.person_id for one in labelled(turn)]
    family_asks.begin(turn, offering_id, [turn.person.person_id] * bool(me) + family)


@routes.command("family", "我的家人", "家人", "家里人", "我家里人", "家属", "family", "my family")
def listed(turn: Turn) -> None:
    """Who belongs to one, with the way to end it; and who may act for oneself."""
    turn.state.settle()
    turn.state.at("my_family")
    lines: list[str] = []
    rows: list[tuple[Button, ...]] = []
    for one in labelled(turn):
        key = "family.item_child" if one.kind == "child" else "family.item_grown"
        band = turn.say(f"family.band.{one.age_band}") if one.age_band else ""
        lines.append(turn.say(key, name=one.label, band=band))
        rows.append((turn.button("family.drop", f"fam_drop:{one.person_id}", name=one.label),))
    for right in people.actors(turn.tx, turn.person.person_id):
        lines.append(turn.say("family.item_actor", name=right.name or turn.say("family.somebody")))
        rows.append(
            (
                turn.button(
                    "family.end_actor", f"act_end:{right.id}", name=right.name or turn.say("family.somebody")
                ),
            )
        )
    rows.append((turn.button("family.enrol", "family:0"), turn.button("family.let", "act_let")))
    turn.reply("\n".join(lines) or turn.say("family.nobody"), *rows)


@routes.tap("my_family")
def listed_tapped(turn: Turn) -> None:
    """The same by a tap."""
    listed(turn)
