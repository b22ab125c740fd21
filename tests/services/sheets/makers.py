"""Makes the files that clerks send."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from services.holidays import Holidays
from services.sheets.check import Checked, check_courses
from services.sheets.mapping import Mapping
from services.sheets.read import read_table

DATA = Path(__file__).parents[2] / "data"
ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 24)
HEADERS = ["课程编号", "课程名称", "类别", "开课日期", "结课日期", "上课时间", "地点"]
GOOD = ["QC-1", "书法", "人文艺术", "2026-12-05", "2026-12-26", "周六 09:00-10:30", "城关学校"]


def xlsx(rows: Sequence[Sequence[Any]], change: Callable[[Any, Any], None] | None = None) -> bytes:
    """A workbook of one sheet; `change(book, sheet)` may merge, hide and add."""
    book = Workbook()
    sheet: Any = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    if change:
        change(book, sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    book.close()
    return buffer.getvalue()


def csv_bytes(rows: Sequence[Sequence[str]], encoding: str = "utf-8", separator: str = ",") -> bytes:
    """A CSV file in one encoding and with one separator."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerows(rows)
    return buffer.getvalue().encode(encoding)


def one_class(**cells: str) -> bytes:
    """A sheet of one good class, with some columns (by our keys) added or changed."""
    known = dict(
        zip(["code", "title", "category", "starts_on", "ends_on", "schedule", "venue"], GOOD, strict=True)
    )
    row = {**known, **cells}
    return csv_bytes([list(row), list(row.values())])


def check(data: bytes, mapping: Mapping | None = None, *, today: date = TODAY, **more: Any) -> Checked:
    """Reads and checks a course sheet."""
    table = read_table(data, "sheet", headers=(mapping or Mapping()).columns)
    return check_courses(table, mapping, today=today, zone=ZONE, holidays=Holidays(), **more)


def zipped(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_part(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """An XLSX file with one of its parts changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry, change(content) if entry.filename == part else content)
    return buffer.getvalue()
