"""One class or unit at a time: its cells by our names, and what is found wrong with them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from services.sheets.columns import Column, Matched
from services.sheets.fields import FieldError
from services.sheets.mapping import Mapping
from services.sheets.problems import Problem
from services.sheets.table import Row, Table
from services.sheets.texts import say

T = TypeVar("T")
_CELL_ERRORS = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")


@dataclass
class Findings:
    """All problems and warnings of a sheet so far; `closed_days` are holidays on which classes fall out."""

    table: Table
    matched: Matched
    names: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    closed_days: dict[date, tuple[str, str]] = field(default_factory=dict)
    said: set[tuple[str, str]] = field(default_factory=set)

    def header(self, key: str) -> tuple[str, int | None]:
        """A column's header in the sheet and its place from 1; ours and None when it has none."""
        place = self.matched.places.get(key)
        if place is None:
            return self.names.get(key, key), None
        return self.table.headers[place], place + 1

    def make(self, row: int | None, key: str, value: str, texts: tuple[str, str]) -> Problem:
        """A problem in one cell, named by the clerk's own header."""
        column, number = self.header(key) if key else ("", None)
        return Problem(row, column, value, *texts, number)


def findings_of(table: Table, matched: Matched, columns: tuple[Column, ...]) -> Findings:
    """Fresh findings, with warnings of what was not read from the sheet."""
    found = Findings(table, matched, {column.key: column.header for column in columns})

    def warn(key: str, at: int | None = None, **values: object) -> None:
        found.warnings.append(Problem(at, "", "", *say(key, **values)))

    for header in matched.unknown:
        warn("unknown_column", column=header)
    for header, kept in matched.doubled:
        warn("double_column", column=header, kept=kept)
    if table.hidden:
        shown = "、".join(str(number) for number in table.hidden[:20])
        warn("hidden_rows", rows=shown + ("…" if len(table.hidden) > 20 else ""))
    for number, text in table.notes:
        warn("note_row", number, row=number, value=text[:30])
    for other in table.other_sheets:
        warn("other_sheet", read=table.sheet, other=other)
    return found


class RowReader:
    """The cells of one row by our names, after the map's values and defaults; problems go to the findings."""

    def __init__(
        self, row: Row, found: Findings, mapping: Mapping, merged: dict[str, str] | None = None
    ) -> None:
        self.number = row.number
        self._row = row
        self._found = found
        self._mapping = mapping
        self._merged = merged or {}
        self._clean = True

    @property
    def clean(self) -> bool:
        """Whether nothing was wrong with the row so far."""
        return self._clean

    @property
    def columns(self) -> frozenset[str]:
        """Our names of the columns that the sheet has."""
        return frozenset(self._found.matched.places)

    def cell(self, key: str) -> str:
        """The text of the sheet's own cell, blank when there is no such column."""
        if key in self._merged:
            return self._merged[key]
        place = self._found.matched.places.get(key)
        return "" if place is None else self._row.cells[place]

    def text(self, key: str) -> str:
        """The cell in our words, or the default where it is blank."""
        own = self.cell(key)
        return self._mapping.value(key, own) if own else self._mapping.defaults.get(key, "")

    def read(self, key: str, reader: Callable[[str], T]) -> T | None:
        """A cell's value, or None after its problem was noted."""
        text = self.text(key)
        if self.unreadable(key, text):
            return None
        try:
            return reader(text)
        except FieldError as error:
            self.note(key, (error.text_zh, error.text_en))
            return None

    def unreadable(self, key: str, text: str) -> bool:
        """Whether a cell holds a formula without result or a failed one; notes it."""
        if text.startswith("=") and len(text) > 1:
            self.problem(key, "formula")
        elif _CELL_ERRORS.fullmatch(text):
            self.problem(key, "cell_error")
        else:
            return False
        return True

    def needed(self, key: str, reader: Callable[[str], T]) -> T | None:
        """As `read`, but a blank cell is a problem."""
        if not self.text(key):
            if key in self._found.matched.places:
                self.problem(key, "blank", column=self._found.names[key], named=key)
            self._clean = False
            return None
        return self.read(key, reader)

    def problem(self, key: str, text: str, **values: object) -> None:
        """Notes what is wrong with a cell."""
        self.note(key, say(text, **values))

    def note(self, key: str, texts: tuple[str, str]) -> None:
        """Notes what is wrong with a cell, in ready sentences."""
        self._clean = False
        self._found.problems.append(
            self._found.make(self.number, key, self.cell(key) or self.text(key), texts)
        )

    def warn_once(self, key: str, text: str, **values: object) -> None:
        """Notes once in the sheet what holds for every cell of the same value."""
        if (text, self.text(key)) not in self._found.said:
            self._found.said.add((text, self.text(key)))
            self.warn(key, text, **values)

    def closed(self, day: date, chinese: str, english: str) -> None:
        """Notes that a class does not meet on a public holiday."""
        self._found.closed_days[day] = (chinese, english)

    def warn(self, key: str, text: str, **values: object) -> None:
        """Notes what a clerk should know, without refusing the row."""
        self._found.warnings.append(
            self._found.make(self.number, key, self.cell(key) or self.text(key), say(text, **values))
        )
