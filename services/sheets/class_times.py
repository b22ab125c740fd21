"""When a class meets and when one may enrol."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.holidays import Holidays, no_holidays
from services.schedule_text import parse_slots
from services.sheets import fields
from services.sheets.class_row import Session
from services.sheets.rows import RowReader
from services.sheets.words import clean, fold
from services.timetable import AnySlot, DatedSlot, Plan, TimetableError, plan_sessions

MOST_SKIPS = 200
HOLIDAYS_TOO = ("节假日照常", "节假日照常上课", "节假日不停课", "不停课", "无停课")


@dataclass(frozen=True)
class Times:
    """The times of one class; sessions and enrolment in UTC."""

    slots: tuple[AnySlot, ...]
    sessions: tuple[Session, ...]
    starts_on: date
    ends_on: date
    skips: tuple[date, ...]
    enrol_opens: datetime | None
    enrol_closes: datetime | None


def read_times(reader: RowReader, today: date, zone: ZoneInfo, holidays: Holidays) -> Times | None:
    """All times of a class, or None after what is wrong was noted."""
    starts_on = reader.read("starts_on", lambda text: fields.read_day(text, today))
    ends_on = reader.read("ends_on", lambda text: fields.read_day(text, starts_on or today))
    skips, kept = _skips(reader, starts_on or today)
    slots = _slots(reader, starts_on or today)
    opens = reader.read(
        "enrol_opens", lambda text: fields.read_moment(text, zone, closing=False, around=today)
    )
    closes = reader.read(
        "enrol_closes", lambda text: fields.read_moment(text, zone, closing=True, around=today)
    )
    if opens and closes and closes <= opens:
        reader.problem("enrol_closes", "enrol_order", opens=_local(opens, zone))
        opens = closes = None
    sound = _term_is_sound(reader, slots, starts_on, ends_on)
    if not slots or skips is None or not sound:
        return None
    try:
        plan = plan_sessions(slots, starts_on, ends_on, skips, no_holidays() if kept else holidays)
    except TimetableError as error:
        reader.note("schedule", (error.text_zh, error.text_en))
        return None
    sessions = tuple(
        (_instant(one.date, one.starts, zone), _instant(one.date, one.ends, zone)) for one in plan.sessions
    )
    _check_enrolment(reader, sessions, opens, closes, zone)
    _warn_of_days(reader, plan, skips, today)
    _warn_of_minutes(reader, slots)
    return Times(
        slots,
        sessions,
        starts_on or plan.sessions[0].date,
        ends_on or plan.sessions[-1].date,
        skips,
        opens,
        closes,
    )


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _slots(reader: RowReader, around: date) -> tuple[AnySlot, ...]:
    def read(text: str) -> tuple[AnySlot, ...]:
        try:
            return parse_slots(text, around=around)
        except TimetableError as error:
            raise fields.FieldError(error.text_zh, error.text_en) from error

    return reader.needed("schedule", read) or ()


def _skips(reader: RowReader, around: date) -> tuple[tuple[date, ...] | None, bool]:
    """The days without class (None: not understood), and whether public holidays are kept as usual."""
    pieces = fields.split_list(reader.text("skips"))
    kept = any(fold(piece) in HOLIDAYS_TOO for piece in pieces)

    def read(_: str) -> tuple[date, ...]:
        written = [fields.read_days(piece, around) for piece in pieces if fold(piece) not in HOLIDAYS_TOO]
        days = {day for some in written for day in some}
        if len(days) > MOST_SKIPS:
            raise fields.wrong("too_long", most=MOST_SKIPS)
        return tuple(sorted(days))

    return (reader.read("skips", read) if pieces else ()), kept


def _term_is_sound(
    reader: RowReader, slots: tuple[AnySlot, ...], starts_on: date | None, ends_on: date | None
) -> bool:
    if starts_on and ends_on and ends_on < starts_on:
        reader.problem("ends_on", "dates_order", starts=starts_on)
        return False
    if (starts_on and ends_on) or not slots or all(isinstance(slot, DatedSlot) for slot in slots):
        return True
    missing = "starts_on" if starts_on is None else "ends_on"
    term = clean(reader.text("term"))
    if not reader.text(missing):  # a date that could not be read was noted already
        if term:
            reader.problem(missing, "term_needed", term=term)
        else:
            reader.problem(missing, "dates_needed")
    return False


def _check_enrolment(
    reader: RowReader,
    sessions: tuple[Session, ...],
    opens: datetime | None,
    closes: datetime | None,
    zone: ZoneInfo,
) -> None:
    # a bare date means that whole day, so closing on the last day itself is no mistake
    if closes and closes.astimezone(zone).date() > sessions[-1][1].astimezone(zone).date():
        reader.problem("enrol_closes", "enrol_late", last=_local(sessions[-1][1], zone))
    if opens and not closes and opens >= sessions[0][0]:
        reader.problem("enrol_opens", "enrol_opens_late", first=_local(sessions[0][0], zone))


def _warn_of_days(reader: RowReader, plan: Plan, skips: tuple[date, ...], today: date) -> None:
    missed = {left.date for left in plan.left_out}
    for day in skips:
        if day not in missed:
            reader.warn("skips", "skip_unused", day=day)
    for left in plan.left_out:
        if left.holiday_zh:
            reader.closed(left.date, left.holiday_zh, left.holiday_en or left.holiday_zh)
    last = plan.sessions[-1].date
    if last < today:
        reader.warn("ends_on", "over", last=last)


def _warn_of_minutes(reader: RowReader, slots: tuple[AnySlot, ...]) -> None:
    minutes = reader.read("minutes", fields.read_minutes)
    day = date(2000, 1, 1)
    real = {
        (datetime.combine(day, slot.ends) - datetime.combine(day, slot.starts)) // timedelta(minutes=1)
        for slot in slots
    }
    if minutes and minutes not in real:
        reader.warn("minutes", "minutes", minutes=minutes, real="、".join(str(span) for span in sorted(real)))
