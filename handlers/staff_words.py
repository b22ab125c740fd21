"""What is said with a code: 考勤 SF01, 换班 SF01, 缴费 SF01, 代报 SF01, 为什么 SF01, 报名安排 SF01 抽签."""

from __future__ import annotations

import re
from collections.abc import Callable

from handlers import changes, fees, paper, why, window_set
from handlers.roll_screen import show_roll
from handlers.turn import Turn
from models.statement import Row
from services import classes, scope
from services.regex import regex

_SAID = regex(
    r"(考勤|点名|换班|缴费|收费|代报|报名安排|报名方式|为什么|roll|change|fees|window|why)"
    r"[:： ]*([A-Za-z0-9_\-]{2,64})(?:[,，:： ]+(\S.{0,199}))?",
    re.IGNORECASE | re.DOTALL,
)
# 代报 太极拳: a list for a class that is still to be found
_LIST = regex(r"代报[:： ]*([^A-Za-z0-9:： ].{1,40})")


def typed(turn: Turn, said: str) -> bool:
    """Such a text by somebody who may do it; False for every other text."""
    found = _SAID.fullmatch(said)
    if found is None:
        listed = _LIST.fullmatch(said)
        return listed is not None and paper.for_whom(turn, listed[1])
    word, more = found[1].lower(), found[3] or ""
    if word in _WINDOW:
        return window_set.typed(turn, found[2], more)
    if more and word not in _WHY:
        return False
    row = classes.class_by_code(turn.tx, found[2], turn.now)
    if row is None:
        row = classes.class_by_code(turn.tx, found[2].upper(), turn.now)
    if word == "代报":
        if row is None:
            return paper.for_whom(turn, found[2])
        paper.begin(turn, row.id)
        return True
    if word in _WHY:
        return row is not None and why.typed(turn, row, more)
    roles = scope.TEACHING if word in _ROLL else scope.EDITING
    if row is None or not scope.acts_for(turn.tx, turn.person.person_id, roles, row.id):
        return False
    turn.state.settle()
    _ACTS[word](turn, row)
    return True


def _roll(turn: Turn, row: Row) -> None:
    """The roll of the session nearest to now that has begun, or of the next."""
    planned = [one for one in classes.sessions_of(turn.tx, row.id) if one.state == "planned"]
    begun = [one for one in planned if one.starts_at <= turn.now]
    if not planned:
        turn.reply(turn.say("roll.none"), courses=(row.code,))
        return
    show_roll(turn, (begun[-1] if begun else planned[0]).id, 0, "present")


def _change(turn: Turn, row: Row) -> None:
    changes.names(turn, row.id)


def _fees(turn: Turn, row: Row) -> None:
    fees.of_class(turn, row.id, 0)


_WINDOW = frozenset({"报名安排", "报名方式", "window"})
_WHY = frozenset({"为什么", "why"})
_ROLL = frozenset({"考勤", "点名", "roll"})
_ACTS: dict[str, Callable[[Turn, Row], None]] = {
    **dict.fromkeys(_ROLL, _roll),
    **dict.fromkeys(("换班", "change"), _change),
    **dict.fromkeys(("缴费", "收费", "fees"), _fees),
}
