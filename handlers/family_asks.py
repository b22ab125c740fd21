"""The questions before a place for somebody else, or for several: what is missing, and a repeat-back."""

from handlers import applying, card, consents, family_told, other
from handlers.family_words import here
from handlers.turn import Turn
from handlers.wordings import age_words, dates_words, fee_line, place_words
from models.statement import Row
from services import classes, consenting, naming
from services.enrolling import groups, seats
from services.enrolling.refusal import Refused
from services.family import acts, gating, people
from services.family.people import Learner
from services.windows.reading import Window

MOST_TOGETHER = 8


def begin(turn: Turn, offering_id: int, ids: list[int]) -> None:
    """The first step for these people (one's own id is oneself); 0: the class comes later."""
    party = party_of(turn, ids)
    if not party or len(party) > MOST_TOGETHER:
        other.stale(turn)
        return
    nameless = next((one for one in party if one.kind == "grown" and not (one.label or one.name)), None)
    if nameless is not None:
        text = turn.say("family.code_good_nameless")
        ask_call(turn, text, nameless.person_id, id=offering_id, ids=ids)
        return
    turn.state.acting = {"kind": party[0].kind, "ids": ids}
    row = classes.one_class(turn.tx, offering_id, turn.now) if offering_id else None
    if row is None:
        turn.state.settle()
        turn.reply(
            turn.say("family.what", name=names_of(turn, party)), (turn.button("start.browse", "browse"),)
        )
        return
    turn.state.settle()
    turn.state.focus = offering_id
    if not refused(turn, row, party):
        ask_next(turn, row, party, {"id": offering_id, "for": ids})


def ask_call(turn: Turn, text: str, person_id: int, **data: object) -> None:
    """Ask how one calls somebody grown; with `ids` (and `id`, a class) they are then enrolled."""
    turn.state.ask("family.call", person=person_id, **data)
    turn.reply(text, tuple(turn.button(key, f"fam_call:{at}") for at, key in enumerate(acts.CALLS)))


def party_of(turn: Turn, ids: list[int]) -> list[Learner]:
    """These people as they may be acted for now; nobody where that holds no more for one of them."""
    found = []
    for person_id in dict.fromkeys(ids):
        if person_id == turn.person.person_id:
            found.append(Learner(person_id, "self", turn.say("family.me"), turn.person.name))
        elif (one := people.learner(turn.tx, turn.person.person_id, person_id)) is not None:
            if one.kind == "child" and not here(turn):
                return []
            found.append(one)
        else:
            return []
    return found


def names_of(turn: Turn, party: list[Learner]) -> str:
    """Those of a party by name."""
    return turn.say("other.between").join(one.label for one in party)


def refused(turn: Turn, row: Row, party: list[Learner]) -> bool:
    """Whether a gate refused one of them, which was then told."""
    for one in party:
        refusal = gating.check(
            turn.tx, turn.town, row, one, actor_id=turn.person.person_id, verified=turn.person.verified,
            alone=len(party) == 1,
        )  # fmt: skip
        grown = refusal is None and one.kind == "grown"
        if grown and not consenting.given(turn.tx, one.person_id, "enrolment"):
            refusal = Refused("grown_no_consent")
        if refusal is not None:
            family_told.refused(turn, row, refusal, one)
            return True
    return False


def ask_next(turn: Turn, row: Row, party: list[Learner], data: dict[str, object]) -> None:
    """Ask for what is still missing."""
    ages = data.get("ages", [])
    assert isinstance(ages, list)
    unsure = next(
        (one for one in party if one.person_id not in ages and not gating.age_is_sure(row, one)), None
    )
    if not consenting.given(turn.tx, turn.person.person_id, "enrolment"):
        _ask_own_yes(turn, row, party, data)
    elif not (data.get("me") or turn.person.name):
        _ask_name(turn, data)
    elif unsure is not None:
        _ask_age(turn, row, unsure, data)
    elif (found := applying.window_of(turn, row)) is not None:
        _ask_to_ask(turn, row, found, party[0], data)
    else:
        _ask_last(turn, row, party, data)


