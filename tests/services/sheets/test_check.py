"""What a clerk wrote becomes typed classes, or problems that say what would be right."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sheets.columns import COURSE_COLUMNS
from services.sheets.words import CATEGORY_NAMES, FORM_NAMES
from tests.services.sheets.makers import DATA, GOOD, HEADERS, check, csv_bytes, one_class

READ: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"fee": ""}, {"fee_fen": None}),
    ({"fee": "待定"}, {"fee_fen": None}),
    ({"fee": "免费"}, {"fee_fen": 0}),
    ({"fee": "0"}, {"fee_fen": 0}),
    ({"fee": "50元"}, {"fee_fen": 5000}),
    ({"fee": "￥50"}, {"fee_fen": 5000}),
    ({"fee": "１２０．５元/人"}, {"fee_fen": 12050}),
    ({"fee": "1,200"}, {"fee_fen": 120000}),
    ({"capacity": "30人"}, {"capacity": 30}),
    ({"capacity": ""}, {"capacity": None}),
    ({"capacity": "不限"}, {"capacity": None}),
    ({"min_age": "60周岁以上", "max_age": "75岁"}, {"min_age": 60, "max_age": 75}),
    ({"年龄": "50－75岁"}, {"min_age": 50, "max_age": 75}),
    ({"hours": "16学时"}, {"hours": 16.0}),
    ({"category": "arts"}, {"category": "arts"}),
    ({"form": ""}, {"form": "class", "online": False}),
    ({"form": "读书沙龙"}, {"form": "salon"}),
    ({"form": "远程学习", "venue": ""}, {"form": "online", "online": True, "venue": ""}),
    ({"mode": "线上", "venue": ""}, {"online": True}),
    ({"mode": "线上", "venue": "腾讯会议 123-456"}, {"venue": "", "description": "腾讯会议 123-456"}),
    ({"audience": "老年人、新市民；家长"}, {"audience": ("老年人", "新市民", "家长")}),
    ({"latitude": "39.0281", "longitude": "111.0683"}, {"latitude": 39.0281, "longitude": 111.0683}),
    ({"title": "书\u202e法\x07 班"}, {"title": "书法 班"}),
    ({"code": "ＱＣ－９"}, {"code": "QC-9"}),
    ({"skips": "2026-12-12、12月19日"}, {"skips": (date(2026, 12, 12), date(2026, 12, 19))}),
    ({"skips": "2026-12-12至2026-12-13"}, {"skips": (date(2026, 12, 12), date(2026, 12, 13))}),
    ({"starts_on": "", "ends_on": "", "schedule": "2026-12-05 9:00-11:30"}, {"starts_on": date(2026, 12, 5)}),
    ({"enrol_opens": "2026-11-25"}, {"enrol_opens": datetime(2026, 11, 24, 16, tzinfo=UTC)}),
    ({"enrol_closes": "2026-12-01"}, {"enrol_closes": datetime(2026, 12, 1, 15, 59, 59, tzinfo=UTC)}),
    ({"enrol_closes": "2026-12-01 18:00"}, {"enrol_closes": datetime(2026, 12, 1, 10, tzinfo=UTC)}),
    ({"starts_on": "46361", "ends_on": "46382"}, {"starts_on": date(2026, 12, 5)}),
    ({"starts_on": "2026年12月5日（周六）"}, {"starts_on": date(2026, 12, 5)}),
    ({"starts_on": "12.5"}, {"starts_on": date(2026, 12, 5)}),
    ({"enrol_closes": "46357.75"}, {"enrol_closes": datetime(2026, 12, 1, 10, tzinfo=UTC)}),
    ({"enrol_closes": "12月1日(星期二) 18:00"}, {"enrol_closes": datetime(2026, 12, 1, 10, tzinfo=UTC)}),
    ({"enrol_closes": "2026年12月1日18点"}, {"enrol_closes": datetime(2026, 12, 1, 10, tzinfo=UTC)}),
]
WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"code": ""}, "code", "没有填课程编号"),
    ({"code": "A 1"}, "code", "不能有空格"),
    ({"code": "A" * 65}, "code", "最多 64"),
    ({"title": ""}, "title", "没有填课程名称"),
    ({"title": "长" * 121}, "title", "最多 120"),
    ({"title": "#REF!"}, "title", "公式出错"),
    ({"category": ""}, "category", "没有填类别"),
    ({"category": "人文艺木"}, "category", "是不是“人文艺术”"),
    ({"category": "xyz"}, "category", "请从这些里选"),
    ({"form": "打麻将"}, "form", "课堂学习"),
    ({"mode": "半线上"}, "mode", "线下 或 线上"),
    ({"fee": "五十"}, "fee", "请填数字"),
    ({"fee": "-5"}, "fee", "请填数字"),
    ({"fee": "20元/次"}, "fee", "整期总价"),
    ({"fee": "9999999"}, "fee", "100000"),
    ({"capacity": "三十"}, "capacity", "例如 30"),
    ({"capacity": "0"}, "capacity", "1 到"),
    ({"min_age": "200"}, "min_age", "0 到 120"),
    ({"min_age": "60", "max_age": "50"}, "max_age", "比下限 60"),
    ({"fee": "/人" * 10000}, "fee", "最多 100"),
    ({"skips": "2026-12-13至2026-12-12"}, "skips", "2026-12-05"),
    ({"hours": "很多"}, "hours", "例如 16"),
    ({"starts_on": "十二月"}, "starts_on", "2026-12-05"),
    ({"starts_on": "12345"}, "starts_on", "2026-12-05"),
    ({"starts_on": "周六"}, "starts_on", "2026-12-05"),
    ({"starts_on": ""}, "starts_on", "starts_on / ends_on"),
    ({"starts_on": "2026-12-27"}, "ends_on", "早于开课日期"),
    ({"schedule": ""}, "schedule", "没有填上课时间"),
    ({"schedule": "隔周六 9:00-10:00"}, "schedule", "把每次上课的日期写出来"),
    ({"schedule": "周六 10:00-9:00"}, "schedule", "结束要晚于开始"),
    ({"skips": "过年"}, "skips", "2026-12-05"),
    ({"enrol_opens": "2026-12-02", "enrol_closes": "2026-12-01"}, "enrol_closes", "不晚于报名开始"),
    ({"enrol_opens": "2026-12-06"}, "enrol_opens", "报名还没开始"),
    ({"enrol_closes": "2027-05-01"}, "enrol_closes", "全部课程结束之后"),
    ({"enrol_closes": "下周"}, "enrol_closes", "2026-12-05 09:00"),
    ({"latitude": "111.07", "longitude": "39.03"}, "latitude", "写反了"),
    ({"latitude": "91", "longitude": "111"}, "latitude", "-90 到 90"),
    ({"latitude": "nan", "longitude": "39"}, "latitude", "-90 到 90"),
    ({"latitude": "39.03"}, "", "一起填"),
    ({"mode": "线上"}, "venue", "线上课没有地点"),
    ({"mode": "线上", "venue": "", "latitude": "39.03", "longitude": "111.07"}, "latitude", "线上课没有纬度"),
]


@pytest.mark.parametrize(("cells", "fields"), READ, ids=lambda item: str(item)[:50])
def test_a_cell_is_read_as_it_is_meant(cells: dict[str, str], fields: dict[str, Any]) -> None:
    checked = check(one_class(**cells))
    assert [problem.line_zh() for problem in checked.problems] == []
    assert {key: getattr(checked.rows[0], key) for key in fields} == fields


@pytest.mark.parametrize(("cells", "column", "says"), WRONG, ids=lambda item: str(item)[:50])
def test_a_wrong_cell_is_told_with_what_would_be_right(cells: dict[str, str], column: str, says: str) -> None:
    checked = check(one_class(**cells))
    assert not checked.rows
    told = next(problem for problem in checked.problems if says in problem.text_zh)
    assert (told.row, told.value) == (2, cells.get(column, told.value))
    assert not column or told.column == column
    assert told.text_en and str(told.row) in told.line_en()


def test_all_problems_of_all_rows_come_in_one_go() -> None:
    rows = [[*HEADERS, "费用", "名额"], ["A", "", "没有", "2026-12-05", "2026-12-01", "周", "甲", "贵", "多"],
            [*GOOD, "5", "5"], ["a", *GOOD[1:], "贵", ""]]  # fmt: skip
    checked = check(csv_bytes(rows))
    assert [(problem.row, problem.column) for problem in checked.problems] == [
        (2, "课程名称"), (2, "类别"), (2, "结课日期"), (2, "上课时间"), (2, "费用"), (2, "名额"),
        (4, "课程编号"), (4, "费用"),
    ]  # fmt: skip
    assert "第 2 行的课程编号重复" in checked.problems[6].text_zh
    assert [row.code for row in checked.rows] == ["QC-1"]


def test_a_missing_column_is_told_once() -> None:
    checked = check(csv_bytes([HEADERS[:5], GOOD[:5], ["QC-2", *GOOD[1:5]]]))
    assert [problem.line_zh() for problem in checked.problems] == [
        "整张表：缺少“上课时间”这一列，请加上；列名不同请写在 --map 的 [columns] 里。"
    ]
    assert not checked.rows


def test_unknown_and_doubled_columns_are_told_and_ignored() -> None:
    checked = check(csv_bytes([[*HEADERS, "经办人", "上课地点"], [*GOOD, "王五", "别处"]]))
    assert checked.rows[0].venue == "城关学校"
    texts = [warning.text_zh for warning in checked.warnings]
    assert "“经办人”这一列没有用到。" in texts
    assert "“上课地点”和“地点”是同一个意思，用了后者。" in texts


@pytest.mark.parametrize("style", ["key", "header"])
def test_every_column_goes_by_its_key_and_its_chinese_header_in_any_order(style: str) -> None:
    names = [getattr(column, style) for column in reversed(COURSE_COLUMNS)]
    values = {"code": "A1", "title": "书法", "category": "arts", "schedule": "2026-12-05 09:00-11:30"}
    checked = check(csv_bytes([names, [values.get(column.key, "") for column in reversed(COURSE_COLUMNS)]]))
    assert not checked.problems
    assert [row.code for row in checked.rows] == ["A1"]
    assert not any("没有用到" in warning.text_zh for warning in checked.warnings)


def test_the_ten_kinds_and_seven_forms_go_by_code_and_name() -> None:
    for code, name in CATEGORY_NAMES.items():
        assert {row.category for word in (code, name) for row in check(one_class(category=word)).rows} == {
            code
        }
    for code, name in FORM_NAMES.items():
        venue = "" if code == "online" else "城关学校"
        assert {
            row.form for word in (code, name) for row in check(one_class(form=word, venue=venue)).rows
        } == {code}


def test_sessions_are_in_utc_and_holidays_are_told_once() -> None:
    checked = check(one_class(starts_on="2026-12-26", ends_on="2027-01-09"))
    assert checked.rows[0].sessions[0] == (
        datetime(2026, 12, 26, 1, tzinfo=UTC),
        datetime(2026, 12, 26, 2, 30, tzinfo=UTC),
    )
    assert [begin.day for begin, _ in checked.rows[0].sessions] == [26, 9]
    assert ["2027-01-02（元旦）" in warning.text_zh for warning in checked.warnings] == [True]


def test_a_class_may_meet_on_holidays_when_it_says_so() -> None:
    checked = check(one_class(starts_on="2026-12-26", ends_on="2027-01-09", skips="节假日照常"))
    assert [begin.day for begin, _ in checked.rows[0].sessions] == [26, 2, 9]
    assert not checked.warnings


@pytest.mark.parametrize(
    ("cells", "today", "says"),
    [
        ({"skips": "2026-12-13"}, date(2026, 11, 24), "本来就没有课"),
        ({"venue": ""}, date(2026, 11, 24), "没有填地点"),
        ({}, date(2027, 3, 1), "已经结束"),
        ({"school": "河口学校"}, date(2026, 11, 24), "没有这个办学机构"),
        ({"minutes": "60"}, date(2026, 11, 24), "按上课时间算"),
    ],
)
def test_what_looks_odd_is_a_warning(cells: dict[str, str], today: date, says: str) -> None:
    checked = check(one_class(**cells), today=today, known_units={"cg": "城关学校"})
    assert len(checked.rows) == 1
    assert any(says in warning.text_zh for warning in checked.warnings)


def test_a_school_goes_by_its_code_or_its_name() -> None:
    for word in ("cg", "城关学校"):
        assert check(one_class(school=word), known_units={"cg": "城关学校"}).rows[0].school == "cg"


def test_the_chinese_sample_sheet_is_clean() -> None:
    checked = check((DATA / "courses-zh.csv").read_bytes())
    assert [problem.line_zh() for problem in checked.problems] == []
    assert [(row.row, row.code, row.fee_fen, row.capacity, len(row.sessions)) for row in checked.rows] == [
        (3, "QC-001", 0, 30, 6),
        (4, "QC-002", 5000, 15, 4),
        (5, "QC-003", None, None, 1),
        (7, "QC-004", 12000, 25, 16),
    ]


cell = st.text(max_size=30) | st.sampled_from(
    [
        "=",
        "=A1",
        "免费",
        "周六 9:00-10:00",
        "2026-12-05",
        "9999-12-31",
        "1",
        "1e9",
        "٣",
        "²",
        "-0",
        "Infinity",
        "、、",
        "①",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.fixed_dictionaries({column.key: cell for column in COURSE_COLUMNS}), min_size=1, max_size=3)
)
def test_any_text_in_any_cell_is_read_or_told(rows: list[dict[str, str]]) -> None:
    names = [column.key for column in COURSE_COLUMNS]
    rows = [{key: text.replace("\x00", "") for key, text in row.items()} for row in rows]
    rows[0]["code"] += "x"
    data = csv_bytes([names, *([row[name] for name in names] for row in rows)], "utf-16", "\t")
    checked = check(data)
    assert checked.rows or checked.problems
    assert all(problem.text_zh and problem.text_en for problem in checked.problems)
    assert all(begin < end for row in checked.rows for begin, end in row.sessions)
