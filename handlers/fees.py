"""缴费 at the desk: the accounts of a class, tapped or typed: paid, reduced, paid by a fund, given back."""

from __future__ import annotations

import re
import unicodedata

from handlers import other
from handlers.fee_words import off_words, yuan
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes, scope
from services.enrolling.refusal import Refused
from services.message import Button
from services.running import fee_rules, fees
from services.running.fees import Account
from services.understanding.numbers import NUMBER, read_number

routes = Routes()
PAGE = 20
MOST_FUND = 20
LEAVES = ("不缴", "不缴了", "先不", "不用了", "算了", "没有")
_AMOUNT = re.compile(
    rf"(?:已|先|只|又)?(?:收|交|缴|付)?了? ?¥?({NUMBER}) ?(?:元|块|块钱|元钱|yuan|rmb)?", re.IGNORECASE
)
_ALL_OF_IT = re.compile(r"(?:已|都|全)*(?:交|缴|付|收)(?:清|齐|完)?了?|paid", re.IGNORECASE)
_MONEY = re.compile(r"[元块钱]|^-?\d")


@routes.tap("fees", number, number)
def of_class(turn: Turn, offering_id: int, offset: int) -> None:
    """The accounts of a class, a name each."""
    row = _class(turn, offering_id)
    if row is None:
        return
    turn.state.settle()
    turn.state.at(f"fees:{offering_id}:{offset}")
    accounts = _accounts(turn, offering_id)
    if not accounts:
        turn.reply(turn.say("fees.nothing", title=row.title), courses=(row.code,))
        return
    turn.state.ask("fees.class", id=offering_id)
    size = 3 if turn.person.big else PAGE
    offset = offset if offset < len(accounts) else 0
    owed = sum(max(0, one.balance) for one in accounts)
    paid = sum(one.paid - one.refunded for one in accounts)
    rows = [
        (Button(_label(turn, n, one), f"fee_of:{one.enrolment_id}", number=n),)
        for n, one in enumerate(accounts[offset : offset + size], offset + 1)
    ]
    if offset + size < len(accounts):
        rows.append((turn.button("roll.next", f"fees:{offering_id}:{offset + size}"),))
    turn.edit(
        turn.say(
            "fees.class",
            title=row.title,
            code=row.code,
            paid=yuan(turn, paid),
            owed=yuan(turn, owed),
            one=accounts[0].name,
        ),
        *rows,
        courses=(row.code,),
    )


def _accounts(turn: Turn, offering_id: int) -> list[Account]:
    return [one for one in fees.accounts_of(turn.tx, turn.town, offering_id) if one.entries]


@routes.step("fees.class")
def named(turn: Turn) -> bool:
    """王秀兰, 王秀兰交了60元: the desk types the name instead of looking for its button."""
    said = unicodedata.normalize("NFKC", turn.text).strip().rstrip("。.！!")
    accounts = _accounts(turn, int(turn.state.data["id"]))
    found = [one for one in accounts if said.startswith(one.name)]
    longest = max((len(one.name) for one in found), default=0)
    found = [one for one in found if len(one.name) == longest]
    if not found:
        return False
    rest = said[longest:].strip(" ,，:：")
    amount = _AMOUNT.fullmatch(rest) if rest else None
    yuan_said = read_number(amount[1]) if amount is not None else None
    if len(found) > 1:
        turn.keeps_choices = True
        turn.reply(turn.say("fees.namesakes", name=found[0].name))
    elif not rest:
        one(turn, found[0].enrolment_id)
    elif yuan_said:
        _pay(turn, found[0].enrolment_id, round(yuan_said * 100), "")
    elif _ALL_OF_IT.fullmatch(rest):
        _pay(turn, found[0].enrolment_id, None, "")
    else:
        return False
    return True


@routes.tap("fee_of", number)
def one(turn: Turn, enrolment_id: int) -> None:
    """One account with what can be done about it."""
    found = held(turn, enrolment_id)
    if found is not None:
        _show(turn, *found)


