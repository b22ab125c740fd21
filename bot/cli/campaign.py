"""`doorstep campaign new|list|show|start|approve|stop`."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.base import CliError, house, new_app, nobody
from bot.cli.classes import AsJson
from models.store import look_now, work_now

if TYPE_CHECKING:
    from bot.compose import House
    from models.statement import Row, Tx
    from services.enrolling.refusal import Refused

ABOUT = (
    "Run a campaign (活动) such as the Lifelong Learning Week: make it from a template, start it, follow it."
)

# the template invites two weeks before the opening
AHEAD = timedelta(days=14)

app = new_app(ABOUT)
Number = Annotated[int, typer.Argument(metavar="ID", help="the campaign's number")]
By = Annotated[
    str, typer.Option("--by", metavar="PLATFORM:ACCOUNT", help="on whose behalf; the operator if left out")
]


@app.callback(help=ABOUT)
def campaign() -> None:
    """The commands below."""


@app.command(help="Make a draft from a template; prints its number and its plan.")
def new(
    by: By = "",
    opens: Annotated[
        str, typer.Option("--opens", metavar="DATE", help="the first day; in two weeks if left out")
    ] = "",
    template: Annotated[str, typer.Option("--template", help="which one")] = "lifelong-learning-week",
    unit: Annotated[str, typer.Option("--unit", metavar="CODE", help="for which unit")] = "root",
    closes: Annotated[str, typer.Option("--closes", metavar="DATE", help="the last day")] = "",
    theme: Annotated[str, typer.Option("--theme", help="instead of the template's")] = "",
    as_json: AsJson = False,
) -> None:
    """New."""
    from services.audience import AudienceError
    from services.campaigns import acts
    from services.campaigns.plan import PlanError
    from services.enrolling.refusal import Refused
    from services.schedules.times import local_day
    from services.scope import unit_by_code

    last = _date(closes) if closes else None
    with house() as made:
        first = _date(opens) if opens else local_day(made.town.now(), made.town.zone) + AHEAD
        person_id = _person(made, by)

        def make(tx: Tx) -> int | Refused | None:
            row = unit_by_code(tx, unit)
            if row is None:
                return None
            return acts.new(
                tx, made.town, unit=row, by=person_id, template_name=template, opens=first, closes=last,
                theme=theme,
            )  # fmt: skip

        try:
            came = work_now(made.store, make)
        except (PlanError, AudienceError) as error:
            raise CliError(str(error)) from None
        if came is None:
            raise CliError(f"there is no unit (机构) {unit!r}; `doorstep import units FILE` brings units in")
        if isinstance(came, Refused):
            raise _refusal(came)
        _print(made, came, as_json)


@app.command("list", help="The campaigns there are, newest first.")
def list_(as_json: AsJson = False) -> None:
    """List."""
    from services.campaigns import rows

    with house() as made:
        found = look_now(made.store, lambda tx: rows.of_unit(tx, "/"))
    if as_json:
        print(json.dumps([_short(row) for row in found], ensure_ascii=False))
        return
    for row in found:
        print(f"{row.id}  {row.opens_on} to {row.closes_on}  {row.state:<16}  {row.unit_code}  {row.theme}")
    if not found:
        print("There are no campaigns (还没有活动).")


@app.command(help="Show a campaign: its plan, what went out, and its figures.")
def show(number: Number, as_json: AsJson = False) -> None:
    """Show."""
    with house() as made:
        _print(made, number, as_json)


@app.command(help="Let a campaign run; where it reaches many, a second organiser approves it first.")
def start(number: Number, by: By = "", as_json: AsJson = False) -> None:
    """Start."""
    _act("start", number, by, as_json)


@app.command(help="Approve a campaign that somebody else wants to start.")
def approve(number: Number, by: By = "", as_json: AsJson = False) -> None:
    """Approve."""
    _act("approve", number, by, as_json)


@app.command(help="End a campaign: nothing of its plan goes out any more.")
def stop(number: Number, by: By = "", as_json: AsJson = False) -> None:
    """Stop."""
    _act("stop", number, by, as_json)


def _act(name: str, number: int, by: str, as_json: bool) -> None:
    from services.campaigns import acts
    from services.enrolling.refusal import Refused

    act: Any = getattr(acts, name)
    with house() as made:
        person_id = _person(made, by)
        came = work_now(made.store, lambda tx: act(tx, made.town, number, by=person_id))
        if isinstance(came, Refused):
            raise _refusal(came)
        _print(made, number, as_json)


def _print(made: House, number: int, as_json: bool) -> None:
    from services.campaigns import reporting, rows
    from services.campaigns.plan import read_plan

    def look(tx: Tx) -> tuple[Row, list[Row], reporting.Report] | None:
        row = rows.one(tx, number)
        return None if row is None else (row, rows.messages(tx, number), reporting.report(tx, made.town, row))

    found = look_now(made.store, look)
    if found is None:
        raise CliError(f"there is no campaign {number}")
    row, messages, report = found
    zone, outcomes = made.town.zone, {one.key: one for one in messages}
    plan = [
        {
            "key": one.key,
            "at": one.goes_out(row.opens_on, row.closes_on, zone).astimezone(zone).isoformat(),
            "until": one.ends(row.opens_on, row.closes_on, zone).astimezone(zone).isoformat(),
            "audience": one.audience.replace("{unit}", row.unit_code), "to": one.to,
            "outcome": outcomes[one.key].outcome if one.key in outcomes else None,
            "broadcast": outcomes[one.key].broadcast_id if one.key in outcomes else None,
        }
        for one in read_plan(row.plan).messages
    ]  # fmt: skip
    figures = {
        "people": report.people, "messages": report.messages, "taps": report.taps, "events": report.events,
        "joined": report.joined, "nominations": report.nominations, "votes": report.votes,
    }  # fmt: skip
    if as_json:
        print(json.dumps({**_short(row), "plan": plan, "figures": figures}, ensure_ascii=False))
        return
    print(f"Campaign {row.id} of {row.unit_name} is {row.state.replace('_', ' ')}: “{row.theme}”, "
          f"{row.opens_on} to {row.closes_on}.")  # fmt: skip
    for one in plan:
        at, came = str(one["at"])[:16].replace("T", " "), one["outcome"] or "-"
        print(f"  {at}  {one['key']:<14} {came:<7} {one['audience']}")
    print("  " + ", ".join(f"{name} {n}" for name, n in figures.items()))


def _short(row: Row) -> dict[str, Any]:
    return {
        "id": row.id, "unit": row.unit_code, "theme": row.theme, "state": row.state,
        "opens": row.opens_on.isoformat(), "closes": row.closes_on.isoformat(),
    }  # fmt: skip


def _person(made: House, name: str) -> int | None:
    from services.accounts import find_account

    if not name:
        return None
    row = look_now(made.store, lambda tx: find_account(tx, name))
    if row is None:
        raise nobody(name)
    return int(row.person_id)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CliError(f"{text!r} is no day; write it as 2026-12-07") from None


def _refusal(refused: Refused) -> CliError:
    from services.texts import texts_of

    say = texts_of("en")
    key = f"campaign.refused.{refused.code}"
    key = key if say.has(key) else f"broadcast.refused.{refused.code}"
    return CliError(say(key, **refused.values))
