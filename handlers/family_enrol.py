"""Enrolling somebody else, or several together: what is missing is asked, read back, and only then done."""

import re

from handlers import applying, card, family_told, other
from handlers.enrol_name import judged
from handlers.family_asks import again, ask_next, party_of, refused
from handlers.family_words import GROWN
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import age_words
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes, consenting, naming
from services.audit import record
from services.enrolling import gates
from services.enrolling.refusal import Refused
from services.enrolling.together import Seeker, join_together
from services.family import acts, gating, people
from services.family.people import Learner
from services.understanding.normalise import keyed
from services.understanding.numbers import read_int
from services.windows import applying as asking
from services.windows.reading import Window

routes = Routes()
LEAVES = ("不报", "不报了", "先不报", "先不报了", "不想报了", "不用了", "以后再说", "再说吧", "退出")
_AGE = re.compile(
    r"(?:他|她|今年|现在|都|已经|有|刚|才|(?:he|she)(?:is|'s)?)*(\d{1,3}|[一二三四五六七八九十]{1,3})"
    r"(?:周?岁|了|yearsold|years)*"
)


@routes.tap("fam_own")
def own_yes(turn: Turn) -> None:
    """One's own yes to one's name and records being kept."""
    if turn.state.step != "family.own":
        other.stale(turn)
        return
    who = f"person:{turn.person.person_id}"
    consenting.give(turn.tx, turn.person.person_id, "enrolment", turn.person.platform, turn.now)
    record(turn.tx, turn.now, who, "consent", who, "enrolment")
    again(turn)


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


@routes.tap("fam_name")
def name_tapped(turn: Turn) -> None:
    """The name on the button."""
    if turn.state.step != "family.name" or not turn.state.data.get("known"):
        other.stale(turn)
        return
    turn.state.data["me"] = turn.state.data["known"]
    again(turn)


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
    again(turn)
    return True


@routes.tap("fam_age")
def age_confirmed(turn: Turn) -> None:
    """The age fits; nothing but this yes is kept."""
    data = turn.state.data
    if turn.state.step != "family.age":
        other.stale(turn)
        return
    data["ages"] = [*data.get("ages", []), data.pop("asking")]
    again(turn)


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


@routes.step("family.last")
def last_said(turn: Turn) -> bool:
    """The last word, said."""
    if is_yes(turn.text, "确认报名", "确认候补", "没错", "正确", "报", "报吧"):
        confirmed(turn, int(turn.state.data["id"]))
    elif is_no(turn.text, *LEAVES):
        stop(turn)
    elif _age_fits(turn):  # told though nobody asked: the question stands
        again(turn)
    else:
        return False
    return True


def _age_fits(turn: Turn) -> bool:
    """Whether the text is an age, and one that the class is for."""
    found = _AGE.fullmatch(keyed(turn.text))
    age = read_int(found[1]) if found else None
    row = classes.one_class(turn.tx, int(turn.state.data["id"]), turn.now) if age else None
    return age is not None and row is not None and (row.min_age or 0) <= age <= (row.max_age or 999)


@routes.tap("fam_stop")
def stop(turn: Turn) -> None:
    """Not after all."""
    if other.past(turn, "family."):
        return
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
        other.stale(turn, turn.say("family.past"), turn.button("enrol.mine", "my"))
        return
    ids = [int(one) for one in data["for"]]
    for person_id in sorted({me, *ids}):  # nobody's other account confirms another class meanwhile
        turn.tx.one(gates.LOCK_PERSON, person_id=person_id)
    row = classes.one_class(turn.tx, offering_id, turn.now)
    party = party_of(turn, ids)
    if row is None or not party:
        turn.state.settle()
        other.stale(turn)
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
    if (found := applying.window_of(turn, row)) is not None and party[0].kind == "child":
        _apply(turn, row, found, party[0], data, name)
        return
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


def _apply(turn: Turn, row: Row, found: Window, one: Learner, data: dict[str, object], name: str) -> None:
    """Ask for a place for a child, under the guardian's account."""
    seeker = _seeker(turn, row, one, data)
    made = asking.apply(
        turn.tx, turn.town, found, person_id=one.person_id, account_id=turn.person.account_id,
        offering_id=row.id, name=one.name, age_confirmed=seeker.age_confirmed, verified=turn.person.verified,
        actor=f"person:{turn.person.person_id}",
    )  # fmt: skip
    if isinstance(made, Refused):
        family_told.refused(turn, row, made, one)
        return
    turn.state.settle()
    turn.state.acting = {}
    applying.tell(turn, row, found, made, family_told.by_words(turn, [one], name))
    family_told.hand_recovery(turn)


def _seeker(turn: Turn, row: Row, one: Learner, data: dict[str, object]) -> Seeker:
    ages = data.get("ages", [])
    assert isinstance(ages, list)
    own = people.account_of(turn.tx, one.person_id) if one.kind == "grown" else None
    name = turn.person.name if one.kind == "self" else _listed(turn, one)
    confirmed = one.person_id in ages or (gates.asks_age(row) and gating.age_is_sure(row, one))
    return Seeker(one.person_id, own or turn.person.account_id, name, confirmed)


def _listed(turn: Turn, one: Learner) -> str:
    """How a class list names somebody: 李静的妈妈 where nothing but 妈妈 is known, for the teacher's sake."""
    plain = one.kind == "grown" and (
        re.fullmatch(GROWN, one.name) or one.name in (turn.say(key) for key in acts.CALLS)
    )
    told = turn.say("family.listed", actor=turn.person.name, name=one.name) if plain else one.name
    return told if naming.fits(told) else one.name


@routes.tap("fam_again")
def asked_again(turn: Turn) -> None:
    """The question that stood while something was looked up beside it."""
    if turn.state.step == "family.consent":
        from handlers import family_child  # which leads to here

        family_child.ask_again(turn)
    elif turn.state.step.startswith("family.") and turn.state.data.get("for"):
        again(turn)
    else:
        other.stale(turn)
