"""A small file that would become millions of cells is refused before any of them is made."""

import io
import zipfile
from collections.abc import Callable

import pytest

from services.sheets.problems import SheetError
from services.sheets.read import read_table
from tests.services.sheets.makers import GOOD, HEADERS, with_part, xlsx, zipped

SHEET_PART = "xl/worksheets/sheet1.xml"


def _hidden(change: Callable[[bytes], bytes], part: str = SHEET_PART) -> bytes:
    """A sheet whose part was changed by hand, as no spreadsheet program would."""
    merged = xlsx([HEADERS, GOOD], lambda _, sheet: sheet.merge_cells("A3:B3"))
    return _moved(with_part(merged, SHEET_PART, change), part)


def _moved(data: bytes, part: str) -> bytes:
    """The sheet's part under another name, to which its workbook leads."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = parts.pop(SHEET_PART)
    for name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        parts[name] = parts[name].replace(SHEET_PART.encode(), part.encode())
    return zipped(parts)


def _widened(xml: bytes) -> bytes:
    return xml.replace(b'ref="A3:B3"', b'ref="A3:ZZ900"')


def _before_end(inserted: bytes) -> Callable[[bytes], bytes]:
    return lambda xml: xml.replace(b"</worksheet>", inserted + b"</worksheet>")


# each names more cells than may be made of it, in a way that a look at the letters alone does not see
HIDDEN = {
    "in a part of another name": _hidden(_widened, "xl/elsewhere/one.bin"),
    "in UTF-16": _hidden(lambda xml: _widened(xml).decode().encode("utf-16")),
    "in single quotes": _hidden(lambda xml: _widened(xml).replace(b'"A3:ZZ900"', b"'A3:ZZ900'")),
    "in signs by number": _hidden(lambda xml: _widened(xml).replace(b"A3:", b"&#65;3:")),
    "as whole columns": _hidden(lambda xml: _widened(xml).replace(b"A3:ZZ900", b"A:B")),
    "as a link over many cells": _hidden(
        _before_end(b'<hyperlinks><hyperlink ref="A1:ZZ900" location="A1"/></hyperlinks>')
    ),
    "as cells in another part": _hidden(
        _before_end(b"<sheetData>" + b"<c/>" * 400_001 + b"</sheetData>"), "xl/elsewhere/one.xml"
    ),
    "as empty rows": _hidden(_before_end(b"<sheetData>" + b'<row ht="9"/>' * 400_001 + b"</sheetData>")),
}


@pytest.mark.parametrize("way", HIDDEN)
def test_too_many_cells_are_seen_however_they_are_written(way: str) -> None:
    with pytest.raises(SheetError, match="合并的单元格太多"):
        read_table(HIDDEN[way], "a.xlsx")


def test_a_sheet_with_entities_of_its_own_is_refused() -> None:
    def declare(xml: bytes) -> bytes:
        return b'<!DOCTYPE worksheet [<!ENTITY a "x">]>' + xml[xml.index(b"<worksheet") :]

    with pytest.raises(SheetError, match="打不开"):
        read_table(_hidden(declare), "a.xlsx")
