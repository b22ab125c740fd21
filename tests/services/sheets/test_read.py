"""Files as clerks send them become the same table, and what is no sheet is refused with what to do."""

import re
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sheets.problems import SheetError
from services.sheets.read import read_table
from tests.services.sheets.makers import DATA, GOOD, HEADERS, check, csv_bytes, with_part, xlsx, zipped

SHEET_PART = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_usual_encoding_and_separator_gives_the_same_table(encoding: str, separator: str) -> None:
    table = read_table(csv_bytes([HEADERS, GOOD], encoding, separator), "a.csv")
    assert list(table.headers) == HEADERS
    assert [(row.number, list(row.cells)) for row in table.rows] == [(2, GOOD)]


def test_an_xlsx_file_is_known_by_its_inside_not_by_its_name() -> None:
    assert list(read_table(xlsx([HEADERS, GOOD]), "课程.csv").rows[0].cells) == GOOD


def test_a_path_is_read_and_a_missing_one_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(csv_bytes([HEADERS, GOOD]))
    assert read_table(file, "a.csv").header_row == 1
    with pytest.raises(SheetError, match=r"找不到文件 b\.csv"):
        read_table(tmp_path / "b.csv", "b.csv")


def test_title_rows_blank_rows_notes_and_repeated_headers_are_no_classes() -> None:
    rows = [
        ["2026年冬季课程表"],
        [],
        ["单位：城关学校"],
        HEADERS,
        GOOD,
        [],
        HEADERS,
        ["QC-2", *GOOD[1:]],
        ["注：以通知为准"],
    ]
    table = read_table(csv_bytes(rows), "a.csv")
    assert table.header_row == 4
    assert [row.number for row in table.rows] == [5, 8]
    assert table.notes == ((9, "注：以通知为准"),)


def test_a_merged_title_and_a_merged_section_line_are_no_classes() -> None:
    def merge(_: Any, sheet: Any) -> None:
        sheet.merge_cells("A1:G1")
        sheet.merge_cells("A3:G3")

    table = read_table(xlsx([["2026年冬季课程表"], HEADERS, ["一、书画类"], GOOD], merge), "a.xlsx")
    assert (table.header_row, [row.number for row in table.rows], table.notes) == (
        2,
        [4],
        ((3, "一、书画类"),),
    )


def test_merged_cells_hold_for_every_row_they_cover() -> None:
    rows: list[list[Any]] = [HEADERS, GOOD, ["QC-2", "国画", None, None, None, "周日 09:00-10:30", None]]

    def merge(_: Any, sheet: Any) -> None:
        for column in "CDEG":
            sheet.merge_cells(f"{column}2:{column}3")

    table = read_table(xlsx(rows, merge), "a.xlsx")
    assert list(table.rows[1].cells) == ["QC-2", "国画", *GOOD[2:5], "周日 09:00-10:30", "城关学校"]


def test_one_class_over_two_rows_is_one_class_with_both_times() -> None:
    rows: list[list[Any]] = [HEADERS, GOOD, [None, None, None, None, None, "周日 14:00-15:30", None]]

    def merge(_: Any, sheet: Any) -> None:
        for column in "ABCDEG":
            sheet.merge_cells(f"{column}2:{column}3")

    checked = check(xlsx(rows, merge))
    assert not checked.problems
    assert [(row.row, len(row.slots)) for row in checked.rows] == [(2, 2)]


def test_a_row_merged_only_for_height_is_no_class() -> None:
    def merge(_: Any, sheet: Any) -> None:
        for column in "ABCDEFG":
            sheet.merge_cells(f"{column}2:{column}3")

    assert len(read_table(xlsx([HEADERS, GOOD], merge), "a.xlsx").rows) == 1


def test_a_head_of_two_rows_is_read_as_one() -> None:
    top = [*HEADERS, "年龄", None]
    below = [None] * 7 + ["下限", "上限"]

    def merge(_: Any, sheet: Any) -> None:
        for column in "ABCDEFG":
            sheet.merge_cells(f"{column}1:{column}2")
        sheet.merge_cells("H1:I1")

    checked = check(xlsx([top, below, [*GOOD, 50, 75]], merge))
    assert [(row.min_age, row.max_age) for row in checked.rows] == [(50, 75)]


def test_date_time_number_and_yes_cells_become_plain_text() -> None:
    cells = [24001, "书法", 0.5, date(2026, 12, 5), datetime(2026, 12, 26, 9, 30), time(9, 0), True]
    table = read_table(xlsx([HEADERS, cells]), "a.xlsx")
    assert table.rows[0].cells == ("24001", "书法", "0.5", "2026-12-05", "2026-12-26 09:30", "09:00", "是")


def test_a_formula_gives_its_stored_value_and_one_without_is_told() -> None:
    data = xlsx([[*HEADERS, "名额", "费用"], [*GOOD, "=10+20", "=1+1"]])
    stored = with_part(
        data, SHEET_PART, lambda xml: re.sub(rb"(<f>10\+20</f>)<v>?.*?(/>|</v>)", rb"\1<v>30</v>", xml)
    )
    checked = check(stored)
    assert [(problem.column, problem.value) for problem in checked.problems] == [("费用", "=1+1")]
    assert read_table(stored, "a.xlsx").rows[0].cells[7] == "30"