@routes.tap("fee_pay", number, number)
def pay(turn: Turn, enrolment_id: int, fen: int) -> None:
    """已缴: as much as the button said."""
    _pay(turn, enrolment_id, fen, "")


@routes.tap("fee_fund", number)
def fund(turn: Turn, enrolment_id: int) -> None:
    """Another one pays: which fund."""
    found = held(turn, enrolment_id)
    if found is None:
        return
    turn.state.ask("fees.fund", enrolment=enrolment_id)
    turn.reply(
        turn.say("fees.which_fund", name=found[1].name),
        (turn.button("fees.not_fund", f"fee_of:{enrolment_id}"),),
        courses=(found[0].code,),
    )


@routes.step("fees.fund")
def fund_said(turn: Turn) -> bool:
    """Its name, typed; neither a yes nor a no is one."""
    enrolment_id, said = int(turn.state.data["enrolment"]), " ".join(turn.text.split())
    if is_no(said, *LEAVES):
        one(turn, enrolment_id)
    elif is_yes(said) or not 2 <= len(said) <= MOST_FUND or not re.search(r"[^\W\d_]", said):
        turn.keeps_choices = True
        turn.reply(turn.say("fees.fund_bad", most=MOST_FUND))
    else:
        turn.state.settle()
        _pay(turn, enrolment_id, None, said)
    return True


@routes.step("fees")
def amount_said(turn: Turn) -> bool:
    """A part of it, typed: 60元, 六十块."""
    said, enrolment_id = unicodedata.normalize("NFKC", turn.text).strip(), int(turn.state.data["enrolment"])
    amount = _AMOUNT.fullmatch(said)
    yuan_said = read_number(amount[1]) if amount is not None else None
    if yuan_said:
        _pay(turn, enrolment_id, round(yuan_said * 100), "")
    elif is_no(said, *LEAVES):
        found = held(turn, enrolment_id)
        if found is not None:
            of_class(turn, found[0].id, 0)
    elif (which := _discount_said(turn, enrolment_id, said)) is not None:
        waive(turn, enrolment_id, which)
    elif amount is not None or _MONEY.search(said):
        turn.keeps_choices = True
        turn.reply(turn.say("fees.amount_bad"))
    else:
        return False
    return True


@routes.tap("fee_off", number)
def off(turn: Turn, enrolment_id: int) -> None:
    """减免: which of the school's discounts."""
    found = held(turn, enrolment_id)
    if found is None:
        return
    row, account = found
    turn.state.ask("fees", enrolment=enrolment_id)  # the discount may be typed
    turn.reply(
        turn.say("fees.which_off", name=account.name),
        *(
            (
                Button(
                    turn.say("fees.off_item", reason=name, percent=percent), f"fee_waive:{enrolment_id}:{n}"
                ),
            )
            for n, (name, percent) in enumerate(_discounts(turn, row))
        ),
        courses=(row.code,),
    )


@routes.tap("fee_waive", number, number)
def waive(turn: Turn, enrolment_id: int, which: int) -> None:
    """The discount is granted, if it is the greatest."""
    found = held(turn, enrolment_id)
    if found is None:
        return
    listed = _discounts(turn, found[0])
    if which >= len(listed):
        _show(turn, *found)
        return
    done = fees.waive(turn.tx, turn.town, enrolment_id, listed[which][0], actor=_actor(turn))
    told(turn, found[0], done, "fees.waived")


@routes.tap("fee_back", number, number)
def back(turn: Turn, enrolment_id: int, fen: int) -> None:
    """退费: given back at the desk."""
    found = held(turn, enrolment_id)
    if found is not None:
        done = fees.refund(turn.tx, turn.town, enrolment_id, fen, actor=_actor(turn))
        told(turn, found[0], done, "fees.refunded")


def _pay(turn: Turn, enrolment_id: int, fen: int | None, source: str) -> None:
    found = held(turn, enrolment_id)
    if found is not None:
        done = fees.pay(turn.tx, turn.town, enrolment_id, fen, actor=_actor(turn), source=source)
        told(turn, found[0], done, "fees.paid")


