"""The command line: a table of commands, each in a file of its own that is read only when it is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

DEBUG = "DOORSTEP_DEBUG"


class Command(NamedTuple):
    """Where a command lives (a module with a typer `app`), and what it does in a line."""

    module: str
    about: str


COMMANDS = {
    "run": Command("bot.cli.run", "Start the program: web page, Telegram, reminders."),
    "chat": Command("bot.cli.chat", "Talk to it in this terminal, as a resident does."),
    "search": Command("bot.cli.search", "Find classes in a person's own words."),
    "import": Command(
        "bot.cli.import_", "Bring in units (机构) or courses (课程) from a sheet; undo an import."
    ),
    "template": Command("bot.cli.template", "Write an empty sheet (空白表) with drop-downs for the clerk."),
    "enrol": Command("bot.cli.enrol", "Enrol people without a phone (代报) from a paper list."),
    "act": Command("bot.cli.act", "Let one person enrol another (允许代报), as said at the desk."),
    "roster": Command("bot.cli.roster", "Show who is in a class (名单), or save it as a sheet."),
    "sessions": Command("bot.cli.sessions", "List, move or cancel the meetings (课次) of a class."),
    "attendance": Command("bot.cli.attendance", "Show who came (考勤) to a class, with hours and credits."),
    "hours": Command(
        "bot.cli.hours", "Show a person's hours and credits (学时、学分); set how a unit counts."
    ),
    "classes": Command(
        "bot.cli.running",
        "Merge (并班) or cancel (停办) a class, set its least number, change a person's class.",
    ),
    "fees": Command("bot.cli.fees", "Show and note the fees (学费) of a class; a unit's rules for them."),
    "seats": Command("bot.cli.seats", "Check that the counted seats (名额) equal the enrolments."),
    "window": Command(
        "bot.cli.window", "Set how seats are given: first come, by draw (抽签), by approval (审核)."
    ),
    "draw": Command("bot.cli.draw", "Commit to, run, publish and verify a draw (抽签)."),
    "explain": Command("bot.cli.explain", "Say why somebody has, or has not, a place in a class (为什么)."),
    "advise": Command("bot.cli.advise", "Recommend a draw where demand was far above the seats (建议)."),
    "demand": Command(
        "bot.cli.demand", "Show what people looked for in vain (没找到的课), counted without names."
    ),
    "campaign": Command("bot.cli.campaign", "Run a campaign such as the Lifelong Learning Week (学习周)."),
    "broadcast": Command(
        "bot.cli.broadcast", "Write to many (群发): send, follow, pause, stop, recall, report."
    ),
    "survey": Command("bot.cli.survey", "Show what a class was thought of (满意度), without names."),
    "grant": Command("bot.cli.grant", "Give an account a role (角色) on a unit."),
    "invite": Command("bot.cli.invite", "Make a link that gives a role on a unit once (邀请同事)."),
    "revoke": Command("bot.cli.revoke", "Take a role back."),
    "verify": Command("bot.cli.verify_account", "Mark a web account as verified (已核实)."),
    "migrate": Command("bot.cli.migrate", "Bring the database up to date."),
    "backup": Command("bot.cli.backup", "Copy the database (备份), also while the program runs."),
    "restore": Command("bot.cli.restore", "Put a copy of the database back (恢复)."),
    "doctor": Command("bot.cli.doctor", "Check the settings and everything around, and say what to do."),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 not well, 2 wrongly asked or cannot be done."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = given[0] if given else "--help"
    if name in ("--help", "-h", "help"):
        print(_help())
        return 0
    if name == "--version":
        from importlib.metadata import version

        print(f"doorstep {version('doorstep')}")
        return 0
    if name not in COMMANDS:
        return _complain(_unknown(name))
    try:
        return _run(name, given[1:])
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        return _answer(error)


def _run(name: str, arguments: list[str]) -> int:
    app = import_module(COMMANDS[name].module).app
    try:
        app(args=arguments, prog_name=f"doorstep {name}")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 2
    return 0


def _answer(error: Exception) -> int:
    from bot.cli.base import CliError
    from bot.settings import SettingsError
    from models.store import Overloaded, StoreDown, StoreError

    if isinstance(error, SettingsError):
        return _complain(*error.problems)
    if isinstance(error, CliError | StoreError):
        return _complain(str(error))
    if isinstance(error, StoreDown):
        return _complain(f"the database did not answer ({error}); nothing was changed, try again")
    if isinstance(error, Overloaded):
        return _complain("the database is too busy; nothing was changed, try again in a moment")
    if said := _own_words(error):
        return _complain(said)
    if isinstance(error, OSError) and error.filename:
        return _complain(f"{error.filename}: {error.strerror}")
    _complain(f"something is wrong inside Doorstep ({type(error).__name__}: {error}); {DEBUG}=1 shows where")
    return 1


def _own_words(error: Exception) -> str:
    chinese = os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("zh")
    return str(getattr(error, "text_zh" if chinese else "text_en", ""))


def _complain(*lines: str) -> int:
    for line in lines:
        print(f"doorstep: {line}", file=sys.stderr)
    return 2


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, n=1)
    return f"there is no command {name!r}; " + (
        f"did you mean {near[0]!r}?" if near else "doorstep --help lists them"
    )


def _help() -> str:
    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:<{width}}{command.about}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            "Doorstep · 家门口: community education at every resident's doorstep.",
            "",
            "Usage: doorstep COMMAND [ARGUMENTS]",
            "",
            "Commands:",
            *lines,
            "",
            "doorstep COMMAND --help explains one. Settings are DOORSTEP_* variables, or lines of .env.",
        ]
    )
