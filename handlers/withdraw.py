"""Leaving a class, with one confirmation."""

import re

from handlers import card, enrol, family_said, other
from handlers.enrol_asks import asking
from handlers.fee_words import with_fee
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import titles
from handlers.yes_no import is_no, is_yes
from services import classes
from services.class_calendar import calendar_document, times_left
from services.enrolling import gates, seats
from services.message import Button

routes = Routes()
# 退课, 退班, 不学了: said of a class that one is in
_CLASS = re.compile(r"[课班学上]|class|course", re.IGNORECASE)


@routes.tap("withdraw", number)
def ask(turn: Turn, offering_id: int) -> None:
    """Ask once."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        card.gone(turn)
        return
    mine = seats.living(turn.tx, turn.person.person_id, offering_id)
    if mine is None:
        turn.reply(turn.say("withdraw.not_in", title=row.title), courses=(row.code,))
        return
    turn.state.ask("withdraw", id=offering_id)
    key = "withdraw.sure_waiting" if mine.state == "waiting" else "withdraw.sure_enrolled"
    turn.reply(
        with_fee(turn, turn.say(key, title=row.title), row, mine),
        (
            turn.button("withdraw.yes", f"withdraw_ok:{row.id}"),
            turn.button("withdraw.no", f"withdraw_no:{row.id}"),
        ),
        courses=(row.code,),
    )


@routes.step("withdraw")
def said(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "退", "退掉", "退出", "退课", "确认退", "确认退出", "不去了"):
        confirmed(turn, int(turn.state.data["id"]))
    elif is_no(turn.text, "不退", "不退了", "先不退", "不想退", "别退", "留着", "去"):
        kept(turn, int(turn.state.data["id"]))
    else:
        return False
    return True


@routes.tap("withdraw_ok", number)
def confirmed(turn: Turn, offering_id: int) -> None:
    """Leave; the seat goes to whoever waits first. A button of long ago asks again."""
    if turn.state.step != "withdraw" or turn.state.data.get("id") != offering_id:
        ask(turn, offering_id)
        return
    turn.state.settle()
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        card.gone(turn)
        return
    mine = seats.living(turn.tx, turn.person.person_id, offering_id)
    actor = f"person:{turn.person.person_id}"
    if mine is None or not seats.leave(turn.tx, turn.town, mine, why="self", actor=actor):
        turn.reply(turn.say("withdraw.not_in", title=row.title), courses=(row.code,))
        return
    text, document = with_fee(turn, turn.say("withdraw.done", title=row.title), row, mine, left=True), None
    if mine.state == "enrolled" and row.next_start is not None:  # whoever waited has no calendar to put right
        text = f"{text}\n{turn.say('withdraw.calendar')}"
        departures = times_left(turn.tx, turn.person.person_id, row.id)
        document = calendar_document(turn.tx, turn.town, row.id, turn.lang, departures=departures, left=True)
    turn.reply(
        text,
        (turn.button("enrol.mine", "my"), turn.button("step.similar", f"similar:{row.id}")),
        courses=(row.code,),
        document=document,
        lasting=True,
    )


@routes.tap("withdraw_no", number)
def kept(turn: Turn, offering_id: int) -> None:
    """Stay."""
    steps = ("withdraw",) if turn.state.data.get("id") == offering_id else ()
    if other.past(turn, *steps):
        return
    turn.state.settle()
    turn.reply(turn.say("withdraw.kept"), (turn.button("enrol.mine", "my"),))


@routes.command("withdraw", "退课", "退班", "退出", "取消报名", "不上了")
def which(turn: Turn) -> None:
    """Ask which of the own classes, or about the only one; while enrolling, 退出 ends just that."""
    if asking(turn) and not _CLASS.search(turn.text):
        enrol.stop(turn)
        return
    living = turn.tx.all(gates.LIVING_ROWS, person_id=turn.person.person_id, now=turn.now)
    ids = [row.offering_id for row in living]
    if not ids and (theirs := family_said.anybody(turn)):
        family_said.leave(turn, theirs)
    elif not ids:
        turn.reply(turn.say("withdraw.none"), (turn.button("start.browse", "browse"),))
    elif turn.state.focus in ids or len(ids) == 1:
        ask(turn, turn.state.focus if turn.state.focus in ids else ids[0])
    else:
        rows = classes.some_classes(turn.tx, ids, turn.now)
        turn.state.ask("which", ids=ids, act="withdraw")
        turn.reply(
            turn.say("withdraw.which"),
            *(
                (Button(title, f"withdraw:{row.id}"),)
                for row, title in zip(rows, titles(turn, rows), strict=True)
            ),
            courses=tuple(row.code for row in rows),
        )


@routes.intent("withdraw")
def meant(turn: Turn) -> None:
    """The same in other words; 帮老大退课 is not one's own class."""
    if theirs := family_said.named(turn):
        family_said.leave(turn, theirs)
    else:
        which(turn)
