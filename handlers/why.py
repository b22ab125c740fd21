"""为什么: which rule holds somebody back, or has given them their place."""

from __future__ import annotations

from handlers import card, family_said, other
from handlers.routes import Routes, number
from handlers.turn import Turn
from models.statement import Row
from services import classes, explaining, learning, scope
from services.enrolling import seats
from services.family import people
from services.message import Button
from services.windows import applications

routes = Routes()
MOST_NAMES = 20


@routes.tap("why", number)
def why(turn: Turn, offering_id: int) -> None:
    """Why it stands so with this class."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        card.gone(turn)
        return
    turn.state.focus = offering_id
    person = turn.person
    lines = explaining.explain(turn.tx, turn.town, turn.say, row, person.person_id, person.verified)
    turn.reply(
        "\n".join(lines),
        (turn.button("drawn.card", f"card:{row.id}"), turn.button("enrol.mine", "my")),
        courses=(row.code,),
    )


@routes.command("why", "为什么", "为啥", "为什么没报上", "为什么没抽中", "为什么还没轮到我")
def said(turn: Turn) -> None:
    """The class one talks about, or else the first that one waits for."""
    focus = turn.state.focus
    if focus:
        mine = seats.living(turn.tx, turn.person.person_id, focus)
        theirs = None if mine else family_said.place_in(turn, focus)
        if theirs is not None:
            of_other(turn, focus, theirs.of.person_id)
        else:
            why(turn, focus)
        return
    places = learning.own_places(turn.tx, turn.person.person_id, turn.now)
    waits = [place.offering_id for place in places if place.state != "enrolled"]
    for row in applications.own(turn.tx, turn.person.person_id):
        wished = applications.wishes(turn.tx, row.id)
        waits += [row.offering_id] if row.offering_id else [wish.offering_id for wish in wished]
    if waits:
        why(turn, waits[0])
    else:
        turn.reply(turn.say("why.none"), (turn.button("enrol.mine", "my"),))


def typed(turn: Turn, row: Row, name: str) -> bool:
    """为什么 SF01: of oneself, or, for whoever runs the class, of somebody by the name."""
    if not scope.acts_for(turn.tx, turn.person.person_id, scope.EDITING, row.id):
        if not name:
            why(turn, row.id)
        return not name
    turn.state.settle()
    asked = explaining.concerned(turn.tx, row.id)
    found = [one for one in asked if name in one.name] if name else asked
    if len(found) == 1 and name:
        of_other(turn, row.id, found[0].person_id)
        return True
    if not found:
        turn.reply(turn.say("why.nobody", title=row.title), courses=(row.code,))
        return True
    turn.reply(
        turn.say("why.whose", title=row.title),
        *(
            (Button(f"{n} {one.name}", f"why_of:{row.id}:{one.person_id}", number=n),)
            for n, one in enumerate(found[:MOST_NAMES], 1)
        ),
        courses=(row.code,),
    )
    return True


@routes.tap("why_of", number, number)
def of_other(turn: Turn, offering_id: int, person_id: int) -> None:
    """What somebody reads behind 为什么, for whoever acts for them or runs the class they asked for."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    me = turn.person.person_id
    acts = row is not None and people.may_act(turn.tx, me, person_id)
    found = [one for one in explaining.concerned(turn.tx, offering_id) if one.person_id == person_id]
    if row is None or not found or not (acts or scope.acts_for(turn.tx, me, scope.EDITING, offering_id)):
        other.stale(turn)
        return
    lines = explaining.explain(turn.tx, turn.town, turn.say, row, person_id, bool(found[0].verified))
    heading = turn.say("why.of_family" if acts else "why.of_other", name=found[0].name)
    ways = [(turn.button("enrol.mine", "my"),)] if acts else []
    turn.reply("\n".join([heading, *lines]), *ways, courses=(row.code,))
