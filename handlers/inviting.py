"""邀请同事: an owner makes a link for a colleague, who opens it, says yes once, and has the role."""

from __future__ import annotations

import re

from handlers import other
from handlers.routes import Routes, action, number, word
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.people import ROLES
from models.statement import Row
from services import inviting, scope
from services.message import Button
from services.phrases.when import say_day

routes = Routes()
_SAID = re.compile(
    r"^(?:邀请同事|邀请老师|请同事|invite(?: a)? colleague)[\s:：]*(?P<code>[A-Za-z0-9_-]{0,64})$", re.I
)


def asked(turn: Turn, text: str) -> bool:
    """Answer 邀请同事 and 邀请同事 CODE of an owner; False for every other text."""
    found = _SAID.match(text.strip())
    if found is None:
        return False
    own = scope.own_units(turn.tx, turn.person.person_id, scope.OWNING)
    if not own:
        turn.reply(turn.say("invite.no_role"))
        return True
    if found["code"]:
        unit = scope.unit_by_code(turn.tx, found["code"])
        if unit is None or not scope.covers(own, unit.path):
            turn.reply(turn.say("invite.no_unit"))
            return True
        _role(turn, unit)
    elif len(own) == 1:
        _role(turn, own[0])
    else:
        turn.reply(
            turn.say("invite.which_unit"), *((Button(row.name, action("invite_to", row.id)),) for row in own)
        )
    return True


@routes.tap("invite_to", number)
def to_unit(turn: Turn, unit_id: int) -> None:
    """To one of the own units."""
    unit = _own(turn, unit_id)
    if unit is not None:
        _role(turn, unit)


def _role(turn: Turn, unit: Row) -> None:
    turn.reply(
        turn.say("invite.which_role", unit=unit.name),
        *(
            (turn.button(f"invite.as_{role}", action("invite", unit.id, role)),)
            for role in ROLES
        ),
        (turn.button("invite.list", "invites"),),
    )  # fmt: skip


@routes.tap("invite", number, word)
def invite(turn: Turn, unit_id: int, role: str) -> None:
    """Make the link, to be passed on."""
    unit = _own(turn, unit_id)
    if unit is None or role not in ROLES:
        return
    token = inviting.invite(turn.tx, turn.town, unit.code, role, _actor(turn))
    assert token is not None
    links = inviting.links(turn.town, token)
    said = "\n".join(links) or turn.say("invite.start", token=f"/start {inviting.START}{token}")
    turn.reply(
        turn.say("invite.link", unit=unit.name, role=_role_name(turn, role), link=said),
        (turn.button("invite.list", "invites"),), lasting=True,
    )  # fmt: skip


@routes.tap("invites")
def listed(turn: Turn) -> None:
    """The links that can still be used, each with a way to take it back."""
    own = scope.own_units(turn.tx, turn.person.person_id, scope.OWNING)
    rows = inviting.open_ones(turn.tx, own, turn.now)[:8] if own else []
    if not rows:
        turn.reply(turn.say("invite.none"))
        return
    lines, buttons = [turn.say("invite.open")], []
    for n, row in enumerate(rows, 1):
        until = say_day(row.expires_at, turn.lang, turn.now, turn.town.zone)
        lines.append(
            turn.say("invite.line", n=n, unit=row.name, role=_role_name(turn, row.role), until=until)
        )
        label = turn.say("invite.revoke", n=n)
        buttons.append((Button(label, action("invite_off", row.id), number=n),))
    turn.reply("\n".join(lines), *buttons)


@routes.tap("invite_off", number)
def revoked(turn: Turn, invitation_id: int) -> None:
    """Take a link back."""
    own = scope.own_units(turn.tx, turn.person.person_id, scope.OWNING)
    done = bool(own) and inviting.revoke(turn.tx, turn.town, invitation_id, own, _actor(turn))
    if done:
        turn.reply(turn.say("invite.revoked"), lasting=True)
    else:
        other.stale(turn)


def opened(turn: Turn, token: str) -> None:
    """Somebody opened a link: say what it gives, and ask once."""
    row = inviting.living(turn.tx, turn.town, token)
    if row is None:
        turn.reply(turn.say("invite.gone"), (turn.button("start.browse", "browse"),))
        return
    turn.state.ask("invite.sure", token=token)
    turn.reply(
        turn.say("invite.sure", unit=row.name, role=_role_name(turn, row.role)),
        (turn.button("invite.yes", "invite_yes"), turn.button("invite.no", "invite_no")),
    )


@routes.tap("invite_yes")
def accepted(turn: Turn) -> None:
    """The role is given."""
    if turn.state.step != "invite.sure":
        other.stale(turn)
        return
    token = str(turn.state.data.get("token", ""))
    turn.state.settle()
    row = inviting.accept(turn.tx, turn.town, token, turn.person.person_id)
    if row is None:
        turn.reply(turn.say("invite.gone"), (turn.button("start.browse", "browse"),))
        return
    told = turn.say("invite.done", unit=row.name, role=_role_name(turn, row.role))
    if turn.person.platform == "web" and row.role in {*scope.EDITING, *scope.SENDING}:
        turn.brings = True
        told = f"{told}\n{turn.say('invite.done_web')}"
    turn.reply(told, lasting=True)


@routes.tap("invite_no")
def declined(turn: Turn) -> None:
    """The link stays as it is, for who was meant."""
    if other.past(turn, "invite."):
        return
    turn.state.settle()
    turn.reply(turn.say("invite.declined"), (turn.button("start.browse", "browse"),))


@routes.step("invite.sure")
def answered(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, turn.say("invite.yes")):
        accepted(turn)
    elif is_no(turn.text, turn.say("invite.no")):
        declined(turn)
    else:
        turn.state.settle()
        return False
    return True


def _role_name(turn: Turn, role: str) -> str:
    return turn.say(f"invite.as_{role}")


def _own(turn: Turn, unit_id: int) -> Row | None:
    """A unit that one owns, by a role on it; others are reached by their code."""
    own = scope.own_units(turn.tx, turn.person.person_id, scope.OWNING)
    unit = scope.unit_by_id(turn.tx, unit_id)
    if unit is None or not scope.covers(own, unit.path):
        other.stale(turn)
        return None
    return unit


def _actor(turn: Turn) -> str:
    return f"person:{turn.person.person_id}"
