"""记错了: what was noted last at the desk is taken back, with a reason; the former entry stays."""

from __future__ import annotations

from handlers import fees, other
from handlers.fee_words import yuan
from handlers.routes import Routes, number, word
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from services.running import fees as accounts

routes = Routes()
REASONS = ("person", "amount", "not_paid")
LEAVES = ("不撤", "不撤了", "没记错", "先不")


@routes.tap("fee_wrong", number)
def wrong(turn: Turn, enrolment_id: int) -> None:
    """Which entry it is, and why it is wrong."""
    held = fees.held(turn, enrolment_id)
    if held is None:
        return
    row, account = held
    last = account.last
    if last is None:
        fees.one(turn, enrolment_id)
        return
    turn.state.ask("fees.wrong", enrolment=enrolment_id, entry=last.id)
    turn.reply(
        turn.say(
            "fees.why_wrong", name=account.name,
            entry=turn.say(f"fees.entry_{last.kind}", fee=yuan(turn, abs(last.fen))),
        ),
        *((turn.button(f"fees.wrong_{reason}", f"fee_why:{reason}"),) for reason in REASONS),
        (turn.button("fees.not_wrong", f"fee_of:{enrolment_id}"),),
        courses=(row.code,),
    )  # fmt: skip


@routes.tap("fee_why", word)
def because(turn: Turn, reason: str) -> None:
    """A reason by its button."""
    if turn.state.step == "fees.wrong" and reason in REASONS:
        _take_back(turn, turn.say(f"fees.wrong_{reason}"))
    else:
        other.stale(turn)


@routes.step("fees.wrong")
def reason_said(turn: Turn) -> bool:
    """A reason in one's own words; a no leaves everything as it is, a yes is no reason."""
    if is_no(turn.text, *LEAVES):
        fees.one(turn, int(turn.state.data["enrolment"]))
    elif is_yes(turn.text) or len(turn.text.strip()) < 2:
        turn.keeps_choices = True
        turn.reply(turn.say("fees.say_why"))
    else:
        _take_back(turn, turn.text)
    return True


def _take_back(turn: Turn, reason: str) -> None:
    data = turn.state.data
    enrolment_id, entry_id = int(data["enrolment"]), int(data["entry"])
    held = fees.held(turn, enrolment_id)
    if held is not None:
        actor = f"person:{turn.person.person_id}"
        done = accounts.take_back(turn.tx, turn.town, enrolment_id, entry_id, reason, actor=actor)
        fees.told(turn, held[0], done, "fees.taken_back")
