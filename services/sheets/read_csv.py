"""Reads the rows of a CSV file: encoding and separator are found out."""

import csv
import io
import re

from services.sheets.problems import SheetError
from services.sheets.table import MOST_COLUMNS, MOST_ROWS, Row, find_header
from services.sheets.words import clean

_SPARE_ROWS = 100
_HEAD_LINES = 100
_AS_TEXT = re.compile(r'^="([^"]*)"$')  # how a clerk keeps 001 from becoming 1
CsvGrid = tuple[str, tuple[Row, ...]]


def decode(data: bytes) -> str:
    """The text of a CSV file in UTF-8, UTF-16 with a mark, or GB18030; raises SheetError."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if marked else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError("encoding")


def read_csv(data: bytes, known: frozenset[str]) -> list[CsvGrid]:
    """All rows that hold something, by the best separator; raises SheetError."""
    text = decode(data)
    return [("", _rows(text, separator_of(text, known)))]


def separator_of(text: str, known: frozenset[str]) -> str:
    """The separator of a CSV text: the one under which most headers are known, a comma if none is."""
    head = "\n".join(text.splitlines()[:_HEAD_LINES])
    best, most = ",", -1
    for separator in (",", ";", "\t", "，", "；", "|"):
        if separator in head:
            count = find_header(_rows(head, separator), known)[1]
            if count > most:
                best, most = separator, count
    return best


def records(text: str, separator: str) -> list[list[str]]:
    """Every record of a CSV text, blank ones too, so that a record's place is its row in the sheet."""
    found: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if len(found) > 10 * MOST_ROWS:
                raise SheetError("too_many_rows")
            found.append([_AS_TEXT.sub(r"\1", cell) for cell in record[:MOST_COLUMNS]])
    except csv.Error as error:
        raise SheetError("broken") from error
    return found


def _rows(text: str, separator: str) -> tuple[Row, ...]:
    rows = []
    for number, record in enumerate(records(text, separator), start=1):
        cells = tuple(clean(cell) for cell in record)
        if any(cells):
            rows.append(Row(number, cells))
        if len(rows) > MOST_ROWS + _SPARE_ROWS:
            raise SheetError("too_many_rows")
    return tuple(rows)
