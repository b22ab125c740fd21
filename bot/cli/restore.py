"""`doorstep restore FILE`: put a copy in the database's place."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.base import CliError, new_app

ABOUT = "Put a copy of the database back (恢复); the program must be stopped."

app = new_app(ABOUT)


@app.command(help=ABOUT)
def restore(
    file: Annotated[Path, typer.Argument(help="what `doorstep backup` wrote")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Ask, put the copy in place, and say where the state before it is kept."""
    from datetime import datetime

    from bot.instance import only_one
    from bot.settings import load_settings
    from models.backup import restore as put_back
    from models.migrate import State, check

    settings = load_settings()
    with ExitStack() as stack:
        if settings.embedded:
            stack.enter_context(only_one(settings.database_path))
        if not yes and check(settings.database_url) is not State.EMPTY:
            if not sys.stdin.isatty():
                raise CliError("this takes the place of the present database; say so with --yes")
            typer.confirm("This takes the place of the present database. Go on?", abort=True)
        kept = put_back(settings.database_url, file, datetime.now(settings.zone))
        state = check(settings.database_url)
    print(f"{file} is the database now." + (f" What was there before is kept as {kept}." if kept else ""))
    if state is State.BEHIND:
        print("It is of an older Doorstep; `doorstep run` or `doorstep migrate` brings it up to date.")
