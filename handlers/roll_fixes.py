"""A closed roll is corrected: who, to what, and why; the former entry stays."""

from __future__ import annotations

from handlers import other
from handlers.roll_screen import actor, member_of, own_session, show_roll
from handlers.routes import Routes, number, word
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from services.attending import roll
from services.enrolling.refusal import Refused

routes = Routes()
FIXES = ("present", "late", "excused", "absent")
REASONS = ("mistake", "note", "seen")


@routes.tap("roll_fix", number, number)
def fix(turn: Turn, session_id: int, enrolment_id: int) -> None:
    """A closed roll: what somebody's state should have been."""
    row = own_session(turn, session_id)
    member = member_of(turn, row, enrolment_id) if row else None
    if member is None:
        return
    turn.state.settle()
    turn.edit(
        turn.say("roll.fix", name=member.name, state=turn.say(f"roll.state.{member.state}")),
        *(
            (turn.button(f"roll.state.{state}", f"roll_to:{session_id}:{enrolment_id}:{state}"),)
            for state in FIXES
            if state != member.state
        ),
        courses=(row.code,),
    )


@routes.tap("roll_to", number, number, word)
def why(turn: Turn, session_id: int, enrolment_id: int, state: str) -> None:
    """A correction asks for its reason."""
    row = own_session(turn, session_id)
    member = member_of(turn, row, enrolment_id) if row else None
    if member is None or state not in FIXES:
        return
    turn.state.ask("roll.why", session=session_id, enrolment=enrolment_id, state=state)
    turn.edit(
        turn.say("roll.why", name=member.name, state=turn.say(f"roll.state.{state}")),
        *((turn.button(f"roll.reason.{reason}", f"roll_why:{reason}"),) for reason in REASONS),
        courses=(row.code,),
    )


@routes.tap("roll_why", word)
def because(turn: Turn, reason: str) -> None:
    """A reason by its button."""
    if turn.state.step == "roll.why" and reason in REASONS:
        _correct(turn, turn.say(f"roll.reason.{reason}"))
    else:
        other.stale(turn)


@routes.step("roll.why")
def reason_said(turn: Turn) -> bool:
    """A reason in the teacher's own words; a yes is none, and a no leaves the roll as it is."""
    if is_no(turn.text, "不改", "不改了"):
        show_roll(turn, int(turn.state.data["session"]), 0, "present")
    elif is_yes(turn.text):
        turn.keeps_choices = True
        turn.reply(turn.say("roll.say_why"))
    else:
        _correct(turn, turn.text)
    return True


def _correct(turn: Turn, reason: str) -> None:
    data = turn.state.data
    session_id, enrolment_id = int(data["session"]), int(data["enrolment"])
    row = own_session(turn, session_id)
    member = member_of(turn, row, enrolment_id) if row else None
    turn.state.settle()
    if member is None:
        return
    done = roll.note(
        turn.tx, turn.town, session_id, enrolment_id, str(data["state"]), way="correction",
        actor=actor(turn), reason=reason,
    )  # fmt: skip
    if isinstance(done, Refused):
        turn.reply(turn.say(f"roll.{done.code}"))
        return
    turn.edit(
        turn.say(
            "roll.corrected", name=member.name, state=turn.say(f"roll.state.{done.state}"), reason=reason
        ),
        (turn.button("roll.correct", f"roll:{session_id}:0"),),
        courses=(row.code,),
        lasting=True,
    )
