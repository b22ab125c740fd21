"""Privacy: who keeps what and why, each yes with its way back; and /mydata, everything kept as a file."""

from handlers import consents, forget
from handlers.routes import Routes, number
from handlers.turn import Turn
from services import consenting, erasing, second_opinion
from services.audit import record
from services.message import Button
from services.personal import consent_since, gather
from services.personal.files import data_file, page
from services.personal.words import Speech
from services.phrases.when import say_day, say_moment

routes = Routes()
routes.include(forget.routes)
PAGES = ("who", "what", "how_long", "rights")


@routes.command("privacy", "隐私", "隐私说明", "隐私政策")
def privacy(turn: Turn) -> None:
    """Who operates this, what is kept, why and how long, and which rights one has.

    It stands beside the questions of an enrolment, so the question that was asked goes on to stand.
    """
    if not _asked(turn):
        turn.state.settle()
    if turn.person.big:
        privacy_page(turn, 0)
        return
    turn.state.at("privacy")
    parts = [_part(turn, name) for name in PAGES]
    text = "\n".join([turn.say("privacy.title"), *parts, *_yeses(turn), *consents.abroad(turn)])
    turn.reply(text, *_going_on(turn), *_ways(turn))


@routes.tap("privacy")
def privacy_tapped(turn: Turn) -> None:
    """The same by a tap."""
    privacy(turn)


@routes.intent("privacy")
def privacy_meant(turn: Turn) -> None:
    """The same in other words."""
    privacy(turn)


@routes.tap("privacy_page", number)
def privacy_page(turn: Turn, at: int) -> None:
    """One part at a time for big mode; the last has the yeses and what can be done."""
    if at > len(PAGES):
        privacy(turn)
        return
    turn.state.at(f"privacy_page:{at}")
    if at == len(PAGES):
        turn.reply("\n".join([*_yeses(turn), *consents.abroad(turn)]), *_going_on(turn), *_ways(turn))
        return
    turn.reply(
        _part(turn, PAGES[at]),
        (turn.button("privacy.more", f"privacy_page:{at + 1}"),),
        *_going_on(turn),
        (turn.button("card.back", "back"),),
    )


def _part(turn: Turn, name: str) -> str:
    if name != "who":
        return turn.say(f"privacy.{name}")
    town = turn.town
    if not town.operator_name:
        return turn.say("privacy.who_unknown")
    key = "privacy.who" if town.operator_contact else "privacy.who_only"
    return turn.say(key, operator=town.operator_name, contact=town.operator_contact)


def _yeses(turn: Turn) -> list[str]:
    """How each yes stands at present."""
    lines = []
    for purpose in ("announcements", "enrolment"):
        since = consent_since(turn.tx, turn.person.person_id, purpose)
        if since is None:
            lines.append(turn.say(f"privacy.{purpose}_no"))
        else:
            day = say_day(since, turn.lang, turn.now, turn.town.zone)
            lines.append(turn.say(f"privacy.{purpose}_yes", day=day))
    return [*lines, *_assistant(turn)]


def _assistant(turn: Turn) -> list[str]:
    """Whether texts may go to the language model, and where that is."""
    host = turn.town.assistant_host
    since = consent_since(turn.tx, turn.person.person_id, second_opinion.PURPOSE)
    if since is None:
        return [turn.say("privacy.assistant_no", host=host)] if host else []
    day = say_day(since, turn.lang, turn.now, turn.town.zone)
    if second_opinion.agreed(turn.tx, turn.town, turn.person.person_id):
        return [turn.say("privacy.assistant_yes", day=day, host=host)]
    # the yes was to another host, or the model is not in use any more
    return [turn.say("privacy.assistant_past", day=day)]


def _enrolling(turn: Turn) -> int:
    """The class whose enrolment waits for an answer, or 0."""
    return int(turn.state.data.get("id", 0)) if turn.state.step.startswith("enrol.") else 0


def _going_on(turn: Turn) -> list[tuple[Button, ...]]:
    """The way back to the question that one looked up from."""
    back = _asked(turn)
    return [(turn.button("privacy.go_on", back),)] if back else []


def _asked(turn: Turn) -> str:
    """What asks the question beside which one reads this once more, or nothing."""
    if offering_id := _enrolling(turn):
        return f"enrol:{offering_id}"
    return {
        "family.consent": "fam_again", "family.own": "fam_again", "team.consent": "team_again",
        "family.let": "act_let", "family.asked": "act_again",
    }.get(turn.state.step, "")  # fmt: skip


