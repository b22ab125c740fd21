"""Checks a course sheet whole: every class as typed fields, or every problem of every row in one go."""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from services.holidays import Holidays
from services.sheets import fields
from services.sheets.class_fields import (
    read_age_limits,
    read_audience,
    read_category,
    read_description,
    read_minimum,
    read_place,
    read_school,
    read_word,
)
from services.sheets.class_row import ClassRow
from services.sheets.class_times import read_times
from services.sheets.columns import COURSE_COLUMNS, EXTRA_COLUMNS, match_columns
from services.sheets.mapping import Mapping
from services.sheets.problems import Problem
from services.sheets.rows import Findings, RowReader, findings_of
from services.sheets.sample import SAMPLE_CODE, sample_row
from services.sheets.table import Row, Table
from services.sheets.texts import say
from services.sheets.words import FORM_NAMES, MODE_NAMES, fold, form_of, mode_of

_NEEDED = ("code", "title", "category", "schedule")
_MOST_NAMED = 30
_JOINED = {"schedule": "; ", "skips": "、"}


@dataclass(frozen=True)
class Checked:
    """The classes of a course sheet that are right, to be imported only if there is no problem."""

    rows: tuple[ClassRow, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True)
class _Town:
    today: date
    zone: ZoneInfo
    holidays: Holidays
    known_units: AnyMapping[str, str] | None


def check_courses(
    table: Table,
    mapping: Mapping | None = None,
    *,
    today: date,
    zone: ZoneInfo,
    holidays: Holidays,
    known_units: AnyMapping[str, str] | None = None,
) -> Checked:
    """Reads every row of a course sheet into a ClassRow, in the sheet's order.

    `known_units` (code to name) lets a school be written by its name and warns of one that nobody knows.
    Times come out in UTC, fees in fen.
    """
    mapping = mapping or Mapping()
    columns = (*COURSE_COLUMNS, *EXTRA_COLUMNS)
    found = findings_of(table, match_columns(table.headers, columns, mapping.columns), columns)
    for key in _NEEDED:
        if key not in found.matched.places and key not in mapping.defaults:
            found.problems.append(Problem(None, "", "", *say("column_missing", column=found.names[key])))
    town = _Town(today, zone, holidays, known_units)
    rows = []
    codes: dict[str, int] = {}
    for reader in _readers(table, found, mapping):
        if _is_sample(reader):
            reader.warn("code", "sample_row")
            continue
        row = _class_row(reader, codes, town)
        if row:
            rows.append(row)
    if found.closed_days:
        found.warnings.append(Problem(None, "", "", *_closed_text(found.closed_days)))
    problems = sorted(found.problems, key=lambda problem: (problem.row or 0, problem.column_number or 0))
    return Checked(tuple(rows), tuple(problems), tuple(found.warnings))


def _closed_text(days: dict[date, tuple[str, str]]) -> tuple[str, str]:
    first = sorted(days)[:_MOST_NAMED]
    more = "…" if len(days) > _MOST_NAMED else ""
    chinese = "、".join(f"{day}（{days[day][0]}）" for day in first) + more
    english = ", ".join(f"{day} ({days[day][1]})" for day in first) + more
    return say("holiday", days=chinese)[0], say("holiday", days=english)[1]


def _readers(table: Table, found: Findings, mapping: Mapping) -> list[RowReader]:
    """One reader a class: rows whose code is one merged cell are one class, and their times are joined."""
    place = found.matched.places.get("code")
    groups: list[list[Row]] = []
    for row in table.rows:
        if groups and place is not None and place in row.continued:
            groups[-1].append(row)
        else:
            groups.append([row])
    return [_reader(group, found, mapping) for group in groups]


def _reader(group: list[Row], found: Findings, mapping: Mapping) -> RowReader:
    merged: dict[str, str] = {}
    differing: list[str] = []
    for key, place in found.matched.places.items():
        texts = list(dict.fromkeys(row.cells[place] for row in group if row.cells[place]))
        if len(texts) > 1 and key not in _JOINED:
            differing.append(key)
        merged[key] = _JOINED.get(key, " ").join(texts) if key in _JOINED else (texts[0] if texts else "")
    reader = RowReader(group[0], found, mapping, merged)
    for key in differing:
        reader.problem(key, "joined_conflict", column=found.header(key)[0])
    return reader


def _class_row(reader: RowReader, codes: dict[str, int], town: _Town) -> ClassRow | None:
    code = reader.needed("code", fields.read_code) or ""
    _check_twice(reader, code, codes)
    title = reader.needed("title", fields.limited(120)) or ""
    category = read_category(reader)
    form = read_word(reader, "form", "class", form_of, FORM_NAMES)
    mode = read_word(reader, "mode", "online" if form == "online" else "offline", mode_of, MODE_NAMES)
    place = read_place(reader, online=mode == "online")
    ages = read_age_limits(reader)
    school = read_school(reader, town.known_units)
    teacher = reader.read("teacher", fields.limited(60))
    audience = read_audience(reader)
    description = read_description(reader, title, place.aside)
    capacity = reader.read("capacity", fields.read_capacity)
    fee = reader.read("fee", fields.read_fee)
    hours = reader.read("hours", fields.read_hours)
    least = read_minimum(reader, capacity, town.today)
    times = read_times(reader, town.today, town.zone, town.holidays)
    if fold(code) == fold(SAMPLE_CODE):
        reader.warn("code", "sample_code")
    if times is None or not reader.clean:
        return None
    return ClassRow(
        row=reader.number,
        code=code,
        title=" ".join(title.split()),
        category=category,
        form=form,
        online=mode == "online",
        description=description,
        school=school,
        district=place.district,
        venue=place.venue,
        address=place.address,
        latitude=place.latitude,
        longitude=place.longitude,
        teacher=teacher or "",
        audience=audience,
        slots=times.slots,
        sessions=times.sessions,
        starts_on=times.starts_on,
        ends_on=times.ends_on,
        skips=times.skips,
        enrol_opens=times.enrol_opens,
        enrol_closes=times.enrol_closes,
        capacity=capacity,
        fee_fen=fee,
        min_age=ages[0],
        max_age=ages[1],
        hours=hours,
        min_learners=least[0],
        decide_by=least[1],
    )


def _is_sample(reader: RowReader) -> bool:
    """Whether a row is the template's example as it was given out; its dates only tell when that was."""
    example = sample_row(date.min)
    return fold(reader.cell("code")) == fold(SAMPLE_CODE) and all(
        fold(reader.cell(key)) == fold(text)
        for key, text in example.items()
        if key in reader.columns and key not in ("starts_on", "ends_on")
    )


def _check_twice(reader: RowReader, code: str, codes: dict[str, int]) -> None:
    if code:
        first = codes.setdefault(code.casefold(), reader.number)
        if first != reader.number:
            reader.problem("code", "code_twice", other=first)
