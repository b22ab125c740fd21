"""`doorstep attendance CODE [DATE] [--json]`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.base import CliError, house, new_app
from bot.cli.classes import AsJson, Code, class_of, said
from models.store import look_now

if TYPE_CHECKING:
    from models.statement import Tx

ABOUT = "Show who came (考勤) to a class, session by session, with hours and credits."
STATES = {"expected": "待到", "present": "到", "late": "迟到", "excused": "请假", "absent": "缺"}

app = new_app(ABOUT)


@app.command(help=ABOUT)
def attendance(
    code: Code,
    day: Annotated[str | None, typer.Argument(metavar="[DATE]", help="only this day, 2026-12-05")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the rolls by their day."""
    from services.attending.report import attendance_of
    from services.timetable import TimetableError
    from services.written_dates import read_date

    with house() as made:
        town = made.town
        try:
            wanted = read_date(day, around=town.now().astimezone(town.zone).date()) if day else None
        except TimetableError as error:
            raise CliError(said(error.text_zh, error.text_en)) from None

        def look(tx: Tx) -> list[dict[str, Any]]:
            return attendance_of(tx, town, class_of(tx, town, code).id, wanted)

        found = look_now(made.store, look)
    if wanted is not None and not found:
        raise CliError(
            f"{code} has no session (课次) on {wanted}; `doorstep sessions list {code}` shows them"
        )
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for session in found:
        counted = "，".join(f"{STATES[state]}{n}" for state, n in session["count"].items() if n)
        print(f"{session['date']} {session['from']}  {counted}{'' if session['closed'] else '（还没点完）'}")
        if wanted is None:
            continue
        for person in session["people"]:
            words = (person["name"], STATES[person["state"]], person["reason"], f"{person['hours']}学时")
            print("  " + "  ".join(word for word in words if word))
    if not found:
        print(f"{code} has no sessions (课次).")
