"""Times in words, as the town says them on Tuesday the 1st of December 2026 at ten in the morning."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.phrases.hours import say_clock, say_clock_span
from services.phrases.when import say_day, say_deadline, say_hours, say_moment, say_span

SHANGHAI = ZoneInfo("Asia/Shanghai")


def town(text: str) -> datetime:
    """An instant by the town's clock, without the year in 2026: `12-02 09:00`, `2027-01-02 09:00`."""
    full = text if text[4] == "-" else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI).astimezone(UTC)


NOW = town("12-01 10:00")


@pytest.mark.parametrize(
    ("clock", "zh", "en"),
    [
        ("00:00", "凌晨0点", "12:00 midnight"),
        ("04:59", "凌晨4点59分", "4:59 am"),
        ("05:00", "早上5点", "5:00 am"),
        ("07:50", "早上7点50分", "7:50 am"),
        ("08:00", "上午8点", "8:00 am"),
        ("09:00", "上午9点", "9:00 am"),
        ("09:05", "上午9点05分", "9:05 am"),
        ("09:15", "上午9点15分", "9:15 am"),
        ("09:30", "上午9点半", "9:30 am"),
        ("11:59", "上午11点59分", "11:59 am"),
        ("12:00", "中午12点", "12:00 noon"),
        ("12:30", "中午12点半", "12:30 pm"),
        ("13:00", "下午1点", "1:00 pm"),
        ("14:40", "下午2点40分", "2:40 pm"),
        ("17:59", "下午5点59分", "5:59 pm"),
        ("18:00", "晚上6点", "6:00 pm"),
        ("23:45", "晚上11点45分", "11:45 pm"),
    ],
)
def test_the_clock_is_said_as_people_say_it(clock, zh, en):
    hour, minute = map(int, clock.split(":"))
    assert say_clock(hour * 60 + minute, "zh") == zh
    assert say_clock(hour * 60 + minute, "en") == en


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        ("12-01 14:40", "今天下午2点40分", "today 2:40 pm"),
        ("12-02 19:30", "明天（周三）晚上7点半", "tomorrow (Wed) 7:30 pm"),
        ("12-03 09:00", "后天（周四）上午9点", "Thu 3 Dec, 9:00 am"),
        ("12-09 09:00", "周三（12月9日）上午9点", "Wed 9 Dec, 9:00 am"),
        ("11-30 15:00", "昨天（周一）下午3点", "yesterday (Mon) 3:00 pm"),
        ("11-18 15:00", "周三（11月18日）下午3点", "Wed 18 Nov, 3:00 pm"),
        ("2027-01-02 09:00", "周六（1月2日）上午9点", "Sat 2 Jan, 9:00 am"),
        ("2027-09-27 09:00", "周一（9月27日）上午9点", "Mon 27 Sep, 9:00 am"),
        ("2027-09-28 09:00", "2027年9月28日（周二）上午9点", "Tue 28 Sep 2027, 9:00 am"),
        ("09-01 09:00", "2026年9月1日（周二）上午9点", "Tue 1 Sep 2026, 9:00 am"),
    ],
)
def test_a_moment(at, zh, en):
    assert say_moment(town(at), "zh", NOW, SHANGHAI) == zh
    assert say_moment(town(at), "en", NOW, SHANGHAI) == en
    assert zh.startswith(say_day(town(at), "zh", NOW, SHANGHAI))
    assert en.startswith(say_day(town(at), "en", NOW, SHANGHAI))


def test_tomorrow_is_the_towns_tomorrow_and_not_the_machines():
    # half past midnight in the town is still yesterday in utc
    late = town("12-02 00:30")
    assert late.date() == NOW.date()
    assert say_day(late, "zh", NOW, SHANGHAI) == "明天（周三）"
    assert say_day(late, "zh", late, SHANGHAI) == "今天"
    assert say_day(late, "en", late, ZoneInfo("Europe/Berlin")) == "today"


