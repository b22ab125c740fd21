"""Quiet hours, offers, reminders and the weekly notice, by the town's clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.daytime import (
    ANYTHING_ELSE,
    LEAST_OFFER,
    NO_QUIET,
    OWN_CLASSES,
    Quiet,
    daytime_deadline,
    is_quiet,
    next_quiet,
    next_waking,
    offer_deadline,
    reminded_by_confirmation,
    reminder_times,
    told_at_once_silently,
    weekly_due,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """An instant by the wall clock of the first days of December 2026 (the 1st is a Tuesday): `2 09:30`."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    return datetime(2026, 12, int(day), int(hour), int(minute), tzinfo=zone).astimezone(UTC)


ZONES = [SHANGHAI, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]
zones = st.sampled_from(ZONES)
instants = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
walls = st.times().map(lambda at: at.replace(microsecond=0))
quiets = st.builds(Quiet, walls, walls)
# the hours in which some of the zones above change to and from summer time
changes = st.sampled_from(
    [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        datetime(2026, 3, 8, 7, tzinfo=UTC),
        datetime(2026, 11, 1, 6, tzinfo=UTC),
        datetime(2026, 4, 4, 15, tzinfo=UTC),
    ]
)
near_changes = st.builds(lambda at, hours: at + timedelta(hours=hours), changes, st.floats(-30, 30))
some_time = instants | near_changes


@pytest.mark.parametrize(
    ("at", "quiet", "expected"),
    [
        ("1 20:59", OWN_CLASSES, False),
        ("1 21:00", OWN_CLASSES, True),
        ("2 03:00", OWN_CLASSES, True),
        ("2 06:59", OWN_CLASSES, True),
        ("2 07:00", OWN_CLASSES, False),
        ("2 07:30", ANYTHING_ELSE, True),
        ("2 03:00", NO_QUIET, False),
        ("2 12:00", Quiet(time(8), time(16)), True),
        ("2 16:00", Quiet(time(8), time(16)), False),
    ],
)
def test_quiet_hours_hold_their_start_and_not_their_end(at, quiet, expected):
    assert is_quiet(local(at), quiet, SHANGHAI) is expected


@pytest.mark.parametrize(
    ("at", "quiet", "waking"),
    [
        ("1 15:00", OWN_CLASSES, "1 15:00"),
        ("1 21:00", OWN_CLASSES, "2 07:00"),
        ("2 00:30", OWN_CLASSES, "2 07:00"),
        ("2 07:30", ANYTHING_ELSE, "2 08:00"),
        ("2 09:15", Quiet(time(8), time(16)), "2 16:00"),
        ("2 00:00", NO_QUIET, "2 00:00"),
    ],
)
def test_what_comes_at_night_waits_for_the_morning(at, quiet, waking):
    assert next_waking(local(at), quiet, SHANGHAI) == local(waking)


