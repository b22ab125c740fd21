"""我的学习卡: the year in figures and as a picture to show around."""

from __future__ import annotations

import re

from handlers.routes import Routes, number
from handlers.turn import Turn
from services import card_picture
from services.attending.crediting import say_hundredths
from services.learning_card import Figures, figures
from services.message import Document

routes = Routes()
_SAID = re.compile(r"(20\d\d|去年|今年)年?的?(?:我的)?学习卡")


@routes.command("learning_card", "我的学习卡", "学习卡", "年度学习卡", "my learning card", "learning card")
def said(turn: Turn) -> None:
    """The card of this year; in January, while there is none yet, that of the last."""
    turn.state.settle()
    today = turn.now.astimezone(turn.town.zone).date()
    found = figures(turn.tx, turn.town, turn.person.person_id, today.year)
    if not found.hours and today.month == 1:
        found = figures(turn.tx, turn.town, turn.person.person_id, today.year - 1)
    _show(turn, found)


@routes.tap("learning_card")
def tapped(turn: Turn) -> None:
    """The same by a tap."""
    said(turn)


@routes.tap("card_of", number)
def of_year(turn: Turn, year: int) -> None:
    """The card of another year."""
    today = turn.now.astimezone(turn.town.zone).date()
    if 2000 <= year <= today.year:
        _show(turn, figures(turn.tx, turn.town, turn.person.person_id, year))
    else:
        said(turn)


def typed(turn: Turn, said: str) -> bool:
    """去年的学习卡, 2025年学习卡."""
    found = _SAID.fullmatch(said)
    if found is None or turn.state.step:
        return False
    this = turn.now.astimezone(turn.town.zone).year
    year = {"今年": this, "去年": this - 1}.get(found[1]) or int(found[1])
    of_year(turn, year)
    return True


def _show(turn: Turn, found: Figures) -> None:
    before = turn.button("card_of_year.before", f"card_of:{found.year - 1}", year=found.year - 1)
    if not found.hours:
        turn.reply(
            turn.say("card_of_year.none", year=found.year), (before, turn.button("start.browse", "browse"))
        )
        return
    turn.tx.take_time()
    operator = turn.town.operator_name or turn.say("start.operator")
    content = card_picture.picture(found, turn.say, operator)
    document = None
    if content is not None:
        document = Document(f"{turn.say('card_of_year.title')}-{found.year}.png", content, "image/png")
    kinds = turn.say("card_of_year.between").join(turn.say(f"kind.{kind}") for kind, _ in found.kinds)
    turn.reply(
        turn.say(
            "card_of_year.text", year=found.year, hours=say_hundredths(found.hours), classes=found.classes,
            sessions=found.sessions, weeks=found.streak, kinds=kinds,
        ),
        (turn.button("hours.mine", "hours"), before),
        document=document,
    )  # fmt: skip
