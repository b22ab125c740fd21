"""What the commands about one class share: finding it by its code, and its sessions by their date."""

from __future__ import annotations

import os
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer
from sqlalchemy import select

from bot.cli.base import CliError
from models.catalogue import offering
from models.statement import Row, Statement, Tx

if TYPE_CHECKING:
    from services.enrolling.refusal import Refused
    from services.town import Town

CODES = Statement(select(offering.c.code).order_by(offering.c.code).limit(20000))
MOST_NEAR = 3

Code = Annotated[str, typer.Argument(metavar="CODE", help="the class's code (课程编号)")]
By = Annotated[str | None, typer.Option("--by", help="who acts, for the audit")]
AsJson = Annotated[bool, typer.Option("--json", help="for programs")]


def class_of(tx: Tx, town: Town, code: str) -> Row:
    """The class with this code. Raises CliError with the codes that come closest."""
    from services.classes import class_by_code

    row = class_by_code(tx, code.strip(), town.now())
    if row is not None:
        return row
    codes = [found.code for found in tx.all(CODES)]
    near = get_close_matches(code, codes, n=MOST_NEAR, cutoff=0.5)
    if near:
        raise CliError(f"there is no class (课程) {code!r}; did you mean {', '.join(near)}?")
    if not codes:
        raise CliError(
            f"there is no class (课程) {code!r}, nor any other; `doorstep import courses FILE` brings them in"
        )
    raise CliError(f"there is no class (课程) {code!r}")


def session_of(tx: Tx, town: Town, row: Row, when: str) -> Row:
    """The planned session of a class on a date, or on a date and an hour where a day has several.

    Raises CliError with the dates that come closest.
    """
    from services.sessions import list_sessions, sessions_on
    from services.timetable import TimetableError
    from services.written_dates import read_date

    day_text, _, hour = when.strip().partition(" ")
    try:
        day = read_date(day_text, around=town.now().astimezone(town.zone).date())
    except TimetableError as error:
        raise CliError(said(error.text_zh, error.text_en)) from None
    found = sessions_on(tx, town, row.id, day)
    planned = [session for session in found if session.state == "planned"]
    if hour:
        planned = [session for session in planned if clock(session, town) == hour.strip().zfill(5)]
    if len(planned) == 1:
        return planned[0]
    if planned:
        hours = ", ".join(f"'{day} {clock(session, town)}'" for session in planned)
        raise CliError(f"{row.code} meets more than once on {day}; say which: {hours}")
    if found and not hour:
        raise CliError(f"the session (课次) of {row.code} on {day} has been cancelled already")
    raise CliError(_no_session(row, day, list_sessions(tx, row.id), town))


def _no_session(row: Row, day: date, sessions: list[Row], town: Town) -> str:
    planned = {
        session.starts_at.astimezone(town.zone).date() for session in sessions if session.state == "planned"
    }
    near = sorted(sorted(planned, key=lambda other: abs(other - day))[:MOST_NEAR])
    if not near:
        return f"{row.code} has no session (课次) left"
    return f"{row.code} has no session (课次) on {day}; the closest are {', '.join(map(str, near))}"


def clock(session: Row, town: Town) -> str:
    """The hour at which a session begins: `09:00`."""
    return str(session.starts_at.astimezone(town.zone).strftime("%H:%M"))


def said(chinese: str, english: str) -> str:
    """A sentence in the operator's language."""
    return chinese if in_chinese() else english


def in_chinese() -> bool:
    """Whether the operator's system speaks Chinese."""
    return os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("zh")


def why_not(refused: Refused, town: Town) -> CliError:
    """A refusal in the operator's language."""
    from services.phrases.when import Lang, say_moment
    from services.texts import texts_of

    lang: Lang = "zh" if in_chinese() else "en"
    values = dict(refused.values)
    if "when" in values:
        values["when"] = say_moment(values["when"], lang, town.now(), town.zone)
    return CliError(texts_of(lang)(f"refused.{refused.code}", **values))
