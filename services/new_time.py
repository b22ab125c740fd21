"""周六下午3点到4点半: another time for a session, as an organiser says it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.understanding.quiet_span import read_clocks

DAY = 24 * 60
# where a part of the day is left out: hours in which classes are held
FIRST, LAST = 7 * 60, 22 * 60


def read_new_time(
    text: str, was: tuple[datetime, datetime], day: date | None, zone: ZoneInfo
) -> tuple[datetime, datetime] | None:  # fmt: skip
    """The times meant, from those of the session as it stands; None where nothing new is named.

    `day` is the day that was understood, if one was. With one time named the session keeps its length.
    """
    starts, ends = (at.astimezone(zone) for at in was)
    clocks = [readings for readings in read_clocks(text) if readings]
    if not clocks and day is None:
        return None
    before = starts.hour * 60 + starts.minute
    begins = _nearest(clocks[0], before) if clocks else before
    length = int((ends - starts).total_seconds()) // 60
    over = begins + length
    if len(clocks) > 1:
        later = [minute for minute in clocks[1] if minute > begins]
        if not later:
            return None
        over = min(later)
    on = day or starts.date()
    first = datetime.combine(on, time(begins // 60, begins % 60), zone)
    return first.astimezone(UTC), first.astimezone(UTC) + timedelta(minutes=over - begins)


def _nearest(readings: tuple[int, ...], before: int) -> int:
    fitting = [minute for minute in readings if FIRST <= minute < LAST] or list(readings)
    return min(fitting, key=lambda minute: abs(minute - before))
