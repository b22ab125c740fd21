"""我是…: a person says to which groups they belong, so that the right notices find them; or takes it back."""

from __future__ import annotations

from handlers.routes import Routes, word
from handlers.turn import Turn
from models.broadcasting import GROUPS
from services import consenting
from services.audience import groups
from services.audit import record
from services.message import Button

routes = Routes()


@routes.command("groups", "我是", "我的身份", "人群", "about me")
def shown(turn: Turn) -> None:
    """What one has said, and what one can say."""
    _show(turn, "")


@routes.tap("groups")
def shown_tapped(turn: Turn) -> None:
    """The same by a tap."""
    turn.state.settle()
    _show(turn, "")


@routes.tap("group_set", word)
def switched(turn: Turn, code: str) -> None:
    """Belong to a group, or no more."""
    if code not in GROUPS:
        return
    person_id, who = turn.person.person_id, f"person:{turn.person.person_id}"
    name = turn.say(f"person_group.{code}")
    if groups.withdraw(turn.tx, person_id, code):
        record(turn.tx, turn.now, who, "group_withdrawn", who, code)
        _show(turn, turn.say("groups.forgotten", group=name))
        return
    groups.declare(turn.tx, person_id, code, turn.now)
    record(turn.tx, turn.now, who, "group_declared", who, code)
    _show(turn, turn.say("groups.kept", group=name))


def _show(turn: Turn, done: str) -> None:
    turn.state.at("groups")
    own = groups.own_groups(turn.tx, turn.person.person_id)
    lines = [done] if done else []
    if own:
        named = turn.say("other.between").join(turn.say(f"person_group.{code}") for code in own)
        lines.append(turn.say("groups.own", groups=named))
    lines.append(turn.say("groups.ask"))
    buttons = [
        Button(
            turn.say("groups.not" if code in own else "groups.am", group=turn.say(f"person_group.{code}")),
            f"group_set:{code}",
        )
        for code in GROUPS
    ]
    rows: list[tuple[Button, ...]] = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    if own and not consenting.given(turn.tx, turn.person.person_id, "announcements"):
        lines.append(turn.say("groups.no_notices"))
        rows.append((turn.button("start.announce", "consent:announcements"),))
    turn.reply("\n".join(lines), *rows)
