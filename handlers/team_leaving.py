"""Handing over the lead of a team, and leaving it."""

from handlers import other
from handlers.routes import Routes, number
from handlers.team_words import lead_name, own, shown
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from services import teams
from services.message import Button
from services.notices.teams import tell_members

routes = Routes()


@routes.tap("team_hand", number)
def hand_over(turn: Turn, team_id: int) -> None:
    """To whom the lead goes."""
    row = own(turn, team_id)
    if row is None:
        return
    others = [one for one in teams.members(turn.tx, team_id) if one.person_id != turn.person.person_id]
    if row.lead_id != turn.person.person_id:
        turn.reply(turn.say("team.lead_only", name=lead_name(turn, row)))
    elif not others:
        turn.reply(turn.say("team.alone"), (turn.button("team.invite_button", f"team_invite:{team_id}"),))
    else:
        turn.reply(
            turn.say("team.hand_to"),
            *((Button(one.name, f"team_lead:{team_id}:{one.id}"),) for one in others[: turn.page + 3]),
        )


@routes.tap("team_lead", number, number)
def handed_over(turn: Turn, team_id: int, member_id: int) -> None:
    """Another member leads from now on, and everybody is told."""
    row = own(turn, team_id)
    if row is None:
        return
    to = next((one for one in teams.members(turn.tx, team_id) if one.id == member_id), None)
    me = turn.person.person_id
    if to is None or not teams.hand_over(turn.tx, turn.town, team_id, me, to.person_id):
        turn.reply(turn.say("team.lead_only", name=lead_name(turn, row)))
        return
    tell_members(turn.tx, turn.town, team_id, "lead", besides=me, name=to.name)
    turn.reply(
        turn.say("team.handed", name=to.name), (turn.button("team.look", f"team:{team_id}"),), lasting=True
    )


@routes.tap("team_leave", number)
def leave(turn: Turn, team_id: int) -> None:
    """Ask once."""
    row = own(turn, team_id)
    if row is not None:
        turn.state.ask("team.leave", team=team_id)
        text = turn.say("team.leave_sure", name=row.name)
        rest = [one for one in teams.members(turn.tx, team_id) if one.person_id != turn.person.person_id]
        if row.lead_id == turn.person.person_id:
            heir = turn.say("team.leave_heir", name=rest[0].name) if rest else turn.say("team.leave_last")
            text = f"{text}\n{heir}"
        turn.reply(
            text,
            (turn.button("team.leave_yes", "team_left"), turn.button("team.leave_no", f"team:{team_id}")),
        )


@routes.tap("team_left")
def left(turn: Turn) -> None:
    """Out of the team; classes stay as they are."""
    if turn.state.step != "team.leave":
        other.stale(turn)
        return
    team_id, me = int(turn.state.data["team"]), turn.person.person_id
    row = own(turn, team_id)
    turn.state.settle()
    if row is None:
        return
    name = next(one.name for one in teams.members(turn.tx, team_id) if one.person_id == me)
    if teams.leave(turn.tx, turn.town, team_id, me):
        after = teams.one(turn.tx, team_id)
        if after is not None:
            key = "left_lead" if row.lead_id == me else "left"
            lead = lead_name(turn, after)
            tell_members(turn.tx, turn.town, team_id, key, besides=me, name=name, lead=lead)
        turn.reply(turn.say("team.left", name=row.name), (turn.button("start.mine", "my"),), lasting=True)


@routes.step("team.leave")
def leave_said(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "退", "退出"):
        left(turn)
    elif is_no(turn.text, "不退", "不退了"):
        _stay(turn)
    else:
        return False
    return True


def _stay(turn: Turn) -> None:
    row = own(turn, int(turn.state.data["team"]))
    if row is not None:
        turn.state.settle()
        shown(turn, row)
