"""Names from a paper list: one a line, or a sheet with a column of names. Nothing else is kept of it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from services import naming
from services.message import clean
from services.sheets.problems import SheetError
from services.sheets.read import read_grids

MOST_LINES = 200
NAME_HEADERS = frozenset({"姓名", "名字", "称呼", "学员", "学员姓名", "name"})
AGE_HEADERS = frozenset({"年龄", "岁数", "周岁", "age"})
_NUMBERED = re.compile(r"^[（(]?\d{1,3}[)）.、．\s]\s*")
_AGE = re.compile(r"[\s,，、（(]*(\d{1,3})\s*(?:周?岁)?[)）]?$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: its number in the source, the name, and an age that is looked at and not kept.

    It is not `sure` where nothing says that the column holds names, and this does not look like one.
    """

    number: int
    name: str
    age: int | None = None
    sure: bool = True

    @property
    def good(self) -> bool:
        """Whether the name can stand on a list."""
        return bool(self.name) and naming.fits(self.name)


def from_text(text: str) -> list[Line]:
    """Names one a line, or several in a line between 、 and commas; 王大爷 72岁 tells the age too."""
    parts = [part for line in text.splitlines() for part in re.split(r"[、,，;；]", line)]
    return _lines(enumerate(parts, 1))


def from_sheet(source: Path | bytes, name: str) -> list[Line]:
    """The names of an XLSX or CSV file: the column 姓名, or the first one where there is no header.

    Raises SheetError.
    """
    rows = max(read_grids(source, name), key=len, default=[])
    at, age_at, body, headed = 0, None, rows, False
    for index, (_, cells) in enumerate(rows[:10]):
        folded = [_fold(cell) for cell in cells]
        found = [place for place, cell in enumerate(folded) if cell in NAME_HEADERS]
        if found:
            at, body, headed = found[0], rows[index + 1 :], True
            ages = [place for place, cell in enumerate(folded) if cell in AGE_HEADERS]
            age_at = ages[0] if ages else None
            break
    lines = []
    for number, cells in body:
        said = cells[at] if at < len(cells) else ""
        age = cells[age_at] if age_at is not None and age_at < len(cells) else ""
        if said.strip():
            lines += _lines([(number, f"{said} {age}岁" if age.strip().isdigit() else said)], sure=headed)
    if not lines:
        raise SheetError("no_rows")
    return lines


def _lines(parts: Iterable[tuple[int, str]], *, sure: bool = True) -> list[Line]:
    found = []
    for number, part in parts:
        said = _NUMBERED.sub("", unicodedata.normalize("NFKC", clean(part, 80)).strip()).strip()
        if not said or said.isdigit():  # 2、李建国: the number stands alone before its mark
            continue
        age = _AGE.search(said)
        name = said[: age.start()].strip() if age and age.start() else said
        name = " ".join(name.split())
        years = int(age[1]) if age and age.start() else None
        found.append(Line(number, name, years, sure or naming.like_a_name(name)))
    return found


def _fold(cell: str) -> str:
    return re.sub(r"[\s*＊:：]", "", unicodedata.normalize("NFKC", cell)).lower()