def _ask_to_ask(turn: Turn, row: Row, found: Window, one: Learner, data: dict[str, object]) -> None:
    """The repeat-back where a place is asked for, in a draw or of the school."""
    turn.state.ask("family.last", **data)
    confirm = turn.say(
        "family.confirm", title=row.title, dates=dates_words(turn, row), where=place_words(turn, row),
        fee=fee_line(turn, row),
    )  # fmt: skip
    me = str(data.get("me") or turn.person.name)
    turn.reply(
        "\n".join(
            (
                confirm,
                family_told.by_words(turn, [one], me),
                applying.no_place_yet(turn, found, one.person_id),
            )
        ),
        (turn.button("apply.confirm_yes", f"fam_ok:{row.id}"),),
        (turn.button("enrol.confirm_no", "fam_stop"),),
        courses=(row.code,),
    )


def _ask_own_yes(turn: Turn, row: Row, party: list[Learner], data: dict[str, object]) -> None:
    turn.state.ask("family.own", **data)
    text = turn.say("family.own_consent", name=names_of(turn, [p for p in party if p.kind != "self"]))
    text = "\n".join([*consents.abroad(turn), text])
    turn.reply(
        text,
        (turn.button("enrol.consent_yes", "fam_own"),),
        (turn.button("enrol.consent_no", "fam_stop"), turn.button("start.privacy", "privacy")),
        courses=(row.code,),
    )


def _ask_name(turn: Turn, data: dict[str, object]) -> None:
    turn.state.ask("family.name", **data)
    known = naming.usable(turn.incoming.name)
    turn.state.data["known"] = known
    rows = ((turn.button("enrol.name_use", "fam_name", name=known),),) if known else ()
    turn.reply(turn.say("family.name"), *rows)


def _ask_age(turn: Turn, row: Row, one: Learner, data: dict[str, object]) -> None:
    turn.state.ask("family.age", **{**data, "asking": one.person_id})
    name = one.label if one.kind != "self" else turn.say("family.you")
    turn.reply(
        turn.say("family.age", name=name, ages=age_words(turn, row)),
        (turn.button("family.age_yes", "fam_age"), turn.button("family.age_no", "fam_noage")),
        courses=(row.code,),
    )


def _ask_last(turn: Turn, row: Row, party: list[Learner], data: dict[str, object]) -> None:
    turn.state.ask("family.last", **data)
    left = classes.seats_left(row)
    me = str(data.get("me") or turn.person.name)
    lines = [
        turn.say(
            "family.confirm", title=row.title, dates=dates_words(turn, row), where=place_words(turn, row),
            fee=fee_line(turn, row),
        ),
        family_told.by_words(turn, party, me),
    ]  # fmt: skip
    full = left is not None and (left < len(party) or left < groups.first_group(turn.tx, row.id))
    if len(party) > 1:
        lines.append(turn.say("group.confirm", n=len(party)))
    if full:
        ahead = seats.waiting_count(turn.tx, row.id) + 1
        key = "group.confirm_wait" if len(party) > 1 else "family.confirm_wait"
        lines.append(turn.say(key, position=ahead, n=len(party)))
    else:
        lines.append(turn.say("enrol.confirm_seat"))
    turn.reply(
        "\n".join(lines),
        (turn.button("enrol.confirm_yes_wait" if full else "enrol.confirm_yes", f"fam_ok:{row.id}"),),
        (turn.button("enrol.confirm_no", "fam_stop"),),
        courses=(row.code,),
    )


def again(turn: Turn) -> None:
    """Go on with the next question."""
    data = dict(turn.state.data)
    data.pop("known", None)
    row = classes.one_class(turn.tx, int(data["id"]), turn.now)
    party = party_of(turn, [int(one) for one in data["for"]])
    if row is None or not party:
        turn.state.settle()
        card.gone(turn)
    elif not refused(turn, row, party):
        ask_next(turn, row, party, data)
