"""How one calls those for whom one acts: asked after their yes, and changed whenever one likes."""

import re

from handlers import family_asks, other
from handlers.family_words import GROWN
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from services import naming
from services.family import people
from services.family.acts import CALLS

routes = Routes()
LEAVES = ("不改", "不改了", "先不")


@routes.tap("fam_call", number)
def called(turn: Turn, at: int) -> None:
    """How one calls them, from the buttons."""
    if turn.state.step == "family.call" and at < len(CALLS):
        _call(turn, turn.say(CALLS[at]))
    else:
        other.stale(turn)


@routes.step("family.call")
def called_said(turn: Turn) -> bool:
    """How one calls them, in words."""
    name, _ = naming.said_name(turn.text)
    if is_no(turn.text, *LEAVES):
        turn.state.settle()
        turn.reply(turn.say("family.call_kept"), (turn.button("family.mine", "my_family"),))
    elif is_yes(turn.text) or len(name) > people.MOST_LABEL or not naming.fits(name):
        turn.keeps_choices = True
        turn.reply(turn.say("family.call_bad", most=people.MOST_LABEL))
    else:
        _call(turn, name)
    return True


@routes.tap("fam_called", number, number)
def called_at_once(turn: Turn, person_id: int, at: int) -> None:
    """The same on the message that tells of their yes; what was to be joined is gone on with."""
    if not _grown(turn, person_id) or at >= len(CALLS):
        other.stale(turn)
        return
    _called_first(turn, person_id, turn.say(CALLS[at]))


def called_meanwhile(turn: Turn) -> bool:
    """妈妈, typed where the code is awaited and she has tapped her yes; False for every other text."""
    said = turn.text.strip().rstrip("。.!！")
    plain = [turn.say(key) for key in CALLS]
    if not re.fullmatch(GROWN, said) and said not in plain:
        return False
    rights = turn.tx.all(people.GROWN, actor_id=turn.person.person_id)
    nameless = [right.subject_id for right in rights if not right.label]
    if len(nameless) != 1:
        return False
    _called_first(turn, nameless[0], said)
    return True


def _called_first(turn: Turn, person_id: int, label: str) -> None:
    offering_id = int(turn.state.data.get("id", 0)) if turn.state.step == "family.code" else 0
    turn.state.ask("family.call", person=person_id, id=offering_id, ids=[person_id])
    _call(turn, label)


@routes.tap("fam_rename", number)
def rename(turn: Turn, person_id: int) -> None:
    """Ask how one calls them, once more."""
    if _grown(turn, person_id):
        family_asks.ask_call(turn, turn.say("family.call_again"), person_id)
    else:
        other.stale(turn)


def _grown(turn: Turn, person_id: int) -> bool:
    known = people.learner(turn.tx, turn.person.person_id, person_id)
    return known is not None and known.kind == "grown"


def _call(turn: Turn, label: str) -> None:
    data, me = turn.state.data, turn.person.person_id
    subject = int(data["person"])
    people.set_label(turn.tx, me, subject, label)
    if data.get("ids"):
        family_asks.begin(turn, int(data.get("id", 0)), [int(one) for one in data["ids"]])
        return
    turn.state.settle()
    turn.reply(turn.say("family.called", name=label), (turn.button("family.mine", "my_family"),))
