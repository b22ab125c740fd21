"""A sheet that comes by chat: checked against what its sender may change, kept for a day, then written.

Checking is slow (some ten milliseconds a hundred rows) and only reads, so it is done before the turn, on a
connection of its own; what it found goes into the turn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select

from models.catalogue import import_batch
from models.organising import sheet_draft
from models.statement import Row, Statement, Tx, insert_into
from services import scope
from services.importing import units_door
from services.importing.applying import UNDO_WITHIN, Result, apply_courses
from services.importing.known import unit_names
from services.importing.planning import Plan, plan_courses
from services.importing.units_door import UnitsSheet
from services.importing.wording import Headers, problem
from services.paper.names import Line
from services.paper.sheet import from_sheet
from services.phrases.hours import Lang
from services.sheets.check import check_courses
from services.sheets.class_row import ClassRow
from services.sheets.columns import COURSE_COLUMNS, EXTRA_COLUMNS, match_columns
from services.sheets.problems import Problem, SheetError
from services.sheets.read import MOST_BYTES, read_table
from services.sheets.report import marked_copy
from services.sheets.table import Table
from services.texts import texts_of
from services.town import Town

__all__ = ["ENDINGS", "MOST_BYTES", "UNDO_WITHIN", "Checked", "check", "draft_of", "drop", "keep", "publish"]

# what may be a sheet by its name; what it is, its bytes tell
ENDINGS = (".csv", ".xlsx", ".xls", ".xlsm", ".et", ".txt", ".tsv", ".ods")
DRAFTS = timedelta(days=1)
MOST_NAME = 200

ADD = insert_into(sheet_draft, "account_id", "name", "content", "at")
DROP_OWN = Statement(delete(sheet_draft).where(sheet_draft.c.account_id == bindparam("whose")))
DROP_OLD = Statement(delete(sheet_draft).where(sheet_draft.c.at < bindparam("before")))
ONE = Statement(
    select(sheet_draft.c.id, sheet_draft.c.name, sheet_draft.c.content).where(
        sheet_draft.c.id == bindparam("id"), sheet_draft.c.account_id == bindparam("account_id"),
        sheet_draft.c.at >= bindparam("since"),
    )
)  # fmt: skip
LATEST = Statement(
    select(sheet_draft.c.id, sheet_draft.c.name, sheet_draft.c.content)
    .where(sheet_draft.c.account_id == bindparam("account_id"), sheet_draft.c.at >= bindparam("since"))
    .order_by(sheet_draft.c.id.desc())
    .limit(1)
)
BATCH = Statement(select(import_batch.c.by).where(import_batch.c.id == bindparam("batch")))


@dataclass(frozen=True)
class Checked:
    """What a sheet comes to: a plan, or problems, or an `error` about the file as a whole (Chinese, English).

    `marked` is the sheet given back with its cells marked.
    """

    plan: Plan | None = None
    # where it is a sheet of units
    units: UnitsSheet | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    error: tuple[str, str] | None = None
    marked: bytes | None = None
    # the names, where it is no timetable but a list of people
    people: tuple[Line, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it can be written."""
        read = self.plan is not None or self.units is not None
        return read and not self.problems and self.error is None

    def error_in(self, lang: Lang) -> str:
        """The error in one language."""
        return "" if self.error is None else self.error[lang == "en"]


def check(tx: Tx, town: Town, person_id: int, name: str, content: bytes, *, mark: bool = True) -> Checked:
    """Read, check and compare a sheet on behalf of a person, writing nothing."""
    try:
        table = read_table(content, name)
    except SheetError as error:
        return Checked(error=(error.text_zh, error.text_en), people=_people(content, name))
    if units_door.is_units(table):
        return _check_units(tx, person_id, content, table, mark)
    found = check_courses(
        table, None, today=town.now().astimezone(town.zone).date(), zone=town.zone, holidays=town.holidays,
        known_units=unit_names(tx),
    )  # fmt: skip
    units = scope.own_units(tx, person_id, scope.EDITING)
    headers = _headers(table)
    plan = plan_courses(tx, town, _at_home(units, found.rows), headers)
    foreign = _foreign(tx, units, plan, headers)
    problems = (*found.problems, *plan.problems, *foreign)
    warnings = (*found.warnings, *plan.warnings)
    marked = _marked(content, table, problems, warnings) if mark else None
    people = _people(content, name) if problems else ()
    return Checked(plan, None, problems, warnings, None, marked, people)


