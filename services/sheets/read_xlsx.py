"""Reads the sheets of an XLSX file into rows of text."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from services.sheets.problems import SheetError
from services.sheets.table import MOST_COLUMNS, MOST_ROWS, Row
from services.sheets.words import clean

MOST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 2000
MOST_MERGED = 200_000
MOST_CELLS = 400_000
_SPARE_ROWS = 100
_BANNER_WIDTH = 3
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
XlsxGrid = tuple[str, tuple[Row, ...], tuple[int, ...], frozenset[int]]


def open_workbook(data: bytes, *, values: bool) -> Any:
    """The openpyxl workbook of a file looked over for bombs; `values` gives formulas' stored results.

    Raises SheetError.
    """
    _look_over(data)
    from openpyxl import load_workbook  # costs 140 ms, and CSV files do without

    try:
        with warnings.catch_warnings():
            # what openpyxl cannot keep (slicers, bad dates, missing styles) does not concern the cells' text
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(data), data_only=values)
    except SheetError:
        raise
    except Exception as error:  # openpyxl lets KeyError, ValueError, ParseError and more through
        raise SheetError("broken") from error


def read_xlsx(data: bytes) -> list[XlsxGrid]:
    """Each visible sheet: its name, rows that hold something, hidden rows, rows that are one wide cell."""
    book = open_workbook(data, values=True)
    formulas = open_workbook(data, values=False) if _has_formulas(data) else None
    return [
        _grid(sheet, formulas[sheet.title] if formulas else None)
        for sheet in book.worksheets
        if sheet.sheet_state == "visible"
    ]


def _look_over(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise SheetError("password")
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise SheetError("too_wide")
            if not any(part.filename.startswith("xl/") for part in parts):
                raise SheetError("not_a_sheet")
            for part in parts:
                if part.filename.startswith("xl/worksheets/"):
                    _look_at_sheet(archive.read(part))
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, zlib.error) as error:
        raise SheetError("broken") from error


def _look_at_sheet(xml: bytes) -> None:
    merged = 0
    for left, top, right, bottom in _MERGE.findall(xml):
        merged += (abs(_column(right) - _column(left)) + 1) * (abs(int(bottom) - int(top)) + 1)
    if merged > MOST_MERGED or len(_CELL.findall(xml)) > MOST_CELLS:
        raise SheetError("too_wide")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(
            re.search(rb"<(?:\w+:)?f[\s>/]", archive.read(part))
            for part in archive.infolist()
            if part.filename.startswith("xl/worksheets/")
        )


def _grid(sheet: Any, formulas: Any) -> XlsxGrid:
    texts: dict[int, dict[int, str]] = {}
    for row, column, cell in _cells(sheet):
        text = _text(cell.value)
        if not text and formulas is not None:
            behind = formulas.cell(row, column).value
            text = behind if isinstance(behind, str) and behind.startswith("=") else ""
        if text:
            texts.setdefault(row, {})[column] = text
    continued, banners = _fill_merged(sheet, texts)
    hidden = {number for number in texts if sheet.row_dimensions[number].hidden}
    numbers = sorted(set(texts) - hidden)
    if len(numbers) > MOST_ROWS + _SPARE_ROWS:
        raise SheetError("too_many_rows")
    rows = []
    for number in numbers:
        filled = texts[number]
        if {column - 1 for column in filled} <= continued.get(number, set()):
            continue  # every cell is merged with the row above, so this row is only there for height
        cells = tuple(filled.get(column, "") for column in range(1, max(filled) + 1))
        rows.append(Row(number, cells, frozenset(continued.get(number, ()))))
    return sheet.title, tuple(rows), tuple(sorted(hidden)), frozenset(banners)


def _cells(sheet: Any) -> Iterator[tuple[int, int, Any]]:
    # a stray cell at the far end would make iter_rows walk (and make) every cell before it
    for (row, column), cell in list(sheet._cells.items()):
        if column <= MOST_COLUMNS:
            yield row, column, cell


def _fill_merged(sheet: Any, texts: dict[int, dict[int, str]]) -> tuple[dict[int, set[int]], set[int]]:
    """Writes a merged area's text into all its cells; tells what continues a row above, and one-cell rows."""
    continued: dict[int, set[int]] = {}
    banners: set[int] = set()
    for area in sheet.merged_cells.ranges:
        text = texts.get(area.min_row, {}).get(area.min_col)
        if not text:
            continue
        last = min(area.max_col, MOST_COLUMNS)
        if last - area.min_col + 1 >= _BANNER_WIDTH and len(texts[area.min_row]) == 1:
            banners.update(range(area.min_row, area.max_row + 1))
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, last + 1):
                texts.setdefault(row, {}).setdefault(column, text)
                if row > area.min_row:
                    continued.setdefault(row, set()).add(column - 1)
    return continued, banners


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    return clean(str(value))
