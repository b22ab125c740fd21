"""The sample town brought in: its two sheets are read, checked and written like any others."""

from models.statement import Tx
from services.importing.applying import apply_courses
from services.importing.known import unit_levels, unit_names
from services.importing.planning import plan_courses
from services.importing.units import import_units
from services.sample.town import classes_csv, units_csv
from services.sheets.check import check_courses
from services.sheets.problems import Problem
from services.sheets.read import read_table
from services.sheets.units import check_units
from services.town import Town

BY = "sample"


class SampleError(Exception):
    """The sample town's own sheets are not right."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.line_en() for problem in problems))


def fill(tx: Tx, town: Town) -> int:
    """Write units and classes, telling nobody; how many classes there are. Raises SampleError."""
    today = town.now().astimezone(town.zone).date()
    units = check_units(read_table(units_csv(), "units.csv"), known_units=unit_levels(tx))
    written = import_units(tx, town, units, BY)
    checked = check_courses(
        read_table(classes_csv(today), "classes.csv"), today=today, zone=town.zone, holidays=town.holidays,
        known_units=unit_names(tx),
    )  # fmt: skip
    plan = plan_courses(tx, town, checked.rows)
    if problems := (*written.problems, *checked.problems, *plan.problems):
        raise SampleError(problems)
    apply_courses(tx, town, plan, BY, notify=False)
    return len(checked.rows)
