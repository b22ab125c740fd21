"""What is told of places taken for others: by whom for whom, or why not."""

from handlers.turn import Turn
from handlers.wordings import age_words, dates_words, moment_words, place_words
from models.statement import Row
from services.enrolling.refusal import Refused
from services.enrolling.seats import Joined
from services.family import acts, people
from services.family.people import Learner
from services.message import Button
from services.outbox import Subject
from services.phrases.when import say_moment
from services.recovery import first_recovery_code


def by_words(turn: Turn, party: list[Learner], me: str) -> str:
    """由李静代老大报名; of several those who come themselves too."""
    others = [one.name for one in party if one.kind != "self"]
    between = turn.say("other.between")
    if len(others) == len(party):
        return turn.say("family.by", actor=me, name=between.join(others))
    return turn.say("family.by_with", actor=me, name=between.join(others))


def done(turn: Turn, row: Row, party: list[Learner], joined: tuple[Joined, ...], me: str) -> None:
    """Seats, or a place in the line; grown people are told themselves."""
    state = joined[0].state
    lines = []
    if state == "enrolled":
        words = turn.say(
            "enrol.done", title=row.title, dates=dates_words(turn, row), where=place_words(turn, row)
        )
        lines.append(words)
    elif state == "offered":
        lines.append(turn.say("family.done_offered", title=row.title))
    else:
        lines.append(turn.say("family.done_waiting", title=row.title, position=joined[0].position))
    lines.append(by_words(turn, party, me))
    if len(party) > 1:
        lines.append(turn.say("group.done" if state == "enrolled" else "group.done_waiting", n=len(party)))
    if state == "enrolled" and row.next_start is not None:
        lines.append(turn.say("enrol.done_next", when=moment_words(turn, row)))
    lines += _who_hears(turn, party)
    for one, place in zip(party, joined, strict=True):
        if one.kind == "grown":
            _tell(turn, row, one, place, me)
    buttons: tuple[Button, ...] = (turn.button("enrol.mine", "my"),)
    if state == "enrolled":
        buttons = (turn.button("card.calendar", f"ics:{row.id}"), *buttons)
    turn.reply(
        "\n".join(lines), buttons, courses=(row.code,), lasting=True,
        subject=Subject(enrolment_id=joined[0].enrolment_id),
    )  # fmt: skip
    hand_recovery(turn)


def hand_recovery(turn: Turn) -> None:
    """The code by which a web account is found again, with the first thing that is kept for it."""
    person = turn.person
    if code := first_recovery_code(turn.tx, turn.town, person.account_id, person.platform):
        turn.reply(turn.say("enrol.recovery", code=code), lasting=True)


def _who_hears(turn: Turn, party: list[Learner]) -> list[str]:
    """Where reminders and news will go."""
    web = turn.person.platform == "web"
    lines = []
    for one in party:
        own = people.own_account(turn.tx, one.person_id)
        if one.kind == "grown" and own is not None:
            key = "family.hears_self_web" if own.platform == "web" else "family.hears_self"
            lines.append(turn.say(key, name=one.label))
        elif one.kind != "self":
            lines.append(turn.say("family.hears_you_web" if web else "family.hears_you", name=one.name))
    return lines


def _tell(turn: Turn, row: Row, one: Learner, place: Joined, me: str) -> None:
    for right in turn.tx.all(people.GROWN, actor_id=turn.person.person_id):
        if right.subject_id == one.person_id:
            key = "enrolled" if place.state == "enrolled" else "waiting"
            starts = row.next_start if key == "enrolled" else None
            acts.tell(
                turn.tx, turn.town, one.person_id, right.id, key, starts=starts, title=row.title, actor=me
            )


def refused(turn: Turn, row: Row, refusal: Refused, one: Learner) -> None:
    """Say why not, of whom, and what can be done instead."""
    turn.state.settle()
    values = dict(refusal.values)
    for name in ("opens", "at"):
        if name in values:
            values[name] = say_moment(values[name], turn.lang, turn.now, turn.town.zone)
    if refusal.code == "clash":
        values = {"other_title": values["title"], "at": values["at"]}
    name = turn.say("family.you") if one.kind == "self" else one.label
    values = {"name": name, "ages": age_words(turn, row), **values}
    values |= {"title": row.title, "school": row.school, "phone": row.phone, "desk_hours": row.desk_hours}
    own = f"family.refused.{refusal.code}"
    key = own if turn.say.has(own) else f"refused.{refusal.code}"
    actions = {
        "similar": f"similar:{row.id}",
        "mine": "my",
        "favourite": f"fav:{row.id}",
        "phone": f"phone:{row.id}",
    }
    buttons = tuple(turn.button(f"step.{step}", actions[step]) for step in refusal.steps if step in actions)
    turn.reply(turn.say(key, **values), *((buttons,) if buttons else ()), courses=(row.code,))
