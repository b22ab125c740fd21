"""Enrolling: gates, the yes, the name, the age, a repeat-back, and only then the seat."""

import re

from handlers import card
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import age_words, dates_words, fee_line, moment_words, place_words
from models.statement import Row
from services import classes, consenting, naming
from services.audit import record
from services.daytime import reminded_by_confirmation
from services.enrolling import gates, offers, seats
from services.enrolling.refusal import Refused
from services.message import Button
from services.outbox import Subject
from services.phrases.when import say_moment
from services.recovery import first_recovery_code

routes = Routes()
YES = frozenset(
    {
        "是",
        "是的",
        "对",
        "对的",
        "好",
        "好的",
        "可以",
        "行",
        "嗯",
        "同意",
        "确认",
        "没问题",
        "在",
        "yes",
        "ok",
        "y",
    }
)
NO = frozenset(
    {"不", "不是", "不在", "不了", "不用", "不行", "不同意", "不报", "不报了", "算了", "取消", "no", "n"}
)
MOST_NAME = 20
_NAME = re.compile(r"[\w·•・.\-’' ]+")
_NOT_A_NAME = re.compile(r"[?？]|^\d+$|什么|怎么|吗$|课|班$")


@routes.tap("enrol", number)
def begin(turn: Turn, offering_id: int) -> None:
    """The first step towards a seat."""
    turn.state.settle()
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        card.gone(turn)
        return
    turn.state.focus = offering_id
    if not _refused(turn, row):
        _next(turn, row, {"id": offering_id})


@routes.intent("enrol")
def meant(turn: Turn) -> None:
    """「我要报名」 without naming the class: the one that was talked about last, or one of those shown."""
    if turn.state.focus:
        begin(turn, turn.state.focus)
    elif len(turn.state.shown) == 1:
        begin(turn, turn.state.shown[0])
    elif turn.state.shown:
        turn.keeps_choices = True
        turn.reply(turn.say("enrol.which"))
    else:
        turn.reply(turn.say("enrol.what"), (turn.button("start.browse", "browse"),))


@routes.command("enrol", "报名", "我要报名", "排候补")
def said(turn: Turn) -> None:
    """The same as a word alone."""
    meant(turn)


def _refused(turn: Turn, row: Row) -> bool:
    person = turn.person
    living = turn.tx.all(gates.LIVING_ROWS, person_id=person.person_id, now=turn.now)
    refused = gates.check(
        gates.Applicant(
            turn.tx, row, person.person_id, person.verified, turn.now, turn.town.term_limit, living,
            late=_late(turn, row),
        )
    )  # fmt: skip
    if refused is None:
        return False
    refuse(turn, row, refused)
    return True


def _late(turn: Turn, row: Row) -> bool:
    return offers.too_late(turn.town, row.next_start, row.enrol_closes)


def refuse(turn: Turn, row: Row, refused: Refused) -> None:
    """Say why not, and what can be done instead."""
    turn.state.settle()
    values = dict(refused.values)
    for name in ("opens", "at"):
        if name in values:
            values[name] = say_moment(values[name], turn.lang, turn.now, turn.town.zone)
    if refused.code == "already_waiting":
        mine = seats.living(turn.tx, turn.person.person_id, row.id)
        values["position"] = seats.position(turn.tx, row.id, mine.id)
    if refused.code == "clash":
        values = {"other_title": values["title"], "at": values["at"]}
    values |= {"title": row.title, "school": row.school, "phone": row.phone, "desk_hours": row.desk_hours}
    other = refused.values.get("other", 0)
    actions = {
        "similar": f"similar:{row.id}",
        "mine": "my",
        "favourite": f"fav:{row.id}",
        "phone": f"phone:{row.id}",
        "withdraw": f"withdraw:{row.id}",
        "other": f"card:{other}",
    }
    buttons = tuple(turn.button(f"step.{step}", actions[step]) for step in refused.steps)
    turn.reply(turn.say(f"refused.{refused.code}", **values), buttons, courses=(row.code,))


def _next(turn: Turn, row: Row, data: dict[str, object]) -> None:
    """Ask for what is still missing, in this order: the yes, the name, the age, the last word."""
    if not consenting.given(turn.tx, turn.person.person_id, "enrolment"):
        _ask_consent(turn, row, data)
    elif not data.get("name"):
        _ask_name(turn, row, data)
    elif gates.asks_age(row) and not data.get("age"):
        _ask_age(turn, row, data)
    else:
        _ask_last(turn, row, data)


