"""Daytime rules: quiet hours, how long an offer stands, when reminders and the weekly notice are due.

Instants are aware datetimes and come back in UTC; hours of the day are the wall clock's in `zone`, so a
change to summer time inside a night or an offer is counted as it really passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
EVENING = time(18)
EVENING_ENDS = time(21)
HOUR_BEFORE_ENDS = timedelta(minutes=10)
OFFER_HOURS = 12.0
SHORT_OFFER_HOURS = 2.0
OFFER_ENDS_BEFORE_SESSION = 2 * HOUR
LEAST_OFFER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Quiet:
    """A daily span in which nobody is disturbed, from `starts` up to but not including `ends`, possibly
    over midnight.

    Equal ends mean no quiet hours at all.
    """

    starts: time
    ends: time

    @property
    def empty(self) -> bool:
        return self.starts == self.ends


OWN_CLASSES = Quiet(time(21), time(7))
ANYTHING_ELSE = Quiet(time(21), time(8))
NO_QUIET = Quiet(time(0), time(0))


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be sent from `at` on, and no more once `until` has come."""

    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ReminderTimes:
    """The reminders of one session for one person; `folded` says that the evening's has to stand for both."""

    evening: Due | None
    hour_before: Due | None
    folded: bool


@dataclass(frozen=True, slots=True)
class WeeklyDue:
    """The weekly notice that may be sent now, about the seven days from `monday` on."""

    monday: date
    due: Due


def is_quiet(at: datetime, quiet: Quiet, zone: ZoneInfo) -> bool:
    """Whether the wall clock in `zone` stands within the quiet hours at `at`."""
    return _within(at.astimezone(zone).time(), quiet)


def next_waking(at: datetime, quiet: Quiet, zone: ZoneInfo) -> datetime:
    """The first instant, `at` itself or later, outside the quiet hours."""
    return _first(at, quiet, zone, wanted=False)


def next_quiet(at: datetime, quiet: Quiet, zone: ZoneInfo) -> datetime | None:
    """The first instant, `at` itself or later, inside the quiet hours; None where there are none."""
    return None if quiet.empty else _first(at, quiet, zone, wanted=True)


def daytime_deadline(
    start: datetime, hours: float = OFFER_HOURS, still: Quiet = ANYTHING_ELSE, *, zone: ZoneInfo
) -> datetime:
    """The instant at which `hours` of daytime have passed since `start`; the clock stands still in `still`.

    A count that runs out exactly as the quiet hours begin ends there. Raises ValueError for a negative count.
    """
    if hours < 0:
        raise ValueError(f"a deadline cannot lie {hours} hours ahead")
    left = timedelta(hours=hours)
    at = next_waking(start, still, zone)
    while True:
        night = next_quiet(at, still, zone)
        if night is None or left <= night - at:
            return at + left
        left -= night - at
        at = next_waking(night, still, zone)


def offer_deadline(
    sent_at: datetime, first_session: datetime | None, enrol_closes: datetime | None, zone: ZoneInfo
) -> datetime | None:
    """When an offered seat goes to the next in line; None when it is too late to offer it.

    An offer stands for 12 hours of daytime, and within a day of the first session for 2. It never stands
    past 2 hours before that session nor past the close of enrolment. The 2 hours are daytime as well: an
    offer that arrives at half past eight in the evening cannot lapse while its reader sleeps, unless the
    session itself comes too soon. Less than `LEAST_OFFER` is no offer. `first_session` is the first one
    that the person could still attend.
    """
    sent = sent_at.astimezone(UTC)
    caps = [] if enrol_closes is None else [enrol_closes.astimezone(UTC)]
    hours = OFFER_HOURS
    if first_session is not None:
        first = first_session.astimezone(UTC)
        caps.append(first - OFFER_ENDS_BEFORE_SESSION)
        hours = SHORT_OFFER_HOURS if first - sent <= DAY else OFFER_HOURS
    # by the whole minute: seconds past nine must not carry twelve hours over the night into the next morning
    counted = sent.replace(second=0, microsecond=0)
    ends = min([daytime_deadline(counted, hours, zone=zone), *caps])
    return ends if ends - sent >= LEAST_OFFER else None


def reminder_times(
    session_start: datetime,
    quiet: Quiet,
    zone: ZoneInfo,
    evening: time | None = EVENING,
    hour_before: timedelta | None = HOUR,
) -> ReminderTimes:
    """When one person is reminded of one session: the evening before and shortly before it; None silences
    one.

    A short reminder that would fall into `quiet` is folded into the evening before, also where the
    evening's own was silenced, so that whoever asked for a reminder gets one. Raises ValueError for an
    `hour_before` that is not longer than the ten minutes after which it is too late.
    """
    start = session_start.astimezone(UTC)
    short = None if hour_before is None else _short_reminder(start, hour_before, quiet, zone)
    folded = hour_before is not None and short is None
    wanted = evening or (EVENING if folded else None)
    before = None
    if wanted is not None:
        before = _evening_reminder(start.astimezone(zone).date() - DAY, wanted, quiet, zone)
    return ReminderTimes(before, short, folded)


