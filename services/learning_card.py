"""The learning card of a year: a person's own figures, for the person and for a campaign's thank-you."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from models.statement import Tx
from services.attending import crediting
from services.merging import settings_of
from services.town import Town

WEEK = timedelta(weeks=1)
# as many kinds and classes as a picture has room for
MOST_KINDS = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """What somebody has learnt in a year; hours and credits in hundredths, kinds by their hours."""

    year: int
    name: str
    hours: int
    credits: int
    classes: int
    sessions: int
    streak: int
    kinds: tuple[tuple[str, int], ...]
    first: date | None

    def plain(self) -> tuple[Any, ...]:
        """What is on the card, as JSON can say it."""
        return (
            self.year, self.name, self.hours, self.credits, self.classes, self.sessions, self.streak,
            [list(kind) for kind in self.kinds],
        )  # fmt: skip


def figures_from(plain: Sequence[Any]) -> Figures:
    """What `plain` gave. Raises ValueError."""
    year, name, hours, credit, classes, sessions, streak, kinds = plain
    of_kinds = tuple((str(kind), int(n)) for kind, n in kinds)
    return Figures(year, name, hours, credit, classes, sessions, streak, of_kinds, None)


def figures(tx: Tx, town: Town, person_id: int, year: int) -> Figures:
    """The figures of one person and year, from the entries that follow the roll."""
    since = datetime(year, 1, 1, tzinfo=town.zone)
    found = crediting.learnt(tx, person_id, since, datetime(year + 1, 1, 1, tzinfo=town.zone))
    days = [at.astimezone(town.zone).date() for at in found.sessions]
    kinds = sorted(found.kinds.items(), key=lambda item: (-item[1], item[0]))
    return Figures(
        year, settings_of(tx, person_id).name, found.hours, found.credits, len(found.classes),
        len(days), longest_streak(days), tuple(kinds[:MOST_KINDS]), min(days, default=None),
    )  # fmt: skip


def longest_streak(days: Iterable[date]) -> int:
    """The most weeks in a row, Monday to Sunday, of which each had at least one of these days."""
    weeks = sorted({day - timedelta(days=day.weekday()) for day in days})
    longest = run = 0
    before: date | None = None
    for monday in weeks:
        run = run + 1 if before is not None and monday - before == WEEK else 1
        longest, before = max(longest, run), monday
    return longest