def _ways(turn: Turn) -> list[tuple[Button, ...]]:
    person_id = turn.person.person_id
    if consenting.given(turn.tx, person_id, "announcements"):
        first = turn.button("privacy.no_announcements", "no_announcements")
    else:
        first = turn.button("start.announce", "consent:announcements")
    rows: list[tuple[Button, ...]] = [(first,)]
    if consenting.given(turn.tx, person_id, "enrolment"):
        rows.append((turn.button("privacy.no_enrolment", "no_enrolment"),))
    if consenting.given(turn.tx, person_id, second_opinion.PURPOSE):
        rows.append((turn.button("privacy.no_assistant", "no_assistant"),))
    elif turn.town.assistant_host:
        rows.append((turn.button("assistant.offer", "assistant"),))
    rows.append((turn.button("personal.data_button", "mydata"), turn.button("forget.button", "forget")))
    return rows


@routes.tap("no_enrolment")
def no_enrolment(turn: Turn) -> None:
    """Take the yes to enrolling back; with places in classes it is explained first, as they go with it."""
    person_id = turn.person.person_id
    if not consenting.given(turn.tx, person_id, "enrolment"):
        turn.reply(turn.say("privacy.enrolment_no"))
    elif forget.places_to_come(turn):
        turn.state.ask("no_enrolment")
        turn.reply(
            turn.say("privacy.enrolment_places"),
            (turn.button("privacy.enrolment_leave", "no_enrolment_ok"),),
            (turn.button("enrol.mine", "my"), turn.button("forget.button", "forget")),
        )
    else:
        _withdraw_enrolment(turn)


@routes.tap("no_enrolment_ok")
def no_enrolment_confirmed(turn: Turn) -> None:
    """Leave every class to come and take the yes back."""
    if turn.state.step != "no_enrolment":  # a button of long ago asks again
        no_enrolment(turn)
        return
    who = f"person:{turn.person.person_id}"
    erasing.leave_classes(turn.tx, turn.town, turn.person.person_id, why="no_consent", actor=who)
    _withdraw_enrolment(turn)


def _withdraw_enrolment(turn: Turn) -> None:
    turn.state.settle()
    who = f"person:{turn.person.person_id}"
    consenting.withdraw(turn.tx, turn.person.person_id, "enrolment", turn.now)
    record(turn.tx, turn.now, who, "consent_withdrawn", who, "enrolment")
    turn.reply(
        turn.say("privacy.enrolment_done"),
        (turn.button("start.browse", "browse"), turn.button("forget.button", "forget")),
        lasting=True,
    )


@routes.command("mydata", "我的资料", "我的数据", "我的信息")
def my_data(turn: Turn) -> None:
    """Everything kept about the person: a page to read, and a file for machines."""
    turn.state.settle()
    turn.tx.take_time()
    gathered = gather(turn.tx, turn.person.person_id)
    text = turn.say("mydata.here")
    if turn.person.forget_at is not None:
        text = f"{text}\n{pending_words(turn)}"
    buttons: list[tuple[Button, ...]] = [
        (turn.button("start.privacy", "privacy"), turn.button("forget.button", "forget"))
    ]
    if turn.person.platform == "web":
        buttons.append((turn.button("personal.others_button", "others_out"),))
    turn.reply(
        text,
        *buttons,
        document=page(Speech(turn.tx, turn.town, turn.say).rows(gathered), turn.say, turn.town),
        lasting=True,
    )
    turn.reply(turn.say("mydata.machine"), document=data_file(gathered, turn.say, turn.town), lasting=True)


@routes.tap("mydata")
def my_data_tapped(turn: Turn) -> None:
    """The same by a tap."""
    my_data(turn)


@routes.tap("others_out")
def others_out(turn: Turn) -> None:
    """Every other browser that is open on one's account is a stranger from now on."""
    if turn.person.platform == "web":
        turn.only_this_browser()
        turn.reply(turn.say("personal.others_out"), (turn.button("start.mine", "my"),), lasting=True)


@routes.command("logout", "退出其他设备", "退出别的设备")
def others_out_said(turn: Turn) -> None:
    """The same as words; elsewhere there is nothing to leave."""
    if turn.person.platform == "web":
        others_out(turn)
    else:
        turn.reply(turn.say("personal.others_none"))


@routes.intent("my_data")
def my_data_meant(turn: Turn) -> None:
    """The same in other words."""
    my_data(turn)


def pending_words(turn: Turn) -> str:
    """When everything will be deleted."""
    assert turn.person.forget_at is not None
    when = say_moment(turn.person.forget_at, turn.lang, turn.now, turn.town.zone)
    return turn.say("forget.pending", when=when)
