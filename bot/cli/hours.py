"""`doorstep hours show PLATFORM:ACCOUNT [--json]` and `doorstep hours rule --unit CODE`."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.base import CliError, actor, house, new_app, nobody
from bot.cli.classes import AsJson, By
from bot.cli.roles import Account, Unit
from models.store import look_now, work_now

if TYPE_CHECKING:
    from models.statement import Tx
    from services.attending.crediting import Rule

app = new_app("Show a person's hours and credits (学时、学分), or set how a unit counts them.")
FIRST = datetime(2000, 1, 1, tzinfo=UTC)


@app.command(help="Show what a person has learnt: hours, credits, kinds, classes.")
def show(account: Account, as_json: AsJson = False) -> None:
    """Print the figures."""
    from services.accounts import find_account
    from services.attending.crediting import learnt, say_hundredths

    with house() as made:

        def look(tx: Tx) -> dict[str, Any]:
            row = find_account(tx, account)
            if row is None:
                raise nobody(account)
            found = learnt(tx, row.person_id, FIRST, made.town.now())
            return {
                "hours": say_hundredths(found.hours),
                "credits": say_hundredths(found.credits),
                "sessions": len(found.sessions),
                "kinds": {kind: say_hundredths(n) for kind, n in found.kinds.items()},
                "classes": {title: say_hundredths(n) for title, n in found.classes.items()},
            }

        figures = look_now(made.store, look)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False, indent=1))
        return
    print(f"{figures['hours']}学时，{figures['credits']}学分，{figures['sessions']}次课")
    for title, n in figures["classes"].items():
        print(f"  {title}  {n}学时")


@app.command(help="Show or set how a unit, and everything under it, counts hours and credits.")
def rule(
    unit: Unit,
    minutes: Annotated[int | None, typer.Option(min=1, max=240, help="minutes of an hour (学时)")] = None,
    per_credit: Annotated[int | None, typer.Option(min=1, max=1000, help="hours of a credit")] = None,
    step: Annotated[int | None, typer.Option(min=1, max=100, help="hundredths in which credits grow")] = None,
    late: Annotated[int | None, typer.Option(min=0, max=100, help="percent for somebody late")] = None,
    as_json: AsJson = False,
    by: By = None,
) -> None:
    """Print the rule that then holds."""
    from services.attending.rules import rule_for, set_rule

    given = {
        "minutes_per_hour": minutes, "hours_per_credit": per_credit, "credit_step": step,
        "late_percent": late,
    }  # fmt: skip
    changed = {name: value for name, value in given.items() if value is not None}
    with house() as made:

        def unit_of_work(tx: Tx) -> Rule:
            found = rule_for(tx, unit)
            if found is None:
                raise CliError(f"there is no unit (机构) {unit!r}")
            if changed:
                found = replace(found, **changed)
                set_rule(tx, made.town, unit, found, actor=actor(by))
            return found

        held = work_now(made.store, unit_of_work)
    if as_json:
        print(json.dumps(asdict(held)))
        return
    print(
        f"{held.minutes_per_hour} minutes are an hour (学时), {held.hours_per_credit} hours a credit (学分),"
    )
    print(f"in steps of {held.credit_step}/100; somebody late is credited {held.late_percent} %.")
