"""柜台: a member of staff notes that somebody who stands there lets another enrol them."""

from handlers.family_grown import digits_of, found_by
from handlers.routes import Routes
from handlers.turn import Turn
from handlers.yes_no import is_no
from services import naming
from services.family import acts, codes, people
from services.family.desk import DeskRefusal, allow_by_staff
from services.paper.clerks import clerk

routes = Routes()


@routes.command("desk", "柜台同意", "柜台代报", "当面同意", "a yes at the desk")
def said(turn: Turn) -> None:
    """Ask for the code on the phone of whoever will act."""
    turn.state.settle()
    if clerk(turn.tx, turn.person.person_id) is None:
        turn.reply(turn.say("paper.not_staff"), (turn.button("family.enrol", "family:0"),))
        return
    turn.state.ask("desk.code")
    turn.reply(turn.say("desk.ask_code"))


@routes.step("desk.code")
def code_said(turn: Turn) -> bool:
    """The code; then the name of whoever said yes."""
    digits = digits_of(turn.text)
    if len(digits) < 4:
        return False
    found = found_by(turn, digits, "ask")
    if found is None:
        return True
    if not codes.use(turn.tx, turn.town, found):
        turn.reply(turn.say("family.code_wrong"))
        return True
    turn.state.ask("desk.name", person=found.person_id)
    turn.reply(turn.say("desk.ask_name"))
    return True


@routes.step("desk.name")
def name_said(turn: Turn) -> bool:
    """The name alone is kept, and the one who will act is told."""
    if is_no(turn.text, "不办了"):
        turn.state.settle()
        turn.reply(turn.say("paper.stopped"))
        return True
    staff = clerk(turn.tx, turn.person.person_id)
    name, _ = naming.said_name(turn.text)
    actor_id = int(turn.state.data["person"])
    if staff is None:
        turn.state.settle()
        turn.reply(turn.say("paper.not_staff"))
        return True
    came = allow_by_staff(
        turn.tx, turn.town, actor_id=actor_id, unit_id=staff.unit_id, name=name,
        by=f"person:{turn.person.person_id}",
    )  # fmt: skip
    if isinstance(came, DeskRefusal):
        turn.reply(turn.say("desk.name_bad"))
        return True
    turn.state.settle()
    acts.tell_actor(turn.tx, turn.town, actor_id, came.name)
    actor = people.name_of(turn.tx, actor_id) or turn.say("family.somebody")
    turn.reply(turn.say("desk.done", name=came.name, actor=actor), lasting=True)
    return True
