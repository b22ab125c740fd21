"""Composing a broadcast: the words, the buttons, the time."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from handlers import broadcast_audience
from handlers.broadcast_draft import as_draft, keep, own_draft, preview, review, submitted, tell_refused
from handlers.routes import Routes, number, word
from handlers.turn import Turn
from models.broadcasting import REPEATS, broadcast
from models.statement import Row, Statement
from services import classes
from services.audience import Atom
from services.broadcasting import acts, composing, rows
from services.broadcasting.when import read_time
from services.broadcasting.wording import MOST_BUTTONS, Choice
from services.phrases.when import say_moment
from services.scope import unit_by_id

routes = Routes()
routes.include(broadcast_audience.routes)

SET_START = Statement(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"), broadcast.c.state == "draft")
    .values(starts_at=bindparam("at", type_=broadcast.c.starts_at.type))
)


def ask_text(turn: Turn, unit_id: int, draft_id: int = 0) -> None:
    """What shall be said?"""
    turn.state.ask("bcast.text", unit=unit_id, bcast=draft_id)
    turn.reply(
        turn.say("bcast.ask_text", most=composing.MOST_TEXT), (turn.button("bcast.drop", "bcast_drop:0"),)
    )


@routes.step("bcast.text")
def text_said(turn: Turn) -> bool:
    """The words of the broadcast."""
    data = turn.state.data
    if data.get("bcast"):
        row = own_draft(turn, int(data["bcast"]))
        if row is not None and keep(turn, row, text=turn.text):
            review(turn, row.id)
        return True
    unit = unit_by_id(turn.tx, int(data["unit"]))
    draft = composing.Draft(
        unit.id, turn.person.person_id, turn.text, Atom("unit", unit.code), account_id=turn.person.account_id
    )
    refused = composing.fault(turn.tx, draft)
    if refused is not None:
        tell_refused(turn, refused)
        return True
    made = composing.create(turn.tx, turn.town, draft)
    broadcast_audience.ask(turn, made)
    return True


@routes.step("bcast")
def nothing_to_say(turn: Turn) -> bool:
    """On the screen from which it is sent one chooses; other words are no answer."""
    return False


@routes.tap("bcast_text", number)
def again_text(turn: Turn, draft_id: int) -> None:
    """Other words."""
    row = own_draft(turn, draft_id)
    if row is not None:
        ask_text(turn, row.unit_id, row.id)


@routes.tap("bcast_review", number)
def reviewed(turn: Turn, draft_id: int) -> None:
    """Back to the screen from which it is sent."""
    review(turn, draft_id)


@routes.tap("bcast_test", number)
def test_to_oneself(turn: Turn, draft_id: int) -> None:
    """The message alone, as it arrives."""
    row = own_draft(turn, draft_id)
    if row is not None:
        preview(turn, row)
        turn.reply(turn.say("bcast.tested"), (turn.button("bcast.go_on", f"bcast_review:{draft_id}"),))


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
    """A class's code (then the button says 报名这门课), or a label and an address."""
    row = own_draft(turn, int(turn.state.data["bcast"]))
    if row is None:
        return True
    choice = _choice(turn, turn.text.strip())
    if choice is None:
        turn.keeps_choices = True
        turn.reply(turn.say("bcast.button_unclear"))
    elif keep(turn, row, choices=(*composing.choices_of(row), choice)):
        review(turn, row.id)
    return True


def _choice(turn: Turn, said: str) -> Choice | None:
    label, _, target = said.rpartition(" ")
    if target.startswith(("https://", "http://")):
        return Choice(label.strip() or turn.say("bcast.open_page"), url=target)
    found = classes.class_by_code(turn.tx, target, turn.now)
    if found is None:
        return None
    return Choice(label.strip() or turn.say("bcast.join_class"), action=f"enrol:{found.id}")


@routes.tap("bcast_nobtn", number)
def no_buttons(turn: Turn, draft_id: int) -> None:
    """Without buttons."""
    row = own_draft(turn, draft_id)
    if row is not None and keep(turn, row, choices=()):
        review(turn, draft_id)


