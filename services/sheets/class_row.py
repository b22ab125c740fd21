"""One class of a course sheet, checked."""

from dataclasses import dataclass
from datetime import date, datetime

from services.timetable import AnySlot

Session = tuple[datetime, datetime]


@dataclass(frozen=True)
class ClassRow:
    """All that a sheet says of one class; `row` is its number there.

    `fee_fen` None is not told, 0 is free; `capacity` None is no limit; `enrol_opens` None is at once,
    `enrol_closes` None the first session. `sessions` are aware UTC pairs of begin and end, in order;
    `skips` the clerk's own days without a class (public holidays are left out already). `school` is a unit's
    code where it is known, else as written, blank for the root.
    """

    row: int
    code: str
    title: str
    category: str
    form: str
    online: bool
    description: str
    school: str
    district: str
    venue: str
    address: str
    latitude: float | None
    longitude: float | None
    teacher: str
    audience: tuple[str, ...]
    slots: tuple[AnySlot, ...]
    sessions: tuple[Session, ...]
    starts_on: date
    ends_on: date
    skips: tuple[date, ...]
    enrol_opens: datetime | None
    enrol_closes: datetime | None
    capacity: int | None
    fee_fen: int | None
    min_age: int | None
    max_age: int | None
    hours: float | None
    min_learners: int | None = None
    decide_by: date | None = None
