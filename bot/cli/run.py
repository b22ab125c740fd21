"""`doorstep run [--role all|chat|worker]`.

The one command that stays: it is read by the standard library, which is there anyway, so that what serves
does not hold the other commands' library (1.3 MB).
"""

import gc
from argparse import ArgumentParser, BooleanOptionalAction
from collections.abc import Sequence

ABOUT = "Start the program: web page, Telegram, reminders. It stops at Ctrl-C."


def app(args: Sequence[str], prog_name: str) -> None:
    """Check what was asked, set up the logs, run. Raises SystemExit for what cannot be read."""
    # a start makes what stays: to look through it all for garbage, twice, would take a twentieth of it
    gc.set_threshold(50_000, 20, 20)
    from bot.logs import set_up_logs
    from bot.settings import load_settings

    role, sample = _asked(args, prog_name)
    settings = load_settings()
    set_up_logs(settings.secrets())
    from bot.run import run as keep_running

    keep_running(settings, role, sample)


def _asked(args: Sequence[str], prog_name: str) -> tuple[str, bool | None]:
    parser = ArgumentParser(prog=prog_name, description=ABOUT)
    parser.add_argument("--role", default="all", help="all, chat or worker; the last two need PostgreSQL")
    parser.add_argument(
        "--sample", action=BooleanOptionalAction,
        help="fill a database that nobody has used with the sample town (default: a SQLite file only)",
    )  # fmt: skip
    chosen = parser.parse_args(args)
    if chosen.role not in ("all", "chat", "worker"):
        parser.exit(2, f"doorstep: --role {chosen.role}: choose all, chat or worker\n")
    return chosen.role, chosen.sample
