"""`doorstep sessions list|move|cancel`: the meetings of a class."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.base import CliError, actor, house, new_app
from bot.cli.classes import AsJson, By, Code, class_of, session_of, why_not
from models.store import look_now, work_now

if TYPE_CHECKING:
    from models.statement import Row, Tx
    from services.enrolling.refusal import Refused
    from services.sessions import Done
    from services.town import Town

app = new_app("List, move or cancel the meetings (课次) of a class.")

Reason = Annotated[str, typer.Option("--reason", help="told to everybody concerned (原因)")]
_TO = re.compile(r"(\S+)\s+(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})")
STATES = {"planned": "", "cancelled": "cancelled (停课)"}


@app.command("list", help="List the sessions of a class, cancelled ones too.")
def list_(code: Code, as_json: AsJson = False) -> None:
    """Print them by their start."""
    from services.excusing import excuses_of
    from services.sessions import list_sessions

    with house() as made:
        town = made.town

        def look(tx: Tx) -> list[dict[str, Any]]:
            row = class_of(tx, town, code)
            away = Counter(note.session_id for note in excuses_of(tx, row.id))
            return [_described(session, row, town, away[session.id]) for session in list_sessions(tx, row.id)]

        found = look_now(made.store, look)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for session in found:
        words = (
            session["date"],
            f"{session['from']}-{session['to']}",
            session["venue"],
            STATES[session["state"]],
            f"请假{session['excused']}人" if session["excused"] else "",
        )
        print("  ".join(word for word in (*words, session["reason"]) if word))
    if not found:
        print(f"{code} has no sessions (课次).")


@app.command(help="Move one session to another time, or another place as well; everybody enrolled is told.")
def move(
    code: Code,
    day: Annotated[str, typer.Argument(metavar="DATE", help="2026-12-05, or '2026-12-05 09:00'")],
    to: Annotated[str, typer.Option("--to", help="'2026-12-05 09:00-10:30'")],
    venue: Annotated[str | None, typer.Option("--venue", help="where, if that changes (地点)")] = None,
    reason: Reason = "",
    by: By = None,
) -> None:
    """Move it, and say how many were told."""
    from services.sessions import move_session

    with house() as made:
        town = made.town
        starts, ends = _span(to, town)

        def unit(tx: Tx) -> Done | Refused:
            row = class_of(tx, town, code)
            session = session_of(tx, town, row, day)
            return move_session(
                tx, town, row.id, session.id, starts, ends, venue, reason=reason, actor=actor(by)
            )

        done = _done(work_now(made.store, unit), town)
    print(f"{code}: the session of {day} is now {to}. {_told(done)}")


@app.command(help="Call off one session (DATE), or the whole class (--all); everybody concerned is told.")
def cancel(
    code: Code,
    day: Annotated[str | None, typer.Argument(metavar="[DATE]")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="end the class; those who wait are told too")
    ] = False,
    reason: Reason = "",
    by: By = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask on a terminal")] = False,
) -> None:
    """Cancel, and say how many were told."""
    from services.sessions import cancel_class, cancel_session

    if (day is None) is not everything:
        raise CliError("say which session by its DATE, or --all for the whole class")
    with house() as made:
        town = made.town
        if everything and not yes and sys.stdin.isatty():
            _ask(look_now(made.store, lambda tx: _concerned(tx, town, code)), code)

        def unit(tx: Tx) -> Done | Refused:
            row = class_of(tx, town, code)
            if day is None:
                return cancel_class(tx, town, row.id, reason=reason, actor=actor(by))
            session = session_of(tx, town, row, day)
            return cancel_session(tx, town, row.id, session.id, reason=reason, actor=actor(by))

        done = _done(work_now(made.store, unit), town)
    what = "the class is" if day is None else f"the session of {day} is"
    print(f"{code}: {what} cancelled (停课). {_told(done)}")


def _described(session: Row, row: Row, town: Town, excused: int) -> dict[str, Any]:
    starts, ends = session.starts_at.astimezone(town.zone), session.ends_at.astimezone(town.zone)
    return {
        "number": session.number,
        "date": starts.date().isoformat(),
        "from": starts.strftime("%H:%M"),
        "to": ends.strftime("%H:%M"),
        "starts_at": starts.isoformat(timespec="seconds"),
        "ends_at": ends.isoformat(timespec="seconds"),
        "venue": session.venue or row.venue or "",
        "state": session.state,
        "reason": session.reason,
        "sequence": session.sequence,
        "excused": excused,
    }


def _span(to: str, town: Town) -> tuple[datetime, datetime]:
    """The instants of `2026-12-05 09:00-10:30`. Raises CliError."""
    from datetime import time

    from services.timetable import TimetableError
    from services.written_dates import read_date

    wrong = CliError(f"--to {to!r} is not understood; write '2026-12-05 09:00-10:30'")
    match = _TO.fullmatch(to.strip())
    if match is None:
        raise wrong
    try:
        day = read_date(match[1], around=town.now().astimezone(town.zone).date())
        begins, ends = time(int(match[2]), int(match[3])), time(int(match[4]), int(match[5]))
    except (TimetableError, ValueError):
        raise wrong from None
    if ends <= begins:  # as in a sheet; a class is over by midnight
        raise CliError(f"--to {to!r} ends before it starts (结束早于开始); write '2026-12-05 09:00-10:30'")
    starts, over = (datetime.combine(day, hour, town.zone).astimezone(UTC) for hour in (begins, ends))
    return starts, over


def _done(came: Done | Refused, town: Town) -> Done:
    from services.enrolling.refusal import Refused

    if isinstance(came, Refused):
        raise why_not(came, town)
    return came


def _concerned(tx: Tx, town: Town, code: str) -> int:
    from services.sessions import count_affected

    return count_affected(tx, class_of(tx, town, code).id, waiting=True)


def _ask(people: int, code: str) -> None:
    if not typer.confirm(f"This ends the class {code} and tells {people} people (将通知{people}人). Go on?"):
        raise CliError("nothing was changed")


def _told(done: Done) -> str:
    told = f"{done.told} people are told (通知{done.told}人)."
    missing = done.affected - done.told
    return told if missing <= 0 else f"{told} {missing} cannot be reached by a message; please call them."
