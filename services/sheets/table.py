"""A sheet after reading: headers, and rows of plain text under their real numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.sheets.words import fold_header

MOST_ROWS = 5000
MOST_COLUMNS = 200
_HEADER_WITHIN = 30


@dataclass(frozen=True)
class Row:
    """One row: its number in the sheet (the first is 1) and the text of each cell.

    `continued` are the places whose cell belongs to one merged with the row above.
    """

    number: int
    cells: tuple[str, ...]
    continued: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Table:
    """The filled part of a sheet below its header row.

    `hidden` are row numbers that were left out because the clerk hid them, `notes` rows that are remarks
    (number and text), `other_sheets` the names of further sheets that also have headers.
    """

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    header_row: int
    sheet: str = ""
    hidden: tuple[int, ...] = ()
    notes: tuple[tuple[int, str], ...] = ()
    other_sheets: tuple[str, ...] = ()


def find_header(rows: Sequence[Row], known: frozenset[str]) -> tuple[int, int]:
    """The index of the row that looks most like headers, and how many of them are known (0: none)."""
    best, most = 0, 0
    for index, row in enumerate(rows[:_HEADER_WITHIN]):
        names = {fold_header(cell) for cell in row.cells}
        count = len(names & known)
        # a column of values may hold one header's word by chance
        if count > most and count >= 2:
            best, most = index, count
    return best, most


def two_storey(top: Row, below: Row | None, known: frozenset[str]) -> tuple[str, ...] | None:
    """The headers of a head of two rows (年龄 over 下限 and 上限), or None when it is of one row."""
    if below is None or not below.continued:
        return None
    joined = []
    for place, upper in enumerate(top.cells):
        lower = below.cells[place] if place < len(below.cells) else ""
        if not lower or lower == upper or place in below.continued:
            joined.append(upper)
        else:
            both = upper + lower
            joined.append(both if fold_header(both) in known or fold_header(lower) not in known else lower)
    return tuple(joined)
