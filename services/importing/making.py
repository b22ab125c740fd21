"""Makes what a course sheet names and nobody knows: schools, venues and courses; then whole classes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, text, update

from models.catalogue import class_session, offering, org_unit, venue
from models.statement import Tx
from services.importing.columns import fingerprint, link_key, place_of, what_columns, when_columns
from services.importing.known import CourseKey, Known, Place, load_known
from services.importing.units import place_units, stopgap_code
from services.sheets.class_row import ClassRow

CHUNK = 500

ADD_UNIT = text(
    "INSERT INTO org_unit (code, name, level, parent_id, path, phone, desk_hours, address)"
    " VALUES (:code, :name, 'school', :parent_id, '', '', '', '') ON CONFLICT DO NOTHING"
)
ADD_VENUE = text(
    "INSERT INTO venue (name, address, district, latitude, longitude)"
    " VALUES (:name, :address, :district, :latitude, :longitude) ON CONFLICT DO NOTHING"
)
ADD_COURSE = text(
    "INSERT INTO course (unit_id, title, category) VALUES (:unit_id, :title, :category)"
    " ON CONFLICT DO NOTHING"
)
SET_PIN = (
    update(venue)
    .where(venue.c.id == bindparam("place"))
    .values(
        latitude=bindparam("north", type_=venue.c.latitude.type),
        longitude=bindparam("east", type_=venue.c.longitude.type),
    )
)
ADD_CLASS = insert(offering)
ADD_SESSION = insert(class_session)
UNIT_IDS = select(org_unit.c.id).where(org_unit.c.code.in_(bindparam("codes", expanding=True)))

Pin = tuple[int, float | None, float | None]


@dataclass(frozen=True)
class Target:
    """A row with the unit that it belongs to: its id, or the name of a school to be made."""

    row: ClassRow
    unit: int | str


@dataclass(frozen=True)
class Ground:
    """What the rows stand on once it exists, and which of it is new or was moved on the map."""

    known: Known
    made_units: tuple[int, ...] = ()
    pins: tuple[Pin, ...] = ()

    def unit_id(self, target: Target) -> int:
        """The unit of a row."""
        if isinstance(target.unit, int):
            return target.unit
        return self.known.units[stopgap_code(target.unit)]

    def venue_id(self, row: ClassRow) -> int | None:
        """The place of a row."""
        place = place_of(row)
        return None if place is None else self.known.venues[place]

    def course_id(self, target: Target) -> int:
        """The course of a row."""
        return self.known.courses[CourseKey(self.unit_id(target), target.row.title, target.row.category)]


def lay_ground(tx: Tx, known: Known, targets: Sequence[Target]) -> Ground:
    """Make the schools, venues and courses that these rows need; known venues get the rows' coordinates."""
    schools = {stopgap_code(target.unit): target.unit for target in targets if isinstance(target.unit, str)}
    made_units: tuple[int, ...] = ()
    if schools:
        tx.core(
            ADD_UNIT,
            [{"code": code, "name": name, "parent_id": known.root} for code, name in schools.items()],
        )
        place_units(tx)
        made_units = tuple(row.id for row in tx.core(UNIT_IDS, {"codes": list(schools)}))
        known = load_known(tx)
    places = _places(targets)
    missing = [place for place in places if place not in known.venues]
    if missing:
        tx.core(ADD_VENUE, [{**place._asdict(), **_degrees(places[place])} for place in missing])
    pins = _move_pins(tx, known, places)
    ground = Ground(known, made_units, pins)
    courses = {CourseKey(ground.unit_id(one), one.row.title, one.row.category) for one in targets}
    unknown = sorted(courses - known.courses.keys())
    if unknown:
        tx.core(ADD_COURSE, [course._asdict() for course in unknown])
    if missing or unknown:
        known = load_known(tx)
    return Ground(known, made_units, pins)


def add_classes(tx: Tx, ground: Ground, targets: Sequence[Target]) -> dict[str, int]:
    """Insert new classes with all their sessions; ids by code."""
    ids: dict[str, int] = {}
    for chunk in chunks(targets):
        columns = [_class(ground, target) for target in chunk]
        made = tx.core(ADD_CLASS.returning(offering.c.id, offering.c.code), columns)
        ids.update({row.code: row.id for row in made})
        tx.core(ADD_SESSION, [one for target in chunk for one in _sessions(ground, target, ids)])
    return ids


def chunks(items: Sequence[Any], size: int = CHUNK) -> Iterable[Sequence[Any]]:
    """The items, some hundreds at a time."""
    return (items[at : at + size] for at in range(0, len(items), size))


def reference_columns(ground: Ground, target: Target) -> dict[str, Any]:
    """The columns of a class that point elsewhere."""
    return {
        "course_id": ground.course_id(target),
        "unit_id": ground.unit_id(target),
        "venue_id": ground.venue_id(target.row),
    }


def _class(ground: Ground, target: Target) -> dict[str, Any]:
    row = target.row
    first, last = row.sessions[0][0], max(ends for _, ends in row.sessions)
    return {
        "code": row.code,
        "link_key": link_key(row.code),
        **reference_columns(ground, target),
        **what_columns(row, first),
        **when_columns(row, first, last),
        "fingerprint": fingerprint(row, ground.unit_id(target)),
    }


def _sessions(ground: Ground, target: Target, ids: Mapping[str, int]) -> list[dict[str, Any]]:
    offering_id, venue_id = ids[target.row.code], ground.venue_id(target.row)
    return [
        {
            "offering_id": offering_id,
            "number": number,
            "starts_at": starts,
            "ends_at": ends,
            "venue_id": venue_id,
        }
        for number, (starts, ends) in enumerate(target.row.sessions, 1)
    ]


def _places(targets: Sequence[Target]) -> dict[Place, tuple[float | None, float | None]]:
    """The places of these rows; the last row that knows coordinates gives them."""
    places: dict[Place, tuple[float | None, float | None]] = {}
    for target in targets:
        place, row = place_of(target.row), target.row
        if place is not None and (place not in places or row.latitude is not None):
            places[place] = (row.latitude, row.longitude)
    return places


def _degrees(pair: tuple[float | None, float | None]) -> dict[str, float | None]:
    return {"latitude": pair[0], "longitude": pair[1]}


def _move_pins(
    tx: Tx, known: Known, places: Mapping[Place, tuple[float | None, float | None]]
) -> tuple[Pin, ...]:
    before, after = [], []
    for place, pair in places.items():
        venue_id = known.venues.get(place)
        if venue_id is not None and pair[0] is not None and known.coordinates[venue_id] != pair:
            before.append((venue_id, *known.coordinates[venue_id]))
            after.append({"place": venue_id, "north": pair[0], "east": pair[1]})
    if after:
        tx.core(SET_PIN, after)
    return tuple(before)
