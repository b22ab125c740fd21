"""申诉: somebody who is to be drawn later says why not, and the school's staff answer."""

from __future__ import annotations

from handlers import other
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import scope
from services.attending import standing
from services.merging import settings_of
from services.message import Button

routes = Routes()


@routes.command("appeal", "申诉", "我要申诉", "appeals")
def said(turn: Turn) -> None:
    """One's own appeal; for staff the appeals that wait for them."""
    turn.state.settle()
    units = scope.units_run(turn.tx, turn.person.person_id)
    mine = standing.own(turn.tx, turn.town, turn.person.person_id)
    if units and not mine:
        listed(turn)
    elif not mine:
        turn.reply(turn.say("standing.none"), (turn.button("enrol.mine", "my"),))
    else:
        begin(turn, mine[0].id)


@routes.tap("appeal", number)
def begin(turn: Turn, stratum_id: int) -> None:
    """Ask what happened."""
    rows = standing.own(turn.tx, turn.town, turn.person.person_id)
    row = next((one for one in rows if one.id == stratum_id), None)
    if row is None or row.state != "standing":
        _none_to_make(turn, row)
        return
    turn.state.ask("appeal", id=stratum_id)
    turn.reply(turn.say("standing.ask"), (turn.button("standing.send_plain", f"appeal_send:{stratum_id}"),))


@routes.tap("appeal_send", number)
def plain(turn: Turn, stratum_id: int) -> None:
    """Without a word."""
    _send(turn, stratum_id, "")


@routes.step("appeal")
def words(turn: Turn) -> bool:
    """In one's own words; a no leaves it."""
    if is_no(turn.text, "不申诉", "不申诉了"):
        turn.state.settle()
        turn.reply(turn.say("other.settled"), (turn.button("enrol.mine", "my"),))
        return True
    if is_yes(turn.text):
        turn.keeps_choices = True
        turn.reply(turn.say("standing.ask"))
        return True
    if other.is_courtesy(turn):  # there is one appeal, and it would be wasted
        return False
    _send(turn, int(turn.state.data["id"]), turn.text)
    return True


def _send(turn: Turn, stratum_id: int, text: str) -> None:
    if turn.state.step == "appeal":
        turn.state.settle()
    told = standing.appeal(turn.tx, turn.town, turn.person.person_id, stratum_id, text)
    if told is None:
        rows = standing.own(turn.tx, turn.town, turn.person.person_id)
        _none_to_make(turn, next((one for one in rows if one.id == stratum_id), None))
        return
    turn.state.settle()
    key = "standing.sent" if told else "standing.sent_phone"
    turn.reply(turn.say(key), (turn.button("enrol.mine", "my"),), lasting=True)


def _none_to_make(turn: Turn, row: Row) -> None:
    """It was made before, was answered, or there is nothing against which to appeal."""
    key = {"appealed": "standing.waiting", "upheld": "standing.upheld"}.get(row.state if row else "")
    other.stale(turn, turn.say(key or "standing.none"), turn.button("enrol.mine", "my"))


@routes.tap("appeal_yes", number)
def accepted(turn: Turn, stratum_id: int) -> None:
    """Staff agree."""
    _decide(turn, stratum_id, accepted=True)


@routes.tap("appeal_no", number)
def declined(turn: Turn, stratum_id: int) -> None:
    """Staff leave it as it is."""
    _decide(turn, stratum_id, accepted=False)


def _decide(turn: Turn, stratum_id: int, *, accepted: bool) -> None:
    row = standing.stratum(turn.tx, stratum_id)
    if row is None or row.unit_id not in scope.units_run(turn.tx, turn.person.person_id):
        other.stale(turn, turn.say("standing.no_role"))
        return
    actor = f"person:{turn.person.person_id}"
    done = standing.decide(turn.tx, turn.town, stratum_id, accepted=accepted, actor=actor)
    key = (
        ("standing.decided_yes" if accepted else "standing.decided_no") if done else "standing.decided_before"
    )
    turn.reply(turn.say(key), lasting=True)


def listed(turn: Turn) -> None:
    """The appeals that wait for this person's answer."""
    rows = standing.appeals(turn.tx, scope.units_run(turn.tx, turn.person.person_id))[: turn.page]
    if not rows:
        turn.reply(turn.say("standing.list_none"))
        return
    lines, buttons = [turn.say("standing.list")], []
    for n, row in enumerate(rows, 1):
        words = row.appeal or turn.say("standing.no_words")
        lines.append(
            turn.say("standing.item", n=n, name=settings_of(turn.tx, row.person_id).name, words=words)
        )
        buttons.append(
            (
                Button(turn.say("standing.choose_yes", n=n), f"appeal_yes:{row.id}"),
                Button(turn.say("standing.choose_no", n=n), f"appeal_no:{row.id}"),
            )
        )
    turn.reply("\n".join(lines), *buttons)
