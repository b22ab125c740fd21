"""How a roll looks: the names with their states, the count, and what can be done."""

from __future__ import annotations

from collections import Counter

from handlers import other
from handlers.routes import action
from handlers.turn import Turn
from models.attending import STATES
from models.statement import Row
from services import scope
from services.attending import roll
from services.attending.roll import Member
from services.attending.sessions import session_row
from services.message import Button
from services.phrases.when import say_span

# names on a page of the roll; in big mode two, so that the ways to end it keep their buttons
PAGE = 20
PAGE_BIG = 2


def show_roll(turn: Turn, session_id: int, offset: int, mode: str, first: str = "") -> None:
    """The roll, in place of the message that was tapped."""
    row = own_session(turn, session_id)
    if row is None:
        return
    members = roll.roll(turn.tx, session_id, row.offering_id)
    if not members:
        turn.edit(turn.say("roll.empty", title=row.title), courses=(row.code,))
        return
    finished = roll.closed(turn.tx, session_id)
    size = page_of(turn)
    offset = offset if offset < len(members) else 0
    page = members[offset : offset + size]
    turn.state.ask("roll", session=session_id)
    when = say_span(row.starts_at, row.ends_at, turn.lang, turn.now, turn.town.zone)
    how = "roll.closed" if finished else f"roll.how_{mode}"
    lines = [
        first,
        turn.say("roll.heading", title=row.title, when=when),
        counted(turn, members),
        turn.say(how),
    ]
    buttons = [
        Button(_label(turn, n, member), _noting(session_id, member, mode), number=n)
        for n, member in enumerate(page, offset + 1)
    ]
    pairs = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    turn.edit(
        "\n".join(line for line in lines if line),
        *pairs,
        *_below(turn, session_id, offset, size, len(members), mode, finished),
        courses=(row.code,),
    )


def _below(
    turn: Turn, session_id: int, offset: int, size: int, people: int, mode: str, finished: bool
) -> list[tuple[Button, ...]]:
    more = offset + size if offset + size < people else 0
    verb = "roll_late" if mode == "late" else "roll"
    turning: list[tuple[Button, ...]] = []
    if people > size:
        turning.append((turn.button("roll.next", f"{verb}:{session_id}:{more}"),))
    if finished:
        return turning
    other = "roll" if mode == "late" else "roll_late"
    ways = (
        turn.button("roll.all", f"roll_all:{session_id}"),
        turn.button("roll.done_button", f"roll_done:{session_id}"),
    )
    modes = (
        turn.button(f"roll.to_{'present' if mode == 'late' else 'late'}", f"{other}:{session_id}:{offset}"),
        turn.button("roll.code_button", f"roll_code:{session_id}"),
    )
    # in big mode only the first four have a button: with more names than fit, turning the page is one
    return [ways, *turning, modes] if not turning or not turn.person.big else [*turning, ways, modes]


def _noting(session_id: int, member: Member, mode: str) -> str:
    """What a name notes: the state itself, so that a second tap on what was seen changes nothing more."""
    after = "absent" if member.state == mode else mode
    return action("roll_set", session_id, member.enrolment_id, mode, after)


def _label(turn: Turn, n: int, member: Member) -> str:
    return turn.say("roll.line", n=n, name=member.name, state=turn.say(f"roll.state.{member.state}"))


def counted(turn: Turn, members: list[Member]) -> str:
    """How many are here, late, excused, absent."""
    count = Counter(member.state for member in members)
    said = [turn.say(f"roll.count.{state}", n=count[state]) for state in STATES if count[state]]
    return turn.say("roll.counted", n=len(members), count=turn.say("roll.dot").join(said))


def own_session(turn: Turn, session_id: int) -> Row:
    """A session whose roll this person may take; otherwise it is told kindly."""
    row = session_row(turn.tx, session_id)
    if row is None or not scope.acts_for(turn.tx, turn.person.person_id, scope.TEACHING, row.offering_id):
        other.stale(turn, turn.say("roll.no_role"), turn.button("start.browse", "browse"))
        return None
    if row.state != "planned":
        other.stale(turn, turn.say("roll.roll_cancelled"))
        return None
    return row


def member_of(turn: Turn, row: Row, enrolment_id: int) -> Member | None:
    """One line of a roll; where there is none, it is told."""
    for member in roll.roll(turn.tx, row.id, row.offering_id):
        if member.enrolment_id == enrolment_id:
            return member
    other.stale(turn, turn.say("roll.roll_not_in"))
    return None


def page_of(turn: Turn) -> int:
    """How many names a page has."""
    return PAGE_BIG if turn.person.big else PAGE


def actor(turn: Turn) -> str:
    """Who acts, for the audit."""
    return f"person:{turn.person.person_id}"
