"""`doorstep import units|courses FILE` and `doorstep import undo ID`: sheets brought in and taken back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.base import CliError, actor, house, new_app
from bot.cli.import_report import Outcome, finish, save_marked
from models.store import look_now, work_now

if TYPE_CHECKING:
    from bot.compose import House
    from services.importing.applying import Result
    from services.importing.planning import Plan
    from services.importing.undo import Undone
    from services.importing.wording import Headers
    from services.sheets.check import Checked
    from services.sheets.mapping import Mapping
    from services.sheets.table import Table

MOST_TRIES = 3

app = new_app("Bring in units (机构) or courses (课程) from a sheet, or undo an import of courses.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX, as the clerk keeps it")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object, for scripts")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="check and compare only (试一遍), write nothing")]
Report = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE.xlsx", help="give the sheet back with wrong cells marked"),
]
Notify = Annotated[bool, typer.Option("--notify", help="tell those whose class changes its time or place")]
Silent = Annotated[bool, typer.Option("--silent", help="tell nobody")]
By = Annotated[str | None, typer.Option("--by", help="who acts, for the audit")]


@app.command(help="Bring in units (机构): new ones are made, known ones (by code) are brought up to date.")
def units(
    file: File, dry_run: DryRun = False, as_json: AsJson = False, report: Report = None, by: By = None
) -> None:
    """Check the whole sheet, then write it, or report everything that is wrong."""
    from services.importing.known import unit_levels
    from services.importing.units import import_units, plan_units
    from services.sheets.units import check_units

    data, table = _table(file, Outcome("units", dry_run), as_json=as_json)
    with house() as made:
        checked = check_units(table, known_units=look_now(made.store, unit_levels))
        plan = look_now(made.store, lambda tx: plan_units(tx, checked))
        outcome = Outcome("units", dry_run, len(plan.new), len(plan.changed), plan.unchanged)
        outcome.problems, outcome.warnings = plan.problems, checked.warnings
        if outcome.ok and not dry_run:
            done = work_now(made.store, lambda tx: import_units(tx, made.town, checked, actor(by)))
            outcome.problems = done.problems
    save_marked(report, data, table, outcome)
    finish(outcome, as_json=as_json)


@app.command(
    help="Bring in courses (课程), one row a class: the sheet is checked whole, then written at once."
)
def courses(
    file: File,
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="MAP.toml", help="how the sheet's own columns map to ours")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    notify: Notify = False,
    silent: Silent = False,
    report: Report = None,
    by: By = None,
) -> None:
    """Check, compare, ask whether people shall be told, and write all or nothing."""
    _only_one(notify, silent)
    refusal = Outcome("courses", dry_run)
    mapping = _mapping(map_file, refusal, as_json=as_json)
    data, table = _table(file, refusal, mapping, as_json=as_json)
    with house() as made:
        checked = _checked(made, table, mapping)
        headers = _headers(table, mapping)

        def planned() -> Plan:
            return _plan(made, checked, headers)

        plan = planned()
        outcome = _outcome(plan, checked, dry_run)
        save_marked(report, data, table, outcome)
        if outcome.ok and not dry_run and not plan.empty:
            tell = _whether_to_tell(outcome, notify=notify, silent=silent, as_json=as_json)
            result = _apply(made, plan, planned, actor(by), tell=tell, asked=not (notify or silent))
            outcome.batch, outcome.notified = result.batch, result.notified
    finish(outcome, as_json=as_json)


@app.command(help="Undo an import of courses by its number, within a day.")
def undo(
    number: Annotated[int, typer.Argument(metavar="ID", help="the number that the import showed")],
    notify: Notify = False,
    silent: Silent = False,
    as_json: AsJson = False,
    by: By = None,
) -> None:
    """Take new classes away and put changed ones back."""
    from services.importing.undo import CannotUndo, plan_undo

    _only_one(notify, silent)
    with house() as made:
        try:
            plan = look_now(made.store, lambda tx: plan_undo(tx, made.town, number))
            outcome = Outcome("undo", False, batch=number, people=plan.people)
            tell = _whether_to_tell(outcome, notify=notify, silent=silent, as_json=as_json)
            done = _undo(made, number, actor(by), tell=tell)
        except CannotUndo as error:
            if not as_json:
                raise CliError(error.text_zh) from None
            finish(Outcome("undo", False, batch=number, error=error.text_zh), as_json=True)
            return
        outcome.created, outcome.changed, outcome.notified = done.removed, done.restored, done.notified
    finish(outcome, as_json=as_json)


def _only_one(notify: bool, silent: bool) -> None:
    if notify and silent:
        raise CliError("--notify（通知）和 --silent（不通知）只能用一个")


def _table(
    file: Path, refusal: Outcome, mapping: Mapping | None = None, *, as_json: bool
) -> tuple[bytes, Table]:
    """The file's bytes and its table; a file that is no usable sheet ends the command."""
    from services.sheets.problems import SheetError
    from services.sheets.read import read_table

    try:
        table = read_table(file, file.name, headers=mapping.columns if mapping else ())
        return file.read_bytes(), table
    except SheetError as error:
        _unusable(error, refusal, as_json)
        raise