def _people(content: bytes, name: str) -> tuple[Line, ...]:
    """Who is on a list of people; nobody where no column is headed 姓名."""
    try:
        return tuple(line for line in from_sheet(content, name) if line.headed)
    except SheetError:
        return ()


def _check_units(tx: Tx, person_id: int, content: bytes, table: Table, mark: bool) -> Checked:
    if not scope.own_units(tx, person_id, scope.OWNING):
        zh, en = (texts_of(lang)("door.units_no_role") for lang in ("zh", "en"))
        return Checked(error=(zh, en))
    sheet = units_door.check(tx, person_id, table)
    problems, warnings = sheet.plan.problems, sheet.checked.warnings
    marked = _marked(content, table, problems, warnings) if mark else None
    return Checked(None, sheet, problems, warnings, None, marked)


def _marked(
    content: bytes, table: Table, problems: tuple[Problem, ...], warnings: tuple[Problem, ...]
) -> bytes | None:
    try:
        return marked_copy(content, table, problems, warnings)
    except SheetError:  # it can be read but not written: the list of what is wrong must do
        return None


def keep(tx: Tx, town: Town, account_id: int, name: str, content: bytes) -> int:
    """Keep a checked sheet until it is published; an earlier one of the account is dropped."""
    tx.run(DROP_OLD, before=town.now() - DRAFTS)
    drop(tx, account_id)
    return tx.add(ADD, account_id=account_id, name=name[:MOST_NAME], content=content, at=town.now())


def draft_of(tx: Tx, account_id: int, draft_id: int, now: datetime) -> Row:
    """The account's own sheet that waits, or None."""
    return tx.one(ONE, id=draft_id, account_id=account_id, since=now - DRAFTS)


def latest_draft(tx: Tx, account_id: int, now: datetime) -> Row:
    """The last sheet of the account that waits, or None."""
    return tx.one(LATEST, account_id=account_id, since=now - DRAFTS)


def drop(tx: Tx, account_id: int) -> bool:
    """Keep no sheet of the account any more; whether there was one."""
    return tx.run(DROP_OWN, whose=account_id) > 0


def publish(tx: Tx, town: Town, account_id: int, person_id: int, plan: Plan, *, notify: bool) -> Result:
    """Write a plan, all or nothing, and forget the sheet. Raises Stale."""
    result = apply_courses(tx, town, plan, f"person:{person_id}", notify)
    drop(tx, account_id)
    return result


def may_undo(tx: Tx, person_id: int, batch_id: int) -> bool:
    """Whether a person may take an import back: their own, or as an owner of everything."""
    batch = tx.one(BATCH, batch=batch_id)
    if batch is None or not scope.own_units(tx, person_id, scope.EDITING):
        return False
    above_all = any(unit.level == "root" for unit in scope.own_units(tx, person_id, scope.OWNING))
    return batch.by == f"person:{person_id}" or above_all


def _headers(table: Table) -> Headers:
    matched = match_columns(table.headers, (*COURSE_COLUMNS, *EXTRA_COLUMNS), None)
    return {key: (table.headers[place], place + 1) for key, place in matched.places.items()}


def _at_home(units: list[Row], rows: tuple[ClassRow, ...]) -> tuple[ClassRow, ...]:
    """A class without a school is one of its clerk's own unit."""
    if not units or units[0].level == "root":
        return rows
    return tuple(row if row.school else replace(row, school=units[0].code) for row in rows)


def _foreign(tx: Tx, units: list[Row], plan: Plan, headers: Headers) -> tuple[Problem, ...]:
    """Rows of schools that the clerk does not act for; a school that is new only the root may make."""
    if any(unit.level == "root" for unit in units):
        return ()
    paths = scope.unit_paths(tx)
    stand = _standing(tx, plan)
    found = []
    for target in (*plan.new, *(one.target for one in plan.changed)):
        at = [paths.get(target.unit, "") if isinstance(target.unit, int) else ""]
        at += [paths.get(unit_id, "") for unit_id in stand.get(target.row.code.casefold(), ())]
        if not all(scope.covers(units, path) for path in at):
            found.append(problem(target.row.row, "school", target.row.school, "not_yours", headers))
    return tuple(found)


def _standing(tx: Tx, plan: Plan) -> dict[str, tuple[int, ...]]:
    """The unit that a class belongs to now: it may not be drawn over from another school."""
    from services.importing import current

    rows = current.classes(tx, [one.edit.offering_id for one in plan.changed])
    return {row.code.casefold(): (row.unit_id,) for row in rows.values()}
