"""Any sheet: brought in twice it changes nothing, undone it leaves nothing."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.importing.clerk import Clerk

FIRST_DAY = date(2026, 12, 1)
_number = itertools.count(1)

words = st.text("书法太极拳入门提高班国画声乐、（）·AB12 -", min_size=1, max_size=12).filter(str.strip)
days = st.integers(0, 90).map(lambda passed: FIRST_DAY + timedelta(days=passed))
hours = st.integers(7, 19)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, str]:
    """A row as a clerk may write it, right in every cell."""
    first, hour = draw(days), draw(hours)
    weekly = "、".join(
        f"周{day}" for day in draw(st.sets(st.sampled_from("一二三四五六日"), min_size=1, max_size=3))
    )
    single = f"{first.isoformat()} {hour:02d}:00-{hour + 1:02d}:30"
    schedule = draw(st.sampled_from([f"{weekly} {hour:02d}:00-{hour + 1:02d}:30", single]))
    online = draw(st.booleans())
    return {
        "code": draw(st.sampled_from(["QC-", "班", "x/"])) + str(next(_number)),
        "title": draw(words),
        "category": draw(st.sampled_from(["人文艺术", "sport", "早期教育", "staff"])),
        "form": draw(st.sampled_from(["", "沙龙", "workshop"])),
        "description": draw(words),
        "school": draw(st.sampled_from(["", "城关学校", "东关 学校", "root"])),
        "mode": "线上" if online else "",
        "venue": "" if online else draw(st.sampled_from(["教室一", "教室二", ""])),
        "address": "" if online else draw(st.sampled_from(["人民路1号", ""])),
        "teacher": draw(st.sampled_from(["", "王老师"])),
        "audience": draw(st.sampled_from(["", "中老年人、零基础学员"])),
        "starts_on": first.isoformat(),
        "ends_on": (first + timedelta(days=draw(st.integers(14, 120)))).isoformat(),
        "schedule": schedule,
        "capacity": draw(st.sampled_from(["", "1", "30人"])),
        "fee": draw(st.sampled_from(["", "0", "60.5", "免费"])),
        "min_age": draw(st.sampled_from(["", "50"])),
        "hours": draw(st.sampled_from(["", "16", "1.5"])),
    }


@pytest.mark.parametrize("kind", ["sqlite"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sheet=st.lists(rows(), min_size=1, max_size=6))
def test_a_sheet_brought_in_twice_changes_nothing(clerk: Clerk, sheet: list[dict[str, str]]) -> None:
    first = clerk.bring(*sheet)
    assert first.created == len(sheet)
    before = clerk.everything()
    again = clerk.bring(*sheet)
    assert (again.batch, again.unchanged) == (None, len(sheet))
    assert clerk.everything() == before
    clerk.undo(first.batch)
    assert not clerk.everything()["offering"]
    assert not clerk.everything()["class_session"]
