"""Reads the sheets of an XLSX file into rows of text."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

from services.sheets.problems import SheetError
from services.sheets.table import MOST_COLUMNS, MOST_ROWS, Row
from services.sheets.words import clean

MOST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 2000
MOST_MERGED = 200_000
MOST_CELLS = 400_000
# as wide and high as a sheet can be
MOST_WIDE, MOST_HIGH = 16_384, 1_048_576
MOST_ELEMENTS = 2_000_000
# openpyxl makes every cell of the area that one of these names
_SPREADING = frozenset({"mergeCell", "hyperlink", "comment"})
_SPARE_ROWS = 100
_BANNER_WIDTH = 3
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
            seen = _Seen()
            for part in parts:
                seen.look_at(archive.read(part))
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, zlib.error) as error:
        raise SheetError("broken") from error


class _Seen:
    """What openpyxl would have to make of the parts, counted as they are parsed.

    A workbook may call any part its sheet and write it in any encoding, so each is parsed, whatever its name.
    """

    def __init__(self) -> None:
        self._elements = self._rows = self._cells = self._spread = 0

    def look_at(self, part: bytes) -> None:
        """Count a part; one that is no XML up to its end is counted as far as it is. Raises SheetError."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._element
        parser.StartDoctypeDeclHandler = self._doctype
        with suppress(expat.ExpatError):
            parser.Parse(part, True)

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        self._elements += 1
        if kind == "c":
            self._cells += 1
        elif kind == "row":
            self._rows += 1
        elif kind in _SPREADING and "ref" in attributes:
            self._spread += _size(attributes["ref"])
        if (
            self._elements > MOST_ELEMENTS
            or max(self._rows, self._cells) > MOST_CELLS
            or self._spread > MOST_MERGED
        ):
            raise SheetError("too_wide")

    def _doctype(self, *_: Any) -> None:
        # no program writes one into a sheet: it is there for its entities
        raise SheetError("broken")


def _size(ref: str) -> int:
    from openpyxl.utils.cell import range_boundaries

    try:
        left, top, right, bottom = range_boundaries(ref)
    except (ValueError, TypeError) as error:
        raise SheetError("broken") from error
    # a reference may name whole columns or rows
    wide = abs((right or MOST_WIDE) - (left or 1)) + 1
    return int(wide * (abs((bottom or MOST_HIGH) - (top or 1)) + 1))


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
