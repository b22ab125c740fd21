"""Gives a clerk's own sheet back with the wrong cells marked."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from services.sheets.columns import ALL_HEADERS
from services.sheets.problems import Problem, SheetError
from services.sheets.read_csv import decode, records, separator_of
from services.sheets.read_xlsx import open_workbook
from services.sheets.table import Table
from services.sheets.words import clean, fold_header

LIST_SHEET = "问题清单"
_WRONG = "FFC7CE"
_DOUBTFUL = "FFEB9C"
_AUTHOR = "家门口"


def marked_copy(
    original: bytes, table: Table, problems: Sequence[Problem], warnings: Sequence[Problem] = ()
) -> bytes:
    """The sheet as XLSX: wrong cells red, doubtful ones yellow, each with a note, and a list of all of them.

    `original` is the file that `table` was read from; a CSV file becomes XLSX with every cell as text. Raises
    SheetError.
    """
    if original.startswith(b"PK\x03\x04"):
        book = open_workbook(original, values=False)
    else:
        book = _from_csv(original, ALL_HEADERS | {fold_header(header) for header in table.headers})
    sheet = book[table.sheet] if table.sheet in book.sheetnames else book.worksheets[0]
    for found, colour in ((warnings, _DOUBTFUL), (problems, _WRONG)):
        for problem in found:
            if problem.row:
                _mark(sheet, problem, colour)
    _list(book, problems, warnings)
    buffer = io.BytesIO()
    try:
        book.save(buffer)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:  # parts that openpyxl read but cannot write
        raise SheetError("broken") from error
    return buffer.getvalue()


def _from_csv(original: bytes, known: frozenset[str]) -> Any:
    from openpyxl import Workbook

    book: Any = Workbook()
    sheet = book.active
    text = decode(original)
    for row, record in enumerate(records(text, separator_of(text, known)), start=1):
        for column, value in enumerate(record, start=1):
            if value:
                _write(sheet.cell(row, column), value)
    return book


def _write(cell: Any, value: str) -> None:
    # always as text, so that a cell that begins with = does not become a formula
    cell.value = clean(value)
    cell.data_type = "s"


def _mark(sheet: Any, problem: Problem, colour: str) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    row, column = _owner(sheet, problem.row or 1, problem.column_number or 1)
    cell = sheet.cell(row, column)
    cell.fill = PatternFill("solid", fgColor=colour)
    said = cell.comment.text + "\n" if cell.comment else ""
    text = problem.text_zh if problem.column_number else problem.line_zh()
    cell.comment = Comment(said + clean(text), _AUTHOR, height=110, width=280)


def _owner(sheet: Any, row: int, column: int) -> tuple[int, int]:
    """The cell that can be marked: the first one of a merged area."""
    for area in sheet.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            return int(area.min_row), int(area.min_col)
    return row, column


def _list(book: Any, problems: Iterable[Problem], warnings: Iterable[Problem]) -> None:
    from openpyxl.styles import Font

    sheet = book.create_sheet(LIST_SHEET)
    _row(sheet, 1, ("", "行", "列", "内容", "说明"))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    marked = [("要改", problem) for problem in problems] + [("请看一下", warning) for warning in warnings]
    for place, (kind, problem) in enumerate(marked, start=2):
        row = str(problem.row) if problem.row else "整张表"
        _row(sheet, place, (kind, row, problem.column, problem.value, problem.text_zh))
    for letter, width in zip("ABCDE", (10, 8, 14, 30, 80), strict=True):
        sheet.column_dimensions[letter].width = width


def _row(sheet: Any, number: int, texts: Iterable[str]) -> None:
    for column, text in enumerate(texts, start=1):
        _write(sheet.cell(number, column), text)
