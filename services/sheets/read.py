"""Reads a clerk's file into a table, whatever it is called: by what is inside it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from services.sheets.columns import ALL_HEADERS
from services.sheets.problems import SheetError
from services.sheets.read_csv import read_csv
from services.sheets.read_xlsx import read_xlsx
from services.sheets.table import MOST_ROWS, Row, Table, find_header, two_storey
from services.sheets.words import fold_header

MOST_BYTES = 5 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_NOTE = re.compile(
    r"^[\s*＊※]*(注|备注|说明|附注|合计|总计|小计|共计|填表|制表|审核|联系|以上|total|note)", re.IGNORECASE
)

# a row of totals: its word first, and nothing but sums behind it
_TOTAL = re.compile(r"[\s*＊※]*(合\s*计|总\s*计|小\s*计|共\s*计|total|sum)\s*[:：]?", re.IGNORECASE)
_SUM = re.compile(r"共?[¥￥]?[\d,，.\s]+[个班人元节次名位]*|=.+|[-—/]+|合计|总计|小计|共计")


@dataclass(frozen=True)
class Grid:
    """One sheet before its header is found: all rows that hold something, and the hidden ones' numbers."""

    name: str
    rows: tuple[Row, ...]
    hidden: tuple[int, ...] = ()
    banners: frozenset[int] = frozenset()


def read_table(source: Path | bytes, name: str, *, headers: Collection[str] = ()) -> Table:
    """The table of a CSV or XLSX file; `headers` are the clerk's own names for columns, from a map.

    CSV may be UTF-8, UTF-8 or UTF-16 with a mark, or GB18030, with commas, semicolons or tabs. Of an XLSX
    file the sheet with the best headers is read, with merged cells filled and formulas' stored values. Raises
    SheetError.
    """
    data = _bytes_of(source, name)
    known = ALL_HEADERS | frozenset(fold_header(header) for header in headers)
    if data.startswith(_ZIP):
        grids = [Grid(*grid) for grid in read_xlsx(data)]
    else:
        _refuse_other_kinds(data)
        grids = [Grid(*grid) for grid in read_csv(data, known)]
    return _choose(grids, known)


def read_grids(source: Path | bytes, name: str) -> list[list[tuple[int, tuple[str, ...]]]]:
    """The rows of every sheet as they stand, with their numbers, where no header is looked for.

    Raises SheetError.
    """
    data = _bytes_of(source, name)
    if data.startswith(_ZIP):
        grids = [Grid(*grid) for grid in read_xlsx(data)]
    else:
        _refuse_other_kinds(data)
        grids = [Grid(*grid) for grid in read_csv(data, frozenset())]
    return [[(row.number, row.cells) for row in grid.rows] for grid in grids]


def _bytes_of(source: Path | bytes, name: str) -> bytes:
    if isinstance(source, bytes):
        data = source
    else:
        try:
            if source.is_dir():
                raise SheetError("folder", name=name)
            if source.stat().st_size > MOST_BYTES:
                raise SheetError("too_big")
            data = source.read_bytes()
        except OSError as error:
            raise SheetError("missing_file", name=name) from error
    if len(data) > MOST_BYTES:
        raise SheetError("too_big")
    if not data.strip():
        raise SheetError("empty")
    return data


def _refuse_other_kinds(data: bytes) -> None:
    if data.startswith(_OLE):
        sealed = "EncryptedPackage".encode("utf-16-le") in data
        raise SheetError("password" if sealed else "old_excel")
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise SheetError("web_page")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and (
        b"\x00" in data or start.startswith((b"%pdf", b"\x89png", b"gif8", b"rar!", b"\xff\xd8\xff"))
    ):
        raise SheetError("not_a_sheet")


def _choose(grids: list[Grid], known: frozenset[str]) -> Table:
    scored = [(find_header(grid.rows, known), grid) for grid in grids]
    scored = [(found, grid) for found, grid in scored if found[1]]
    if not scored:
        raise SheetError("no_headers" if any(grid.rows for grid in grids) else "empty")
    # a second sheet of instructions may name a few columns, so the fullest header wins
    (index, score), chosen = max(scored, key=lambda item: item[0][1])
    others = [
        grid.name
        for (at, count), grid in scored
        if grid is not chosen and count >= score > 2 and grid.rows[at + 1 :]
    ]
    return _table(chosen, index, known, tuple(others))


def _table(grid: Grid, index: int, known: frozenset[str], others: tuple[str, ...]) -> Table:
    top = grid.rows[index]
    below = grid.rows[index + 1] if index + 1 < len(grid.rows) else None
    doubled = two_storey(top, below, known)
    headers = doubled or top.cells
    repeated = [fold_header(cell) for cell in headers]
    rows: list[Row] = []
    notes: list[tuple[int, str]] = []
    for row in grid.rows[index + (2 if doubled else 1) :]:
        text = _remark(row, grid)
        if text:
            notes.append((row.number, text))
        elif any(
            fold_header(cell) != header for cell, header in zip_longest(row.cells, repeated, fillvalue="")
        ):
            rows.append(row)  # a header that is repeated on every printed page is no class
    if not rows:
        raise SheetError("no_rows")
    if len(rows) > MOST_ROWS:
        raise SheetError("too_many_rows")
    width = len(headers)
    even = tuple(
        Row(row.number, (*row.cells[:width], *("",) * (width - len(row.cells))), row.continued)
        for row in rows
    )
    return Table(headers, even, top.number, grid.name, grid.hidden, tuple(notes), others)


def _remark(row: Row, grid: Grid) -> str:
    filled = [cell for cell in row.cells if cell]
    if row.number in grid.banners or (len(set(filled)) == 1 and _NOTE.match(filled[0])):
        return filled[0]
    if filled and _TOTAL.fullmatch(filled[0]) and all(_SUM.fullmatch(cell) for cell in filled[1:]):
        return " ".join(filled)
    return ""