def test_quiet_hours_end_at_once_when_summer_time_skips_their_end():
    quiet = Quiet(time(21), time(2, 30))
    at = datetime(2026, 3, 29, 0, tzinfo=UTC)
    assert next_waking(at, quiet, BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_the_hour_that_comes_twice_in_autumn_is_quiet_again():
    quiet = Quiet(time(21), time(2, 30))
    once, again = datetime(2026, 10, 25, 0, 45, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert not is_quiet(once, quiet, BERLIN)
    assert next_quiet(once, quiet, BERLIN) == again
    assert next_waking(again, quiet, BERLIN) == again + timedelta(minutes=30)


@settings(max_examples=400, deadline=None)
@given(some_time, quiets, zones)
@example(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), Quiet(time(1), time(2, 15)), BERLIN)
def test_waking_is_the_first_instant_outside_the_quiet_hours(at, quiet, zone):
    waking = next_waking(at, quiet, zone)
    assert waking >= at
    assert not is_quiet(waking, quiet, zone)
    span = waking - at
    assert all(is_quiet(at + span * part / 64, quiet, zone) for part in range(64) if span)
    if span:
        assert is_quiet(waking - timedelta(seconds=1), quiet, zone) or span < timedelta(seconds=1)


@settings(max_examples=400, deadline=None)
@given(some_time, quiets.filter(lambda quiet: not quiet.empty), zones)
def test_the_next_quiet_hours_begin_where_daytime_ends(at, quiet, zone):
    night = next_quiet(at, quiet, zone)
    assert night is not None and night >= at
    # a span that summer time swallows whole is quiet on no other instant than the next day's
    assert is_quiet(night, quiet, zone)
    span = night - at
    assert not any(is_quiet(at + span * part / 64, quiet, zone) for part in range(64) if span)


def test_where_nothing_is_quiet_no_night_comes():
    assert next_quiet(local("1 23:00"), NO_QUIET, SHANGHAI) is None


@pytest.mark.parametrize(
    ("sent", "hours", "ends"),
    [
        ("1 08:00", 12, "1 20:00"),
        ("1 09:00", 12, "1 21:00"),
        ("1 10:00", 12, "2 09:00"),
        ("1 20:00", 12, "2 19:00"),
        ("1 23:30", 12, "2 20:00"),
        ("1 20:30", 2, "2 09:30"),
        ("1 12:00", 30, "3 16:00"),
        ("1 12:00", 0, "1 12:00"),
    ],
)
def test_the_clock_of_an_offer_stands_still_at_night(sent, hours, ends):
    assert daytime_deadline(local(sent), hours, zone=SHANGHAI) == local(ends)


def test_a_deadline_behind_us_cannot_be_asked_for():
    with pytest.raises(ValueError, match="hours ahead"):
        daytime_deadline(local("1 12:00"), -1, zone=SHANGHAI)


def daytime_between(start: datetime, end: datetime, still: Quiet, zone: ZoneInfo) -> timedelta:
    """Daytime counted the slow way, minute by minute."""
    minutes = int((end - start) / timedelta(minutes=1))
    awake = sum(not is_quiet(start + timedelta(minutes=n), still, zone) for n in range(minutes))
    return timedelta(minutes=awake)


whole_minutes = some_time.map(lambda at: at.replace(second=0, microsecond=0))
coarse = st.times().map(lambda at: at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0))


@settings(max_examples=60, deadline=None)
@given(whole_minutes, st.integers(0, 20), st.builds(Quiet, coarse, coarse), zones)
def test_exactly_so_many_hours_of_daytime_pass(start, hours, still, zone):
    shut = (datetime.combine(date.min, still.ends) - datetime.combine(date.min, still.starts)) % timedelta(
        days=1
    )
    hours = hours if shut < timedelta(hours=20) else hours % 3
    ends = daytime_deadline(start, hours, still, zone=zone)
    assert daytime_between(start, ends, still, zone) == timedelta(hours=hours)
    assert hours == 0 or not is_quiet(ends - timedelta(seconds=1), still, zone)


@settings(max_examples=300, deadline=None)
@given(some_time, st.timedeltas(timedelta(0), timedelta(days=3)), zones)
def test_who_is_asked_later_never_has_to_answer_earlier(start, later, zone):
    assert daytime_deadline(start, zone=zone) <= daytime_deadline(start + later, zone=zone)


@pytest.mark.parametrize(
    ("sent", "session", "closes", "ends"),
    [
        ("1 10:00", "12 09:00", None, "2 09:00"),
        ("1 10:00", "2 10:01", None, "2 08:01"),
        ("1 12:00", "12 09:00", "1 18:00", "1 18:00"),
        ("1 12:00", None, None, "2 11:00"),
        ("1 14:00", "2 09:00", None, "1 16:00"),
        ("1 20:30", "2 14:00", None, "2 09:30"),
        ("1 20:30", "2 09:00", None, "2 07:00"),
        ("1 14:00", "1 17:00", None, "1 15:00"),
        ("1 14:00", "1 16:10", None, "1 14:10"),
        ("1 14:00", "1 16:09", None, None),
        ("1 14:00", "1 15:00", None, None),
        ("1 14:00", "12 09:00", "1 13:00", None),
        ("13 14:00", "12 09:00", None, None),
    ],
    ids=[
        "well ahead: 12 hours of daytime",
        "a day and a minute ahead: 12 hours, cut 2 hours before",
        "enrolment closes first",
        "no session and no close known",
        "within a day: 2 hours",
        "within a day, in the evening: the rest of the 2 hours in the morning",
        "in the evening before an early class: until 2 hours before it",
        "three hours ahead: one hour is left",
        "just long enough to be answered",
        "a minute too short to be answered",
        "too late",
        "enrolment is closed",
        "the class has begun",
    ],
)
def test_an_offer_stands_as_long_as_the_class_allows(sent, session, closes, ends):
    deadline = offer_deadline(local(sent), session and local(session), closes and local(closes), SHANGHAI)
    assert deadline == (ends and local(ends))