@routes.tap("bcast_urgent", number)
def ask_urgent(turn: Turn, draft_id: int) -> None:
    """What wakes people is asked once more."""
    row = own_draft(turn, draft_id)
    if row is not None:
        turn.reply(
            turn.say("bcast.urgent_sure"),
            (turn.button("bcast.urgent_yes", f"bcast_wakes:{draft_id}"),),
            (turn.button("bcast.calm", f"bcast_review:{draft_id}"),),
        )


@routes.tap("bcast_wakes", number)
def marked_urgent(turn: Turn, draft_id: int) -> None:
    """It waits for no quiet hours."""
    row = own_draft(turn, draft_id)
    if row is not None and keep(turn, row, urgent=True, repeat=""):
        review(turn, draft_id)


@routes.tap("bcast_calm", number)
def calmed(turn: Turn, draft_id: int) -> None:
    """It does wait for them."""
    row = own_draft(turn, draft_id)
    if row is not None and keep(turn, row, urgent=False):
        review(turn, draft_id)


@routes.tap("bcast_at", number)
def ask_time(turn: Turn, draft_id: int) -> None:
    """When?"""
    row = own_draft(turn, draft_id)
    if row is not None:
        turn.state.ask("bcast.time", bcast=row.id)
        turn.reply(turn.say("bcast.ask_time"), (turn.button("bcast.go_on", f"bcast_review:{draft_id}"),))


@routes.step("bcast.time")
def time_said(turn: Turn) -> bool:
    """The time; then whether it repeats."""
    row = own_draft(turn, int(turn.state.data["bcast"]))
    if row is None:
        return True
    at = read_time(turn.text, turn.now, turn.town.zone)
    if at is None or at <= turn.now:
        turn.keeps_choices = True
        turn.reply(turn.say("bcast.time_unclear"))
        return True
    if at > turn.now + acts.FARTHEST:
        turn.keeps_choices = True
        turn.reply(turn.say("broadcast.refused.bad_time", days=acts.FARTHEST.days))
        return True
    turn.tx.run(SET_START, which=row.id, at=at)
    if row.urgent:  # which is sent once
        submitted(turn, rows.one(turn.tx, row.id), again=False)
        return True
    _ask_repeat(turn, row, say_moment(at, turn.lang, turn.now, turn.town.zone))
    return True


def _ask_repeat(turn: Turn, row: Row, moment: str) -> None:
    turn.state.ask("bcast", bcast=row.id)
    buttons = [
        turn.button(f"bcast.repeat.{name or 'once'}", f"bcast_rep:{row.id}:{name or 'once'}")
        for name in REPEATS
    ]
    turn.reply(turn.say("bcast.ask_repeat", when=moment), *((one,) for one in buttons))


@routes.tap("bcast_rep", number, word)
def repeated(turn: Turn, draft_id: int, repeat: str) -> None:
    """Once, or again and again; then it is on its way."""
    row = own_draft(turn, draft_id)
    chosen = "" if repeat == "once" else repeat
    if row is None or row.starts_at is None or chosen not in REPEATS:
        return
    composing.change(turn.tx, row.id, as_draft(row, repeat=chosen))
    submitted(turn, row, again=False)


@routes.tap("bcast_go", number, number)
def sent(turn: Turn, draft_id: int, again: int) -> None:
    """Now."""
    row = own_draft(turn, draft_id)
    if row is not None:
        submitted(turn, row, again=bool(again))


@routes.tap("bcast_drop", number)
def dropped(turn: Turn, draft_id: int) -> None:
    """Not at all."""
    turn.state.settle()
    if draft_id and (row := own_draft(turn, draft_id)) is not None:
        acts.stop(turn.tx, turn.town, row.id, by=f"person:{turn.person.person_id}")
    elif draft_id:
        return
    turn.reply(turn.say("bcast.dropped"), (turn.button("bcast.list", "bcasts"),))
