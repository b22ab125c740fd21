"""给家人报名: for whom one enrols, chosen or named; and who belongs to the family."""

import re

from handlers import (
    card,
    family_asks,
    family_calls,
    family_child,
    family_enrol,
    family_grown,
    family_places,
    paper,
)
from handlers.family_words import CHILD, CHILD_EN, GROWN, GROWN_EN, here, labelled
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes
from services.enrolling import gates
from services.family import gating, people
from services.message import Button
from services.understanding.normalise import keyed

routes = Routes()
routes.include(family_child.routes)
routes.include(family_grown.routes)
routes.include(family_calls.routes)
routes.include(family_enrol.routes)
routes.include(family_places.routes)


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
    elif re.fullmatch(
        rf"我?(?:家|的)?(?:{CHILD}|新加一个|加一个)|(?:for)?(?:my|a|the)?(?:{CHILD_EN})", text
    ) and here(turn):
        family_child.new(turn, offering_id)
    elif re.fullmatch(rf"我?(?:家|的)?(?:{GROWN})|(?:for)?my(?:{GROWN_EN})", text):
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
    if turn.state.step.startswith("family.") or not offering_id:
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
        drop = turn.button("family.drop", f"fam_drop:{one.person_id}", name=one.label)
        rename = turn.button("family.rename", f"fam_rename:{one.person_id}", name=one.label)
        rows.append((rename, drop) if one.kind == "grown" else (drop,))
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
