"""Enrolling somebody else, or several together: what is missing is asked, read back, and only then done."""

import re

from handlers import card, family_told
from handlers.enrol_name import judged
from handlers.family_words import here
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import age_words, dates_words, fee_line, place_words
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes, consenting, naming
from services.audit import record
from services.enrolling import gates, groups, seats
from services.enrolling.refusal import Refused
from services.enrolling.together import Seeker, join_together
from services.family import acts, gating, people
from services.family.people import Learner
from services.understanding.normalise import keyed
from services.understanding.numbers import read_int

routes = Routes()
LEAVES = ("不报", "不报了", "先不报", "先不报了", "不想报了", "不用了", "以后再说", "再说吧", "退出")
MOST_TOGETHER = 8
_AGE = re.compile(r"(?:他|她|今年|现在|都|已经|有|刚|才)*(\d{1,3}|[一二三四五六七八九十]{1,3})(?:周?岁|了)*")


def begin(turn: Turn, offering_id: int, ids: list[int]) -> None:
    """The first step for these people (one's own id is oneself); 0: the class comes later."""
    party = _party(turn, ids)
    if not party or len(party) > MOST_TOGETHER:
        turn.reply(turn.say("other.stale"))
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


def _party(turn: Turn, ids: list[int]) -> list[Learner]:
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
            turn.tx, turn.town, row, one, actor_id=turn.person.person_id, verified=turn.person.verified
        )
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
    else:
        _ask_last(turn, row, party, data)


def _ask_own_yes(turn: Turn, row: Row, party: list[Learner], data: dict[str, object]) -> None:
    turn.state.ask("family.own", **data)
    text = turn.say("family.own_consent", name=names_of(turn, [p for p in party if p.kind != "self"]))
    if turn.person.platform == "telegram":
        text = f"{text}\n{turn.say('enrol.consent_abroad')}"
    turn.reply(
        text,
        (turn.button("enrol.consent_yes", "fam_own"),),
        (turn.button("enrol.consent_no", "fam_stop"), turn.button("start.privacy", "privacy")),
        courses=(row.code,),
    )


@routes.tap("fam_own")
def own_yes(turn: Turn) -> None:
    """One's own yes to one's name and records being kept."""
    if turn.state.step != "family.own":
        turn.reply(turn.say("other.stale"))
        return
    who = f"person:{turn.person.person_id}"
    consenting.give(turn.tx, turn.person.person_id, "enrolment", turn.person.platform, turn.now)
    record(turn.tx, turn.now, who, "consent", who, "enrolment")
    _again(turn)


@routes.step("family.own")
def own_yes_said(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "继续", "继续报名", "我同意", "愿意"):
        own_yes(turn)
    elif is_no(turn.text, *LEAVES, "不愿意", "我不同意"):
        stop(turn)
    else:
        return False
    return True


def _ask_name(turn: Turn, data: dict[str, object]) -> None:
    turn.state.ask("family.name", **data)
    known = naming.usable(turn.incoming.name)
    turn.state.data["known"] = known
    rows = ((turn.button("enrol.name_use", "fam_name", name=known),),) if known else ()
    turn.reply(turn.say("family.name"), *rows)


@routes.tap("fam_name")
def name_tapped(turn: Turn) -> None:
    """The name on the button."""
    if turn.state.step != "family.name" or not turn.state.data.get("known"):
        turn.reply(turn.say("other.stale"))
        return
    turn.state.data["me"] = turn.state.data["known"]
    _again(turn)


@routes.step("family.name")
def name_said(turn: Turn) -> bool:
    """A name in words; whatever is plainly something else is answered as that."""
    name, told = naming.said_name(turn.text)
    if is_no(turn.text, *LEAVES):
        stop(turn)
        return True
    if is_yes(turn.text) and turn.state.data.get("known"):
        name_tapped(turn)
        return True
    if judged(turn, name, told) == "other":
        return False
    if not naming.fits(name):
        turn.reply(turn.say("enrol.name_bad"))
        return True
    turn.state.data["me"] = name
    _again(turn)
    return True


def _ask_age(turn: Turn, row: Row, one: Learner, data: dict[str, object]) -> None:
    turn.state.ask("family.age", **{**data, "asking": one.person_id})
    name = one.label if one.kind != "self" else turn.say("family.you")
    turn.reply(
        turn.say("family.age", name=name, ages=age_words(turn, row)),
        (turn.button("family.age_yes", "fam_age"), turn.button("family.age_no", "fam_noage")),
        courses=(row.code,),
    )


@routes.tap("fam_age")
def age_confirmed(turn: Turn) -> None:
    """The age fits; nothing but this yes is kept."""
    data = turn.state.data
    if turn.state.step != "family.age":
        turn.reply(turn.say("other.stale"))
        return
    data["ages"] = [*data.get("ages", []), data.pop("asking")]
    _again(turn)


