"""What the database knows already: units, places and courses by the names that a sheet uses."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select

from models.catalogue import course, org_unit, venue
from models.statement import Row, Statement, Tx

ROOT = "root"

UNITS = Statement(
    select(
        org_unit.c.id, org_unit.c.code, org_unit.c.name, org_unit.c.level, org_unit.c.parent_id,
        org_unit.c.path, org_unit.c.phone, org_unit.c.desk_hours, org_unit.c.address, org_unit.c.latitude,
        org_unit.c.longitude,
    ).order_by(org_unit.c.id)
)  # fmt: skip
VENUES = Statement(
    select(venue.c.id, venue.c.name, venue.c.address, venue.c.district, venue.c.latitude, venue.c.longitude)
)
COURSES = Statement(select(course.c.id, course.c.unit_id, course.c.title, course.c.category))


class Place(NamedTuple):
    """What makes a venue one and the same."""

    name: str
    address: str
    district: str


class CourseKey(NamedTuple):
    """What makes a course one and the same."""

    unit_id: int
    title: str
    category: str


@dataclass(slots=True)
class Known:
    """Ids by what a sheet says; `places` also gives the coordinates that are kept."""

    units: dict[str, int] = field(default_factory=dict)
    venues: dict[Place, int] = field(default_factory=dict)
    coordinates: dict[int, tuple[float | None, float | None]] = field(default_factory=dict)
    courses: dict[CourseKey, int] = field(default_factory=dict)

    @property
    def root(self) -> int:
        """The unit that stands above all others."""
        return self.units[ROOT]


def load_units(tx: Tx) -> list[Row]:
    """Every unit."""
    return tx.all(UNITS)


def load_known(tx: Tx) -> Known:
    """All units by code, venues and courses."""
    known = Known(units={row.code: row.id for row in load_units(tx)})
    for row in tx.all(VENUES):
        known.venues[Place(row.name, row.address, row.district)] = row.id
        known.coordinates[row.id] = (row.latitude, row.longitude)
    for row in tx.all(COURSES):
        known.courses[CourseKey(row.unit_id, row.title, row.category)] = row.id
    return known


def unit_names(tx: Tx) -> dict[str, str]:
    """Unit codes with their names, by which a course sheet's schools are known."""
    return {row.code: row.name for row in load_units(tx)}


def unit_levels(tx: Tx) -> dict[str, str]:
    """Unit codes with their levels, by which a unit sheet's parents are known."""
    return {row.code: row.level for row in load_units(tx)}