@pytest.mark.parametrize(
    ("start", "end", "zh", "en"),
    [
        ("12-05 09:00", "12-05 10:30", "周六（12月5日）上午9点–10点半", "Sat 5 Dec, 9:00–10:30 am"),
        ("12-02 19:30", "12-02 21:00", "明天（周三）晚上7点半–9点", "tomorrow (Wed) 7:30–9:00 pm"),
        ("12-05 07:00", "12-05 08:30", "周六（12月5日）早上7点–8点半", "Sat 5 Dec, 7:00–8:30 am"),
        ("12-05 10:00", "12-05 12:00", "周六（12月5日）上午10点–12点", "Sat 5 Dec, 10:00 am – 12:00 noon"),
        (
            "12-05 11:00",
            "12-05 12:30",
            "周六（12月5日）上午11点–中午12点半",
            "Sat 5 Dec, 11:00 am – 12:30 pm",
        ),
        ("12-05 16:00", "12-05 18:00", "周六（12月5日）下午4点–6点", "Sat 5 Dec, 4:00–6:00 pm"),
        ("12-05 17:00", "12-05 18:30", "周六（12月5日）下午5点–晚上6点半", "Sat 5 Dec, 5:00–6:30 pm"),
        (
            "12-05 22:00",
            "12-06 00:00",
            "周六（12月5日）晚上10点–12点",
            "Sat 5 Dec, 10:00 pm – 12:00 midnight",
        ),
        ("12-05 23:00", "12-06 01:00", "周六（12月5日）晚上11点–凌晨1点", "Sat 5 Dec, 11:00 pm – 1:00 am"),
        (
            "12-05 09:00",
            "12-07 17:00",
            "周六（12月5日）上午9点 – 周一（12月7日）下午5点",
            "Sat 5 Dec, 9:00 am – Mon 7 Dec, 5:00 pm",
        ),
    ],
)
def test_a_span(start, end, zh, en):
    assert say_span(town(start), town(end), "zh", NOW, SHANGHAI) == zh
    assert say_span(town(start), town(end), "en", NOW, SHANGHAI) == en


def test_hours_alone():
    assert say_hours(town("12-05 09:00"), town("12-05 10:30"), "zh", SHANGHAI) == "上午9点–10点半"
    assert say_hours(town("12-05 09:00"), town("12-05 10:30"), "en", SHANGHAI) == "9:00–10:30 am"


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        ("12-02 11:00", "明天11点前", "by 11:00 am tomorrow"),
        ("12-02 11:03", "明天11点前", "by 11:00 am tomorrow"),
        ("12-01 15:00", "今天下午3点前", "by 3:00 pm today"),
        ("12-01 10:37", "今天10点37分前", "by 10:37 am today"),
        ("12-02 09:00", "明天上午9点前", "by 9:00 am tomorrow"),
        ("12-02 20:30", "明天晚上8点半前", "by 8:30 pm tomorrow"),
        ("12-03 10:00", "后天10点前", "by 10:00 am on Thu 3 Dec"),
        ("12-09 10:00", "周三（12月9日）上午10点前", "by 10:00 am on Wed 9 Dec"),
        ("12-02 00:00", "今天晚上12点前", "by midnight today"),
        ("12-10 00:00", "周三（12月9日）晚上12点前", "by midnight on Wed 9 Dec"),
        ("12-09 23:59", "周三（12月9日）晚上11点55分前", "by 11:55 pm on Wed 9 Dec"),
    ],
)
def test_a_deadline(at, zh, en):
    assert say_deadline(town(at), "zh", NOW, SHANGHAI) == zh
    assert say_deadline(town(at), "en", NOW, SHANGHAI) == en


@given(st.integers(0, 1439))
def test_no_two_minutes_of_a_day_are_said_alike(minute):
    for lang in ("zh", "en"):
        others = {say_clock(other, lang) for other in range(1440) if other != minute}
        assert say_clock(minute, lang) not in others


@settings(deadline=None)
@given(st.integers(0, 1439), st.integers(1, 1439))
def test_a_span_begins_with_its_beginning_and_has_one_dash(start, length):
    assert say_clock_span(start, start + length, "zh").startswith(say_clock(start, "zh") + "–")
    assert say_clock_span(start, start + length, "en").count("–") == 1


@given(st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_deadline_in_words_keeps_its_day_unless_it_is_midnight(ahead):
    at = NOW + ahead
    words = say_deadline(at, "zh", NOW, SHANGHAI)
    assert words.endswith("前")
    shown = at.astimezone(SHANGHAI)
    if ahead >= timedelta(hours=1):
        shown -= timedelta(minutes=shown.minute % 5)
    if shown.hour or shown.minute:
        spoken = say_moment(shown, "zh", NOW, SHANGHAI)
        assert spoken.endswith(words[:-1].removeprefix("今天").removeprefix("明天").removeprefix("后天"))