def told(turn: Turn, row: Row, done: Account | Refused, key: str) -> None:
    """What now holds, or why nothing was noted."""
    if isinstance(done, Refused):
        values = dict(done.values)
        if "fen" in values:
            values["fen"] = yuan(turn, values["fen"])
        turn.keeps_choices = turn.state.step in ("fees", "fees.class")  # another amount may be typed
        turn.reply(turn.say(f"fees.{done.code}", **values), courses=(row.code,))
        return
    turn.state.settle()
    turn.edit(
        turn.say(key, name=done.name, account=_words(turn, done)),
        (
            turn.button("fees.on", f"fees:{row.id}:0"),
            turn.button("fees.again", f"fee_of:{done.enrolment_id}"),
        ),
        courses=(row.code,),
        lasting=True,
    )


def _show(turn: Turn, row: Row, account: Account) -> None:
    key, owed = account.enrolment_id, account.balance
    turn.state.at(f"fee_of:{key}")
    buttons: list[tuple[Button, ...]] = []
    text = turn.say("fees.one", name=account.name, title=row.title, account=_words(turn, account))
    if owed > 0:
        text = f"{text}\n{turn.say('fees.in_part')}"
        turn.state.ask("fees", enrolment=key)
        buttons += [
            (turn.button("fees.pay", f"fee_pay:{key}:{owed}", fee=yuan(turn, owed)),),
            (turn.button("fees.off", f"fee_off:{key}"), turn.button("fees.fund", f"fee_fund:{key}")),
        ]
    elif owed < 0:
        buttons.append((turn.button("fees.back", f"fee_back:{key}:{-owed}", fee=yuan(turn, -owed)),))
    wrong = (turn.button("fees.wrong", f"fee_wrong:{key}"),) if account.last is not None else ()
    buttons.append((*wrong, turn.button("fees.on", f"fees:{row.id}:0")))
    turn.edit(text, *buttons, courses=(row.code,))


def _words(turn: Turn, account: Account) -> str:
    return turn.say(
        "fees.account" if account.balance >= 0 else "fees.account_back",
        due=yuan(turn, account.due), off=off_words(turn, account),
        paid=yuan(turn, account.paid - account.refunded),
        left=yuan(turn, abs(account.balance)),
    )  # fmt: skip


def _label(turn: Turn, n: int, account: Account) -> str:
    key = "fees.label_owed" if account.balance > 0 else "fees.label_paid"
    if account.balance < 0:
        key = "fees.label_back"
    return turn.say(key, n=n, name=account.name, left=yuan(turn, abs(account.balance)))


def _discounts(turn: Turn, row: Row) -> list[tuple[str, int]]:
    return [*fee_rules.discounts(turn.tx, row.unit_id).items(), (fees.ALL, 100)]


def _discount_said(turn: Turn, enrolment_id: int, said: str) -> int | None:
    """Which of the discounts is named."""
    found = held(turn, enrolment_id)
    names = [name for name, _ in _discounts(turn, found[0])] if found is not None else []
    return names.index(said) if said in names else None


def held(turn: Turn, enrolment_id: int) -> tuple[Row, Account] | None:
    """An account of a class that one runs, with the class."""
    account = fees.account_of(turn.tx, turn.town, enrolment_id)
    place = turn.tx.one(fees.PLACE, id=enrolment_id)
    row = _class(turn, place.offering_id if place is not None else 0)
    return (row, account) if row is not None and account is not None else None


def _class(turn: Turn, offering_id: int) -> Row:
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None or not scope.acts_for(turn.tx, turn.person.person_id, scope.EDITING, offering_id):
        other.stale(turn, turn.say("fees.no_role"), turn.button("enrol.mine", "my"))
        return None
    return row


def _actor(turn: Turn) -> str:
    return f"person:{turn.person.person_id}"
