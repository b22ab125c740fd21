"""A sheet of units that comes by chat: from an owner, for the own unit and what is under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.statement import Row, Tx
from services import scope
from services.importing.known import load_units, unit_levels
from services.importing.units import RANK, UnitsPlan, UnitsResult, import_units, plan_units
from services.importing.wording import Headers, problem
from services.sheets.columns import COURSE_COLUMNS, UNIT_COLUMNS, match_columns
from services.sheets.problems import Problem
from services.sheets.table import Table
from services.sheets.units import ROOT, CheckedUnits, UnitRow, check_units
from services.town import Town

_OF_A_UNIT = frozenset({"code", "name", "level"})
_OF_A_CLASS = frozenset({"category", "schedule", "starts_on", "ends_on", "title"})


@dataclass(frozen=True, slots=True)
class UnitsSheet:
    """What a sheet of units comes to: its rows as they would be written, and the plan with all problems."""

    checked: CheckedUnits
    plan: UnitsPlan


def is_units(table: Table) -> bool:
    """Whether a sheet's columns are those of units and not of classes."""
    units = match_columns(table.headers, UNIT_COLUMNS).places.keys()
    # a unit's own headers (机构名称, 编号) may mean something in a sheet of classes as well, not these
    of_units = {header for header in table.headers if _names_a_unit(header)}
    classes = match_columns([one for one in table.headers if one not in of_units], COURSE_COLUMNS).places
    return units >= _OF_A_UNIT and not _OF_A_CLASS & classes.keys()


def _names_a_unit(header: str) -> bool:
    return bool(match_columns([header], UNIT_COLUMNS).places)


def check(tx: Tx, person_id: int, table: Table) -> UnitsSheet:
    """Check and compare a sheet of units on behalf of an owner, writing nothing."""
    own = scope.own_units(tx, person_id, scope.OWNING)
    rows = load_units(tx)
    found = check_units(table, known_units=unit_levels(tx))
    everything = any(unit.level == "root" for unit in own)
    checked = found if everything else replace(found, rows=_at_home(own, rows, found.rows))
    plan = plan_units(tx, checked)
    if not everything:
        headers = _headers(table)
        wrong = (*_foreign(own, rows, plan, checked.rows, headers), *_disordered(rows, checked.rows, headers))
        plan = replace(plan, problems=(*plan.problems, *wrong))
    return UnitsSheet(checked, plan)


def publish(tx: Tx, town: Town, person_id: int, sheet: UnitsSheet) -> UnitsResult:
    """Write it, all or nothing."""
    if sheet.plan.problems or not scope.own_units(tx, person_id, scope.OWNING):
        return UnitsResult(problems=sheet.plan.problems)
    return import_units(tx, town, sheet.checked, f"person:{person_id}")


def _at_home(own: Sequence[Row], rows: Sequence[Row], sheet: tuple[UnitRow, ...]) -> tuple[UnitRow, ...]:
    """Without a parent a known unit stays where it is, and a new one stands under its owner's own."""
    codes = {row.id: row.code for row in rows}
    parents = {row.code.casefold(): codes.get(row.parent_id, ROOT) for row in rows}
    home = own[0].code if own else ROOT
    return tuple(
        unit if unit.parent != ROOT else replace(unit, parent=parents.get(unit.code.casefold(), home))
        for unit in sheet
    )


def _foreign(
    own: Sequence[Row], rows: Sequence[Row], plan: UnitsPlan, sheet: tuple[UnitRow, ...], headers: Headers
) -> list[Problem]:
    """Units that are not the owner's, or would come from or go to somebody else's part of the network."""
    known = {row.code.casefold(): row for row in rows}
    new = {unit.code.casefold(): unit for unit in plan.new}

    def covered(code: str, depth: int = 0) -> bool:
        row = known.get(code.casefold())
        if row is not None:
            return scope.covers(own, row.path)
        unit = new.get(code.casefold())
        return unit is not None and depth < len(sheet) and covered(unit.parent, depth + 1)

    def unmoved(unit: UnitRow, row: Row) -> bool:
        above = known.get(unit.parent.casefold())
        return above is not None and above.id == row.parent_id

    wrong = [unit for unit in plan.new if not covered(unit.parent)]
    wrong += [
        unit
        for unit, row in plan.changed
        if not (scope.covers(own, row.path) and (unmoved(unit, row) or covered(unit.parent)))
    ]
    return [problem(unit.row, "code", unit.code, "unit_not_yours", headers) for unit in wrong]


def _disordered(rows: Sequence[Row], sheet: tuple[UnitRow, ...], headers: Headers) -> list[Problem]:
    levels = {row.code.casefold(): row.level for row in rows} | {
        unit.code.casefold(): unit.level for unit in sheet
    }
    return [
        problem(unit.row, "level", unit.level, "unit_level_order", headers, parent=unit.parent)
        for unit in sheet
        if RANK[levels.get(unit.parent.casefold(), ROOT)] >= RANK[unit.level]
    ]


def _headers(table: Table) -> Headers:
    places = match_columns(table.headers, UNIT_COLUMNS).places
    return {key: (table.headers[place], place + 1) for key, place in places.items()}
