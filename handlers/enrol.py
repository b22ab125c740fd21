"""Enrolling: gates, the yes, the name, the age, a repeat-back, and only then the seat."""

import re

from handlers import applying, card, enrol_told, find, other
from handlers.enrol_asks import ask_next, crowd_of, data_of, refused
from handlers.prepare import LAST
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import age_words
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes, consenting
from services.audit import record
from services.enrolling import gates, seats
from services.enrolling.refusal import Refused
from services.recovery import first_recovery_code
from services.regex import regex
from services.understanding.normalise import keyed

routes = Routes()
# no to going on, at any of the questions
LEAVES = (
    "不报", "不报了", "先不报", "先不报了", "不想报了", "不想报", "不报名", "不报名了", "退出",
    "我要退出", "不用了", "不弄了", "不需要", "以后再说", "再说吧", "下次吧", "下次再说"
)  # fmt: skip
_OLD_ENOUGH = (
    "在", "在的", "满了", "满", "早满了", "早就满了", "到了", "符合", "够", "够了", "有", "有了"
)  # fmt: skip
_NOT_OF_AGE = (
    "不在", "没满", "没有", "还没", "还没有", "还没满", "不满", "未满", "没到", "不到", "还没到",
    "不够", "不符合", "超了", "超过了"
)  # fmt: skip
# 不报名直接去行吗 is a question first
_UNENROLLED = regex(
    "不用?(?:报名|登记|预约).{0,6}(?:去|来|行|能|可以)|没报名.{0,6}(?:能|可以|行)|直接(?:去|来|过去|过来).{0,6}(?:行|吗|不|可以)"
)
_AGE = re.compile(r"(?:我)?(?:今年|现在|都|已经|有|刚|才)*(\d{1,3})(?:周?岁|了)*")


@routes.tap("enrol", number)
def begin(turn: Turn, offering_id: int) -> None:
    """The first step towards a seat."""
    from handlers import family  # whose questions come back to these

    draft = data_of(turn, offering_id)
    typed = draft.get("name") or draft.get("known")
    crowd = crowd_of(turn, offering_id)
    row = crowd.row if crowd else classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        card.gone(turn)
        return
    turn.state.settle()
    turn.state.focus = offering_id
    if family.diverts(turn, row):
        return
    if not refused(turn, row):
        ask_next(turn, row, {"id": offering_id, **({"known": typed} if typed else {})})


@routes.intent("enrol")
def meant(turn: Turn) -> None:
    """「我要报名」 without naming the class: the one that was talked about last, or one of those shown."""
    asks = _UNENROLLED.search(turn.text) is not None
    if asks:
        turn.reply(turn.say("enrol.needed"))
    if turn.state.step == LAST and asks:  # a question is no yes
        _ask_again(turn)
    elif turn.state.step == LAST:  # said instead of 确认报名
        confirmed(turn, int(turn.state.data["id"]))
    elif turn.state.step == "enrol.age":  # which a wish to enrol does not answer
        _ask_again(turn)
    elif spoken_of := find.in_mind(turn):
        begin(turn, spoken_of)
    elif len(turn.state.shown) == 1:
        begin(turn, turn.state.shown[0])
    elif turn.state.shown:
        turn.keeps_choices = True
        turn.reply(turn.say("enrol.which"))
    else:
        turn.reply(turn.say("enrol.what"), (turn.button("start.browse", "browse"),))


def _ask_again(turn: Turn) -> None:
    """The question that stands, with what was told before it."""
    row = classes.one_class(turn.tx, int(turn.state.data["id"]), turn.now)
    if row is None:
        card.gone(turn)
    else:
        ask_next(turn, row, dict(turn.state.data))


@routes.command("enrol", "报名", "我要报名", "排候补", "登记抽签", "register for the draw")
def said(turn: Turn) -> None:
    """The same as a word alone."""
    meant(turn)


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
    if is_yes(turn.text, "继续", "继续报名", "我同意", "愿意"):
        consent_given(turn, int(turn.state.data["id"]))
    elif is_no(turn.text, *LEAVES, "不愿意", "我不同意"):
        stop(turn)
    else:
        return False
    return True


