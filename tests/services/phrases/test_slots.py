"""The weekly hours of a class on one line of a list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.phrases.slots import pack_slots, say_slots

TODAY = date(2026, 11, 30)
SAID = [
    ((0, 1, 2, 3, 4, 5, 6), "每天早上7点–8点", "daily 7:00–8:00 am"),
    ((0, 1, 3, 4, 5, 6), "每天（周三除外）早上7点–8点", "daily (not Wed) 7:00–8:00 am"),
    ((1, 2, 3, 4, 5, 6), "每天（周一除外）早上7点–8点", "daily (not Mon) 7:00–8:00 am"),
    ((0, 1, 2, 3, 4), "每周一到周五早上7点–8点", "Mon to Fri 7:00–8:00 am"),
    ((4, 5, 6), "每周五到周日早上7点–8点", "Fri to Sun 7:00–8:00 am"),
    ((0, 2, 4), "每周一、周三、周五早上7点–8点", "Mon, Wed, Fri 7:00–8:00 am"),
    ((1, 3), "每周二、周四早上7点–8点", "Tue, Thu 7:00–8:00 am"),
    ((5,), "每周六早上7点–8点", "Sat 7:00–8:00 am"),
]


@pytest.mark.parametrize(("days", "chinese", "english"), SAID)
def test_weekdays_are_said_as_briefly_as_people_say_them(
    days: tuple[int, ...], chinese: str, english: str
) -> None:
    slots = pack_slots((day, 420, 480) for day in days)
    assert say_slots(slots, "zh", TODAY) == chinese
    assert say_slots(slots, "en", TODAY) == english


def test_each_hour_has_its_days() -> None:
    slots = pack_slots([*((day, 420, 480) for day in range(7)), (2, 840, 900)])
    assert say_slots(slots, "zh", TODAY) == "每天早上7点–8点，每周三下午2点–3点"


def test_single_days() -> None:
    slots = pack_slots([(date(2026, 12, 5), 540, 630), (date(2026, 12, 8), 540, 630)])
    assert say_slots(slots, "zh", TODAY) == "12月5日（周六）、12月8日（周二）上午9点–10点半"
    assert say_slots(slots, "en", TODAY) == "Sat 5 Dec, Tue 8 Dec 9:00–10:30 am"


def test_single_days_a_week_apart_are_one_rule_and_many_are_counted() -> None:
    weekly = pack_slots((date(2026, 12, 1) + timedelta(weeks=n), 1200, 1240) for n in range(6))
    assert say_slots(weekly, "zh", TODAY) == "12月1日到1月5日每周二晚上8点–8点40分"
    assert say_slots(weekly, "en", TODAY) == "Tue 1 Dec to 5 Jan, 8:00–8:40 pm"
    loose = pack_slots((date(2026, 12, day), 1200, 1240) for day in (1, 2, 8, 17, 20))
    assert (
        say_slots(loose, "zh", TODAY)
        == "12月1日（周二）、12月2日（周三）、12月8日（周二）等5天，晚上8点–8点40分"
    )
    assert say_slots(loose, "en", TODAY) == "Tue 1 Dec, Wed 2 Dec, Tue 8 Dec and 2 more, 8:00–8:40 pm"


def test_single_days_that_are_past_are_left_out() -> None:
    days = [date(2026, 11, 21), date(2026, 11, 28), date(2026, 12, 5), date(2026, 12, 8)]
    slots = pack_slots((day, 540, 630) for day in days)
    assert say_slots(slots, "zh", TODAY) == "12月5日（周六）、12月8日（周二）上午9点–10点半"
    assert say_slots(slots, "zh", date(2026, 12, 8)) == "12月8日（周二）上午9点–10点半"  # it may not be over
    mixed = pack_slots([(2, 840, 900), (date(2026, 11, 28), 540, 630)])
    assert say_slots(mixed, "zh", TODAY) == "每周三下午2点–3点"


def test_a_class_that_is_over_keeps_its_days() -> None:
    slots = pack_slots([(date(2026, 11, 21), 540, 630), (date(2026, 11, 28), 540, 630)])
    assert say_slots(slots, "zh", TODAY) == "11月21日（周六）、11月28日（周六）上午9点–10点半"
