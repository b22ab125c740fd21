"""`doorstep enrol batch FILE --class CODE --by PLATFORM:ACCOUNT [--dry-run] [--json] [--slips FILE.html]`."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.base import CliError, house, new_app
from bot.cli.classes import AsJson, class_of
from models.store import work_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.statement import Row, Tx
    from models.store import Store
    from services.paper.enrolling import Clerk, Entry
    from services.paper.names import Line
    from services.town import Town

ABOUT = "Enrol people without a phone (代报) from a paper list."
# lines in one unit of work
PIECE = 20

app = new_app(ABOUT)


class _Undone(Exception):
    """What a dry run found; the transaction is given up with it."""

    def __init__(self, entries: list[Entry]) -> None:
        super().__init__("a dry run changes nothing")
        self.entries = entries


@app.callback()
def enrol() -> None:
    """Enrol people without a phone (代报) from a paper list."""


List = Annotated[
    Path, typer.Argument(metavar="FILE", help="XLSX or CSV with a column 姓名, and 年龄 if asked")
]
Class = Annotated[str, typer.Option("--class", metavar="CODE", help="the class (课程编号)")]
Staff = Annotated[str, typer.Option("--by", metavar="PLATFORM:ACCOUNT", help="the staff who brings the list")]
Dry = Annotated[bool, typer.Option("--dry-run", help="say what would come of it, change nothing")]
Slips = Annotated[Path | None, typer.Option("--slips", metavar="FILE.html", help="slips to print (凭条)")]
Checked = Annotated[bool, typer.Option("--ages-checked", help="the ages were checked on paper (年龄已核对)")]


@app.command(help="Enrol everybody on a list (XLSX or CSV with a column 姓名), in its order.")
def batch(
    file: List, code: Class, by: Staff, dry_run: Dry = False, as_json: AsJson = False, slips: Slips = None,
    ages_checked: Checked = False,
) -> None:  # fmt: skip
    """Do it, say what came of each line; exit 1 where somebody was refused."""
    from services.paper.names import MOST_LINES
    from services.paper.sheet import from_sheet

    lines = from_sheet(file, file.name)
    if len(lines) > MOST_LINES:
        raise CliError(f"{file.name} has {len(lines)} names; at most {MOST_LINES} at a time")
    with house() as made:
        store, town = made.store, made.town
        row, clerk, unit = work_now(store, lambda tx: _found(tx, town, code, by))
        if dry_run:
            entries = _tried(lambda tx: _enrol(tx, town, row, lines, clerk, ages_checked), store)
        else:
            entries = []
            for at in range(0, len(lines), PIECE):
                piece = lines[at : at + PIECE]
                entries += work_now(
                    store,
                    partial(_enrol, town=town, row=row, lines=piece, clerk=clerk, ages_checked=ages_checked),
                )
        if slips is not None:
            page = work_now(store, lambda tx: _slips(tx, town, row, entries, clerk, unit))
            slips.write_bytes(page)
        _print(entries, row, town, as_json, dry_run)
    if any(entry.state == "refused" for entry in entries):
        raise typer.Exit(1)


def _found(tx: Tx, town: Town, code: str, by: str) -> tuple[Row, Clerk, str]:
    """The class, and the member of staff with their unit. Raises CliError."""
    from services.accounts import find_account
    from services.paper.clerks import ROLES, clerk
    from services.paper.enrolling import Clerk as Found

    row = class_of(tx, town, code)
    account = find_account(tx, by)
    staff = clerk(tx, account.person_id) if account is not None else None
    if account is None or staff is None:
        raise CliError(
            f"{by} may not bring lists; that takes the role {' or '.join(ROLES)} (doorstep grant {by} editor)"
        )
    return row, Found(staff.person_id, account.id, staff.name or staff.unit, staff.unit_id), staff.unit


def _enrol(tx: Tx, town: Town, row: Row, lines: list[Line], clerk: Clerk, ages_checked: bool) -> list[Entry]:
    from services import classes
    from services.paper.enrolling import enrol_list

    fresh = classes.one_class(tx, row.id, town.now())
    return enrol_list(tx, town, fresh, lines, clerk, ages_checked=ages_checked)


def _tried(unit: Callable[[Tx], list[Entry]], store: Store) -> list[Entry]:
    """What would come of it; nothing is kept."""

    def attempt(tx: Tx) -> None:
        raise _Undone(unit(tx))

    try:
        work_now(store, attempt)
    except _Undone as undone:
        return undone.entries
    raise AssertionError("a dry run was kept")


def _slips(tx: Tx, town: Town, row: Row, entries: list[Entry], clerk: Clerk, unit: str) -> bytes:
    from services.paper.slips import slips
    from services.texts import texts_of

    by = clerk.name if clerk.name != unit else ""
    return slips(tx, town, row, entries, texts_of("zh"), by=by, unit=unit).content


def _print(entries: list[Entry], row: Row, town: Town, as_json: bool, dry_run: bool) -> None:
    from services.paper.wording import outcome
    from services.texts import texts_of

    say = texts_of("zh")
    told = [
        {
            "line": entry.line, "name": entry.name, "state": entry.state, "position": entry.position or None,
            "reason": entry.code or None, "text": outcome(entry, row, say, town),
        }
        for entry in entries
    ]  # fmt: skip
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    print(
        f"{row.title}（{row.code}）" + ("  试算，没有报名 (dry run: nothing was changed)" if dry_run else "")
    )
    for one in told:
        print(f"{one['line']}  {one['name']}  {one['text']}")
    counted = Counter(entry.state for entry in entries)
    print(f"已报名 {counted['enrolled']}，候补 {counted['waiting']}，没报上 {counted['refused']}")
