"""What a person is told of a place: enrolled, waiting, or why not."""

from handlers.turn import Turn
from handlers.wordings import dates_words, moment_words, place_words
from models.statement import Row
from services.daytime import reminded_by_confirmation
from services.enrolling import seats
from services.enrolling.refusal import Refused
from services.message import Button
from services.outbox import Subject
from services.phrases.when import say_moment

# refusals behind which there is more to say
EXPLAINED = frozenset(
    {"already_waiting", "already_offered", "phase_later", "phase_never", "phase_resident_only",
     "phase_resident_soon"}
)  # fmt: skip


def enrolled(turn: Turn, row: Row, enrolment_id: int) -> None:
    """A seat is theirs: when and where it begins, and how they will be reminded."""
    web = turn.person.platform == "web"
    lines = [
        turn.say("enrol.done", title=row.title, dates=dates_words(turn, row), where=place_words(turn, row))
    ]
    soon = False
    if row.next_start is not None:
        soon = reminded_by_confirmation(turn.now, row.next_start, turn.town.zone)
        lines.append(turn.say("enrol.done_soon" if soon else "enrol.done_next", when=moment_words(turn, row)))
    if web:
        lines.append(turn.say("enrol.done_web"))
    elif not soon:  # the evening on which they would be reminded has begun
        lines.append(turn.say("enrol.done_reminders"))
    buttons: list[tuple[Button, ...]] = [
        (turn.button("card.calendar", f"ics:{row.id}"), turn.button("enrol.mine", "my")),
    ]
    if not web:
        buttons.append((turn.button("enrol.no_reminders", f"remind_off:{enrolment_id}"),))
    turn.reply(
        "\n".join(lines),
        *buttons,
        courses=(row.code,),
        lasting=True,
        subject=Subject(enrolment_id=enrolment_id),
    )


def waiting(turn: Turn, row: Row, joined: seats.Joined) -> None:
    """A place in line, and that there is no seat yet."""
    text = turn.say("enrol.done_waiting", title=row.title, position=joined.position)
    if turn.person.platform == "web":
        text = f"{text}\n{turn.say('enrol.done_waiting_web')}"
    turn.reply(
        text,
        (
            turn.button("enrol.mine", "my"),
            turn.button("why.button", f"why:{row.id}"),
            turn.button("step.similar", f"similar:{row.id}"),
        ),
        courses=(row.code,),
        lasting=True,
        subject=Subject(enrolment_id=joined.enrolment_id),
    )


def refused(turn: Turn, row: Row, refusal: Refused) -> None:
    """Say why not, and what can be done instead."""
    turn.state.settle()
    values = dict(refusal.values)
    for name in ("opens", "at"):
        if name in values:
            values[name] = say_moment(values[name], turn.lang, turn.now, turn.town.zone)
    if refusal.code == "already_waiting":
        values["position"] = seats.position(turn.tx, row.id, values["place"])
    if refusal.code == "clash":
        values = {"other_title": values["title"], "at": values["at"]}
    values |= {"title": row.title, "school": row.school, "phone": row.phone, "desk_hours": row.desk_hours}
    other = refusal.values.get("other", 0)
    actions = {
        "similar": f"similar:{row.id}",
        "mine": "my",
        "favourite": f"fav:{row.id}",
        "phone": f"phone:{row.id}",
        "withdraw": f"withdraw:{row.id}",
        "other": f"card:{other}",
        "resident": f"resident:{row.id}",
        "wishes": "wishes",
        "draw": f"draw:{refusal.values.get('window', 0)}",
        "why": f"why:{row.id}",
    }
    steps = (*refusal.steps, "why") if refusal.code in EXPLAINED else refusal.steps
    buttons = tuple(turn.button(f"step.{step}", actions[step]) for step in steps)
    turn.reply(turn.say(f"refused.{_key(refusal, row)}", **values), buttons, courses=(row.code,))


def _key(refusal: Refused, row: Row) -> str:
    """The sentence of a refusal; one that gives the phone only where the school has told one."""
    if refusal.code != "child" or (row.phone and row.desk_hours):
        return refusal.code
    return "child_phone" if row.phone else "child_visit"