@routes.tap("enrol_age", number)
def age_confirmed(turn: Turn, offering_id: int) -> None:
    """The age fits; nothing but this yes is kept."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    data = data_of(turn, offering_id)
    if row is None:
        card.gone(turn)
    elif data is not turn.state.data:
        begin(turn, offering_id)
    else:
        ask_next(turn, row, {**data, "age": True})


@routes.tap("enrol_noage", number)
def age_refused(turn: Turn, offering_id: int) -> None:
    """The age does not fit."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        card.gone(turn)
        return
    turn.state.settle()
    turn.reply(
        turn.say("enrol.age_refused", ages=age_words(turn, row)),
        (turn.button("step.similar", f"similar:{row.id}"), turn.button("step.phone", f"phone:{row.id}")),
        courses=(row.code,),
    )


@routes.step("enrol.age")
def age_said(turn: Turn) -> bool:
    """Yes or no in words, or the age itself, which is looked at and not kept."""
    offering_id = int(turn.state.data["id"])
    row = classes.one_class(turn.tx, offering_id, turn.now)
    age = _AGE.fullmatch(keyed(turn.text))
    if age and row is not None:
        fits = (row.min_age or 0) <= int(age[1]) <= (row.max_age or 999)
        (age_confirmed if fits else age_refused)(turn, offering_id)
    elif is_yes(turn.text, *_OLD_ENOUGH):
        age_confirmed(turn, offering_id)
    elif is_no(turn.text, *_NOT_OF_AGE):
        age_refused(turn, offering_id)
    elif is_no(turn.text, *LEAVES):
        stop(turn)
    else:
        return False
    return True


@routes.step(LAST)
def last_said(turn: Turn) -> bool:
    """The last word, said."""
    if is_yes(turn.text, "确认报名", "确认候补", "确认登记", "没错", "正确", "报", "报吧"):
        confirmed(turn, int(turn.state.data["id"]))
    elif is_no(turn.text, *LEAVES):
        stop(turn)
    else:
        from handlers import enrol_name  # which leads back to here

        return enrol_name.put_right(turn)
    return True


@routes.tap("enrol_stop")
def stop(turn: Turn) -> None:
    """Not after all."""
    if other.past(turn, "enrol."):
        return
    turn.state.settle()
    turn.reply(
        turn.say("enrol.stopped"), (turn.button("start.browse", "browse"), turn.button("start.mine", "my"))
    )


@routes.tap("enrol_ok", number)
def confirmed(turn: Turn, offering_id: int) -> None:
    """The repeat-back was confirmed: take the seat, or a place in line."""
    data = data_of(turn, offering_id)
    if turn.state.step != LAST or data is not turn.state.data:
        begin(turn, offering_id)  # a second tap, or a button of long ago
        return
    person = turn.person
    crowd = crowd_of(turn, offering_id)
    row = crowd.row if crowd else _alone(turn, offering_id)
    if row is None:
        card.gone(turn)
        return
    if refused(turn, row):
        return
    if not (crowd.consents(person.person_id) if crowd else _consents(turn)):
        ask_next(turn, row, dict(data))  # the yes was taken back meanwhile
        return
    if (found := applying.window_of(turn, row)) is not None:
        if applying.confirmed(turn, row, found, data):
            _hand_recovery(turn)
        return
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
        locked=crowd.locked(turn.tx) if crowd else None,
        remember=name != person.name,
    )
    if isinstance(joined, Refused):
        enrol_told.refused(turn, row, joined)
        return
    turn.state.settle()
    _tell(turn, row, joined)
    _hand_recovery(turn)


def _alone(turn: Turn, offering_id: int) -> Row:
    """The class, for somebody who comes alone."""
    # the other account of the same person may be confirming another class at this moment
    turn.tx.one(gates.LOCK_PERSON, person_id=turn.person.person_id)
    return classes.one_class(turn.tx, offering_id, turn.now)


def _consents(turn: Turn) -> bool:
    return consenting.given(turn.tx, turn.person.person_id, "enrolment")


def _hand_recovery(turn: Turn) -> None:
    person = turn.person
    if code := first_recovery_code(turn.tx, turn.town, person.account_id, person.platform):
        turn.reply(turn.say("enrol.recovery", code=code), lasting=True)


def _tell(turn: Turn, row: Row, joined: seats.Joined) -> None:
    if joined.state == "enrolled":
        # when and where may have been changed while we waited for the lock of the class
        row = classes.one_class(turn.tx, row.id, turn.now)
        enrol_told.enrolled(turn, row, joined.enrolment_id)
    elif joined.state == "offered":
        card.show(turn, row.id)
    else:
        enrol_told.waiting(turn, row, joined)
