"""Terms: half years that begin with the spring and the autumn term, as schools have them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

# the spring term's classes begin from February on, those of the autumn term from August on
SPRING, AUTUMN = 2, 8


def term_of(day: date) -> str:
    """The term that a day lies in: 2026-autumn lasts from August to the end of January."""
    if SPRING <= day.month < AUTUMN:
        return f"{day.year}-spring"
    return f"{day.year if day.month >= AUTUMN else day.year - 1}-autumn"


def next_term(term: str) -> str:
    """The term after this one."""
    year, half = term.split("-")
    return f"{year}-autumn" if half == "spring" else f"{int(year) + 1}-spring"


def span_of(term: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a term begins, and when it is over."""
    return _begins(term, zone), _begins(next_term(term), zone)


def _begins(term: str, zone: ZoneInfo) -> datetime:
    year, half = term.split("-")
    return datetime(int(year), SPRING if half == "spring" else AUTUMN, 1, tzinfo=zone)
