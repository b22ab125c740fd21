"""`doorstep run [--role all|chat|worker]`."""

from typing import Annotated

import typer

from bot.cli.base import CliError, new_app

ABOUT = "Start the program: web page, Telegram, reminders. It stops at Ctrl-C."

app = new_app(ABOUT)


@app.command(help=ABOUT)
def run(
    role: Annotated[str, typer.Option(help="all, chat or worker; the last two need PostgreSQL")] = "all",
    sample: Annotated[
        bool | None,
        typer.Option(
            "--sample/--no-sample",
            help="fill a database that nobody has used with the sample town (default: a SQLite file only)",
        ),
    ] = None,
) -> None:
    """Check what was asked, set up the logs, run."""
    from bot.logs import set_up_logs
    from bot.settings import load_settings

    if role not in ("all", "chat", "worker"):
        raise CliError(f"--role {role}: choose all, chat or worker")
    settings = load_settings()
    set_up_logs(settings.secrets())
    from bot.run import run as keep_running

    keep_running(settings, role, sample)
