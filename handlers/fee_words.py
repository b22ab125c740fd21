"""What a place costs and how far it is paid, in words."""

from __future__ import annotations

from handlers.turn import Turn
from models.statement import Row
from services import classes
from services.phrases.money import say_fee
from services.running import fee_rules, fees
from services.running.fees import Account


def line_of(turn: Turn, enrolment_id: int, *, titled: bool = False) -> str:
    """What one place costs and how far it is paid; empty where nothing was due, or is settled and left."""
    account = fees.account_of(turn.tx, turn.town, enrolment_id)
    if account is None or not account.entries:
        return ""
    left = account.state == "withdrawn"
    if left and not account.balance:
        return ""
    key = "fees.line_owed" if account.balance > 0 else "fees.line_paid"
    if left:
        key = "fees.left_owed" if account.balance > 0 else "fees.left_back"
    elif account.balance < 0:
        key = "fees.line_back"
    elif account.balance == account.due:
        key = "fees.line_unpaid"
    line = turn.say(
        key, due=yuan(turn, account.due), paid=yuan(turn, account.paid),
        left=yuan(turn, abs(account.balance)), off=off_words(turn, account),
    )  # fmt: skip
    if not titled:
        return line
    place = turn.tx.one(fees.PLACE, id=enrolment_id)
    row = classes.one_class(turn.tx, place.offering_id, turn.now)
    return turn.say("fees.titled", title=row.title, line=line)


def with_fee(turn: Turn, text: str, row: Row, mine: Row, *, left: bool = False) -> str:
    """What is said about leaving a class, with what it means for the fee before it, or has meant."""
    if not row.fee_fen or mine.state != "enrolled":
        return text
    line = line_of(turn, mine.id) if left else _before_leaving(turn, mine.id)
    return f"{text}\n{line}" if line else text


def _before_leaving(turn: Turn, enrolment_id: int) -> str:
    """How much of what was paid is given back to who leaves now; empty where nothing was due."""
    account = fees.account_of(turn.tx, turn.town, enrolment_id)
    place = turn.tx.one(fees.PLACE, id=enrolment_id)
    if account is None or account.due <= account.off:
        return ""
    rules = fee_rules.refunds(turn.tx, place.unit_id)
    percent = fee_rules.refund_percent(rules, place.first_start, turn.now)
    if account.paid <= account.refunded:
        return "" if percent == 100 else turn.say("fees.leaving_owed", percent=100 - percent)
    key = {100: "fees.leaving_all", 0: "fees.leaving_none"}.get(percent, "fees.leaving")
    return turn.say(key, percent=percent)


def off_words(turn: Turn, account: Account) -> str:
    """What was taken off and why, or nothing."""
    if not account.off:
        return ""
    return turn.say("fees.off_words", off=yuan(turn, account.off), reason=account.reason)


def yuan(turn: Turn, fen: int) -> str:
    """An amount, also none at all: 0元 is not 免费 here."""
    return say_fee(fen, turn.lang) if fen else turn.say("fees.zero")
