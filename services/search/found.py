"""What is asked of the index, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services.understanding.meaning import Meaning

if TYPE_CHECKING:
    from services.search.view import View


@dataclass(frozen=True, slots=True)
class Hit:
    """One class found, with the score that placed it (0 where the order is by start, price or distance)."""

    offering_id: int
    score: float
    view: View = field(repr=False, compare=False)

    @property
    def code(self) -> str:
        """The class's code, read from the index."""
        record = self.view.get(self.offering_id)
        return record.code if record else ""


@dataclass(frozen=True, slots=True)
class Found:
    """How many classes fit, and those asked for, best first."""

    total: int
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One search: the meaning, the instant and the town's day, and which of what fits is wanted."""

    meaning: Meaning
    now: datetime
    today: int
    limit: int
    offset: int
    include_closed: bool
    # of the town's day, after midnight
    minute: int = 0

    @classmethod
    def of(
        cls, meaning: Meaning, now: datetime, zone: ZoneInfo, limit: int, offset: int, include_closed: bool
    ) -> Asked:
        """A search at `now` (aware UTC) in the town's zone."""
        local = now.astimezone(zone)
        minute = local.hour * 60 + local.minute
        return cls(meaning, now, local.date().toordinal(), limit, offset, include_closed, minute)
