"""Checks a sheet of the three-level network: colleges, schools and teaching points."""

import re
import unicodedata
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace

from services.sheets import fields
from services.sheets.class_fields import read_coordinates
from services.sheets.columns import UNIT_COLUMNS, match_columns
from services.sheets.mapping import Mapping
from services.sheets.problems import Problem
from services.sheets.rows import RowReader, findings_of
from services.sheets.table import Table
from services.sheets.texts import say
from services.sheets.words import clean, fold, level_of

ROOT = "root"
_RANK = {"root": 0, "college": 1, "school": 2, "point": 3}
_NEEDED = ("code", "name", "level")


@dataclass(frozen=True)
class UnitRow:
    """One unit; `row` is its number in the sheet, `parent` a code of the sheet, a known one, or `root`."""

    row: int
    code: str
    name: str
    level: str
    parent: str
    phone: str
    desk_hours: str
    address: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class CheckedUnits:
    """What a unit sheet holds, parents before their children. Import only when there is no problem."""

    rows: tuple[UnitRow, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check_units(table: Table, *, known_units: AnyMapping[str, str] | None = None) -> CheckedUnits:
    """Reads every row of a unit sheet; `known_units` (code to level) are those that exist already."""
    found = findings_of(table, match_columns(table.headers, UNIT_COLUMNS), UNIT_COLUMNS)
    for key in _NEEDED:
        if key not in found.matched.places:
            found.problems.append(Problem(None, "", "", *say("column_missing", column=found.names[key])))
    read: dict[str, tuple[UnitRow, RowReader]] = {}
    for row in table.rows:
        reader = RowReader(row, found, Mapping())
        unit = _unit(reader)
        twin = read.get(unit.code.casefold())
        if not unit.code:
            continue
        if unit.code.casefold() == ROOT:
            reader.problem("code", "root_code")
        elif twin:
            reader.problem("code", "code_twice", other=twin[0].row)
        else:
            read[unit.code.casefold()] = (unit, reader)
    units = _with_parents(read, {ROOT: ROOT, **(known_units or {})})
    problems = sorted(found.problems, key=lambda problem: (problem.row or 0, problem.column_number or 0))
    return CheckedUnits(tuple(units), tuple(problems), tuple(found.warnings))


def _unit(reader: RowReader) -> UnitRow:
    code = reader.needed("code", fields.read_code) or ""
    name = reader.needed("name", fields.limited(120)) or ""
    level = reader.needed("level", _read_level) or ""
    latitude, longitude = read_coordinates(reader)
    return UnitRow(
        row=reader.number,
        code=code,
        name=" ".join(name.split()),
        level=level,
        parent=" ".join((reader.read("parent", fields.limited(120)) or ROOT).split()),
        phone=reader.read("phone", _read_phone) or "",
        desk_hours=reader.read("desk_hours", fields.limited(100)) or "",
        address=reader.read("address", fields.limited(200)) or "",
        latitude=latitude,
        longitude=longitude,
    )


def _read_level(text: str) -> str:
    level = level_of(text)
    if level is None:
        raise fields.wrong("level")
    return level


def _read_phone(text: str) -> str:
    phone = unicodedata.normalize("NFKC", clean(text)).replace("\n", "、")
    if len(phone) > 60 or (phone and not re.search(r"\d{3}", phone)):
        raise fields.wrong("phone")
    return phone


def _with_parents(read: dict[str, tuple[UnitRow, RowReader]], known: dict[str, str]) -> list[UnitRow]:
    """Units whose parents were found by code or name, parents first."""
    levels = {code.casefold(): level for code, level in known.items()}
    exact = {code.casefold(): code for code in known}
    for key, (unit, _) in read.items():
        levels[key], exact[key] = unit.level, unit.code
    by_name = {fold(unit.name): unit.code for unit, _ in read.values() if unit.name}
    parents: dict[str, str] = {}
    for key, (unit, reader) in read.items():
        wanted = unit.parent.casefold()
        parent = exact.get(wanted) or by_name.get(fold(unit.parent))
        if fold(unit.parent) in ("无", "-", "/", "总部", "根"):
            parent = ROOT
        if parent is None:
            reader.problem("parent", "parent_unknown", value=unit.parent)
        elif parent.casefold() == key:
            reader.problem("parent", "parent_self")
        else:
            parents[key] = parent
    _refuse_circles(read, parents)
    for key, parent in parents.items():
        unit, reader = read[key]
        above = levels.get(parent.casefold(), "")
        if unit.level and above and _RANK[above] >= _RANK[unit.level]:
            reader.problem("parent", "level_order", parent=parent)
    return _parents_first(
        {
            key: replace(unit, parent=parents[key])
            for key, (unit, reader) in read.items()
            if reader.clean and key in parents
        }
    )


def _refuse_circles(read: dict[str, tuple[UnitRow, RowReader]], parents: dict[str, str]) -> None:
    told: set[str] = set()
    for start in parents:
        chain = [start]
        while (above := parents.get(chain[-1], ROOT).casefold()) in parents and above not in chain:
            chain.append(above)
        if above == start and start not in told:
            told.update(chain)
            codes = " → ".join(read[key][0].code for key in [*chain, start])
            read[start][1].problem("parent", "parent_cycle", chain=codes)


def _parents_first(units: dict[str, UnitRow]) -> list[UnitRow]:
    return sorted(units.values(), key=lambda unit: (_RANK[unit.level], unit.row))