def _ask_consent(turn: Turn, row: Row, data: dict[str, object]) -> None:
    turn.state.ask("enrol.consent", **data)
    text = turn.say("enrol.consent", title=row.title)
    if turn.person.platform == "telegram":
        text = f"{text}\n{turn.say('enrol.consent_abroad')}"
    turn.reply(
        text,
        (turn.button("enrol.consent_yes", f"enrol_yes:{row.id}"),),
        (turn.button("enrol.consent_no", "enrol_stop"), turn.button("start.privacy", "privacy")),
        courses=(row.code,),
    )


@routes.tap("enrol_yes", number)
def consent_given(turn: Turn, offering_id: int) -> None:
    """Keep the yes to enrolling and go on."""
    consenting.give(turn.tx, turn.person.person_id, "enrolment", turn.person.platform, turn.now)
    who = f"person:{turn.person.person_id}"
    record(turn.tx, turn.now, who, "consent", who, "enrolment")
    begin(turn, offering_id)


@routes.step("enrol.consent")
def consent_said(turn: Turn) -> bool:
    """A yes or no in words."""
    if turn.text.strip().lower() in YES:
        consent_given(turn, int(turn.state.data["id"]))
    elif turn.text.strip().lower() in NO:
        stop(turn)
    else:
        return False
    return True


def _ask_name(turn: Turn, row: Row, data: dict[str, object]) -> None:
    turn.state.ask("enrol.name", **data)
    known = turn.person.name or naming.usable(turn.incoming.name)
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


@routes.tap("enrol_as", number)
def name_used(turn: Turn, offering_id: int) -> None:
    """Use the name on the button."""
    data = _data(turn, offering_id)
    known = data.get("known") or turn.person.name or naming.usable(turn.incoming.name)
    if data is turn.state.data and known:
        _named(turn, offering_id, str(known))
    else:
        begin(turn, offering_id)


@routes.tap("enrol_name", number)
def name_asked(turn: Turn, offering_id: int) -> None:
    """Ask for another name."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        card.gone(turn)
        return
    data = _data(turn, offering_id)
    turn.state.ask("enrol.name", **{**data, "id": offering_id, "name": ""})
    turn.reply(turn.say("enrol.name_ask"), courses=(row.code,))


@routes.step("enrol.name")
def name_said(turn: Turn) -> bool:
    """A name in words; what is plainly a question is answered as one."""
    said = " ".join(turn.text.split())
    known = turn.state.data.get("known")
    if known and said.lower() in YES:
        _named(turn, int(turn.state.data["id"]), str(known))
        return True
    if _NOT_A_NAME.search(said):
        return False
    if len(said) > MOST_NAME or not _NAME.fullmatch(said):
        turn.reply(turn.say("enrol.name_bad"))
        return True
    _named(turn, int(turn.state.data["id"]), said)
    return True


def _named(turn: Turn, offering_id: int, name: str) -> None:
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        card.gone(turn)
        return
    data = dict(turn.state.data)
    data["name"] = name
    if not _refused(turn, row):
        _next(turn, row, data)


def _ask_age(turn: Turn, row: Row, data: dict[str, object]) -> None:
    turn.state.ask("enrol.age", **data)
    if row.min_age is not None and row.max_age is not None:
        question = turn.say("enrol.age_between", low=row.min_age, high=row.max_age)
    elif row.min_age is not None:
        question = turn.say("enrol.age_from", low=row.min_age)
    else:
        question = turn.say("enrol.age_to", high=row.max_age)
    turn.reply(
        turn.say("enrol.age", ages=age_words(turn, row), question=question),
        (
            turn.button("enrol.age_yes", f"enrol_age:{row.id}"),
            turn.button("enrol.age_no", f"enrol_noage:{row.id}"),
        ),
        courses=(row.code,),
    )


@routes.tap("enrol_age", number)
def age_confirmed(turn: Turn, offering_id: int) -> None:
    """The age fits; nothing but this yes is kept."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    data = _data(turn, offering_id)
    if row is None:
        card.gone(turn)
    elif data is not turn.state.data:
        begin(turn, offering_id)
    else:
        _next(turn, row, {**data, "age": True})


