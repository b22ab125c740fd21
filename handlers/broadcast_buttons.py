"""Composing a broadcast: the buttons under it."""

from __future__ import annotations

from handlers.broadcast_draft import keep, own_draft, review
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.yes_no import is_no
from models.statement import Row
from services import classes
from services.audience.named import classes_meant
from services.broadcasting import composing
from services.broadcasting.wording import MOST_BUTTONS, Choice
from services.message import Button

routes = Routes()
MOST_NAMED = 6


@routes.tap("bcast_btn", number)
def ask_button(turn: Turn, draft_id: int) -> None:
    """Which button?"""
    row = own_draft(turn, draft_id)
    if row is None:
        return
    turn.state.ask("bcast.button", bcast=row.id)
    rows = [(turn.button("bcast.go_on", f"bcast_review:{draft_id}"),)]
    if composing.choices_of(row):
        rows.insert(0, (turn.button("bcast.no_buttons", f"bcast_nobtn:{draft_id}"),))
    turn.reply(turn.say("bcast.ask_button", most=MOST_BUTTONS), *rows)


@routes.step("bcast.button")
def button_said(turn: Turn) -> bool:
    """A class by its code or name (then the button says 报名这门课), or a label and an address or a class."""
    row = own_draft(turn, int(turn.state.data["bcast"]))
    if row is None:
        return True
    said = turn.text.strip()
    if is_no(said, "不加了", "不加", "没有了", "够了", "好了", "done"):
        review(turn, row.id)
        return True
    words, _, last = said.rpartition(" ")
    for label, target in (("", said), (words.strip(), last)):
        choice, several = _choice(turn, row, label, target)
        if choice is not None:
            _add(turn, row, choice)
            return True
        if several and not label:
            turn.reply(turn.say("bcast.which_class"), *((button,) for button in several))
            return True
    turn.keeps_choices = True
    turn.reply(turn.say("bcast.button_unclear"))
    return True


@routes.tap("bcast_joins", number, number)
def button_chosen(turn: Turn, draft_id: int, offering_id: int) -> None:
    """The button opens this one of several classes that are called so."""
    row = own_draft(turn, draft_id)
    if row is not None:
        _add(turn, row, _joining(turn, "", offering_id))


@routes.tap("bcast_nobtn", number)
def no_buttons(turn: Turn, draft_id: int) -> None:
    """Without buttons."""
    row = own_draft(turn, draft_id)
    if row is not None and keep(turn, row, choices=()):
        review(turn, draft_id)


def _add(turn: Turn, row: Row, choice: Choice) -> None:
    if keep(turn, row, choices=(*composing.choices_of(row), choice)):
        review(turn, row.id)


def _choice(turn: Turn, row: Row, label: str, target: str) -> tuple[Choice | None, list[Button]]:
    """What a button opens; or the classes from which one has to choose first."""
    if target.startswith(("https://", "http://")):
        return (None if " " in target else Choice(label or turn.say("bcast.open_page"), url=target)), []
    found = classes.class_by_code(turn.tx, target, turn.now)
    if found is not None:
        return _joining(turn, label, found.id), []
    named = classes_meant(turn.tx, row.unit_path, target, turn.now, MOST_NAMED)
    if len(named) == 1:
        return _joining(turn, label, named[0].id), []
    return None, [Button(f"{one.title}（{one.code}）", f"bcast_joins:{row.id}:{one.id}") for one in named]


def _joining(turn: Turn, label: str, offering_id: int) -> Choice:
    return Choice(label or turn.say("bcast.join_class"), action=f"enrol:{offering_id}")
