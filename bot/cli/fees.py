"""`doorstep fees CODE`, `doorstep fees pay|waive|refund|take-back CODE --person …`, `doorstep fees rules`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.base import CliError, actor, house, new_app, nobody
from bot.cli.classes import AsJson, By, Code, class_of, in_chinese
from bot.cli.roles import Unit
from models.store import work_now

if TYPE_CHECKING:
    from models.statement import Tx
    from services.enrolling.refusal import Refused
    from services.running.fees import Account
    from services.town import Town

_own = new_app(
    "Show the fees (学费) of a class: `fees CODE`; note them: `fees pay|waive|refund|take-back|rules`."
)
VERBS = ("list", "pay", "waive", "refund", "take-back", "rules")

Person = Annotated[str, typer.Option("--person", metavar="PLATFORM:ACCOUNT")]
Amount = Annotated[str | None, typer.Option("--amount", metavar="YUAN", help="all of it where left out")]
Source = Annotated[
    str, typer.Option("--source", help="the fund that pays (经费), where it is not the person")
]


def app(args: list[str], prog_name: str) -> None:
    """`fees CODE` is `fees list CODE`."""
    first = next((one for one in args if not one.startswith("-")), "")
    _own(
        args=args if first in VERBS or "--help" in args or not args else ["list", *args], prog_name=prog_name
    )


@_own.command("list", help="The accounts of a class: due, taken off, paid, given back, still owed.")
def list_(code: Code, as_json: AsJson = False) -> None:
    """Print them in the order of enrolment."""
    from services.running.fees import accounts_of

    with house() as made:
        found = work_now(made.store, lambda tx: accounts_of(tx, made.town, class_of(tx, made.town, code).id))
    lines = [_described(one) for one in found if one.entries]
    if as_json:
        print(json.dumps(lines, ensure_ascii=False, indent=1))
        return
    for one in lines:
        reason = f"（{one['reason']}）" if one["reason"] else ""
        print(
            f"{one['name']}  应缴{one['due']}  减免{one['off']}{reason}  已缴{one['paid']}"
            f"  已退{one['refunded']}  还差{one['balance']}"
        )
    if not lines:
        print(f"Nobody owes a fee for {code} (没有要缴的).")


@_own.command(help="Note what a person paid at the desk, or a fund for them.")
def pay(
    code: Code, person: Person, amount: Amount = None, source: Source = "", as_json: AsJson = False,
    by: By = None,
) -> None:  # fmt: skip
    """Print the account that then holds."""
    from services.running import fees

    fen = _fen(amount)
    _done(
        code,
        person,
        lambda tx, town, at: fees.pay(tx, town, at, fen, actor=actor(by), source=source),
        as_json,
    )


@_own.command(
    help="Grant a discount of the school's list, or the whole fee (全免); only the greatest counts."
)
def waive(
    code: Code,
    person: Person,
    reason: Annotated[str, typer.Option("--reason", help="the discount's name, or 全免")] = "全免",
    source: Source = "",
    as_json: AsJson = False,
    by: By = None,
) -> None:
    """Print the account that then holds."""
    from services.running import fees

    _done(
        code, person,
        lambda tx, town, at: fees.waive(tx, town, at, reason, actor=actor(by), source=source), as_json,
    )  # fmt: skip


@_own.command(help="Note what was given back at the desk.")
def refund(code: Code, person: Person, amount: Amount = None, as_json: AsJson = False, by: By = None) -> None:
    """Print the account that then holds."""
    from services.running import fees

    fen = _fen(amount)
    _done(code, person, lambda tx, town, at: fees.refund(tx, town, at, fen, actor=actor(by)), as_json)


@_own.command(
    "take-back", help="Take back (记错了) what was noted last at the desk; the former entry stays beside it."
)
def take_back(
    code: Code,
    person: Person,
    reason: Annotated[str, typer.Option("--reason", help="why it was wrong, kept with the entry (原因)")],
    as_json: AsJson = False,
    by: By = None,
) -> None:
    """Print the account that then holds."""
    from services.enrolling.refusal import Refused
    from services.running import fees

    if not reason.strip():
        raise CliError("--reason must say why it was wrong, such as 记错人了")

    def last(tx: Tx, town: Town, at: int) -> Account | Refused:
        held = fees.account_of(tx, town, at)
        if held is None or held.last is None:
            return Refused("fee_nothing_noted")
        return fees.take_back(tx, town, at, held.last.id, reason, actor=actor(by))

    _done(code, person, last, as_json)


@_own.command(help="Show or set a unit's refund schedule by week (100/70/0) and its discounts.")
def rules(
    unit: Unit,
    refunds: Annotated[
        str | None, typer.Option("--refund", metavar="100/70/0", help="before, week 1, …")
    ] = None,
    discount: Annotated[list[str] | None, typer.Option("--discount", metavar="NAME=PERCENT")] = None,
    as_json: AsJson = False,
    by: By = None,
) -> None:
    """Print what then holds."""
    from services.roles import UNIT
    from services.running import fee_rules

    schedule = _schedule(refunds) if refunds else []
    named = [_discount(one) for one in discount or []]
    with house() as made:

        def work(tx: Tx) -> dict[str, Any]:
            row = tx.one(UNIT, unit_code=unit)
            if row is None:
                raise CliError(
                    f"there is no unit (机构) {unit!r}; `doorstep import units FILE` brings units in"
                )
            if schedule:
                fee_rules.drop_rules(tx, made.town, unit, "refund", actor=actor(by))
            for week, percent in enumerate(schedule):
                fee_rules.set_rule(tx, made.town, unit, "refund", str(week), percent, actor=actor(by))
            for name, percent in named:
                fee_rules.set_rule(tx, made.town, unit, "discount", name, percent, actor=actor(by))
            return {"refund": fee_rules.refunds(tx, row.id), "discounts": fee_rules.discounts(tx, row.id)}

        held = work_now(made.store, work)
    if as_json:
        print(json.dumps(held, ensure_ascii=False))
        return
    print("refund (退费): " + " / ".join(f"{percent} %" for _, percent in sorted(held["refund"].items())))
    for name, percent in held["discounts"].items():
        print(f"discount (减免): {name} {percent} %")


def _done(code: str, person: str, act: Callable[[Tx, Town, int], Account | Refused], as_json: bool) -> None:
    from services.accounts import find_account
    from services.enrolling.refusal import Refused as Refusal
    from services.running.fees import latest_place
    from services.texts import texts_of

    with house() as made:

        def unit(tx: Tx) -> Account | Refused:
            row, account = class_of(tx, made.town, code), find_account(tx, person)
            if account is None:
                raise nobody(person)
            place = latest_place(tx, account.person_id, row.id)
            if place is None:
                raise CliError(f"{person} was never enrolled in {code}")
            return act(tx, made.town, place)

        done = work_now(made.store, unit)
    if isinstance(done, Refusal):
        values = dict(done.values)
        if "fen" in values:
            values["fen"] = _yuan(values["fen"])
        raise CliError(texts_of("zh" if in_chinese() else "en")(f"fees.{done.code}", **values))
    one = _described(done)
    if as_json:
        print(json.dumps(one, ensure_ascii=False))
        return
    print(f"{one['name']}  应缴{one['due']}  减免{one['off']}  已缴{one['paid']}  还差{one['balance']}")


def _described(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "state": account.state,
        "due": _yuan(account.due),
        "off": _yuan(account.off),
        "reason": account.reason,
        "paid": _yuan(account.paid),
        "refunded": _yuan(account.refunded),
        "balance": _yuan(account.balance),
        "entries": [
            {"kind": one.kind, "yuan": _yuan(one.fen), "reason": one.reason, "source": one.source}
            for one in account.entries
        ],
    }


def _yuan(fen: int) -> str:
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}" + (f".{rest:02d}" if rest else "")


def _fen(amount: str | None) -> int | None:
    if amount is None:
        return None
    found = re.fullmatch(r"(\d{1,7})(?:\.(\d{1,2}))?", amount.strip())
    if found is None:
        raise CliError(f"{amount!r} is no amount; write it as 120 or 59.5")
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def _schedule(text: str) -> list[int]:
    parts = [part.strip().rstrip("%") for part in text.split("/")]
    if not all(part.isdigit() and int(part) <= 100 for part in parts):
        raise CliError(f"{text!r} is no schedule; write percents by week, such as 100/70/0")
    return [int(part) for part in parts]


def _discount(text: str) -> tuple[str, int]:
    name, sign, percent = text.rpartition("=")
    name, percent = name.strip(), percent.strip().rstrip("%")
    if not sign or not name or len(name) > 40 or not percent.isdigit() or not 1 <= int(percent) <= 100:
        raise CliError(f"{text!r} is no discount; write it as NAME=PERCENT, such as 六十岁以上=50")
    return name, int(percent)
