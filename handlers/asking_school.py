"""Questions that a class's data may not answer: 能退费吗, 要带什么, 发证书吗, 在几楼, 候补要等多久.

What the description tells is told; what it does not is said plainly, with the school to turn to.
"""

from __future__ import annotations

from handlers.turn import Turn
from handlers.wordings import place_words
from models.statement import Row
from services import classes
from services.enrolling import seats
from services.regex import regex

# what a description says of each, in one of its clauses
_TOLD = {
    "trial": regex("试听|试课|体验|旁听"),
    "refund": regex("退费|退款|退钱|押金"),
    "homework": regex("作业|练习|每天.{0,4}[页张遍]"),
    "certificate": regex("证"),
    "guarantee": regex("学会|教会|包会|手把手|慢慢教"),
    "bring": regex("自带|自备|带上|备着|备好|备齐|空手|材料|工具|笔墨|提供|一人一"),
    "floor": regex("[一二三四五六七八九十0-9]+[楼层室]"),
    "transit": regex("公交|地铁|车站|停车"),
}
_CLAUSE = regex("[。；;！!\n]")
# what is asked of where it is
OF_A_PLACE = frozenset({"floor", "transit"})
ASKED = frozenset({*_TOLD, "wait"})
# what some of the classes shown may have: asked of a list it narrows that
_NARROWING = frozenset({"certificate", "guarantee"})


def words(turn: Turn, row: Row, asked: str) -> str:
    """What is known of a class, and whom to ask about the rest."""
    if asked == "wait":
        return _wait(turn, row)
    if asked in OF_A_PLACE and row.online:
        return turn.say("card.online")
    lines = [turn.say("card.where", where=place_words(turn, row))] if asked in OF_A_PLACE else []
    told = [clause for clause in _CLAUSE.split(str(row.description)) if _TOLD[asked].search(clause)]
    if told:
        lines.append(turn.say("ask.described", words="；".join(clause.strip() for clause in told)))
    if asked == "refund" and row.fee_fen == 0:
        lines.append(turn.say("ask.refund_free"))
    elif not told or asked in ("refund", "bring"):
        lines.append(turn.say(f"ask.untold_{asked}"))
    return "\n".join(lines)


def _wait(turn: Turn, row: Row) -> str:
    """How long the line is, and how it moves."""
    place = seats.standing(turn.tx, turn.person.person_id, row.id)
    if place.id is not None and place.state == "waiting":
        return turn.say("ask.wait_own", position=seats.position(turn.tx, row.id, place.id))
    if classes.seats_left(row) != 0:
        return turn.say("ask.wait_none")
    return turn.say("ask.wait", position=seats.waiting_count(turn.tx, row.id) + 1)


def in_general(turn: Turn, asked: str, *, searching: bool) -> bool:
    """Answer without any class in hand; False where a search may mean it as a condition."""
    if asked in OF_A_PLACE or (searching and asked in _NARROWING):
        return False
    turn.keeps_choices = True
    key = f"ask.any_{asked}" if asked in ("refund", "wait") else "ask.any"
    turn.reply(turn.say(key), (turn.button("step.phone", "phone:0"),))
    return True