@routes.tap("enrol_noage", number)
def age_refused(turn: Turn, offering_id: int) -> None:
    """The age does not fit."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    turn.state.settle()
    if row is None:
        card.gone(turn)
        return
    turn.reply(
        turn.say("enrol.age_refused", ages=age_words(turn, row)),
        (turn.button("step.similar", f"similar:{row.id}"), turn.button("step.phone", f"phone:{row.id}")),
        courses=(row.code,),
    )


@routes.step("enrol.age")
def age_said(turn: Turn) -> bool:
    """Yes or no in words."""
    offering_id = int(turn.state.data["id"])
    if turn.text.strip().lower() in YES:
        age_confirmed(turn, offering_id)
    elif turn.text.strip().lower() in NO:
        age_refused(turn, offering_id)
    else:
        return False
    return True


def _ask_last(turn: Turn, row: Row, data: dict[str, object]) -> None:
    turn.state.ask("enrol.last", **data)
    full = classes.seats_left(row) == 0
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


@routes.step("enrol.last")
def last_said(turn: Turn) -> bool:
    """The last word, said."""
    said = turn.text.strip().lower()
    if said in YES or said in {"报名", "确认报名", "确认候补"}:
        confirmed(turn, int(turn.state.data["id"]))
    elif said in NO:
        stop(turn)
    else:
        return False
    return True


@routes.tap("enrol_stop")
def stop(turn: Turn) -> None:
    """Not after all."""
    turn.state.settle()
    turn.reply(
        turn.say("enrol.stopped"), (turn.button("start.browse", "browse"), turn.button("start.mine", "my"))
    )


@routes.tap("enrol_ok", number)
def confirmed(turn: Turn, offering_id: int) -> None:
    """The repeat-back was confirmed: take the seat, or a place in line."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        card.gone(turn)
        return
    data = _data(turn, offering_id)
    if turn.state.step != "enrol.last" or data is not turn.state.data:
        begin(turn, offering_id)  # a second tap, or a button of long ago
        return
    if _refused(turn, row):
        return
    if not consenting.given(turn.tx, turn.person.person_id, "enrolment"):
        _next(turn, row, dict(data))  # the yes was taken back meanwhile
        return
    person = turn.person
    name = str(data["name"])
    joined = seats.join(
        turn.tx,
        turn.town,
        person_id=person.person_id,
        account_id=person.account_id,
        offering_id=offering_id,
        name=name,
        age_confirmed=bool(data.get("age")),
        actor=f"person:{person.person_id}",
        late=_late(turn, row),
    )
    naming.remember(turn.tx, person.person_id, name)
    turn.state.settle()
    if joined.state == "enrolled":
        _tell_enrolled(turn, row, joined)
    elif joined.state == "offered":
        card.show(turn, offering_id)
    else:
        _tell_waiting(turn, row, joined)
    if code := first_recovery_code(turn.tx, turn.town, person.account_id, person.platform):
        turn.reply(turn.say("enrol.recovery", code=code), lasting=True)


def _tell_enrolled(turn: Turn, row: Row, joined: seats.Joined) -> None:
    lines = [
        turn.say("enrol.done", title=row.title, dates=dates_words(turn, row), where=place_words(turn, row))
    ]
    if row.next_start is not None:
        soon = reminded_by_confirmation(turn.now, row.next_start, turn.town.zone)
        lines.append(
            turn.say("enrol.done_tomorrow" if soon else "enrol.done_next", when=moment_words(turn, row))
        )
    web = turn.person.platform == "web"
    lines.append(turn.say("enrol.done_web" if web else "enrol.done_reminders"))
    buttons: list[tuple[Button, ...]] = [
        (turn.button("card.calendar", f"ics:{row.id}"), turn.button("enrol.mine", "my")),
    ]
    if not web:
        buttons.append((turn.button("enrol.no_reminders", f"remind_off:{joined.enrolment_id}"),))
    turn.reply(
        "\n".join(lines),
        *buttons,
        courses=(row.code,),
        lasting=True,
        subject=Subject(enrolment_id=joined.enrolment_id),
    )


def _tell_waiting(turn: Turn, row: Row, joined: seats.Joined) -> None:
    text = turn.say("enrol.done_waiting", title=row.title, position=joined.position)
    if turn.person.platform == "web":
        text = f"{text}\n{turn.say('enrol.done_waiting_web')}"
    turn.reply(
        text,
        (turn.button("enrol.mine", "my"), turn.button("step.similar", f"similar:{row.id}")),
        courses=(row.code,),
        lasting=True,
        subject=Subject(enrolment_id=joined.enrolment_id),
    )


def _data(turn: Turn, offering_id: int) -> dict[str, object]:
    """The dialogue's data when it is about this class, otherwise an empty one."""
    data: dict[str, object] = turn.state.data
    return data if data.get("id") == offering_id else {}
