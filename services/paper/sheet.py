"""The names of a village's sheet as it is: a merged head, empty lines, sums below, a class beside each."""

import re
import unicodedata
from pathlib import Path

from models.statement import Row
from services.paper.names import NAME_HEADERS, Line, is_remark, read_lines
from services.sheets.problems import SheetError
from services.sheets.read import read_grids

AGE_HEADERS = frozenset({"年龄", "岁数", "周岁", "age"})
CLASS_HEADERS = frozenset({
    "课程", "课程名称", "课程编号", "班级", "报名课程", "报名班级", "所报课程", "所报班级", "class", "course",
})  # fmt: skip
_MOST_ABOVE = 10
_KIND = re.compile(r"(?:培训班|课程|班|课)$")
_Cells = tuple[int, tuple[str, ...]]


def from_sheet(source: Path | bytes, name: str) -> list[Line]:
    """The names of an XLSX or CSV file: the column 姓名, or the first one where there is no header.

    Raises SheetError.
    """
    rows = max(read_grids(source, name), key=len, default=[])
    heads, body = _head(rows)
    at = _column(heads, NAME_HEADERS)
    age_at, class_at = _column(heads, AGE_HEADERS), _column(heads, CLASS_HEADERS)
    lines = []
    for number, cells in body:
        said = _cell(cells, at or 0)
        first = next((cell for cell in cells if cell.strip()), "")
        if not said or _fold(said) in NAME_HEADERS or is_remark(first):
            continue
        age = _cell(cells, age_at).removesuffix("岁")
        said = f"{said} {age}岁" if age.isdigit() else said
        lines += read_lines([(number, said)], headed=at is not None, course=_cell(cells, class_at))
    if not lines:
        raise SheetError("no_rows")
    return lines


def names_this(said: str, row: Row) -> bool:
    """Whether what stands beside a name means this class: its code, its title, or both."""
    written, code, title = _fold(said), _fold(row.code), _fold(row.title)
    short = _KIND.sub("", written)  # 书法班 is what they call 书法入门
    return code in written or title in written or (len(short) > 1 and short in title)


def _head(rows: list[_Cells]) -> tuple[list[tuple[str, ...]], list[_Cells]]:
    """The header's rows, more than one where its cells are merged downwards, and what stands below."""
    for index, (_, cells) in enumerate(rows[:_MOST_ABOVE]):
        at = _column([cells], NAME_HEADERS)
        if at is None:
            continue
        end = index + 1
        while end < len(rows) and _fold(_cell(rows[end][1], at)) in NAME_HEADERS:
            end += 1
        return [cells for _, cells in rows[index:end]], rows[end:]
    return [], rows


def _column(heads: list[tuple[str, ...]], wanted: frozenset[str]) -> int | None:
    for cells in heads:
        for at, cell in enumerate(cells):
            if _fold(cell) in wanted:
                return at
    return None


def _cell(cells: tuple[str, ...], at: int | None) -> str:
    return cells[at].strip() if at is not None and at < len(cells) else ""


def _fold(cell: str) -> str:
    return re.sub(r"[\s*＊:：]", "", unicodedata.normalize("NFKC", cell)).lower()
