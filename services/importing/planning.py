"""What a checked course sheet would do: classes that are new, that change and that stay, and who is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.statement import Row, Tx
from services.importing import current
from services.importing.columns import (
    called_for,
    fingerprint,
    place_of,
    same_times,
    what_columns,
    when_columns,
)
from services.importing.edits import OPEN, UNDONE, ClassEdit
from services.importing.known import Known, Place, load_known, load_units
from services.importing.making import Target
from services.importing.meetings import Followed, Numbered, follow, joined, relocate
from services.importing.minimums import differing as differing_minimums
from services.importing.wording import Headers, problem
from services.sheets.class_row import ClassRow
from services.sheets.problems import Problem
from services.sheets.words import fold
from services.town import Town

# columns of `offering` by the column of the sheet that a clerk would look at
_SAID_BY = {
    "fee_fen": "fee", "slots": "schedule", "online": "mode", "unit_id": "school", "status": "code",
    "first_start": "schedule", "last_end": "schedule",
}  # fmt: skip
_SHOWN_ORDER = (
    "code", "title", "category", "form", "description", "school", "district", "venue", "address", "latitude",
    "teacher", "audience", "starts_on", "ends_on", "schedule", "skips", "capacity", "fee", "min_age",
    "max_age", "enrol_opens", "enrol_closes", "hours", "mode",
)  # fmt: skip


@dataclass(frozen=True)
class Changed:
    """A class that the sheet changes; `fields` are the sheet's columns that differ, by our keys.

    The edit's `after` lacks what only exists once it is written: references and fingerprint.
    """

    target: Target
    edit: ClassEdit
    fields: tuple[str, ...]
    reopened: bool = False


@dataclass(frozen=True)
class Plan:
    """What applying would do; nothing may be applied while there is a problem.

    `people` counts those who would be told, each once.
    """

    known: Known
    new: tuple[Target, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    people: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    minimums: tuple[ClassRow, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the sheet says what is there already."""
        return not self.new and not self.changed and not self.minimums


def plan_courses(tx: Tx, town: Town, rows: Sequence[ClassRow], headers: Headers | None = None) -> Plan:
    """Compare checked rows with the classes that exist, writing nothing.

    `headers` name the clerk's own columns in problems. Classes that the sheet does not name stay as they are.
    """
    known = load_known(tx)
    schools = {fold(text): row.id for row in reversed(load_units(tx)) for text in (row.name, row.code)}
    exist = current.brief(tx)
    new: list[Target] = []
    differing: list[tuple[Target, Row]] = []
    unchanged = 0
    for row in rows:
        target = Target(row, schools.get(fold(row.school), row.school) if row.school else known.root)
        found = exist.get(row.code.casefold())
        if found is None:
            new.append(target)
        elif (
            isinstance(target.unit, int)
            and found.fingerprint == fingerprint(row, target.unit)
            and found.status != UNDONE
        ):
            unchanged += 1
        else:
            differing.append((target, found))
    comparison = _Comparison(tx, town, known, [found.id for _, found in differing], headers)
    changed = [one for target, found in differing if (one := comparison.compare(target, found.id))]
    told = [one.edit.offering_id for one in changed if one.edit.tells(town.now())]
    return Plan(
        known, tuple(new), tuple(changed), unchanged + len(differing) - len(changed),
        len(current.seated(tx, told)), tuple(comparison.problems), tuple(comparison.warnings),
        differing_minimums(tx, rows),
    )  # fmt: skip


class _Comparison:
    """Compares rows with their classes, which are read in one go."""

    def __init__(self, tx: Tx, town: Town, known: Known, ids: list[int], headers: Headers | None) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self._town = town
        self._known = known
        self._headers = headers
        self._classes = current.classes(tx, ids)
        self._meetings = current.meetings(tx, ids)

    def compare(self, target: Target, offering_id: int) -> Changed | None:
        """The change of one class, or None where the row says what is there."""
        row, stands = target.row, self._classes[offering_id]
        if stands.status not in (OPEN, UNDONE):
            self._say(self.warnings, row.row, "code", row.code, "class_over")
            return None
        if row.capacity is not None and row.capacity < stands.taken:
            self._say(self.problems, row.row, "capacity", row.capacity, "below_taken", taken=stands.taken)
            return None
        followed, when = self._times(target, stands)
        first = when.get("first_start", stands.first_start)
        after = {**when, **what_columns(row, first)}
        if stands.status == UNDONE:
            after["status"] = OPEN
        held = stands._mapping
        differing = {name for name in after if held[name] != after[name]}
        edit = ClassEdit(
            offering_id, stands.code, {name: held[name] for name in differing},
            {name: after[name] for name in differing}, followed.edits, _elsewhere(row, stands),
        )  # fmt: skip
        fields = _fields(target, stands, edit)
        return Changed(target, edit, fields, stands.status == UNDONE) if fields else None

    def _times(self, target: Target, stands: Row) -> tuple[Followed, Mapping[str, Any]]:
        """How the sessions follow, and the columns of when the class meets where its times differ."""
        row, town = target.row, self._town
        existing, now = self._meetings[stands.id], town.now()
        relocated = Followed((), ())
        if place_of(row) != current.place_of_class(stands):
            relocated = relocate(existing, now, stands.venue_id)
        if stands.status != UNDONE and same_times(stands.fingerprint, fingerprint(row, 0)):
            return relocated, {}
        followed = self._follow(row, stands, existing, now)
        first = min((one.starts_at for one in followed.planned), default=row.sessions[0][0])
        last = max((one.ends_at for one in followed.planned), default=row.sessions[-1][1])
        edits = joined(followed.edits, relocated.edits)
        return Followed(edits, followed.planned), when_columns(row, first, last)

    def _follow(self, row: ClassRow, stands: Row, existing: list[Numbered], now: datetime) -> Followed:
        zone = self._town.zone

        def expected(starts: datetime, ends: datetime) -> bool:
            # of a class whose import was undone nothing was cancelled by hand
            return stands.status != UNDONE and called_for(stands._mapping, starts, ends, zone)

        return follow(existing, row.sessions, now, zone, expected)

    def _say(
        self, where: list[Problem], row: int, key: str, value: object, text: str, **values: object
    ) -> None:
        where.append(problem(row, key, value, text, self._headers, **values))


def _elsewhere(row: ClassRow, stands: Row) -> bool:
    """Whether people would go to the wrong place; a detail that was missing before moves nobody."""
    before, after = current.place_of_class(stands), place_of(row)
    if bool(stands.online) != row.online:
        return True
    if before is None or after is None:
        return before != after
    return before.name != after.name or bool(
        before.address and after.address and before.address != after.address
    )


def _fields(target: Target, stands: Row, edit: ClassEdit) -> tuple[str, ...]:
    """The sheet's columns that differ, in the order of the template."""
    row = target.row
    differing = {_SAID_BY.get(name, name) for name in edit.after}
    if edit.meetings and any(one.retimed() for one in edit.meetings):
        differing.add("schedule")
    place = place_of(row) or Place("", "", "")
    before = current.place_of_class(stands) or Place("", "", "")
    pairs = {
        "title": (stands.title, row.title),
        "category": (stands.category, row.category),
        "school": (stands.unit_id, target.unit),
        "venue": (before.name, place.name),
        "address": (before.address, place.address),
        "district": (before.district, place.district),
    }
    differing |= {key for key, (one, other) in pairs.items() if one != other}
    if (
        place.name
        and row.latitude is not None
        and (stands.latitude, stands.longitude) != (row.latitude, row.longitude)
    ):
        differing.add("latitude")
    return tuple(key for key in _SHOWN_ORDER if key in differing)