def test_hidden_rows_are_left_out_and_told() -> None:
    def hide(_: Any, sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True

    checked = check(xlsx([HEADERS, GOOD, ["QC-2", *GOOD[1:]]], hide))
    assert [row.code for row in checked.rows] == ["QC-1"]
    assert any("第 3 行被隐藏" in warning.text_zh for warning in checked.warnings)


def test_of_several_sheets_the_one_with_the_headers_is_read() -> None:
    def add(book: Any, sheet: Any) -> None:
        sheet.title = "课程"
        book.create_sheet("封面", 0).append(["2026年课程"])
        hidden = book.create_sheet("旧表", 0)
        hidden.append([*HEADERS, "教师"])
        hidden.sheet_state = "hidden"
        copy = book.create_sheet("下半年")
        copy.append(HEADERS)
        copy.append(GOOD)

    table = read_table(xlsx([HEADERS, GOOD], add), "a.xlsx")
    assert (table.sheet, table.other_sheets) == ("课程", ("下半年",))


def test_a_stray_cell_far_away_and_a_date_out_of_range_do_no_harm() -> None:
    def stray(_: Any, sheet: Any) -> None:
        sheet["XFD1048576"] = None
        sheet["XFD1048576"].number_format = "0.00"
        sheet["D2"] = 99999999
        sheet["D2"].number_format = "yyyy-mm-dd"

    table = read_table(xlsx([HEADERS, GOOD], stray), "a.xlsx")
    assert len(table.rows) == 1
    assert any(problem.column == "开课日期" for problem in check(xlsx([HEADERS, GOOD], stray)).problems)


def _wide_merge() -> bytes:
    def widen(xml: bytes) -> bytes:
        return xml.replace(b'ref="A3:B3"', b'ref="A3:XFD1048576"')

    return with_part(xlsx([HEADERS, GOOD], lambda _, sheet: sheet.merge_cells("A3:B3")), SHEET_PART, widen)


REFUSED = {
    "empty": (b"", "文件是空的"),
    "blank": (b" \r\n \n", "文件是空的"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(64), "不是表格文件"),
    "a PDF": (b"%PDF-1.7\n%abc", "不是表格文件"),
    "a Word file": (zipped({"word/document.xml": b"<x/>"}), "不是表格文件"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "旧版 Excel"),
    "a sealed file": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "EncryptedPackage".encode("utf-16-le"),
        "打开密码",
    ),
    "a web page": (b"<html><table><tr><td>1</td></tr></table></html>", "网页格式"),
    "half a file": (xlsx([HEADERS, GOOD])[:2000], "打不开"),
    "a zip of rubbish": (zipped({"xl/workbook.xml": b"<x", "[Content_Types].xml": b"?"}), "打不开"),
    "a zip bomb": (zipped({f"xl/worksheets/sheet{n}.xml": bytes(9_000_000) for n in range(6)}), "表格太大"),
    "a merge of everything": (_wide_merge(), "合并的单元格太多"),
    "over 5 MB": (b"a,b\n" * 1_400_000, "超过 5 MB"),
    "over 5,000 rows": (csv_bytes([HEADERS] + [GOOD] * 5001), "超过 5000 行"),
    "no headers": (csv_bytes([["甲", "乙"], ["1", "2"]]), "没有找到表头"),
    "headers alone": (csv_bytes([HEADERS]), "没有内容"),
    "an unknown encoding": ("课程编号,课程名称\n1,é".encode() + b"\xff\xff\x80", "编码"),
    "an endless cell": (b'code,title\n"' + b"x" * 200_000, "打不开"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_sheet_is_refused_with_what_to_do(kind: str) -> None:
    data, says = REFUSED[kind]
    with pytest.raises(SheetError) as refused:
        read_table(data, "a.xlsx")
    assert says in refused.value.text_zh
    assert refused.value.text_en.isascii() or "“" in refused.value.text_en


@given(
    st.binary(max_size=400)
    | st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail)
    | st.text().map(str.encode)
)
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    try:
        assert read_table(data, "x").rows
    except SheetError as refused:
        assert refused.text_zh and refused.text_en


def test_the_chinese_sample_sheet_is_read_from_below_its_title() -> None:
    table = read_table(DATA / "courses-zh.csv", "courses-zh.csv")
    assert [row.number for row in table.rows] == [3, 4, 5, 7]


@pytest.mark.parametrize(
    "total",
    [
        ["合计", "", "", "", "", "", "", "60"],
        ["", "合 计：", "", "", "", "", "", "1,280"],
        ["总计", "总计", "总计", "", "", "", "", "共60人"],
        ["小计", "2个班", "", "", "", "", "", "60.5"],
        ["Total", "", "", "", "", "", "", "=SUM(H2:H2)"],
    ],
)
def test_a_row_of_totals_is_no_class_and_is_named(total: list[str]) -> None:
    checked = check(csv_bytes([[*HEADERS, "名额"], [*GOOD, "60"], total]))
    assert checked.problems == ()
    assert [row.title for row in checked.rows] == ["书法"]
    (warning,) = [warning for warning in checked.warnings if "没有导入" in warning.text_zh]
    assert warning.row == 3


def test_a_class_whose_name_begins_like_a_total_is_a_class() -> None:
    row = ["合计-1", "合计会计", "人文艺术", "2026-12-05", "2026-12-26", "周六 09:00-10:30", "城关学校"]
    assert [one.title for one in check(csv_bytes([HEADERS, row])).rows] == ["合计会计"]
    # and one whose other cells are words is a mistake that must be told
    assert check(csv_bytes([HEADERS, ["合计", *GOOD[1:]]])).rows[0].title == "书法"