def weekly_due(now: datetime, zone: ZoneInfo) -> WeeklyDue | None:
    """The weekly notice due at `now`: from Sunday 19:00 until Monday noon, otherwise None."""
    today = now.astimezone(zone).date()
    monday = today + timedelta(days=-today.weekday() % 7)
    due = Due(_instant(monday - DAY, time(19), zone), _instant(monday, time(12), zone))
    return WeeklyDue(monday, due) if due.at <= now < due.until else None


def reminded_by_confirmation(
    enrolled_at: datetime, session_start: datetime, zone: ZoneInfo, evening: time = EVENING
) -> bool:
    """Whether the confirmation has to carry the reminder, as the evening before has begun when the person
    enrols.
    """
    eve = session_start.astimezone(zone).date() - DAY
    return _instant(eve, evening, zone) <= enrolled_at < session_start


def told_at_once_silently(now: datetime, session_start: datetime, quiet: Quiet, zone: ZoneInfo) -> bool:
    """Whether a change of a session is sent in quiet hours, without a sound, as it could not wait for their
    end.

    That is so where the session starts before 10:00 of the next waking, or less than an hour after waking.
    """
    if not is_quiet(now, quiet, zone):
        return False
    waking = next_waking(now, quiet, zone)
    ten = _instant(waking.astimezone(zone).date(), time(10), zone)
    return now <= session_start < max(ten, waking + HOUR)


def _within(wall: time, quiet: Quiet) -> bool:
    if quiet.starts <= quiet.ends:
        return quiet.starts <= wall < quiet.ends
    return wall >= quiet.starts or wall < quiet.ends


def _short_reminder(start: datetime, before: timedelta, quiet: Quiet, zone: ZoneInfo) -> Due | None:
    if before <= HOUR_BEFORE_ENDS:
        raise ValueError(f"a reminder {before} before a session would come too late")
    at = start - before
    if is_quiet(at, quiet, zone):
        return None
    return Due(at, _until_quiet(at, start - HOUR_BEFORE_ENDS, quiet, zone))


def _evening_reminder(day: date, evening: time, quiet: Quiet, zone: ZoneInfo) -> Due:
    ends = _instant(day, max(EVENING_ENDS, evening), zone)
    wished = _instant(day, evening, zone)
    at = next_waking(wished, quiet, zone)
    if at < ends or at == wished:
        return Due(at, _until_quiet(at, ends, quiet, zone) if at < ends else at + HOUR)
    # who sleeps through the whole evening is told in the last hour before going to bed
    asleep = _last_start(wished, quiet, zone)
    return Due(next_waking(asleep - HOUR, quiet, zone), asleep)


def _until_quiet(at: datetime, until: datetime, quiet: Quiet, zone: ZoneInfo) -> datetime:
    night = next_quiet(at, quiet, zone)
    return until if night is None else min(until, night)


def _last_start(at: datetime, quiet: Quiet, zone: ZoneInfo) -> datetime:
    """The instant at which the quiet hours that hold `at` began."""
    day = at.astimezone(zone).date()
    today = _instant(day, quiet.starts, zone)
    return today if today <= at else _instant(day - DAY, quiet.starts, zone)


def _instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)


def _first(at: datetime, quiet: Quiet, zone: ZoneInfo, wanted: bool) -> datetime:
    """The first instant from `at` on, in UTC, at which being quiet is `wanted`."""
    # two datetimes of one zone are compared by the wall clock, so everything is counted in utc
    at = at.astimezone(UTC)
    local = at.astimezone(zone)
    if _within(local.time(), quiet) == wanted:
        return at
    edge = quiet.starts if wanted else quiet.ends
    ahead = at + 2 * DAY
    if ahead.astimezone(zone).utcoffset() == local.utcoffset():
        wait = datetime.combine(local.date(), edge) - local.replace(tzinfo=None)
        return at + (wait if wait > timedelta(0) else wait + DAY)
    found = (e for e in _edges(at, ahead, edge, zone) if e >= at and is_quiet(e, quiet, zone) == wanted)
    return min(found)


def _edges(at: datetime, ahead: datetime, wall: time, zone: ZoneInfo) -> Iterator[datetime]:
    """Every instant within two days at which the wall clock may pass `wall`, where the zone's offset
    changes too.
    """
    yield _change(at, ahead, zone)
    day = at.astimezone(zone).date()
    for ahead_by in range(3):
        for fold in (0, 1):
            yield _instant(day + ahead_by * DAY, wall.replace(fold=fold), zone)


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The instant between `low` and `high` at which the zone's offset changes, found by halving to the
    second.
    """
    before = low.astimezone(zone).utcoffset()
    low = low.replace(microsecond=0)
    while (span := int((high - low).total_seconds())) > 1:
        middle = low + timedelta(seconds=span // 2)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
