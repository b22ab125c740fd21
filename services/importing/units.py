"""Bringing in units: new ones are made, known ones (by code) are brought up to what the sheet says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from models.catalogue import offering, org_unit
from models.statement import Row, Statement, Tx
from services import audit
from services.catalogue import note_changes
from services.importing.known import load_units
from services.importing.wording import problem
from services.sheets.problems import Problem
from services.sheets.units import CheckedUnits, UnitRow
from services.sheets.words import fold
from services.town import Town

RANK = {"root": 0, "college": 1, "school": 2, "point": 3}
_FIELDS = ("name", "level", "phone", "desk_hours", "address", "latitude", "longitude")

ADD = insert(org_unit)
SET = (
    update(org_unit)
    .where(org_unit.c.id == bindparam("unit"))
    .values(
        {
            name: bindparam(f"new_{name}", type_=org_unit.c[name].type)
            for name in ("code", "parent_id", *_FIELDS)
        }
    )
)
SET_PATH = (
    update(org_unit)
    .where(org_unit.c.id == bindparam("unit"))
    .values(path=bindparam("new_path", type_=org_unit.c.path.type))
)
CLASSES_OF = Statement(select(offering.c.id).where(offering.c.unit_id == bindparam("unit")))


@dataclass(frozen=True)
class UnitsResult:
    """What came of a unit sheet; with problems nothing was written."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class UnitsPlan:
    """New units and changed ones (with what they are now), and what speaks against it."""

    new: tuple[UnitRow, ...]
    changed: tuple[tuple[UnitRow, Row], ...]
    unchanged: int
    problems: tuple[Problem, ...]


def plan_units(tx: Tx, checked: CheckedUnits) -> UnitsPlan:
    """Compares a checked sheet with the units that exist, writing nothing."""
    rows = load_units(tx)
    by_id = {row.id: row for row in rows}
    by_code = {row.code.casefold(): row for row in rows}
    new, changed, same = [], [], 0
    for unit in checked.rows:
        row = by_code.get(unit.code.casefold()) or _adopted(unit, checked.rows, rows)
        if row is None:
            new.append(unit)
        elif _differs(unit, row, by_id):
            changed.append((unit, row))
        else:
            same += 1
    problems = (*checked.problems, *_level_problems(checked.rows, rows))
    return UnitsPlan(tuple(new), tuple(changed), same, problems)


def import_units(tx: Tx, town: Town, checked: CheckedUnits, by: str) -> UnitsResult:
    """Writes a checked unit sheet, all or nothing; units that it does not name stay as they are."""
    plan = plan_units(tx, checked)
    if plan.problems:
        return UnitsResult(problems=plan.problems)
    if plan.new or plan.changed:
        _write(tx, town, plan, by)
    return UnitsResult(len(plan.new), len(plan.changed), plan.unchanged)


def place_units(tx: Tx) -> list[int]:
    """Bring every unit's path into line with its parents; ids of those that moved."""
    rows = {row.id: row for row in load_units(tx)}
    paths: dict[int, str] = {}

    def path_of(unit_id: int) -> str:
        if unit_id not in paths:
            parent = rows[unit_id].parent_id
            paths[unit_id] = f"{path_of(parent) if parent else '/'}{unit_id}/"
        return paths[unit_id]

    moved = [unit_id for unit_id, row in rows.items() if row.path != path_of(unit_id)]
    if moved:
        tx.core(SET_PATH, [{"unit": unit_id, "new_path": paths[unit_id]} for unit_id in moved])
    return moved


def _write(tx: Tx, town: Town, plan: UnitsPlan, by: str) -> None:
    now = town.now()
    if plan.new:
        tx.core(ADD, [_columns(unit) | {"code": unit.code, "path": ""} for unit in plan.new])
    ids = {row.code.casefold(): row.id for row in load_units(tx)}
    for unit, row in plan.changed:
        ids[unit.code.casefold()] = row.id
    parents = [(ids[unit.code.casefold()], unit) for unit in plan.new] + [
        (row.id, unit) for unit, row in plan.changed
    ]
    tx.core(SET, [_named(unit_id, unit, ids) for unit_id, unit in parents])
    touched = {unit_id for unit_id, _ in parents} | set(place_units(tx))
    for unit_id, unit in parents:
        audit.record(tx, now, by, "import_unit", f"unit:{unit_id}", unit.code)
    # a class shows its school's name and is found within its subtree
    shown = [row.id for unit_id in sorted(touched) for row in tx.all(CLASSES_OF, unit=unit_id)]
    note_changes(tx, shown, now)


def _named(unit_id: int, unit: UnitRow, ids: Mapping[str, int]) -> dict[str, Any]:
    wanted = {"code": unit.code, "parent_id": ids[unit.parent.casefold()], **_columns(unit)}
    return {"unit": unit_id, **{f"new_{name}": value for name, value in wanted.items()}}


def _columns(unit: UnitRow) -> dict[str, Any]:
    return {name: getattr(unit, name) for name in _FIELDS}


def _differs(unit: UnitRow, row: Row, by_id: Mapping[int, Row]) -> bool:
    parent = by_id[row.parent_id].code if row.parent_id else ""
    if unit.code != row.code or unit.parent.casefold() != parent.casefold():
        return True
    return any(getattr(unit, name) != getattr(row, name) for name in _FIELDS)


def _adopted(unit: UnitRow, sheet: tuple[UnitRow, ...], rows: list[Row]) -> Row | None:
    """The school that a course sheet made under this name before anybody gave it a code of its own."""
    name = fold(unit.name)
    if unit.level != "school" or sum(fold(other.name) == name for other in sheet) > 1:
        return None
    return next((row for row in rows if fold(row.name) == name and row.code == stopgap_code(row.name)), None)


def stopgap_code(name: str) -> str:
    """The code of a school of which nothing is known but its name: the name without blanks and commas."""
    return "".join(mark for mark in name if not mark.isspace() and mark not in ",，、;；")


def _level_problems(sheet: tuple[UnitRow, ...], rows: list[Row]) -> list[Problem]:
    """Units outside the sheet that would no longer stand below their parents."""
    levels = {unit.code.casefold(): unit for unit in sheet}
    by_id = {row.id: row for row in rows}
    found = []
    for row in rows:
        above = by_id[row.parent_id] if row.parent_id else None
        if above is None or row.code.casefold() in levels:
            continue
        changed = levels.get(above.code.casefold())
        if changed and RANK[changed.level] >= RANK[row.level]:
            found.append(problem(changed.row, "level", changed.level, "unit_below", name=row.name))
    return found
