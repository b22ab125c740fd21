"""`doorstep broadcast send|status|pause|resume|stop|recall|report|approve|limit`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.base import CliError, actor, house, new_app, nobody
from bot.cli.broadcast_written import choice_of, document_of, time_of
from bot.cli.classes import AsJson
from models.store import look_now, work_now

if TYPE_CHECKING:
    from bot.compose import House
    from models.statement import Row, Tx
    from services.broadcasting.composing import Breakdown
    from services.enrolling.refusal import Refused

ABOUT = "Write to many (群发): send, follow, pause, stop, recall, report."
UNIT_LEVELS = ("approve_above", "weekly_cap")

app = new_app(ABOUT)
Number = Annotated[int, typer.Argument(metavar="ID", help="the broadcast's number")]
By = Annotated[str | None, typer.Option("--by", metavar="PLATFORM:ACCOUNT", help="who acts")]


@app.callback(help=ABOUT)
def broadcast() -> None:
    """The commands below."""


@app.command(help="Write to an audience; prints the broadcast's number and who will get it.")
def send(
    by: Annotated[str, typer.Option("--by", metavar="PLATFORM:ACCOUNT", help="on whose behalf")],
    audience: Annotated[str, typer.Option("--audience", metavar="EXPR", help="unit:CODE + group:农民工 - …")],
    text: Annotated[
        str, typer.Option("--text", help="what it says; {姓名}, {班级}, {下次上课} are filled in")
    ],
    file: Annotated[
        Path | None, typer.Option("--file", help="a picture or document that goes with it")
    ] = None,
    at: Annotated[
        str, typer.Option("--at", metavar="TIME", help="2026-12-01T09:00 by the town's clock")
    ] = "",
    repeat: Annotated[str, typer.Option("--repeat", help="daily, weekly or monthly")] = "",
    button: Annotated[
        list[str] | None, typer.Option("--button", metavar="LABEL=URL|CLASS", help="up to three")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="though the same went out within a day")] = False,
    urgent: Annotated[
        bool,
        typer.Option("--urgent", help="紧急: wait for no quiet hours; only by an owner (负责人), audited"),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compose, check, and send it on its way."""
    from services.broadcasting import acts, composing, launching, rights, rows
    from services.enrolling.refusal import Refused

    document = document_of(file)
    with house() as made:
        person_id = _person(made, by)
        wanted = _parsed(audience)

        def drafted(tx: Tx) -> tuple[composing.Draft, Breakdown] | None:
            own = rights.fitting_unit(tx, person_id, wanted)
            if own is None:
                return None
            draft = composing.Draft(
                own.id, person_id, text, wanted, tuple(choice_of(tx, made, one) for one in button or ()),
                document, repeat=repeat, urgent=urgent,
            )  # fmt: skip
            if (refused := composing.fault(tx, draft)) is not None:
                raise _refusal(refused)
            return draft, composing.breakdown(tx, made.town, wanted, own, start)

        def unit(tx: Tx, draft: composing.Draft, found: Breakdown) -> int:
            number = composing.create(tx, made.town, draft)
            came = acts.submit(tx, made.town, number, by=person_id, at=start, again=again, found=found)
            if isinstance(came, Refused):  # nothing is kept of what is not sent
                raise _refusal(came)
            return number

        start = time_of(at, made.town.now(), made.town.zone)
        # counting takes a while, and the writer has others to serve
        came = look_now(made.store, drafted)
        if came is None:
            raise CliError(
                f"{by} is no broadcaster or owner (群发员、负责人) of any unit; `doorstep grant` gives roles"
            )
        draft, found = came
        number = work_now(made.store, lambda tx: unit(tx, draft, found))
        while work_now(made.store, lambda tx: launching.resolve_some(tx, made.town, number)):
            pass
        row = look_now(made.store, lambda tx: rows.one(tx, number))
    _print_sent(row, found, as_json)


def _print_sent(row: Row, found: Any, as_json: bool) -> None:
    names = ("reachable", "not_consented", "quiet", "capped", "blocked")
    breakdown = {name: getattr(found, name) for name in names}
    if as_json:
        said = {"id": row.id, "state": row.state, "recipients": found.people, "breakdown": breakdown}
        if row.urgent:
            said["urgent"] = True
        print(json.dumps(said, ensure_ascii=False))
        return
    parts = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in breakdown.items())
    print(f"Broadcast {row.id} is {row.state.replace('_', ' ')}: {found.people} people ({parts}).")
    if row.urgent:
        print("It is urgent (紧急): it waits for no quiet hours.")
    if row.state == "waiting_approval":
        print(f"A second organiser approves it in the chat, or: doorstep broadcast approve {row.id} --by …")


@app.command(help="Show how a broadcast is getting on; the counts add up to the recipients.")
def status(number: Number, as_json: AsJson = False) -> None:
    """State, counts, reasons."""
    with house() as made:
        _print_status(made, number, as_json)


@app.command(help="Hold a broadcast.")
def pause(number: Number, by: By = None, as_json: AsJson = False) -> None:
    """Pause."""
    _act("pause", number, by, as_json)


@app.command(help="Go on with a broadcast that was held.")
def resume(number: Number, by: By = None, as_json: AsJson = False) -> None:
    """Resume."""
    _act("resume", number, by, as_json)


@app.command(help="End a broadcast; whom it has not reached is skipped.")
def stop(number: Number, by: By = None, as_json: AsJson = False) -> None:
    """Stop."""
    _act("stop", number, by, as_json)


