"""A catalogue of any size as search sees it, the same classes as `benchmarks.town` puts into a database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache

from benchmarks.town import HOURS, SESSIONS, ZONE, class_at, sample_rows, unit_rows, venue_rows
from services.search.record import CatalogueRecord


def records(count: int, today: date, parallel: int | None = None) -> Iterator[CatalogueRecord]:
    """Return so many classes, numbered from 1; with `parallel` no title has more than so many numbers."""
    schools = max(5, count // 40)
    where = list(zip(venue_rows(schools), unit_rows(schools), strict=True))
    rows = sample_rows()
    for number in range(count):
        row, made = rows[number % len(rows)], class_at(number)
        title = made.title if parallel is None else class_at(number % (len(rows) * parallel)).title
        venue, unit = where[number % schools]
        start, days = _sessions(number % 42, number % 6, today)
        yield CatalogueRecord(
            offering_id=number + 1,
            code=f"BM{number:05}",
            title=title,
            category=row["category"],
            form="class",
            description=row["description"],
            school=unit["name"],
            unit_path=unit["path"],
            district=venue["district"],
            venue=venue["name"],
            address=venue["address"],
            latitude=venue["latitude"],
            longitude=venue["longitude"],
            teacher=row["teacher"],
            audience=tuple(word for word in row["audience"].split("、") if word),
            fee_fen=(0, 0, 3000, 6000, None)[number % 5],
            min_age=50 if made.aged else None,
            max_age=75 if made.aged else None,
            slots=((made.weekday, made.hour * 60, made.hour * 60 + 90),),
            dates=days,
            first_start=start,
            enrol_closes=start,
        )


@cache
def _sessions(slot: int, week: int, today: date) -> tuple[datetime, tuple[int, ...]]:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1 + week)
    first = monday + timedelta(days=slot % 7)
    start = datetime(first.year, first.month, first.day, HOURS[slot // 7], tzinfo=ZONE)
    return start, tuple(first.toordinal() + 7 * at for at in range(SESSIONS))
