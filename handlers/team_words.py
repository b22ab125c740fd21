"""What the screens of a team share."""

from handlers import other
from handlers.turn import Turn
from models.statement import Row
from services import teams
from services.message import Button
from services.phrases.when import say_moment


def own(turn: Turn, team_id: int) -> Row:
    """The team if the speaker is in it; otherwise that is told, and None."""
    row = teams.one(turn.tx, team_id)
    if row is None or not teams.is_member(turn.tx, team_id, turn.person.person_id):
        if not turn.incoming.tap:  # what was asked was about it
            turn.state.settle()
        other.stale(turn, turn.say("team.not_in"), turn.button("team.mine", "teams"))
        return None
    return row


def lead_name(turn: Turn, row: Row) -> str:
    """By what name the others know the lead."""
    found = (one.name for one in teams.members(turn.tx, row.id) if one.person_id == row.lead_id)
    return next(found, turn.say("family.somebody"))


def link_of(turn: Turn, code: str) -> str:
    """An address that opens the invitation, or nothing where the town has none."""
    if turn.town.public_url:
        return f"{turn.town.public_url}/c/t_{code}"
    return f"https://t.me/{turn.town.telegram_name}?start=t_{code}" if turn.town.telegram_name else ""


def shown(turn: Turn, row: Row) -> None:
    """Who is in it, what is arranged, what can be done."""
    leads = row.lead_id == turn.person.person_id
    names = [
        turn.say("team.lead_of", name=one.name) if one.person_id == row.lead_id else one.name
        for one in teams.members(turn.tx, row.id)
    ]
    lines = [turn.say("team.card", name=row.name, n=len(names), names=turn.say("other.between").join(names))]
    meetings = teams.upcoming(turn.tx, turn.town, row.id)
    for meeting in meetings:
        when = say_moment(meeting.starts_at, turn.lang, turn.now, turn.town.zone)
        lines.append(turn.say("team.meeting", when=when, what=meeting.what or turn.say("team.any_what")))
    first = [turn.button("team.invite_button", f"team_invite:{row.id}")]
    more: list[tuple[Button, ...]] = []
    if leads:
        first.append(turn.button("team.meet", f"team_meet:{row.id}"))
        more.append(
            (
                turn.button("team.enrol", f"team_enrol:{row.id}"),
                turn.button("team.hand", f"team_hand:{row.id}"),
            )
        )
        more += [
            (
                turn.button(
                    "team.call_off",
                    f"team_off:{one.id}",
                    when=say_moment(one.starts_at, turn.lang, turn.now, turn.town.zone),
                ),
            )
            for one in meetings[:3]
        ]
    more.append((turn.button("team.leave", f"team_leave:{row.id}"), turn.button("card.back", "back")))
    turn.reply("\n".join(lines), tuple(first), *more)