@routes.tap("fam_noage")
def age_refused(turn: Turn) -> None:
    """The age does not fit."""
    row = classes.one_class(turn.tx, int(turn.state.data.get("id", 0)), turn.now)
    one = people.learner(turn.tx, turn.person.person_id, int(turn.state.data.get("asking", 0)))
    turn.state.settle()
    if row is None:
        card.gone(turn)
    else:
        name = one.label if one else turn.say("family.you")
        turn.reply(
            turn.say("family.age_refused", name=name, ages=age_words(turn, row)),
            (turn.button("step.similar", f"similar:{row.id}"), turn.button("step.phone", f"phone:{row.id}")),
            courses=(row.code,),
        )


@routes.step("family.age")
def age_said(turn: Turn) -> bool:
    """Yes or no in words, or the age itself, which is looked at and not kept."""
    row = classes.one_class(turn.tx, int(turn.state.data["id"]), turn.now)
    found = _AGE.fullmatch(keyed(turn.text))
    age = read_int(found[1]) if found else None
    if age is not None and row is not None:
        fits = (row.min_age or 0) <= age <= (row.max_age or 999)
        (age_confirmed if fits else age_refused)(turn)
    elif is_yes(turn.text, "在", "符合", "够了", "满了", "有"):
        age_confirmed(turn)
    elif is_no(turn.text, "不在", "没有", "没满", "还没", "不符合", "不够"):
        age_refused(turn)
    elif is_no(turn.text, *LEAVES):
        stop(turn)
    else:
        return False
    return True


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


@routes.step("family.last")
def last_said(turn: Turn) -> bool:
    """The last word, said."""
    if is_yes(turn.text, "确认报名", "确认候补", "没错", "正确", "报", "报吧"):
        confirmed(turn, int(turn.state.data["id"]))
    elif is_no(turn.text, *LEAVES):
        stop(turn)
    else:
        return False
    return True


@routes.tap("fam_stop")
def stop(turn: Turn) -> None:
    """Not after all."""
    turn.state.settle()
    turn.state.acting = {}
    turn.reply(
        turn.say("enrol.stopped"), (turn.button("start.browse", "browse"), turn.button("start.mine", "my"))
    )


@routes.tap("fam_ok", number)
def confirmed(turn: Turn, offering_id: int) -> None:
    """The repeat-back was confirmed: take the seats, or a place in line for all of them."""
    data, me = turn.state.data, turn.person.person_id
    if turn.state.step != "family.last" or data.get("id") != offering_id:
        turn.reply(turn.say("other.stale"), (turn.button("enrol.mine", "my"),))
        return
    ids = [int(one) for one in data["for"]]
    for person_id in sorted({me, *ids}):  # nobody's other account confirms another class meanwhile
        turn.tx.one(gates.LOCK_PERSON, person_id=person_id)
    row = classes.one_class(turn.tx, offering_id, turn.now)
    party = _party(turn, ids)
    if row is None or not party:
        turn.state.settle()
        turn.reply(turn.say("other.stale"), (turn.button("enrol.mine", "my"),))
        return
    if refused(turn, row, party):
        return
    if not consenting.given(turn.tx, me, "enrolment"):
        ask_next(turn, row, party, dict(data))
        return
    name = str(data.get("me") or turn.person.name)
    if name != turn.person.name:
        naming.remember(turn.tx, me, name)
        turn.person.name = name
    joined = join_together(
        turn.tx, turn.town, [_seeker(turn, row, one, data) for one in party], offering_id=offering_id,
        actor=f"person:{me}",
    )  # fmt: skip
    if isinstance(joined, Refused):
        family_told.refused(turn, row, joined, party[0])
        return
    others = [(one, place) for one, place in zip(party, joined, strict=True) if one.kind != "self"]
    acts.note(turn.tx, turn.town, [place.enrolment_id for _, place in others], me, name)
    turn.state.settle()
    turn.state.acting = {}
    family_told.done(turn, row, party, joined, name)


def _seeker(turn: Turn, row: Row, one: Learner, data: dict[str, object]) -> Seeker:
    ages = data.get("ages", [])
    assert isinstance(ages, list)
    own = people.account_of(turn.tx, one.person_id) if one.kind == "grown" else None
    name = turn.person.name if one.kind == "self" else one.name
    confirmed = one.person_id in ages or (gates.asks_age(row) and gating.age_is_sure(row, one))
    return Seeker(one.person_id, own or turn.person.account_id, name, confirmed)


@routes.tap("fam_again")
def asked_again(turn: Turn) -> None:
    """The question that stood while something was looked up beside it."""
    if turn.state.step == "family.consent":
        from handlers import family_child  # which leads to here

        family_child.ask_again(turn)
    elif turn.state.step.startswith("family.") and turn.state.data.get("for"):
        _again(turn)
    else:
        turn.reply(turn.say("other.stale"))


def _again(turn: Turn) -> None:
    """Go on with the next question."""
    data = dict(turn.state.data)
    data.pop("known", None)
    row = classes.one_class(turn.tx, int(data["id"]), turn.now)
    party = _party(turn, [int(one) for one in data["for"]])
    if row is None or not party:
        turn.state.settle()
        card.gone(turn)
    elif not refused(turn, row, party):
        ask_next(turn, row, party, data)
