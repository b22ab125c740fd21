"""When a class meets: weekly slots and single dates, and the sessions that follow from them.

A slot's weekday counts as Python does, 0 for Monday to 6 for Sunday. Times are naive and local; the caller
gives them the town's zone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

from services.holidays import Holidays

WEEKDAYS = "一二三四五六日"
LONGEST_TERM = 366 * 2
MOST_SESSIONS = 500


class TimetableError(Exception):
    """A schedule cannot be used; `text_zh` and `text_en` say what is wrong and what would be right."""

    def __init__(self, text_zh: str, text_en: str) -> None:
        super().__init__(text_zh)
        self.text_zh = text_zh
        self.text_en = text_en


@dataclass(frozen=True, order=True)
class Slot:
    """Every week on one weekday (0 is Monday), from `starts` to `ends`."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True, order=True)
class DatedSlot:
    """Once, on one date, from `starts` to `ends`."""

    date: date
    starts: time
    ends: time


AnySlot = Slot | DatedSlot


@dataclass(frozen=True, order=True)
class SessionTime:
    """One meeting of a class in local time."""

    date: date
    starts: time
    ends: time


@dataclass(frozen=True)
class LeftOut:
    """A weekly meeting that does not take place, and the holiday that is why (None: the class's own skip)."""

    date: date
    holiday_zh: str | None
    holiday_en: str | None


@dataclass(frozen=True)
class Plan:
    """All meetings of a class, in order, and those that were left out."""

    sessions: tuple[SessionTime, ...]
    left_out: tuple[LeftOut, ...] = ()


def _clock(moment: time) -> str:
    return f"{moment:%H:%M}"


def slot_text(slots: Iterable[AnySlot]) -> str:
    """Slots in the one way that Doorstep writes them: `周六 09:00-10:30; 2026-12-05 09:00-11:30`."""
    parts = []
    for slot in slots:
        day = f"周{WEEKDAYS[slot.weekday]}" if isinstance(slot, Slot) else slot.date.isoformat()
        parts.append(f"{day} {_clock(slot.starts)}-{_clock(slot.ends)}")
    return "; ".join(parts)


def check_overlaps(slots: Sequence[AnySlot]) -> None:
    """Raises TimetableError when two weekly slots, or two dates, meet at the same time."""
    weekly = sorted(slot for slot in slots if isinstance(slot, Slot))
    dated = sorted(slot for slot in slots if isinstance(slot, DatedSlot))
    for one, two in pairwise(weekly):
        if one.weekday == two.weekday and two.starts < one.ends:
            raise _overlap(f"周{WEEKDAYS[one.weekday]}", one, two)
    for first, second in pairwise(dated):
        if first.date == second.date and second.starts < first.ends:
            raise _overlap(first.date.isoformat(), first, second)


def _overlap(day: str, one: AnySlot | SessionTime, two: AnySlot | SessionTime) -> TimetableError:
    first = f"{_clock(one.starts)}-{_clock(one.ends)}"
    second = f"{_clock(two.starts)}-{_clock(two.ends)}"
    return TimetableError(
        f"{day} 的 {first} 和 {second} 撞在一起了，请改开或删掉一个。",
        f"{day} {first} and {second} overlap: change or remove one of them.",
    )


