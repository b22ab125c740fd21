"""A college's own sheet is brought in by a map, or by recognising it."""

from datetime import date
from pathlib import Path

import pytest

from services.sheets.mapping import Mapping, read_mapping
from services.sheets.problems import SheetError
from tests.services.sheets.makers import DATA, GOOD, check, csv_bytes

SHAPE = (DATA / "senior-college-shape.csv").read_bytes()
TERM = Mapping(defaults={"starts_on": "2026-09-07", "ends_on": "2026-12-25"})
REAL = Path(__file__).parents[4] / "shared" / "data" / "senior-college-2024-autumn.csv"


def test_without_dates_the_error_asks_for_them_in_the_map() -> None:
    checked = check(SHAPE)
    assert not checked.rows and len(checked.problems) == 15
    assert "不知道“2026年秋季”从哪天到哪天" in checked.problems[0].text_zh
    assert "[defaults] 写 starts_on / ends_on" in checked.problems[0].text_zh


def test_the_shape_is_recognised_once_the_dates_are_known() -> None:
    checked = check(SHAPE, TERM, today=date(2026, 9, 1))
    assert [problem.line_zh() for problem in checked.problems] == []
    assert len(checked.rows) == 15
    first, second = checked.rows[0], checked.rows[1]
    assert (first.title, first.category, first.venue) == ("行草临摹班", "arts", "河湾街教学点-书画室")
    assert first.audience == ("有楷书基础的学员",)
    assert first.description == "临摹名帖、学章法。不分年级，适合有楷书基础的学员。"
    assert second.description == "从笔墨到一幅小品"
    assert {row.category for row in checked.rows} == {"arts", "science", "sport", "leisure", "wellbeing"}
    guessed = [warning for warning in checked.warnings if "[values.category]" in warning.text_zh]
    assert len(guessed) == len({warning.value for warning in guessed}) == 9


def test_with_its_map_the_shape_needs_no_guess() -> None:
    mapping = read_mapping((DATA / "senior-college-shape.toml").read_text("utf-8"))
    checked = check(SHAPE, mapping, today=date(2026, 9, 1))
    assert not checked.problems and {row.school for row in checked.rows} == {"老年大学"}
    assert not any("[values.category]" in warning.text_zh for warning in checked.warnings)


def test_own_headers_own_words_and_defaults_are_mapped() -> None:
    mapping = read_mapping(
        '[columns]\n"序号" = "code"\n"科目全称" = "课程名称"\n"何时" = "schedule"\n"备用" = ""\n'
        '[values.mode]\n"屏幕前" = "线上"\n[defaults]\ncategory = "arts"\ncapacity = 20\n'
        "starts_on = 2026-12-05\nends_on = 2026-12-26\n"
    )
    checked = check(
        csv_bytes([["序号", "科目全称", "何时", "授课方式", "备用"], ["1", "京剧", GOOD[5], "屏幕前", "x"]]),
        mapping,
    )
    assert [problem.line_zh() for problem in checked.problems] == []
    row = checked.rows[0]
    assert (row.code, row.title, row.category, row.capacity, row.online) == ("1", "京剧", "arts", 20, True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[columns", "不是正确的 TOML"),
        ('[column]\n"a" = "code"', "[column] 看不懂"),
        ("columns = 3", "[columns] 看不懂"),
        ('[columns]\n"a" = "titel"', "是不是“title”"),
        ("[columns]\na = 3", "[columns] 看不懂"),
        ('[values]\ncategory = "arts"', "[values.category] 看不懂"),
        ("[values.category]\na = true", "[values.category] 看不懂"),
        ('[defaults]\nstart_day = "2026-01-01"', "“start_day”不认识"),
    ],
)
def test_a_wrong_map_is_refused_with_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(SheetError) as refused:
        read_mapping(text)
    assert says in refused.value.text_zh


def test_the_real_timetable_of_a_county_college_is_clean() -> None:
    if not REAL.exists():
        reason = "the county college's own sheet is not beside this checkout; its shape is tested above"
        print(reason)
        pytest.skip(reason)
    term = Mapping(defaults={"starts_on": "2024-09-02", "ends_on": "2024-12-27", "school": "老年大学"})
    checked = check(REAL.read_bytes(), term, today=date(2024, 9, 1))
    assert [problem.line_zh() for problem in checked.problems] == []
    assert len(checked.rows) == 48
    assert sum(len(row.slots) for row in checked.rows) == 103
    assert len({row.venue for row in checked.rows}) == 14
