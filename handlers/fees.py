"""缴费: what one owes and has paid; for staff the accounts of a class, tapped at the desk."""

from __future__ import annotations

import re

from handlers import family_said
from handlers.routes import Routes, number
from handlers.turn import Turn
from models.statement import Row
from services import classes, learning, scope
from services.enrolling.refusal import Refused
from services.message import Button
from services.phrases.money import say_fee
from services.running import fees
from services.running.fees import Account

routes = Routes()
PAGE = 20
_AMOUNT = re.compile(r"(?:收|交|缴|已缴)?(\d{1,6})(?:[.．](\d{1,2}))?(?:元|块|块钱)?")


@routes.command("fees", "缴费", "我的缴费", "交费", "fees")
def said(turn: Turn) -> None:
    """One's own accounts; staff are told how to open those of a class."""
    turn.state.settle()
    places = learning.own_places(turn.tx, turn.person.person_id, turn.now)
    lines = [line for place in places if (line := line_of(turn, place.id, titled=True))]
    lines += [
        turn.say("family.of_line", name=one.of.label, line=line)
        for one in family_said.anybody(turn)
        if (line := line_of(turn, one.row.id, titled=True))
    ]
    if lines:
        lines.insert(0, turn.say("fees.own"))
    if scope.units_run(turn.tx, turn.person.person_id):
        _which_class(turn, lines, 0)
    elif lines:
        turn.reply("\n".join(lines))
    else:
        turn.reply(turn.say("fees.none"), (turn.button("enrol.mine", "my"),))


@routes.tap("fees_page", number)
def page(turn: Turn, offset: int) -> None:
    """A later page of the classes that cost something."""
    _which_class(turn, [], offset)


def _which_class(turn: Turn, lines: list[str], offset: int) -> None:
    """For staff: the classes of which a payment may be noted, by a tap or by the code."""
    turn.state.settle()
    rows = list({
        row.id: row
        for path in scope.own_paths(turn.tx, turn.person.person_id, scope.EDITING)
        for row in turn.tx.all(fees.COSTING, path=path, now=turn.now)
    }.values())  # fmt: skip
    buttons: list[tuple[Button, ...]] = [
        (Button(f"{n} {row.title}（{row.code}）", f"fees:{row.id}:0", number=n),)
        for n, row in enumerate(rows[offset : offset + turn.page], offset + 1)
    ]
    if offset + turn.page < len(rows):
        buttons.append((turn.button("search.next", f"fees_page:{offset + turn.page}"),))
    turn.reply("\n".join([*lines, turn.say("fees.staff" if buttons else "fees.staff_none")]), *buttons)


def line_of(turn: Turn, enrolment_id: int, *, titled: bool = False) -> str:
    """What one place costs and how far it is paid; empty where nothing was ever due."""
    account = fees.account_of(turn.tx, turn.town, enrolment_id)
    if account is None or not account.entries:
        return ""
    key = "fees.line_owed" if account.balance > 0 else "fees.line_paid"
    if account.balance < 0:
        key = "fees.line_back"
    elif account.balance == account.due:
        key = "fees.line_unpaid"
    line = turn.say(
        key, due=_yuan(turn, account.due), paid=_yuan(turn, account.paid),
        left=_yuan(turn, abs(account.balance)), off=_off(turn, account),
    )  # fmt: skip
    if not titled:
        return line
    place = turn.tx.one(fees.PLACE, id=enrolment_id)
    row = classes.one_class(turn.tx, place.offering_id, turn.now)
    return turn.say("fees.titled", title=row.title, line=line)


@routes.tap("fees", number, number)
def of_class(turn: Turn, offering_id: int, offset: int) -> None:
    """The accounts of a class, a name each."""
    row = _class(turn, offering_id)
    if row is None:
        return
    turn.state.settle()
    turn.state.at(f"fees:{offering_id}:{offset}")
    accounts = [one for one in fees.accounts_of(turn.tx, turn.town, offering_id) if one.entries]
    if not accounts:
        turn.reply(turn.say("fees.nothing", title=row.title), courses=(row.code,))
        return
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
            "fees.class", title=row.title, code=row.code, paid=_yuan(turn, paid), owed=_yuan(turn, owed)
        ),
        *rows,
        courses=(row.code,),
    )


@routes.tap("fee_of", number)
def one(turn: Turn, enrolment_id: int) -> None:
    """One account with what can be done about it."""
    held = _held(turn, enrolment_id)
    if held is not None:
        _show(turn, *held)


@routes.tap("fee_pay", number, number)
def pay(turn: Turn, enrolment_id: int, fen: int) -> None:
    """已缴: as much as the button said."""
    _pay(turn, enrolment_id, fen, "")


@routes.tap("fee_fund", number)
def fund(turn: Turn, enrolment_id: int) -> None:
    """Another one pays: which fund."""
    held = _held(turn, enrolment_id)
    if held is None:
        return
    turn.state.ask("fees.fund", enrolment=enrolment_id)
    turn.reply(turn.say("fees.which_fund", name=held[1].name), courses=(held[0].code,))


