"""`doorstep verify web:ID`."""

from typing import Annotated

import typer

from bot.cli.base import CliError, actor, house, new_app, nobody
from bot.cli.roles import PLATFORMS, By
from models.store import work_now

ABOUT = "Mark an account as verified (已核实): the school has seen its owner."

app = new_app(ABOUT)


@app.command(help=ABOUT)
def verify(
    account: Annotated[str, typer.Argument(metavar="PLATFORM:ACCOUNT", help="web:ID, as `roster` shows it")],
    by: By = None,
) -> None:
    """Mark it, and say so."""
    from services.verifying import Verified
    from services.verifying import verify as mark

    platform, _, name = account.partition(":")
    if platform not in PLATFORMS or not name:
        raise CliError(f"{account!r} is not an account; write web:ID")
    with house() as made:
        came = work_now(made.store, lambda tx: mark(tx, made.town, account, actor(by)))
    if came is Verified.NO_ACCOUNT:
        raise nobody(account)
    print(f"{account} is verified." if came is Verified.DONE else f"{account} was verified already.")
