"""Composing a broadcast: the words and the time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, update

from handlers import broadcast_audience, broadcast_buttons
from handlers.broadcast_draft import (
    as_draft,
    drop,
    keep,
    own_draft,
    preview,
    review,
    says_now,
    submitted,
    tell_refused,
)
from handlers.routes import Routes, number, word
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.broadcasting import REPEATS, broadcast
from models.statement import Row, Statement
from services.audience import Atom
from services.broadcasting import acts, composing, rows
from services.broadcasting.when import how_often, read_time, several_days
from services.message import Button
from services.phrases.when import say_moment
from services.scope import unit_by_id

routes = Routes()
routes.include(broadcast_audience.routes)
routes.include(broadcast_buttons.routes)

ONCE_WORDS = ("一次", "不重复", "不用再", "不再", "once")

SET_START = Statement(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"), broadcast.c.state == "draft")
    .values(starts_at=bindparam("at", type_=broadcast.c.starts_at.type))
)


def ask_text(turn: Turn, unit_id: int, draft_id: int = 0, whom: str = "") -> None:
    """What shall be said? For `whom` was said already, or is asked afterwards."""
    turn.state.ask("bcast.text", unit=unit_id, bcast=draft_id, **({"whom": whom} if whom else {}))
    turn.reply(
        turn.say("bcast.ask_text", most=composing.MOST_TEXT), (turn.button("bcast.drop", "bcast_drop:0"),)
    )


@routes.step("bcast.text")
def text_said(turn: Turn) -> bool:
    """The words of the broadcast."""
    data = turn.state.data
    leaves = is_no(turn.text, turn.say("bcast.drop"), "不写了", "不发")
    if data.get("bcast"):
        row = own_draft(turn, int(data["bcast"]))
        if row is not None and (leaves or keep(turn, row, text=turn.text)):
            review(turn, row.id)
        return True
    if leaves:  # which nobody writes to everybody
        drop(turn, 0)
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
    broadcast_audience.ask(turn, made, new=True, meant=str(data.get("whom", "")))
    return True


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


@routes.tap("bcast_urgent", number)
def ask_urgent(turn: Turn, draft_id: int) -> None:
    """What wakes people is asked once more."""
    row = own_draft(turn, draft_id)
    if row is not None:
        turn.state.ask("bcast.urgent", bcast=row.id)
        turn.reply(
            turn.say("bcast.urgent_sure"),
            (turn.button("bcast.urgent_yes", f"bcast_wakes:{draft_id}"),),
            (turn.button("bcast.calm", f"bcast_review:{draft_id}"),),
        )


@routes.step("bcast.urgent")
def urgent_said(turn: Turn) -> bool:
    """A yes or a no in words; anything else, sending above all, has to wait for one of them."""
    draft_id = int(turn.state.data["bcast"])
    if is_yes(turn.text, "确定", turn.say("bcast.urgent"), turn.say("bcast.urgent_yes")):
        marked_urgent(turn, draft_id)
    elif is_no(turn.text, turn.say("bcast.calm")):
        review(turn, draft_id)
    else:
        return False
    return True


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
    if says_now(turn):
        sent(turn, row.id, 0)
    elif is_no(turn.text):
        review(turn, row.id)
    elif at is None or at <= turn.now:
        tell_unclear(turn)
    else:
        set_time(turn, row, at)
    return True


def tell_unclear(turn: Turn) -> None:
    """That no time could be read, or more days than one broadcast can have."""
    turn.keeps_choices = True
    turn.reply(turn.say("bcast.one_day" if several_days(turn.text) else "bcast.time_unclear"))


def set_time(turn: Turn, row: Row, at: datetime) -> None:
    """Keep a time that lies ahead; ask whether it repeats, unless that was said with it."""
    if not keep_time(turn, row, at):
        return
    if row.urgent:  # which is sent once
        submitted(turn, rows.one(turn.tx, row.id), again=False)
    elif often := how_often(turn.text):
        repeated(turn, row.id, often)
    else:
        _ask_repeat(turn, row, say_moment(at, turn.lang, turn.now, turn.town.zone))


def keep_time(turn: Turn, row: Row, at: datetime) -> bool:
    """Take a time into the draft; False when it is too far ahead, and told."""
    if at > turn.now + acts.FARTHEST:
        turn.keeps_choices = True
        turn.reply(turn.say("broadcast.refused.bad_time", days=acts.FARTHEST.days))
        return False
    turn.tx.run(SET_START, which=row.id, at=at)
    return True


def _ask_repeat(turn: Turn, row: Row, moment: str) -> None:
    turn.state.ask("bcast.repeat", bcast=row.id)
    buttons = [
        turn.button(f"bcast.repeat.{name or 'once'}", f"bcast_rep:{row.id}:{name or 'once'}")
        for name in REPEATS
    ]
    turn.reply(turn.say("bcast.ask_repeat", when=moment), *((one,) for one in buttons), _back(turn, row.id))


def _back(turn: Turn, draft_id: int) -> tuple[Button, ...]:
    return (turn.button("bcast.go_on", f"bcast_review:{draft_id}"),)


@routes.step("bcast.repeat")
def repeat_said(turn: Turn) -> bool:
    """Once, or how often, in words."""
    row = own_draft(turn, int(turn.state.data["bcast"]))
    said = turn.text.strip().lower()
    if row is None:
        return True
    if often := how_often(said):
        repeated(turn, row.id, often)
        return True
    if is_no(said) or any(word in said for word in ONCE_WORDS):
        repeated(turn, row.id, "once")
        return True
    return False


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
    """Now, whatever time was set before."""
    row = own_draft(turn, draft_id)
    if row is None:
        return
    if row.starts_at is not None:
        turn.tx.run(SET_START, which=row.id, at=None)
        composing.change(turn.tx, row.id, as_draft(row, repeat=""))
        row = rows.one(turn.tx, row.id)
    submitted(turn, row, again=bool(again))


@routes.tap("bcast_timed", number, number)
def sent_in_time(turn: Turn, draft_id: int, again: int) -> None:
    """At the time that was set."""
    row = own_draft(turn, draft_id)
    if row is not None:
        submitted(turn, row, again=bool(again))


@routes.tap("bcast_drop", number)
def dropped(turn: Turn, draft_id: int) -> None:
    """Not at all."""
    drop(turn, draft_id)
