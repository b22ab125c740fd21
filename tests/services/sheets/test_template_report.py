"""The sheet that clerks are given, and their own sheet given back."""

import io
import warnings
from typing import Any

from openpyxl import load_workbook

from services.sheets.columns import COURSE_COLUMNS
from services.sheets.read import read_table
from services.sheets.report import LIST_SHEET, marked_copy
from services.sheets.template import course_template
from tests.services.sheets.makers import GOOD, HEADERS, TODAY, check, csv_bytes, xlsx

WRONG = ["QC-2", "=HYPERLINK(1)", "人文艺木", "2026-12-05", "2026-12-26", "周六", "城关\x07学校"]


def opened(data: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_workbook(io.BytesIO(data))


def test_the_template_imports_cleanly_itself() -> None:
    checked = check(course_template(TODAY))
    assert [problem.line_zh() for problem in checked.problems] == []
    assert checked.rows == ()
    (warning,) = [warning for warning in checked.warnings if "示例" in warning.text_zh]
    assert (warning.row, "没有导入" in warning.text_zh) == (2, True)


def test_the_example_made_into_a_class_of_ones_own_is_imported() -> None:
    book = opened(course_template(TODAY))
    sheet = book["课程"]
    titles = [cell.value.rstrip("*") for cell in sheet[1]]
    sheet.cell(2, titles.index("课程名称") + 1).value = "剪纸"
    buffer = io.BytesIO()
    book.save(buffer)
    checked = check(buffer.getvalue())
    assert [(row.title, row.fee_fen) for row in checked.rows] == [("剪纸", 0)]
    assert any("换成您自己的" in warning.text_zh for warning in checked.warnings)


def test_the_template_has_every_column_with_a_note_and_three_drop_downs() -> None:
    book = opened(course_template(TODAY))
    sheet = book["课程"]
    assert [cell.value.rstrip("*") for cell in sheet[1]] == [column.header for column in COURSE_COLUMNS]
    assert all(cell.comment and cell.comment.text for cell in sheet[1])
    lists = {choice.formula1 for choice in sheet.data_validations.dataValidation}
    assert len(lists) == 3 and '"线下,线上"' in lists
    assert all(len(choice) <= 255 for choice in lists)
    assert "填写说明" in book.sheetnames


def test_a_csv_comes_back_as_xlsx_with_wrong_cells_marked() -> None:
    data = csv_bytes([["冬季课程"], HEADERS, GOOD, WRONG], "gb18030", ";")
    table, checked = read_table(data, "a.csv"), check(data)
    book = opened(marked_copy(data, table, checked.problems, checked.warnings))
    sheet = book.worksheets[0]
    marked = {cell.coordinate for row in sheet for cell in row if cell.comment}
    assert marked == {"B4", "C4", "F4"}
    assert sheet["C4"].fill.fgColor.rgb.endswith("FFC7CE") and "人文艺术" in sheet["C4"].comment.text
    assert (sheet["B4"].value, sheet["B4"].data_type) == ("=HYPERLINK(1)", "s")
    listed = [[cell.value for cell in row] for row in book[LIST_SHEET].iter_rows(min_row=2)]
    assert [row[:3] for row in listed] == [
        ["要改", "4", "课程名称"],
        ["要改", "4", "类别"],
        ["要改", "4", "上课时间"],
    ]


def test_an_xlsx_comes_back_with_its_own_look_formulas_and_merges() -> None:
    def dress(_: Any, sheet: Any) -> None:
        sheet.merge_cells("C2:C3")
        sheet["H2"] = "=1+2"
        sheet.column_dimensions["B"].width = 33
        sheet.title = "冬季"

    data = xlsx([HEADERS, [*GOOD[:2], "乱写", *GOOD[3:]], ["QC-2", *GOOD[1:2], None, *GOOD[3:]]], dress)
    table, checked = read_table(data, "a.xlsx"), check(data)
    book = opened(marked_copy(data, table, checked.problems))
    sheet = book["冬季"]
    assert {problem.row for problem in checked.problems} == {2, 3}
    assert sheet["C2"].comment and sheet["H2"].value == "=1+2" and sheet.column_dimensions["B"].width == 33
    assert [str(area) for area in sheet.merged_cells.ranges] == ["C2:C3"]


def test_a_marked_copy_that_was_put_right_imports() -> None:
    data = csv_bytes([HEADERS, WRONG])
    table, checked = read_table(data, "a.csv"), check(data)
    book = opened(marked_copy(data, table, checked.problems))
    sheet = book.worksheets[0]
    sheet["B2"], sheet["C2"], sheet["F2"] = "书法", "人文艺术", "周六 9:00-10:00"
    buffer = io.BytesIO()
    book.save(buffer)
    again = check(buffer.getvalue())
    assert not again.problems and [row.code for row in again.rows] == ["QC-2"]
