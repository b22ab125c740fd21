"""The empty course sheet that clerks are given, with drop-downs, notes and an example row."""

import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from services.sheets.columns import COURSE_COLUMNS
from services.sheets.sample import sample_row
from services.sheets.words import CATEGORY_NAMES, FORM_NAMES, MODE_NAMES

_ROWS = 1000
_NEEDED = {"code", "title", "category", "starts_on", "ends_on", "schedule"}
# width in characters, and what a clerk should know of the column
_NOTES: dict[str, tuple[int, str]] = {
    "code": (14, "每个班一个编号，不能重复，不能有空格和逗号。"),
    "title": (20, "居民看到的名称，最多 120 字。"),
    "category": (12, "从下拉里选一个。"),
    "form": (12, "从下拉里选，不选就是课堂学习。"),
    "description": (36, "一两句话，说清学什么、要带什么。"),
    "school": (18, "办学机构的编号或名称，空着就是总机构。"),
    "district": (14, "街道、乡镇或社区。"),
    "venue": (24, "居民找得到的地点名；线上课不填。"),
    "address": (22, "门牌地址。"),
    "latitude": (10, "例如 39.0281，和经度一起填或都空着。"),
    "longitude": (10, "例如 111.0683。"),
    "teacher": (12, "老师怎么称呼。"),
    "audience": (20, "多个用、分开，例如：中老年人、零基础学员。"),
    "starts_on": (13, "例如 2026-12-05。"),
    "ends_on": (13, "例如 2027-01-16。"),
    "schedule": (30, "例如：周六 09:00-10:30；周二、周四 19:00-20:30；只办一次写 2026-12-05 09:00-11:30。"),
    "skips": (20, "哪几天不上课，用、分开；法定节假日自动停课，照常上课写“节假日照常”。"),
    "capacity": (8, "最多收多少人，空着是不限。"),
    "fee": (8, "整期总价（元），免费写 0 或 免费，还不知道就空着。"),
    "min_age": (10, "最小多少岁，不限就空着。"),
    "max_age": (10, "最大多少岁，不限就空着。"),
    "enrol_opens": (18, "例如 2026-11-20 09:00，空着是马上。"),
    "enrol_closes": (18, "只写日期就到当天结束，空着是第一次课开始前。"),
    "hours": (8, "学完记多少学时。"),
    "min_learners": (14, "少于多少人要商量开不开班，不限就空着。"),
    "decide_by": (13, "哪天商量，例如 2026-12-02，空着是开课前三天。"),
    "mode": (10, "线下或线上，不选就是线下。"),
}
_GUIDE = (
    "一行一个班，带 * 的列要填；其他列可以空着，也可以删掉整列，列的先后随意。",
    "第 2 行是示例，不会导入，可以删掉，也可以改成您的班（编号也要改）。",
    "填好后先试一遍：doorstep import courses 文件名 --dry-run，有错会一次全列出来。",
    "想在自己的表上看到哪里错了：加上 --report 结果.xlsx。",
    "整个文件要么全部导入，要么一个也不导入；同一个文件再导一次不会重复。",
    "改了上课时间或地点再导入，会先告诉您要通知多少人。",
)


def course_template(today: date) -> bytes:
    """An XLSX course sheet with Chinese headers, drop-downs, notes and one example dated from `today`."""
    from openpyxl import Workbook

    book: Any = Workbook()
    sheet = book.active
    sheet.title = "课程"
    _head(sheet)
    example = sample_row(today)
    for place, column in enumerate(COURSE_COLUMNS, start=1):
        cell = sheet.cell(2, place)
        cell.value = example[column.key] or None
        for row in range(2, 60):
            sheet.cell(row, place).number_format = "@"
    _drop_down(sheet, "category", CATEGORY_NAMES.values())
    _drop_down(sheet, "form", FORM_NAMES.values())
    _drop_down(sheet, "mode", MODE_NAMES.values())
    _guide(book.create_sheet("填写说明"))
    return _saved(book)


def _head(sheet: Any) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for place, column in enumerate(COURSE_COLUMNS, start=1):
        width, note = _NOTES[column.key]
        cell = sheet.cell(1, place)
        cell.value = column.header + ("*" if column.key in _NEEDED else "")
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="FFF2CC" if column.key in _NEEDED else "DDEBF7")
        cell.alignment = Alignment(horizontal="center")
        cell.comment = Comment(note, "家门口", height=90, width=260)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "C2"


def _drop_down(sheet: Any, key: str, words: Iterable[str]) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter([column.key for column in COURSE_COLUMNS].index(key) + 1)
    choice = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    choice.error = "请从下拉里选一个"
    choice.errorTitle = "不在选项里"
    sheet.add_data_validation(choice)
    choice.add(f"{letter}2:{letter}{_ROWS}")


def _guide(sheet: Any) -> None:
    for text in _GUIDE:
        sheet.append([text])
    sheet.append([])
    for column in COURSE_COLUMNS:
        sheet.append([f"{column.header}：{_NOTES[column.key][1]}"])
    sheet.column_dimensions["A"].width = 90


def _saved(book: Any) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
