"""为什么: which rule holds somebody back, or has given them their place."""

from __future__ import annotations

from handlers import card
from handlers.routes import Routes, number
from handlers.turn import Turn
from services import classes, explaining, learning
from services.windows import applications

routes = Routes()


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
    if turn.state.focus:
        why(turn, turn.state.focus)
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
