"""Schedules as clerks write them, and the sessions that follow."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.holidays import Holidays, no_holidays
from services.schedule_text import parse_slots
from services.timetable import (
    AnySlot,
    DatedSlot,
    Slot,
    TimetableError,
    check_overlaps,
    plan_sessions,
    sessions_of,
    slot_text,
)
from services.written_dates import read_date

AROUND = date(2026, 11, 24)
WRITTEN = {
    "周六 09:00-10:30": "周六 09:00-10:30",
    "周二、周四 19:00-20:30": "周二 19:00-20:30; 周四 19:00-20:30",
    "周一 14:00-15:30; 周三 09:00-10:30": "周一 14:00-15:30; 周三 09:00-10:30",
    "周一 08:30-10:30;周四 15:00-17:00": "周一 08:30-10:30; 周四 15:00-17:00",
    "周一08:30-10:30周四15:00-17:00": "周一 08:30-10:30; 周四 15:00-17:00",
    "周一 08:30-10:30、15:00-17:00": "周一 08:30-10:30; 周一 15:00-17:00",
    "2026-12-05 09:00-11:30": "2026-12-05 09:00-11:30",
    "2026-12-05 09:00-11:30、2026-12-06 14:00-16:00": "2026-12-05 09:00-11:30; 2026-12-06 14:00-16:00",
    "2026-12-05、2026-12-06 09:00-11:30": "2026-12-05 09:00-11:30; 2026-12-06 09:00-11:30",
    "2026年12月5日上午9点至11点半": "2026-12-05 09:00-11:30",
    "2026/12/5 9:00-11:00；2026/12/12 9:00-11:00": "2026-12-05 09:00-11:00; 2026-12-12 09:00-11:00",
    "20261205 09:00-11:30": "2026-12-05 09:00-11:30",
    "12月5日 下午2：30－4：00": "2026-12-05 14:30-16:00",
    "12月5、12日 9:00-10:00": "2026-12-05 09:00-10:00; 2026-12-12 09:00-10:00",
    "1月9日（周六）9:00-10:00": "2027-01-09 09:00-10:00",
    "12月5日至12月12日每周六9:00-10:30": "2026-12-05 09:00-10:30; 2026-12-12 09:00-10:30",
    "周六上午9:00—10:30": "周六 09:00-10:30",
    "每周六上午9点到10点半": "周六 09:00-10:30",
    "每个周六 上午九点一刻至十一点": "周六 09:15-11:00",
    "礼拜天早上八点半到十点": "周日 08:30-10:00",
    "星期二 １９：００～２０：３０": "周二 19:00-20:30",
    "周三下午2：30－4：00": "周三 14:30-16:00",
    "周一三五晚上7:00-8:30": "周一 19:00-20:30; 周三 19:00-20:30; 周五 19:00-20:30",
    "周六、日 9:00-10:30": "周六 09:00-10:30; 周日 09:00-10:30",
    "周1、3 9:00-10:00": "周一 09:00-10:00; 周三 09:00-10:00",
    "周一至周三 9:00-10:00": "周一 09:00-10:00; 周二 09:00-10:00; 周三 09:00-10:00",
    "周五至周日 9:00-10:00": "周五 09:00-10:00; 周六 09:00-10:00; 周日 09:00-10:00",
    "周末 9:00-10:00": "周六 09:00-10:00; 周日 09:00-10:00",
    "9:00-10:30 周六、14:00-15:30 周日": "周六 09:00-10:30; 周日 14:00-15:30",
    "上午9点-11点（周二、周四）": "周二 09:00-11:00; 周四 09:00-11:00",
    "周六上午9：00—10：30，下午2：00—3：30": "周六 09:00-10:30; 周六 14:00-15:30",
    "周六上午10:30-1:00": "周六 10:30-13:00",
    "周六 中午12:00-13:30": "周六 12:00-13:30",
    "周六下午2-4点": "周六 14:00-16:00",
    "周二、四晚七点半至九点": "周二 19:30-21:00; 周四 19:30-21:00",
    "周一\n周三 9:00-10:00": "周一 09:00-10:00; 周三 09:00-10:00",
    "Sat 9:00am-10:30am": "周六 09:00-10:30",
    "Tuesday 2-3:30pm": "周二 14:00-15:30",
}
REFUSED = {
    "": "没有写上课时间",
    "  ；": "没有写上课时间",
    "周六": "没有写几点到几点",
    "9:00-10:00": "没有写星期几",
    "周三 9:00": "没有写到几点结束",
    "周三 16:00-14:00": "结束要晚于开始",
    "周三 9:00-9:00": "结束要晚于开始",
    "周三 9:00-25:00": "不是正确的时间",
    "周三 9:70-10:00": "不是正确的时间",
    "周三 2:30-4:00": "是下午吗",
    "隔周六 9:00-10:00": "把每次上课的日期写出来",
    "单周周三 9:00-10:00": "把每次上课的日期写出来",
    "每月第一个周六 9:00-10:00": "把每次上课的日期写出来",
    "周一 09:00-11:00;周一 10:00-12:00": "撞在一起",
    "12月5日（周五）9:00-10:00": "和写的星期对不上",
    "2026-02-30 9:00-10:00": "不是正确的日期",
    "周六 09:00-10:30（共12次）": "看不懂",
    "有空就来": "看不懂",
    "周" * 3000: "太长",
}


@pytest.mark.parametrize("text", WRITTEN, ids=str)
def test_a_schedule_is_read_as_it_is_meant(text: str) -> None:
    assert slot_text(parse_slots(text, around=AROUND)) == WRITTEN[text]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:20])
def test_a_schedule_that_is_not_clear_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(TimetableError) as refused:
        parse_slots(text, around=AROUND)
    assert REFUSED[text] in refused.value.text_zh
    assert refused.value.text_en.isprintable() and refused.value.text_en


def test_a_date_without_a_year_needs_to_know_the_term() -> None:
    with pytest.raises(TimetableError, match="没有写年份"):
        parse_slots("12月5日 9:00-10:00")
    assert read_date("2月29日", AROUND) == date(2028, 2, 29)


times = st.tuples(st.integers(6 * 60, 22 * 60), st.integers(10, 100)).map(
    lambda span: (
        time(span[0] // 60, span[0] % 60),
        time((span[0] + span[1]) // 60, (span[0] + span[1]) % 60),
    )
)
weekly = st.builds(lambda day, span: Slot(day, *span), st.integers(0, 6), times)
dated = st.builds(
    lambda day, span: DatedSlot(day, *span), st.dates(date(2026, 1, 1), date(2028, 1, 1)), times
)


def _fits(slots: tuple[AnySlot, ...]) -> bool:
    try:
        check_overlaps(slots)
    except TimetableError:
        return False
    return True


@given(st.lists(weekly, max_size=5), st.lists(dated, max_size=5))
def test_what_doorstep_writes_it_reads_back(some: list[Slot], days: list[DatedSlot]) -> None:
    slots: tuple[AnySlot, ...] = (*sorted(set(some)), *sorted(set(days)))
    if slots and _fits(slots):
        assert parse_slots(slot_text(slots)) == slots


@given(
    st.text()
    | st.text("周一二三四五六日天至到-—～、，；0123456789:：点半月年上下午晚每隔 ()（）", max_size=40)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert parse_slots(text, around=AROUND)
    except TimetableError as refused:
        assert refused.text_zh and refused.text_en


SATURDAYS = parse_slots("周六 09:00-10:30")


def test_weekly_sessions_leave_out_skips_and_holidays() -> None:
    plan = plan_sessions(SATURDAYS, date(2026, 9, 12), date(2026, 10, 17), [date(2026, 9, 19)], Holidays())
    assert [session.date.isoformat() for session in plan.sessions] == [
        "2026-09-12",
        "2026-10-10",
        "2026-10-17",
    ]
    assert [(left.date.day, left.holiday_zh) for left in plan.left_out] == [
        (19, None),
        (26, "中秋节"),
        (3, "国庆节"),
    ]


def test_a_make_up_workday_keeps_a_weekend_class_and_makes_no_other() -> None:
    sunday = sessions_of(parse_slots("周日 9:00-10:00"), date(2026, 9, 20), date(2026, 9, 20), [], Holidays())
    assert [session.date for session in sunday] == [date(2026, 9, 20)]
    # 2026-10-10 is a Saturday that is worked for Wednesday the 7th: a Wednesday class does not move there
    wednesday = sessions_of(
        parse_slots("周三 9:00-10:00"), date(2026, 10, 5), date(2026, 10, 14), [], Holidays()
    )
    assert [session.date for session in wednesday] == [date(2026, 10, 14)]


def test_a_date_that_was_written_out_stands_on_a_holiday() -> None:
    fair = parse_slots("2026-10-01 09:00-11:30")
    assert [session.date for session in sessions_of(fair, None, None, [], Holidays())] == [date(2026, 10, 1)]


@pytest.mark.parametrize(
    ("text", "first", "last", "says"),
    [
        ("周六 9:00-10:00", None, None, "开课日期和结课日期"),
        ("周六 9:00-10:00", date(2026, 12, 6), date(2026, 12, 5), "比开课日期"),
        ("周六 9:00-10:00", date(2026, 12, 6), date(2026, 12, 10), "一次课也没有"),
        ("周六 9:00-10:00", date(2026, 10, 3), date(2026, 10, 3), "一次课也没有"),
        ("周六 9:00-10:00", date(2026, 12, 6), date(2036, 12, 6), "超过两年"),
        ("2026-12-05 9:00-10:00", date(2026, 12, 6), date(2026, 12, 10), "不在开课日期和结课日期之间"),
        ("周六 9:00-10:00; 2026-12-05 9:30-10:00", date(2026, 12, 5), date(2026, 12, 12), "撞在一起"),
    ],
)
def test_a_term_without_sense_is_refused(text: str, first: date | None, last: date | None, says: str) -> None:
    with pytest.raises(TimetableError) as refused:
        sessions_of(parse_slots(text), first, last, [], Holidays())
    assert says in refused.value.text_zh


@given(
    st.sets(weekly, min_size=1, max_size=3), st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(7, 60)
)
def test_sessions_lie_in_the_term_on_their_weekdays(slots: set[Slot], first: date, days: int) -> None:
    ordered = tuple(sorted(slots))
    if not _fits(ordered):
        return
    last = first + timedelta(days=days)
    sessions = sessions_of(ordered, first, last, [], no_holidays())
    assert sessions == tuple(sorted(sessions))
    assert {(one.date.weekday(), one.starts, one.ends) for one in sessions} == {
        (slot.weekday, slot.starts, slot.ends) for slot in slots
    }
    assert all(first <= session.date <= last for session in sessions)
