"""The three-level network from a sheet: parents are found, circles and wrong levels are told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sheets.read import read_table
from services.sheets.units import CheckedUnits, check_units
from tests.services.sheets.makers import csv_bytes

HEADERS = ["机构编号", "名称", "级别", "上级", "电话", "办公时间", "地址", "纬度", "经度"]


def units(*rows: list[str], known: dict[str, str] | None = None) -> CheckedUnits:
    return check_units(
        read_table(csv_bytes([HEADERS, *(row + [""] * (9 - len(row)) for row in rows)]), "u"),
        known_units=known,
    )


def test_a_network_is_read_parents_first() -> None:
    checked = units(
        ["p1", "南街村教学点", "村点", "城关学校"],
        [
            "s1",
            "城关学校",
            "乡镇学校",
            "c1",
            "0912-8712345",
            "周一至周五 8:30-17:00",
            "人民路 1 号",
            "39.03",
            "111.07",
        ],
        ["c1", "清河县社区教育学院", "县级学院", ""],
    )
    assert [problem.line_zh() for problem in checked.problems] == []
    assert [(unit.code, unit.level, unit.parent, unit.row) for unit in checked.rows] == [
        ("c1", "college", "root", 4),
        ("s1", "school", "c1", 3),
        ("p1", "point", "s1", 2),
    ]
    assert (checked.rows[1].phone, checked.rows[1].desk_hours) == ("0912-8712345", "周一至周五 8:30-17:00")


def test_english_headers_and_a_parent_that_exists_already() -> None:
    sheet = csv_bytes([["code", "name", "level", "parent"], ["s2", "East school", "school", "c1"]])
    checked = check_units(read_table(sheet, "u"), known_units={"c1": "college"})
    assert [(unit.code, unit.parent) for unit in checked.rows] == [("s2", "c1")]


@pytest.mark.parametrize(
    ("rows", "column", "says"),
    [
        ([["", "甲", "学校"]], "机构编号", "没有填机构编号"),
        ([["a", "", "学校"]], "名称", "没有填名称"),
        ([["a", "甲", "省级"]], "级别", "县级学院"),
        ([["a", "甲", "学校", "b"]], "上级", "找不到上级“b”"),
        ([["a", "甲", "学校", "a"]], "上级", "不能是自己"),
        ([["a", "甲", "学校"], ["A", "乙", "学校"]], "机构编号", "重复"),
        ([["root", "甲", "学校"]], "机构编号", "系统自带"),
        ([["a", "甲", "学院"], ["b", "乙", "学院", "a"]], "上级", "级别不比它高"),
        ([["a", "甲", "学校", "b"], ["b", "乙", "村点", "a"]], "上级", "绕成了一个圈：a → b → a"),
        ([["a", "甲", "学校", "", "没有"]], "电话", "只填号码"),
        ([["a", "甲", "学校", "", "", "", "", "111.07", "39.03"]], "纬度", "写反了"),
    ],
)
def test_a_wrong_unit_is_told_with_what_would_be_right(rows: list[list[str]], column: str, says: str) -> None:
    checked = units(*rows)
    assert any(problem.column == column and says in problem.text_zh for problem in checked.problems)


words = st.sampled_from(["a", "b", "c", "A", "", "学院", "村点", "root", "甲乙"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(words, min_size=4, max_size=4), min_size=1, max_size=5))
def test_any_network_is_read_or_told(rows: list[list[str]]) -> None:
    checked = units(["z", "总", "学院", ""], *rows)
    codes = {unit.code for unit in checked.rows} | {"root"}
    assert checked.problems or all(unit.parent in codes for unit in checked.rows)