def test_seconds_do_not_carry_an_offer_over_the_night():
    sent = datetime(2026, 3, 29, 1, 0, 0, 215, tzinfo=UTC)
    ends = offer_deadline(sent, sent + timedelta(days=2), None, ZoneInfo("Asia/Shanghai"))
    assert ends == datetime(2026, 3, 29, 13, 0, tzinfo=UTC)


@settings(max_examples=300, deadline=None)
@given(
    some_time,
    st.timedeltas(timedelta(hours=-5), timedelta(days=5)),
    st.timedeltas(timedelta(hours=-5), timedelta(days=5)),
    zones,
)
def test_an_offer_never_outlives_the_class(sent, to_session, to_close, zone):
    session, closes = sent + to_session, sent + to_close
    ends = offer_deadline(sent, session, closes, zone)
    cap = min(session - 2 * HOUR, closes)
    if ends is None:
        assert cap - sent < LEAST_OFFER
        return
    assert sent + LEAST_OFFER <= ends <= cap
    if ends < cap:
        assert not is_quiet(ends - timedelta(seconds=1), ANYTHING_ELSE, zone)


SHIFT = Quiet(time(8), time(16))


@pytest.mark.parametrize(
    ("session", "quiet", "evening", "hour_before", "folded"),
    [
        ("5 09:00", OWN_CLASSES, ("4 18:00", "4 21:00"), ("5 08:00", "5 08:50"), False),
        ("5 08:00", OWN_CLASSES, ("4 18:00", "4 21:00"), ("5 07:00", "5 07:50"), False),
        ("5 07:30", OWN_CLASSES, ("4 18:00", "4 21:00"), None, True),
        ("5 19:30", OWN_CLASSES, ("4 18:00", "4 21:00"), ("5 18:30", "5 19:20"), False),
        ("5 21:30", OWN_CLASSES, ("4 18:00", "4 21:00"), ("5 20:30", "5 21:00"), False),
        ("5 14:00", SHIFT, ("4 18:00", "4 21:00"), None, True),
        ("5 19:00", SHIFT, ("4 18:00", "4 21:00"), ("5 18:00", "5 18:50"), False),
        ("5 14:00", Quiet(time(13), time(19)), ("4 19:00", "4 21:00"), None, True),
        ("5 14:00", Quiet(time(17), time(23)), ("4 16:00", "4 17:00"), ("5 13:00", "5 13:50"), False),
        ("5 06:00", NO_QUIET, ("4 18:00", "4 21:00"), ("5 05:00", "5 05:50"), False),
    ],
    ids=[
        "a morning class",
        "an hour before is just waking time",
        "an early class: folded into the evening",
        "an evening class",
        "a late class: only until the quiet hours begin",
        "a night worker asleep in the early afternoon",
        "a night worker awake again",
        "asleep at six, awake at seven in the evening",
        "asleep all evening: told before going to bed",
        "no quiet hours",
    ],
)
def test_reminders_are_due(session, quiet, evening, hour_before, folded):
    times = reminder_times(local(session), quiet, SHANGHAI)
    assert times.evening is not None
    assert (times.evening.at, times.evening.until) == (local(evening[0]), local(evening[1]))
    shown = times.hour_before and (times.hour_before.at, times.hour_before.until)
    assert shown == (hour_before and (local(hour_before[0]), local(hour_before[1])))
    assert times.folded is folded


