"""`doorstep act allow|end|list`: at the desk, a grown person lets another enrol them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.base import CliError, actor, house, new_app, nobody
from bot.cli.roles import Account, By
from models.store import look_now, work_now

if TYPE_CHECKING:
    from models.statement import Tx
    from services.town import Town

ABOUT = "Let one person enrol another (允许代报), as said at the desk."

app = new_app(ABOUT)
For = Annotated[
    str | None,
    typer.Option(
        "--for", metavar="PLATFORM:ACCOUNT", help="the person to be enrolled, if they have an account"
    ),
]
Name = Annotated[str | None, typer.Option("--name", metavar="NAME", help="their name, if they have none")]
Unit = Annotated[
    str, typer.Option("--unit", metavar="CODE", help="with --name: the unit at whose desk they stood")
]
Label = Annotated[str, typer.Option("--label", metavar="WORD", help="how the other calls them, such as 妈妈")]


@app.callback()
def act() -> None:
    """Let one person enrol another (允许代报), as said at the desk."""


@app.command(help="Keep the yes of somebody who stood at the desk: ACCOUNT may enrol them.")
def allow(
    account: Account, subject: For = None, name: Name = None, unit: Unit = "root", label: Label = "",
    by: By = None,
) -> None:  # fmt: skip
    """Keep it, and say so."""
    from services.family.desk import DeskRefusal, allow_at_desk

    if (subject is None) == (name is None):
        raise CliError(
            "say who is to be enrolled: --for PLATFORM:ACCOUNT, or --name NAME for somebody without one"
        )
    with house() as made:
        came = work_now(
            made.store,
            lambda tx: allow_at_desk(
                tx, made.town, account=account, subject=subject, name=name, unit_code=unit, label=label,
                by=actor(by),
            ),
        )  # fmt: skip
    if isinstance(came, DeskRefusal):
        raise CliError(came.value)
    print(f"{account} may enrol {came.name or subject}.")


@app.command(help="End it: ACCOUNT may no longer enrol anybody, or only not the one named.")
def end(account: Account, subject: For = None, name: Name = None, by: By = None) -> None:
    """End it, and say how many rights ended."""
    from services.family.desk import end_at_desk

    with house() as made:
        ended = work_now(
            made.store,
            lambda tx: end_at_desk(tx, made.town, account=account, subject=subject, name=name, by=actor(by)),
        )
    if ended is None:
        raise nobody(account)
    print(f"{ended} ended.")


@app.command("list", help="Whom ACCOUNT may enrol.")
def listed(account: Account) -> None:
    """Print them, one a line."""
    from services.accounts import find_account
    from services.family.people import learners

    def look(tx: Tx, town: Town) -> list[str] | None:
        row = find_account(tx, account)
        return None if row is None else [f"{one.label}  {one.kind}" for one in learners(tx, row.person_id)]

    with house() as made:
        found = look_now(made.store, lambda tx: look(tx, made.town))
    if found is None:
        raise nobody(account)
    print("\n".join(found) or "nobody")
