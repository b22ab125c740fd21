"""`doorstep classes merge|cancel|minimum|transfer`: running classes from the desk."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.base import CliError, actor, house, new_app, nobody
from bot.cli.classes import AsJson, By, Code, class_of, said, why_not
from models.store import work_now

if TYPE_CHECKING:
    from models.statement import Tx
    from services.enrolling.refusal import Refused
    from services.enrolling.transfers import Changed
    from services.running.merge import Merged
    from services.sessions import Done

app = new_app("Merge or cancel a class, set its least number of learners, change a person's class.")

Reason = Annotated[str, typer.Option("--reason", help="told to everybody concerned (原因)")]


@app.command(help="Merge a class (并班) into a parallel one of the same course; everybody is told.")
def merge(
    code: Code,
    into: Annotated[str, typer.Option("--into", metavar="CODE", help="the class that goes on")],
    reason: Reason = "",
    as_json: AsJson = False,
    by: By = None,
) -> None:
    """Merge, and say how many have a seat and were told."""
    from services.enrolling.refusal import Refused as Refusal
    from services.running.deciding import merge_into

    with house() as made:

        def unit(tx: Tx) -> Merged | Refused:
            one, other = class_of(tx, made.town, code), class_of(tx, made.town, into)
            return merge_into(tx, made.town, one.id, other.id, reason=reason, actor=actor(by))

        done = work_now(made.store, unit)
        if isinstance(done, Refusal):
            raise why_not(done, made.town)
    if as_json:
        print(json.dumps({"seated": done.seated, "waiting": done.waiting, "told": done.told}))
        return
    came = f"{done.seated} have a seat, {done.waiting} wait, {done.told} told"
    print(f"{code} is merged into {into} (并班): {came}.")


@app.command(help="Cancel a class (停办); everybody is told and offered what fits instead.")
def cancel(code: Code, reason: Reason = "", as_json: AsJson = False, by: By = None) -> None:
    """Cancel, and say how many were told."""
    from services.enrolling.refusal import Refused as Refusal
    from services.running.deciding import cancel as cancelled

    with house(catalogue=True) as made:

        def unit(tx: Tx) -> Done | Refused:
            row = class_of(tx, made.town, code)
            return cancelled(tx, made.town, row.id, reason=reason, actor=actor(by))

        done = work_now(made.store, unit)
        if isinstance(done, Refusal):
            raise why_not(done, made.town)
    if as_json:
        print(json.dumps({"affected": done.affected, "told": done.told}))
        return
    print(f"{code} is cancelled (停办). {done.told} of {done.affected} people are told (通知{done.told}人).")


@app.command(
    help="Set how many learners a class needs by which day (最低开班人数); staff are asked that day."
)
def minimum(
    code: Code,
    least: Annotated[int, typer.Argument(metavar="N", min=1, max=10000)],
    day: Annotated[str, typer.Option("--by", metavar="DATE", help="the day to decide (开班确认日)")],
    who: Annotated[str | None, typer.Option("--actor", help="who acts, for the audit")] = None,
) -> None:
    """Keep it."""
    from services.running.minimum import set_minimum
    from services.timetable import TimetableError
    from services.written_dates import read_date

    with house() as made:
        town = made.town
        today = town.now().astimezone(town.zone).date()
        try:
            wanted: date = read_date(day, around=today)
        except TimetableError as error:
            raise CliError(said(error.text_zh, error.text_en)) from None
        if wanted < today:
            raise CliError(f"{wanted} is past; name the day on which the school decides")

        def unit(tx: Tx) -> None:
            row = class_of(tx, town, code)
            if row.capacity is not None and least > row.capacity:
                raise CliError(f"{code} has {row.capacity} seats (名额); it can never have {least} learners")
            set_minimum(tx, town, row.id, least, wanted, actor=actor(who))

        work_now(made.store, unit)
    print(f"{code} needs {least} learners by {wanted}; its staff are asked on that morning.")


@app.command(help="Change a person (换班) to a parallel class; the seat is kept until the new one is had.")
def transfer(
    code: Code,
    to: Annotated[str, typer.Option("--to", metavar="CODE", help="the class to change to")],
    person: Annotated[str, typer.Option("--person", metavar="PLATFORM:ACCOUNT")],
    as_json: AsJson = False,
    by: By = None,
) -> None:
    """Change, or wait with the seat kept."""
    from services.accounts import find_account
    from services.enrolling.refusal import Refused as Refusal
    from services.enrolling.seats import living
    from services.enrolling.transfers import change

    with house() as made:

        def unit(tx: Tx) -> Changed | Refused:
            row, other = class_of(tx, made.town, code), class_of(tx, made.town, to)
            account = find_account(tx, person)
            if account is None:
                raise nobody(person)
            place = living(tx, account.person_id, row.id)
            if place is None:
                raise CliError(f"{person} has no place in {code}")
            return change(tx, made.town, place.id, other.id, actor=actor(by))

        done = work_now(made.store, unit)
        if isinstance(done, Refusal):
            raise why_not(done, made.town)
    if as_json:
        print(json.dumps({"state": done.state, "position": done.position}))
        return
    if done.state == "enrolled":
        print(f"{person} has changed to {to} (换班).")
    else:
        print(f"{person} waits for {to} ({done.state}) and keeps the seat in {code}.")
