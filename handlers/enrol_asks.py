"""The questions of an enrolment, in their order: the yes, the name, the age, a repeat-back."""

from handlers import applying, card, consents, enrol_told
from handlers.prepare import LAST
from handlers.turn import Turn
from handlers.wordings import age_words, dates_words, fee_line, place_words
from models.statement import Row
from services import classes, consenting, naming
from services.enrolling import gates, groups, offers, seats
from services.enrolling.crowd import Crowd

Data = dict[str, object]


def data_of(turn: Turn, offering_id: int) -> Data:
    """The dialogue's data when it is about this class, otherwise an empty one."""
    data: Data = turn.state.data
    return data if data.get("id") == offering_id else {}


def asking(turn: Turn) -> bool:
    """Whether one of the questions stands."""
    return turn.state.step.startswith("enrol.")


def crowd_of(turn: Turn, offering_id: int) -> Crowd | None:
    """The crowd before this class that the speaker is one of, if there is one."""
    crowd = turn.crowd
    return crowd if crowd is not None and crowd.has(turn.person.person_id, offering_id) else None


def refused(turn: Turn, row: Row) -> bool:
    """Whether a gate refused, which was then told."""
    person = turn.person
    if crowd := crowd_of(turn, row.id):
        living = crowd.living(person.person_id)
    else:
        living = turn.tx.all(gates.LIVING_ROWS, person_id=person.person_id, now=turn.now)
    refusal = gates.check(
        gates.Applicant(
            turn.tx, row, person.person_id, person.verified, turn.now, turn.town.term_limit, living,
            late=offers.too_late(turn.town, row.first_start, row.enrol_closes),
        )
    )  # fmt: skip
    if refusal is None:
        return False
    enrol_told.refused(turn, row, refusal)
    return True


def ask_next(turn: Turn, row: Row, data: Data) -> None:
    """Ask for what is still missing."""
    if not data.get("name") and (name := applying.known_name(turn, row)):
        data["name"] = name
    if not consenting.given(turn.tx, turn.person.person_id, "enrolment"):
        _ask_consent(turn, row, data)
    elif not data.get("name"):
        ask_name(turn, row, data)
    elif gates.asks_age(row) and not data.get("age"):
        _ask_age(turn, row, data)
    elif (found := applying.window_of(turn, row)) is not None:
        applying.ask_last(turn, row, found, data)
    else:
        _ask_last(turn, row, data)


def go_back(turn: Turn) -> None:
    """The question before the one that stands, or the card; a name that was typed is kept."""
    step, data = turn.state.step, dict(turn.state.data)
    offering_id = int(str(data.get("id", 0)))
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        card.gone(turn)
        return
    name = data.pop("name", "") or (data.get("known") if not data.get("unsure") else "")
    draft: Data = {"id": offering_id, **({"known": name} if name else {})}
    if step == LAST and gates.asks_age(row):
        _ask_age(turn, row, {**draft, "name": name})
    elif step in (LAST, "enrol.age") or data.get("again") or data.get("unsure"):
        ask_name(turn, row, draft)
    else:
        card.show(turn, offering_id)
        turn.state.data = draft


def _ask_consent(turn: Turn, row: Row, data: Data) -> None:
    turn.state.ask("enrol.consent", **data)
    turn.reply(
        "\n".join([*consents.abroad(turn), turn.say("enrol.consent", title=row.title)]),
        (turn.button("enrol.consent_yes", f"enrol_yes:{row.id}"),),
        (turn.button("enrol.consent_no", "enrol_stop"), turn.button("start.privacy", "privacy")),
        courses=(row.code,),
    )


def ask_name(turn: Turn, row: Row, data: Data) -> None:
    """What to call the person, with the name that is known as a button."""
    turn.state.ask("enrol.name", **data)
    known = data.get("known") or turn.person.name or naming.usable(turn.incoming.name)
    if not known:
        turn.reply(turn.say("enrol.name"), courses=(row.code,))
        return
    turn.state.data["known"] = known
    turn.reply(
        turn.say("enrol.name_known"),
        (turn.button("enrol.name_use", f"enrol_as:{row.id}", name=known),),
        (turn.button("enrol.name_other", f"enrol_name:{row.id}"),),
        courses=(row.code,),
    )


def _ask_age(turn: Turn, row: Row, data: Data) -> None:
    turn.state.ask("enrol.age", **data)
    low, high = row.min_age, row.max_age
    limit = "between" if low is not None and high is not None else "to" if low is None else "from"
    turn.reply(
        turn.say(
            "enrol.age",
            ages=age_words(turn, row),
            question=turn.say(f"enrol.age_{limit}", low=low, high=high),
        ),
        (
            turn.button(f"enrol.age_{limit}_yes", f"enrol_age:{row.id}"),
            turn.button(f"enrol.age_{limit}_no", f"enrol_noage:{row.id}"),
        ),
        courses=(row.code,),
    )


def _ask_last(turn: Turn, row: Row, data: Data) -> None:
    turn.state.ask(LAST, **data)
    left = classes.seats_left(row)
    # a seat that is kept for a group at the front is not for whoever comes
    full = left == 0 or (left is not None and left < groups.first_group(turn.tx, row.id))
    text = turn.say(
        "enrol.confirm",
        title=row.title,
        dates=dates_words(turn, row),
        where=place_words(turn, row),
        fee=fee_line(turn, row),
        name=data["name"],
    )
    if full:
        line = turn.say("enrol.confirm_wait", position=seats.waiting_count(turn.tx, row.id) + 1)
    else:
        line = turn.say("enrol.confirm_seat")
    turn.reply(
        f"{text}\n{line}",
        (turn.button("enrol.confirm_yes_wait" if full else "enrol.confirm_yes", f"enrol_ok:{row.id}"),),
        (
            turn.button("enrol.confirm_name", f"enrol_name:{row.id}"),
            turn.button("enrol.confirm_no", "enrol_stop"),
        ),
        courses=(row.code,),
    )