@routes.step("fees.fund")
def fund_said(turn: Turn) -> bool:
    """Its name, typed."""
    enrolment_id = int(turn.state.data["enrolment"])
    turn.state.settle()
    _pay(turn, enrolment_id, None, turn.text)
    return True


@routes.step("fees")
def amount_said(turn: Turn) -> bool:
    """A part of it, typed: 60元."""
    found = _AMOUNT.fullmatch(turn.text.strip())
    if found is None:
        return False
    fen = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
    _pay(turn, int(turn.state.data["enrolment"]), fen, "")
    return True


@routes.tap("fee_off", number)
def off(turn: Turn, enrolment_id: int) -> None:
    """减免: which of the school's discounts."""
    held = _held(turn, enrolment_id)
    if held is None:
        return
    row, account = held
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
    held = _held(turn, enrolment_id)
    if held is None:
        return
    listed = _discounts(turn, held[0])
    if which >= len(listed):
        _show(turn, *held)
        return
    done = fees.waive(turn.tx, turn.town, enrolment_id, listed[which][0], actor=_actor(turn))
    _told(turn, held[0], done, "fees.waived")


@routes.tap("fee_back", number, number)
def back(turn: Turn, enrolment_id: int, fen: int) -> None:
    """退费: given back at the desk."""
    held = _held(turn, enrolment_id)
    if held is not None:
        done = fees.refund(turn.tx, turn.town, enrolment_id, fen, actor=_actor(turn))
        _told(turn, held[0], done, "fees.refunded")


def _pay(turn: Turn, enrolment_id: int, fen: int | None, source: str) -> None:
    held = _held(turn, enrolment_id)
    if held is not None:
        done = fees.pay(turn.tx, turn.town, enrolment_id, fen, actor=_actor(turn), source=source)
        _told(turn, held[0], done, "fees.paid")


def _told(turn: Turn, row: Row, done: Account | Refused, key: str) -> None:
    turn.state.settle()
    if isinstance(done, Refused):
        values = dict(done.values)
        if "fen" in values:
            values["fen"] = _yuan(turn, values["fen"])
        turn.reply(turn.say(f"fees.{done.code}", **values), courses=(row.code,))
        return
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
    buttons = []
    if owed > 0:
        turn.state.ask("fees", enrolment=key)
        buttons += [
            (turn.button("fees.pay", f"fee_pay:{key}:{owed}", fee=_yuan(turn, owed)),),
            (turn.button("fees.off", f"fee_off:{key}"), turn.button("fees.fund", f"fee_fund:{key}")),
        ]
    elif owed < 0:
        buttons.append((turn.button("fees.back", f"fee_back:{key}:{-owed}", fee=_yuan(turn, -owed)),))
    buttons.append((turn.button("fees.on", f"fees:{row.id}:0"),))
    turn.edit(
        turn.say("fees.one", name=account.name, title=row.title, account=_words(turn, account)),
        *buttons,
        courses=(row.code,),
    )


def _words(turn: Turn, account: Account) -> str:
    return turn.say(
        "fees.account" if account.balance >= 0 else "fees.account_back",
        due=_yuan(turn, account.due), off=_off(turn, account), paid=_yuan(turn, account.paid),
        left=_yuan(turn, abs(account.balance)),
    )  # fmt: skip


def _off(turn: Turn, account: Account) -> str:
    if not account.off:
        return ""
    return turn.say("fees.off_words", off=_yuan(turn, account.off), reason=account.reason)


def _label(turn: Turn, n: int, account: Account) -> str:
    key = "fees.label_owed" if account.balance > 0 else "fees.label_paid"
    if account.balance < 0:
        key = "fees.label_back"
    return turn.say(key, n=n, name=account.name, left=_yuan(turn, abs(account.balance)))


def _discounts(turn: Turn, row: Row) -> list[tuple[str, int]]:
    return [*fees.discounts(turn.tx, row.unit_id).items(), (fees.ALL, 100)]


def _held(turn: Turn, enrolment_id: int) -> tuple[Row, Account] | None:
    """An account of a class that one runs, with the class."""
    account = fees.account_of(turn.tx, turn.town, enrolment_id)
    place = turn.tx.one(fees.PLACE, id=enrolment_id)
    row = _class(turn, place.offering_id if place is not None else 0)
    return (row, account) if row is not None and account is not None else None


def _class(turn: Turn, offering_id: int) -> Row:
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None or not scope.acts_for(turn.tx, turn.person.person_id, scope.EDITING, offering_id):
        turn.reply(turn.say("fees.no_role"), (turn.button("enrol.mine", "my"),))
        return None
    return row


def _yuan(turn: Turn, fen: int) -> str:
    """An amount, also none at all: 0元 is not 免费 here."""
    return say_fee(fen, turn.lang) if fen else turn.say("fees.zero")


def _actor(turn: Turn) -> str:
    return f"person:{turn.person.person_id}"
