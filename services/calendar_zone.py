"""A time zone as an iCalendar file tells it (VTIMEZONE of RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import MAXYEAR, UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def timezone_lines(
    spans: Sequence[tuple[datetime, datetime]], stamp: datetime, zone: ZoneInfo
) -> Iterator[str]:
    """The zone's rules as far as the spans reach: an observance for each change of its offset."""
    starts = [begin.astimezone(UTC) for begin, _ in spans] or [stamp.astimezone(UTC)]
    ends = [end.astimezone(UTC) for _, end in spans] or starts
    begin = min(starts).replace(minute=0, second=0, microsecond=0) - 2 * _DAY
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{zone.key}"
    # what holds at the first session is said to hold since 1970, so that no reader lacks an observance
    yield from _observance("19700101T000000", begin.astimezone(zone), begin.astimezone(zone))
    for change in _changes(begin, max(ends) + _DAY, zone):
        before, after = (change - _MINUTE).astimezone(zone), change.astimezone(zone)
        onset = change.replace(tzinfo=None) + (before.utcoffset() or timedelta(0))
        yield from _observance(onset.strftime("%Y%m%dT%H%M%S"), before, after)
    yield "END:VTIMEZONE"


def _observance(onset: str, before: datetime, after: datetime) -> Iterator[str]:
    kind = "DAYLIGHT" if after.dst() else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{onset}"
    yield f"TZOFFSETFROM:{_offset(before)}"
    yield f"TZOFFSETTO:{_offset(after)}"
    yield f"TZNAME:{after.tzname()}"
    yield f"END:{kind}"


def _changes(begin: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Each instant between two at which the zone's offset changes, to the minute."""
    for year in range(begin.year, end.year + 1):
        yield from (change for change in _changes_in(year, zone) if begin < change <= end)


# a year's changes are looked for day by day, and most files of a season ask for the same year
@lru_cache(maxsize=64)
def _changes_in(year: int, zone: ZoneInfo) -> tuple[datetime, ...]:
    found = []
    at = datetime(year, 1, 1, tzinfo=UTC)
    end = at.replace(year=year + 1) if year < MAXYEAR else datetime.max.replace(tzinfo=UTC) - _DAY
    offset = at.astimezone(zone).utcoffset()
    while at < end:
        following = at + _DAY
        if (then := following.astimezone(zone).utcoffset()) != offset:
            low, high = at, following
            while high - low > _MINUTE:
                middle = low + (high - low) // _MINUTE // 2 * _MINUTE
                low, high = (middle, high) if middle.astimezone(zone).utcoffset() == offset else (low, middle)
            found.append(high)
            offset = then
        at = following
    return tuple(found)


def _offset(at: datetime) -> str:
    minutes = (at.utcoffset() or timedelta(0)) // _MINUTE
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"