def test_either_reminder_can_be_silenced_or_moved():
    session = local("5 09:00")
    only_short = reminder_times(session, OWN_CLASSES, SHANGHAI, evening=None)
    assert only_short.evening is None and only_short.hour_before is not None
    only_evening = reminder_times(session, OWN_CLASSES, SHANGHAI, hour_before=None)
    assert only_evening.hour_before is None and not only_evening.folded
    neither = reminder_times(session, OWN_CLASSES, SHANGHAI, evening=None, hour_before=None)
    assert neither.evening is None and neither.hour_before is None
    moved = reminder_times(session, OWN_CLASSES, SHANGHAI, time(19, 30), timedelta(minutes=30))
    assert moved.evening is not None and moved.evening.at == local("4 19:30")
    assert moved.hour_before is not None and moved.hour_before.at == local("5 08:30")


def test_who_wanted_only_the_short_reminder_still_gets_one_for_an_early_class():
    times = reminder_times(local("5 07:30"), OWN_CLASSES, SHANGHAI, evening=None)
    assert times.folded and times.evening is not None and times.evening.at == local("4 18:00")


def test_a_reminder_ten_minutes_before_would_come_too_late():
    with pytest.raises(ValueError, match="too late"):
        reminder_times(local("5 09:00"), OWN_CLASSES, SHANGHAI, hour_before=timedelta(minutes=10))


@settings(max_examples=300, deadline=None)
@given(some_time, quiets, zones)
def test_no_reminder_is_due_in_quiet_hours_nor_after_its_time(session, quiet, zone):
    times = reminder_times(session, quiet, zone)
    assert times.evening is not None
    for due in filter(None, (times.evening, times.hour_before)):
        assert not is_quiet(due.at, quiet, zone)
        assert due.at < due.until < session
    assert times.folded == (times.hour_before is None)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("6 18:59", False),
        ("6 19:00", True),
        ("6 23:59", True),
        ("7 00:00", True),
        ("7 11:59", True),
        ("7 12:00", False),
        ("2 19:00", False),
    ],
)
def test_the_weekly_notice_is_due_from_sunday_evening_until_monday_noon(now, due):
    weekly = weekly_due(local(now), SHANGHAI)
    assert (weekly is not None) is due
    if weekly is not None:
        assert weekly.monday == date(2026, 12, 7)
        assert (weekly.due.at, weekly.due.until) == (local("6 19:00"), local("7 12:00"))


@pytest.mark.parametrize(
    ("enrolled", "expected"), [("4 17:59", False), ("4 18:00", True), ("5 08:00", True), ("5 09:00", False)]
)
def test_who_enrols_in_the_evening_is_reminded_by_the_confirmation(enrolled, expected):
    assert reminded_by_confirmation(local(enrolled), local("5 09:00"), SHANGHAI) is expected


@pytest.mark.parametrize(
    ("now", "session", "quiet", "expected"),
    [
        ("4 21:30", "5 09:59", OWN_CLASSES, True),
        ("4 21:30", "5 10:00", OWN_CLASSES, False),
        ("5 03:00", "5 09:00", OWN_CLASSES, True),
        ("4 20:30", "5 09:00", OWN_CLASSES, False),
        ("4 21:30", "6 09:00", OWN_CLASSES, False),
        ("4 11:00", "4 14:00", SHIFT, True),
        ("4 11:00", "4 16:30", SHIFT, True),
        ("4 11:00", "5 09:00", SHIFT, False),
    ],
    ids=[
        "tomorrow's early class is off",
        "tomorrow's later class can wait",
        "this morning's class, heard of in the night",
        "nobody sleeps yet",
        "the day after tomorrow can wait",
        "a class that begins while a night worker sleeps",
        "a class right after a night worker wakes",
        "tomorrow's class, heard of by day",
    ],
)
def test_a_change_that_cannot_wait_is_told_at_night_without_a_sound(now, session, quiet, expected):
    assert told_at_once_silently(local(now), local(session), quiet, SHANGHAI) is expected


def test_the_wall_clock_of_another_zone_gives_the_same_answers():
    at = local("1 10:00").astimezone(SHANGHAI)
    assert daytime_deadline(at, zone=SHANGHAI) == local("2 09:00")
    assert offer_deadline(at, local("12 09:00").astimezone(SHANGHAI), None, SHANGHAI) == local("2 09:00")
    assert next_waking(at, OWN_CLASSES, SHANGHAI).tzinfo is UTC