def plan_sessions(
    slots: Sequence[AnySlot],
    starts_on: date | None,
    ends_on: date | None,
    skips: Iterable[date],
    holidays: Holidays,
) -> Plan:
    """All meetings between two dates, both included, without the skips and the public holidays.

    A date that the clerk wrote out (`2026-10-01 09:00-11:30`) stands also on a holiday: fairs are held then.
    The two dates may be None when every slot is dated. Raises TimetableError.
    """
    _check_term(slots, starts_on, ends_on)
    skipped = set(skips)
    sessions = {
        SessionTime(slot.date, slot.starts, slot.ends)
        for slot in slots
        if isinstance(slot, DatedSlot) and slot.date not in skipped
    }
    left_out = {
        slot.date: LeftOut(slot.date, None, None)
        for slot in slots
        if isinstance(slot, DatedSlot) and slot.date in skipped
    }
    weekly = [slot for slot in slots if isinstance(slot, Slot)]
    if weekly and starts_on and ends_on:
        for day in _days_between(starts_on, ends_on):
            meeting = [
                SessionTime(day, slot.starts, slot.ends) for slot in weekly if slot.weekday == day.weekday()
            ]
            if not meeting:
                continue
            holiday = None if day in skipped else holidays.name_of(day)
            if day in skipped or holiday:
                left_out[day] = LeftOut(day, holiday, holidays.name_of(day, "en") if holiday else None)
            else:
                sessions.update(meeting)
    ordered = tuple(sorted(sessions))
    _check_sessions(ordered, left_out)
    return Plan(ordered, tuple(left_out[day] for day in sorted(left_out)))


def sessions_of(
    slots: Sequence[AnySlot],
    starts_on: date | None,
    ends_on: date | None,
    skips: Iterable[date],
    holidays: Holidays,
) -> tuple[SessionTime, ...]:
    """The meetings of `plan_sessions` alone, in order; raises TimetableError."""
    return plan_sessions(slots, starts_on, ends_on, skips, holidays).sessions


def _days_between(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=passed) for passed in range((last - first).days + 1))


def _check_term(slots: Sequence[AnySlot], starts_on: date | None, ends_on: date | None) -> None:
    if not slots:
        raise TimetableError(
            "没有写上课时间，请写成：周六 09:00-10:30。", "There is no time: write 周六 09:00-10:30."
        )
    if any(isinstance(slot, Slot) for slot in slots) and (starts_on is None or ends_on is None):
        raise TimetableError(
            "每周上课的班要写开课日期和结课日期，例如 2026-12-05 和 2027-01-16。",
            "A weekly class needs its first and last date, such as 2026-12-05 and 2027-01-16.",
        )
    if starts_on and ends_on and ends_on < starts_on:
        raise TimetableError(
            f"结课日期 {ends_on} 比开课日期 {starts_on} 还早，请对调或改正。",
            f"The last date {ends_on} is before the first date {starts_on}: swap or correct them.",
        )
    if starts_on and ends_on and (ends_on - starts_on).days > LONGEST_TERM:
        raise TimetableError(
            f"从 {starts_on} 到 {ends_on} 超过两年，请检查年份，长期班请按学期分开写。",
            f"{starts_on} to {ends_on} is over two years: check the year, or write one row for each term.",
        )
    for slot in slots:
        if isinstance(slot, DatedSlot) and not (starts_on or slot.date) <= slot.date <= (
            ends_on or slot.date
        ):
            raise TimetableError(
                f"上课时间里的 {slot.date} 不在开课日期和结课日期之间，请改其中一个。",
                f"{slot.date} in the schedule is not between the first and the last date: change one.",
            )


def _check_sessions(sessions: Sequence[SessionTime], left_out: dict[date, LeftOut]) -> None:
    if not sessions and left_out:
        days = "、".join(day.isoformat() for day in sorted(left_out)[:5])
        raise TimetableError(
            f"一次课也没有：{days} 都是停课日或节假日，请改日期。",
            f"There is no session: {days} are all skipped or public holidays; change the dates.",
        )
    if not sessions:
        raise TimetableError(
            "起止日期之间一次课也没有，请核对星期几和开课、结课日期。",
            "There is no session between the two dates: check the weekday and the first and last date.",
        )
    if len(sessions) > MOST_SESSIONS:
        raise TimetableError(
            f"一个班排出了 {len(sessions)} 次课，最多 {MOST_SESSIONS} 次，请检查结课日期的年份。",
            f"One class has {len(sessions)} sessions, at most {MOST_SESSIONS} may be: check the last date.",
        )
    for one, two in pairwise(sessions):
        if one.date == two.date and two.starts < one.ends:
            raise _overlap(one.date.isoformat(), one, two)
