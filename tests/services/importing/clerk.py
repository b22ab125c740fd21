"""A clerk with a sheet: brings it in again and again, with a cell changed here and there."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from sqlalchemy import select

from models.catalogue import class_session, course, offering, org_unit, venue
from models.statement import Row
from models.store import look_now, work_now
from services.importing.applying import Result, apply_courses
from services.importing.known import unit_levels, unit_names
from services.importing.planning import Plan, plan_courses
from services.importing.undo import Undone, undo
from services.importing.units import UnitsResult, import_units
from services.sheets.check import Checked, check_courses
from services.sheets.mapping import Mapping
from services.sheets.read import read_table
from services.sheets.units import check_units
from tests.services.learners import Learners

DATA = Path(__file__).parents[2] / "data"
FIRST = {
    "code": "SF-1", "title": "书法入门", "category": "人文艺术", "school": "城关学校", "district": "城关镇",
    "venue": "城关学校201", "address": "人民路12号", "latitude": "30.1", "longitude": "120.2",
    "teacher": "王老师", "starts_on": "2026-12-05", "ends_on": "2026-12-26", "schedule": "周六 09:00-10:30",
    "capacity": "3", "fee": "0",
}  # fmt: skip
SECOND = {
    **FIRST, "code": "TJ-1", "title": "太极拳", "category": "运动健身", "schedule": "周二 19:00-20:00",
    "starts_on": "2026-12-01", "ends_on": "2026-12-22", "capacity": "",
}  # fmt: skip
BY = "cli:clerk"


def sheet(*rows: dict[str, str]) -> bytes:
    """A CSV file of these rows, by our column keys."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list({key: None for row in rows for key in row}))
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


class Clerk(Learners):
    """The people of a town, and somebody who keeps its sheets."""

    def check(self, data: bytes, mapping: Mapping | None = None) -> Checked:
        """The sheet as the command line checks it."""
        table = read_table(data, "sheet", headers=(mapping or Mapping()).columns)
        town = self.town
        return check_courses(
            table, mapping, today=town.now().astimezone(town.zone).date(), zone=town.zone,
            holidays=town.holidays, known_units=look_now(self.store, unit_names),
        )  # fmt: skip

    def plan(self, *rows: dict[str, str]) -> Plan:
        """What a sheet of these rows would do."""
        checked = self.check(sheet(*rows))
        assert not checked.problems, [problem.line_zh() for problem in checked.problems]
        return look_now(self.store, lambda tx: plan_courses(tx, self.town, checked.rows))

    def bring(self, *rows: dict[str, str], notify: bool = False) -> Result:
        """Bring in a sheet of these rows."""
        return self.apply(self.plan(*rows), notify=notify)

    def bring_file(self, data: bytes, mapping: Mapping | None = None) -> Result:
        """Bring in a whole file."""
        checked = self.check(data, mapping)
        assert not checked.problems, [problem.line_zh() for problem in checked.problems]
        return self.apply(look_now(self.store, lambda tx: plan_courses(tx, self.town, checked.rows)))

    def apply(self, plan: Plan, *, notify: bool = False) -> Result:
        """Write a plan."""
        return work_now(self.store, lambda tx: apply_courses(tx, self.town, plan, BY, notify))

    def units(self, data: bytes) -> UnitsResult:
        """Bring in units."""
        checked = check_units(read_table(data, "units"), known_units=look_now(self.store, unit_levels))
        return work_now(self.store, lambda tx: import_units(tx, self.town, checked, BY))

    def undo(self, batch_id: int | None, *, notify: bool = False) -> Undone:
        """Undo an import."""
        assert batch_id is not None
        return work_now(self.store, lambda tx: undo(tx, self.town, batch_id, BY, notify=notify))

    def row(self, code: str = "SF-1") -> Any:
        """A class with its course, school and place."""
        statement = (
            select(
                offering,
                course.c.title,
                course.c.category,
                org_unit.c.name.label("school"),
                venue.c.name.label("place"),
                venue.c.address,
                venue.c.latitude,
            )
            .join_from(offering, course, course.c.id == offering.c.course_id)
            .join(org_unit, org_unit.c.id == offering.c.unit_id)
            .outerjoin(venue, venue.c.id == offering.c.venue_id)
            .where(offering.c.code == code)
        )
        return look_now(self.store, lambda tx: tx.core(statement).first())

    def meetings(self, code: str = "SF-1") -> list[tuple[int, str, str, int]]:
        """The sessions of a class: number, local start, state, sequence."""
        return [
            (row.number, f"{row.starts_at.astimezone(self.town.zone):%m-%d %H:%M}", row.state, row.sequence)
            for row in sorted(self.sessions(code), key=lambda row: row.number)
        ]

    def everything(self) -> dict[str, list[Row]]:
        """All rows of the catalogue, for comparing before and after."""
        tables = (org_unit, venue, course, offering, class_session)
        return look_now(
            self.store,
            lambda tx: {
                table.name: [tuple(row) for row in tx.core(select(table).order_by(table.c.id)).all()]
                for table in tables
            },
        )

    def enrolled(self, count: int, *codes: str) -> list[int]:
        """So many people with a seat in each of these classes."""
        people = [self.person() for _ in range(count)]
        for person_id in people:
            for code in codes:
                self.enrol(person_id, code)
        return people
