"""`doorstep seats verify`: whether the counted seats equal the enrolments."""

from __future__ import annotations

import typer

from bot.cli.base import house, new_app
from models.store import look_now

app = new_app("Check the seats (名额) of every class.")


@app.callback(invoke_without_command=True)
def seats(context: typer.Context) -> None:
    """Check the seats (名额) of every class."""
    if context.invoked_subcommand is None:
        verify()


@app.command(help="Compare the counted seats of every class with its enrolments; exit 1 where they differ.")
def verify() -> None:
    """Print each class that does not fit."""
    from services.verify import verify as compare

    with house() as made:
        wrong = look_now(made.store, compare)
    for mismatch in wrong:
        print(mismatch)
    if wrong:
        raise typer.Exit(1)
    print("Every class counts as many seats as it has enrolments and offers.")
