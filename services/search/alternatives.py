"""What to offer when nothing fits: the same wish with one condition less."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.search.index import CatalogueIndex, Found
from services.understanding.meaning import Meaning

# what people give up most easily comes first; what they came for, last
_GIVEN_UP = (
    "seats", "level", "fee", "hours", "place", "weekdays", "dates", "starts", "form", "online", "audience",
    "age", "near", "category", "excluded", "word", "code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alternative:
    """The part that was dropped, the wish without it, and what then fits."""

    relaxed: str
    meaning: Meaning
    found: Found


def alternatives(
    index: CatalogueIndex, meaning: Meaning, *, now: datetime, zone: ZoneInfo, limit: int = 5
) -> tuple[Alternative, ...]:
    """Return what fits once one condition is dropped, best first; empty when no single one is to blame.

    The last condition is never dropped, for without any the answer would be the whole catalogue.
    """
    parts = meaning.parts()
    if len(parts) < 2:
        return ()
    found = []
    for part in sorted(parts, key=_ease):
        wish = meaning.without(part)
        result = index.search(wish, now=now, zone=zone, limit=limit)
        if result.total:
            found.append(Alternative(part, wish, result))
    return tuple(found)


def _ease(part: str) -> int:
    return _GIVEN_UP.index(part.partition(":")[0])