@app.command(help="End a broadcast and delete what was sent, where the platform allows that.")
def recall(number: Number, by: By = None, as_json: AsJson = False) -> None:
    """Recall."""
    _act("recall", number, by, as_json)


@app.command(help="Approve a broadcast as a second organiser (第二位负责人).")
def approve(
    number: Number,
    by: Annotated[str, typer.Option("--by", metavar="PLATFORM:ACCOUNT", help="who approves")],
    as_json: AsJson = False,
) -> None:
    """Approve."""
    from services.broadcasting import acts, launching

    with house() as made:
        person_id = _person(made, by)
        refused = work_now(made.store, lambda tx: acts.approve(tx, made.town, number, by=person_id))
        if refused is not None:
            raise _refusal(refused)
        while work_now(made.store, lambda tx: launching.resolve_some(tx, made.town, number)):
            pass
        _print_status(made, number, as_json)


@app.command(help="Set how many one organiser alone may write to, or the most announcements a week.")
def limit(
    unit: Annotated[str, typer.Option("--unit", metavar="CODE", help="the unit (机构) and all under it")],
    most: Annotated[int, typer.Argument(metavar="N", min=0)],
    what: Annotated[str, typer.Option("--what", help=" or ".join(UNIT_LEVELS))] = "approve_above",
    by: By = None,
) -> None:
    """Keep it."""
    from services import audit
    from services.broadcasting import rights
    from services.scope import unit_by_code

    if what not in UNIT_LEVELS:
        raise CliError(f"there is no limit {what!r}; choose {' or '.join(UNIT_LEVELS)}")
    with house() as made:

        def unit_work(tx: Tx) -> bool:
            row = unit_by_code(tx, unit)
            if row is None:
                return False
            rights.set_rule(tx, row, what, most)
            audit.record(tx, made.town.now(), actor(by), "broadcast_limit", f"unit:{unit}", f"{what}={most}")
            return True

        if not work_now(made.store, unit_work):
            raise CliError(f"there is no unit (机构) {unit!r}")
    print(f"{unit}: {what} is {most}.")


@app.command(help="Save who got it as a sheet, a row for each (.xlsx or .csv).")
def report(
    number: Number,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="where to save it")],
    by: By = None,
) -> None:
    """Save it; names are masked above the own level."""
    from services.broadcasting import reporting

    if out.suffix.lower() not in (".xlsx", ".csv"):
        raise CliError(f"{out} is neither .xlsx nor .csv")
    with house() as made:
        person_id = _person(made, by) if by else None
        found = look_now(made.store, lambda tx: reporting.sheet_of(tx, made.town, number, person_id))
    if found is None:
        raise CliError(f"there is no broadcast {number}" + (f" that {by} may see" if by else ""))
    out.write_bytes(reporting.as_csv(found) if out.suffix.lower() == ".csv" else reporting.as_xlsx(found))
    print(f"{len(found.lines)} recipients are in {out}.")


def _act(name: str, number: int, by: str | None, as_json: bool) -> None:
    from services.broadcasting import acts, feeding

    with house() as made:
        who = _person(made, by) if by and ":" in by and not by.startswith("cli:") else None

        def unit(tx: Tx) -> Refused | None:
            from services.broadcasting import rows
            from services.enrolling.refusal import Refused

            row = rows.one(tx, number)
            if who is not None and row is not None and not acts.may(tx, row, who):
                return Refused("no_role", values={"unit": row.unit_name})
            acting = f"person:{who}" if who is not None else actor(by)
            refused: Refused | None = getattr(acts, name)(tx, made.town, number, by=acting)
            return refused

        refused = work_now(made.store, unit)
        if refused is not None:
            raise _refusal(refused)
        # whom an ended one has not reached is counted before this command ends
        while work_now(made.store, lambda tx: feeding.step(tx, made.town, feeding.Wanted(number, 0), ())):
            pass
        _print_status(made, number, as_json)


def _print_status(made: House, number: int, as_json: bool) -> None:
    from services.broadcasting import reporting

    said = look_now(made.store, lambda tx: reporting.status(tx, made.town, number))
    if said is None:
        raise CliError(f"there is no broadcast {number}")
    if as_json:
        print(json.dumps(said, ensure_ascii=False))
        return
    urgent = ", urgent (紧急)" if said["urgent"] else ""
    print(
        f"Broadcast {number} is {said['state'].replace('_', ' ')}{urgent}: {said['recipients']} recipients."
    )
    print("  " + ", ".join(f"{n} {state}" for state, n in said["counts"].items()))
    for reason, n in said["reasons"].items():
        print(f"  {n} {reason}")
    if any(said["recalled"].values()):
        print("  recalled: " + ", ".join(f"{n} {name}" for name, n in said["recalled"].items()))


def _person(made: House, by: str) -> int:
    from services.accounts import find_account

    row = look_now(made.store, lambda tx: find_account(tx, by))
    if row is None:
        raise nobody(by)
    return int(row.person_id)


def _parsed(audience: str) -> Any:
    from services.audience import parse

    return parse(audience)


def _refusal(refused: Refused) -> CliError:
    from services.texts import texts_of

    chinese = os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("zh")
    say = texts_of("zh" if chinese else "en")
    hint = "; --again sends it all the same" if refused.code == "same_again" else ""
    return CliError(say(f"broadcast.refused.{refused.code}", **refused.values) + hint)
