"""One class as search sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CatalogueRecord:
    """A class in the catalogue; seats are never part of it.

    `fee_fen` None means not told; `slots` are (weekday, start minute, end minute), Monday = 0; `dates` are
    the sorted ordinals of the local days of its sessions; datetimes are aware UTC, None: no bound.
    """

    offering_id: int
    code: str
    title: str
    category: str = ""
    form: str = ""
    description: str = ""
    school: str = ""
    unit_path: str = ""
    district: str = ""
    venue: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    teacher: str = ""
    audience: tuple[str, ...] = ()
    fee_fen: int | None = None
    min_age: int | None = None
    max_age: int | None = None
    online: bool = False
    slots: tuple[tuple[int, int, int], ...] = ()
    dates: tuple[int, ...] = ()
    first_start: datetime | None = None
    enrol_opens: datetime | None = None
    enrol_closes: datetime | None = None
    cancelled: bool = False
