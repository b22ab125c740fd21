"""Days and weeks of the town's wall clock as instants."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.statement import Row
from services.daytime import OWN_CLASSES, Quiet
from services.reach import own_quiet

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """A wall-clock time on a day, in UTC."""
    return datetime.combine(day, wall, zone).astimezone(UTC)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The begin of a day, in UTC."""
    return instant(day, time(0), zone)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The day of an instant."""
    return at.astimezone(zone).date()


def class_quiet(row: Row) -> Quiet:
    """The hours in which this person is not told of own classes; `row` has the person's own quiet hours."""
    return own_quiet(row.quiet_from, row.quiet_to) or OWN_CLASSES
