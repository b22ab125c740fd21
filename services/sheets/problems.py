"""What can be wrong with a sheet as a whole, and with its cells."""

from dataclasses import dataclass

from services.sheets.texts import say


class SheetError(Exception):
    """A file that cannot be used at all; `text_zh` and `text_en` say what to do instead."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.text_zh, self.text_en = say(key, **values)
        super().__init__(self.text_zh)


@dataclass(frozen=True)
class Problem:
    """What is wrong in one place, and what would be right.

    `row` is the number in the clerk's sheet (None: the whole sheet), `column` the header as it stands there
    and `column_number` its place from 1 (None: no such column), `value` what was read.
    """

    row: int | None
    column: str
    value: str
    text_zh: str
    text_en: str
    column_number: int | None = None

    def line_zh(self) -> str:
        """The whole sentence for a clerk: 第 5 行「费用」“五十”：……"""
        place = f"第 {self.row} 行" if self.row else "整张表"
        column = f"「{self.column}」" if self.column else ""
        value = f"“{_short(self.value)}”" if self.value else ""
        return f"{place}{column}{value}：{self.text_zh}"

    def line_en(self) -> str:
        """The whole sentence in English: Row 5, fee “fifty”: …"""
        place = f"Row {self.row}" if self.row else "The sheet"
        column = f", {self.column}" if self.column else ""
        value = f" “{_short(self.value)}”" if self.value else ""
        return f"{place}{column}{value}: {self.text_en}"


def _short(value: str) -> str:
    flat = " ".join(value.split())
    return flat if len(flat) <= 40 else flat[:39] + "…"
