"""All the dates of a class in a few words, seen from the 1st of December 2026."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.phrases.when import Meeting, say_dates, say_dates_left, say_pattern

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)


def meetings(text: str) -> list[Meeting]:
    """Sessions by the town's clock: `12/5` at 9:00–10:30, `12/5@14:00-15:30`, `!1/2` for a cancelled one.

    Months up to August are those of 2027; a year can stand in front: `2027/11/6`.
    """
    found = []
    for word in text.split():
        day, _, hours = word.removeprefix("!").partition("@")
        parts = [int(part) for part in day.split("/")]
        year, month, date = parts if len(parts) == 3 else (2026 if parts[0] > 8 else 2027, *parts)
        ends = [
            datetime.strptime(f"{year}-{month}-{date} {clock}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
            for clock in (hours or "9:00-10:30").split("-")
        ]
        found.append(Meeting(ends[0].astimezone(UTC), ends[1].astimezone(UTC), word.startswith("!")))
    return found


@pytest.mark.parametrize(
    ("sessions", "zh", "en"),
    [
        pytest.param(
            "12/5 12/12 12/19 12/26 1/9 1/16 1/23 1/30",
            "每周六上午9点–10点半，12月5日到1月30日，共8次（1月2日停课）",
            "Saturdays 9:00–10:30 am, 5 Dec – 30 Jan, 8 sessions (none on 2 Jan)",
            id="weekly with a break",
        ),
        pytest.param(
            "12/5 12/12 12/19 12/26 !1/2 1/9",
            "每周六上午9点–10点半，12月5日到1月9日，共5次（1月2日停课）",
            "Saturdays 9:00–10:30 am, 5 Dec – 9 Jan, 5 sessions (none on 2 Jan)",
            id="a cancelled session is a break as well",
        ),
        pytest.param(
            "12/5 12/12 12/19 !12/26",
            "每周六上午9点–10点半，12月5日到19日，共3次（12月26日停课）",
            "Saturdays 9:00–10:30 am, 5–19 Dec, 3 sessions (none on 26 Dec)",
            id="the last one is cancelled",
        ),
        pytest.param(
            "12/1@19:00-20:30 12/3@19:00-20:30 12/8@19:00-20:30 12/10@19:00-20:30",
            "每周二、周四晚上7点–8点半，12月1日到10日，共4次",
            "Tuesdays and Thursdays 7:00–8:30 pm, 1–10 Dec, 4 sessions",
            id="twice a week",
        ),
        pytest.param(
            "12/7@14:00-15:30 12/9 12/14@14:00-15:30 12/16",
            "每周一下午2点–3点半、周三上午9点–10点半，12月7日到16日，共4次",
            "Mondays 2:00–3:30 pm and Wednesdays 9:00–10:30 am, 7–16 Dec, 4 sessions",
            id="twice a week at different hours",
        ),
        pytest.param(
            "12/7 12/8 12/9 12/10 12/11",
            "12月7日到11日，每天上午9点–10点半，共5次",
            "daily 9:00–10:30 am, 7–11 Dec, 5 sessions",
            id="day after day",
        ),
        pytest.param(
            "12/7 12/8 12/9 12/10 12/11 12/14 12/15 12/16 12/17 12/18",
            "每周一到周五上午9点–10点半，12月7日到18日，共10次",
            "Monday to Friday 9:00–10:30 am, 7–18 Dec, 10 sessions",
            id="on working days",
        ),
        pytest.param(
            "12/5 12/19 1/2 1/16",
            "隔周周六上午9点–10点半，12月5日到1月16日，共4次",
            "every other Saturday 9:00–10:30 am, 5 Dec – 16 Jan, 4 sessions",
            id="every other week",
        ),
        pytest.param(
            "12/5 12/12 12/19 12/20@14:00-15:30 12/26@14:00-15:30 1/2 1/9 1/16",
            "每周六上午9点–10点半，12月5日到1月16日，其中12月26日改为下午2点–3点半，"
            "另有12月20日（周日）下午2点–3点半，共8次",
            "Saturdays 9:00–10:30 am, 5 Dec – 16 Jan, on 26 Dec 2:00–3:30 pm instead, "
            "also Sun 20 Dec 2:00–3:30 pm, 8 sessions",
            id="one moved to the afternoon, one more on a Sunday",
        ),
        pytest.param(
            "12/5 12/8 1/3",
            "12月5日（周六）、8日（周二），1月3日（周日），上午9点–10点半，共3次",
            "Sat 5 Dec, Tue 8 Dec, Sun 3 Jan, 9:00–10:30 am, 3 sessions",
            id="no rule, few dates",
        ),
        pytest.param(
            "12/5 12/8@14:00-16:00",
            "12月5日（周六）上午9点–10点半；12月8日（周二）下午2点–4点，共2次",
            "Sat 5 Dec, 9:00–10:30 am; Tue 8 Dec, 2:00–4:00 pm, 2 sessions",
            id="two dates at different hours",
        ),
        pytest.param(
            "12/2 12/5 12/8 12/9 12/14 12/17 1/4 1/12",
            "12月2日、5日、8日、9日、14日、17日，1月4日、12日，上午9点–10点半，共8次",
            "2, 5, 8, 9, 14, 17 Dec; 4, 12 Jan, 9:00–10:30 am, 8 sessions",
            id="no rule, many dates, by month",
        ),
        pytest.param(
            "12/2@19:30-21:00",
            "明天（周三）晚上7点半–9点",
            "tomorrow (Wed) 7:30–9:00 pm",
            id="one evening",
        ),
        pytest.param(
            "12/12 !12/19",
            "周六（12月12日）上午9点–10点半（12月19日停课）",
            "Sat 12 Dec, 9:00–10:30 am (none on 19 Dec)",
            id="one is left",
        ),
        pytest.param(
            "2027/11/6 2027/11/13 2027/11/20 2027/12/4",
            "每周六上午9点–10点半，2027年11月6日到12月4日，共4次（11月27日停课）",
            "Saturdays 9:00–10:30 am, 6 Nov – 4 Dec 2027, 4 sessions (none on 27 Nov)",
            id="so far ahead that the year is needed",
        ),
        pytest.param("", "时间待定", "dates to be announced", id="nothing planned"),
        pytest.param("!12/5 !12/12", "已全部停课", "all sessions cancelled", id="all cancelled"),
    ],
)
def test_the_dates_of_a_class(sessions, zh, en):
    assert say_dates(meetings(sessions), "zh", NOW, SHANGHAI) == zh
    assert say_dates(meetings(sessions), "en", NOW, SHANGHAI) == en


@pytest.mark.parametrize(
    ("sessions", "zh", "en"),
    [
        (
            "12/5 12/12 12/26 1/9",
            "每周六上午9点–10点半，12月5日起，共4次",
            "Saturdays 9:00–10:30 am, from 5 Dec, 4 sessions",
        ),
        ("12/5 12/8 1/3", "周六（12月5日）起，共3次", "from Sat 5 Dec, 3 sessions"),
        (
            "12/7 12/8 12/9",
            "12月7日到9日，每天上午9点–10点半，共3次",
            "daily 9:00–10:30 am, 7–9 Dec, 3 sessions",
        ),
        ("12/9", "周三（12月9日）上午9点–10点半", "Wed 9 Dec, 9:00–10:30 am"),
        ("", "时间待定", "dates to be announced"),
    ],
)
def test_the_dates_on_one_short_line(sessions, zh, en):
    assert say_pattern(meetings(sessions), "zh", NOW, SHANGHAI) == zh
    assert say_pattern(meetings(sessions), "en", NOW, SHANGHAI) == en


def test_the_order_in_which_sessions_are_given_does_not_matter():
    given_so = meetings("12/5 12/12 12/19 1/2 !12/26")
    assert say_dates(reversed(given_so), "zh", NOW, SHANGHAI) == say_dates(given_so, "zh", NOW, SHANGHAI)


def test_many_breaks_are_counted_and_not_listed():
    held = "9/1 9/8 9/15 9/22 9/29 10/6 10/13 11/17 11/24 12/1 12/8 12/15 12/22 12/29"
    off = " ".join(f"!{day}" for day in ("10/20", "10/27", "11/3", "11/10", "9/2", "9/9", "9/16"))
    assert "其间停课7次" in say_dates(meetings(held + " " + off), "zh", NOW, SHANGHAI)


days = st.lists(st.integers(0, 250), max_size=40)
hours = st.sampled_from([(1, 90), (6, 90), (11, 120), (15, 60)])


@settings(max_examples=200, deadline=None)
@given(days, st.lists(hours, min_size=1, max_size=3), st.booleans())
def test_every_session_is_counted_and_no_date_is_lost(offsets, starts, cancel_some):
    given_so = []
    for index, offset in enumerate(sorted(set(offsets))):
        hour, minutes = starts[index % len(starts)]
        at = datetime(2026, 12, 1, hour, tzinfo=UTC) + timedelta(days=offset)
        given_so.append(Meeting(at, at + timedelta(minutes=minutes), cancel_some and index % 5 == 4))
    held = [meeting for meeting in given_so if not meeting.cancelled]
    zh, en = (say_dates(given_so, lang, NOW, SHANGHAI) for lang in ("zh", "en"))
    if len(held) > 1:
        assert f"共{len(held)}次" in zh
        assert f"{len(held)} sessions" in en
        first = held[0].starts_at.astimezone(SHANGHAI)
        assert f"{first.month}月" in zh
    assert zh and en and "  " not in en


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 100), st.integers(3, 20), st.sets(st.integers(1, 18), max_size=3))
def test_a_weekly_class_with_breaks_is_always_said_as_one(first, count, breaks):
    off = {week for week in breaks if week < count - 1}
    start = datetime(2026, 12, 1, 1, tzinfo=UTC) + timedelta(days=first)
    held = [start + timedelta(weeks=week) for week in range(count) if week not in off]
    if len(held) < 6 or len(off) * 2 > len(held):
        return
    words = say_dates([Meeting(at, at + timedelta(hours=1)) for at in held], "zh", NOW, SHANGHAI)
    rule, _, rest = words.partition("（")
    assert rule.startswith("每周") and rule.endswith(f"共{len(held)}次")
    assert rest.count("日") == len(off)
    assert rest.endswith("停课）") or not off


@pytest.mark.parametrize(
    ("sessions", "zh", "en"),
    [
        (
            "11/21 11/28 12/5 12/12 !12/19 12/26",
            "每周六上午9点–10点半，12月5日到26日，还有3次（12月19日停课）",
            "Saturdays 9:00–10:30 am, 5–26 Dec, 3 sessions left (none on 19 Dec)",
        ),
        (
            "11/21 11/25 12/9",
            "周三（12月9日）上午9点–10点半，还有1次",
            "Wed 9 Dec, 9:00–10:30 am, 1 session left",
        ),
        ("12/5 12/12", "12月5日（周六）、12日（周六），上午9点–10点半，共2次", None),
        ("11/21 11/28", "11月21日（周六）、28日（周六），上午9点–10点半，共2次", None),
    ],
    ids=["a weekly class half over", "the last one", "none is over", "all are over"],
)
def test_what_is_still_to_come(sessions, zh, en):
    assert say_dates_left(meetings(sessions), "zh", NOW, SHANGHAI) == zh
    if en:
        assert say_dates_left(meetings(sessions), "en", NOW, SHANGHAI) == en
