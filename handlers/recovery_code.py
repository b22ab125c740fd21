"""A new 取回码 for somebody who has lost the one that came with the first enrolment."""

from handlers import other
from handlers.routes import Routes
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from services import recovery

routes = Routes()
STEP = "recovery.renew"


@routes.command(
    "newcode", "换取回码", "换一个取回码", "换一个新取回码", "换新取回码", "新取回码", "新的取回码",
    "重新给我一个取回码", "补一个取回码", "取回码丢了", "取回码忘了", "取回码不见了", "取回码找不到了",
    "忘了取回码", "new recovery code", "get a new recovery code", "i lost my recovery code",
)  # fmt: skip
def ask(turn: Turn) -> None:
    """Ask once, as what was written down is void afterwards."""
    if turn.person.platform != "web":
        turn.reply(turn.say("recovery.elsewhere"))
    elif not recovery.has_code(turn.tx, turn.person.person_id):
        turn.reply(turn.say("recovery.none"), (turn.button("start.browse", "browse"),))
    else:
        turn.state.ask(STEP)
        turn.reply(
            turn.say("recovery.sure"),
            (turn.button("recovery.yes", "recovery_ok"), turn.button("recovery.no", "recovery_no")),
        )


@routes.tap("recovery")
def tapped(turn: Turn) -> None:
    """The same by a tap."""
    ask(turn)


@routes.step(STEP)
def said(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "换", "换吧", "换一个"):
        renew(turn)
    elif is_no(turn.text, "不换", "不换了"):
        keep(turn)
    else:
        return False
    return True


@routes.tap("recovery_ok")
def renew(turn: Turn) -> None:
    """Make the new one and show it; a button of long ago asks again."""
    if turn.state.step != STEP:
        ask(turn)
        return
    turn.state.settle()
    code = recovery.renewed(turn.tx, turn.town, turn.person.person_id)
    shown = turn.say("enrol.recovery", code=code)
    turn.reply(f"{turn.say('recovery.void')}\n{shown}", lasting=True)


@routes.tap("recovery_no")
def keep(turn: Turn) -> None:
    """Leave it as it is."""
    if other.past(turn, STEP):
        return
    turn.state.settle()
    turn.reply(turn.say("recovery.kept"), (turn.button("enrol.mine", "my"),))