def _mapping(path: Path | None, refusal: Outcome, *, as_json: bool) -> Mapping | None:
    from services.sheets.mapping import read_mapping
    from services.sheets.problems import SheetError

    if path is None:
        return None
    try:
        return read_mapping(path.read_text("utf-8-sig"))
    except SheetError as error:
        _unusable(error, refusal, as_json)
        raise
    except UnicodeDecodeError:
        raise CliError(f"{path} 不是 UTF-8 编码，请另存为 UTF-8 再试") from None


def _unusable(error: Exception, refusal: Outcome, as_json: bool) -> None:
    refusal.error = str(error)
    finish(refusal, as_json=as_json)


def _checked(made: House, table: Table, mapping: Mapping | None) -> Checked:
    from services.importing.known import unit_names
    from services.sheets.check import check_courses

    town = made.town
    return check_courses(
        table, mapping, today=town.now().astimezone(town.zone).date(), zone=town.zone, holidays=town.holidays,
        known_units=look_now(made.store, unit_names),
    )  # fmt: skip


def _headers(table: Table, mapping: Mapping | None) -> Headers:
    """Our columns by the headers that the clerk gave them."""
    from services.sheets.columns import COURSE_COLUMNS, EXTRA_COLUMNS, match_columns

    columns = (*COURSE_COLUMNS, *EXTRA_COLUMNS)
    matched = match_columns(table.headers, columns, mapping.columns if mapping else None)
    return {key: (table.headers[place], place + 1) for key, place in matched.places.items()}


def _plan(made: House, checked: Checked, headers: Headers) -> Plan:
    from services.importing.planning import plan_courses

    return look_now(made.store, lambda tx: plan_courses(tx, made.town, checked.rows, headers))


def _outcome(plan: Plan, checked: Checked, dry_run: bool) -> Outcome:
    from services.importing.wording import column_name

    outcome = Outcome("courses", dry_run, len(plan.new), len(plan.changed), plan.unchanged, plan.people)
    outcome.problems = (*checked.problems, *plan.problems)
    outcome.warnings = (*checked.warnings, *plan.warnings)
    outcome.changes = [
        (one.target.row.code, one.target.row.title, tuple(column_name(key) for key in one.fields))
        for one in plan.changed
    ]
    return outcome


def _whether_to_tell(outcome: Outcome, *, notify: bool, silent: bool, as_json: bool) -> bool:
    """What the options say, or who sits at the terminal; without either the command ends, nothing written."""
    if not outcome.people or notify or silent:
        return notify
    sentence = f"将通知{outcome.people}人"
    if as_json or not sys.stdin.isatty():
        outcome.error = (
            f"{sentence}：请加 --notify（通知他们）或 --silent（不通知）再运行一次。什么也没有写入。"
        )
        if as_json:
            finish(outcome, as_json=True, code=2)
        raise CliError(outcome.error)
    print(f"{sentence}（上课时间或地点变了）。")
    answer = input("写入并通知请按 y，写入但不通知请按 n，不写入直接回车：").strip().lower()
    if answer not in ("y", "yes", "是", "n", "no", "不"):
        print("好的，什么也没有写入。")
        raise typer.Exit(0)
    return answer in ("y", "yes", "是")


def _apply(
    made: House, plan: Plan, planned: Callable[[], Plan], by: str, *, tell: bool, asked: bool
) -> Result:
    """Write the plan; one that somebody overtook is made again, unless it now concerns other people."""
    from services.importing.applying import apply_courses
    from services.importing.writing import Stale

    for _ in range(MOST_TRIES):
        unit = partial(apply_courses, town=made.town, plan=plan, by=by, notify=tell)
        try:
            return work_now(made.store, unit)
        except Stale:
            people, plan = plan.people, planned()
            if plan.problems or (asked and plan.people != people):
                break
    raise CliError(_OVERTAKEN)


def _undo(made: House, number: int, by: str, *, tell: bool) -> Undone:
    from services.importing.undo import undo as take_back
    from services.importing.writing import Stale

    unit = partial(take_back, town=made.town, batch_id=number, by=by, notify=tell)
    for _ in range(MOST_TRIES):
        try:
            return work_now(made.store, unit)
        except Stale:
            continue
    raise CliError(_OVERTAKEN)


_OVERTAKEN = "刚才有人也在改这些班，什么也没有写入，请再运行一次"
