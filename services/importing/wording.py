"""Sentences about an import, in both languages, from the catalogues."""

from collections.abc import Mapping

from services.sheets.columns import COURSE_COLUMNS, UNIT_COLUMNS
from services.sheets.problems import Problem
from services.texts import texts_of

# our key to the header as it stands in the clerk's sheet, and its place from 1
Headers = Mapping[str, tuple[str, int | None]]

_NAMES = {column.key: column.header for column in (*UNIT_COLUMNS, *COURSE_COLUMNS)}


def problem(
    row: int | None, key: str, value: object, text: str, headers: Headers | None = None, **values: object
) -> Problem:
    """What is wrong in the column of one of our keys; `text` is its sentence under `import.`."""
    column, number = (headers or {}).get(key, (_NAMES.get(key, ""), None))
    chinese, english = (texts_of(lang)(f"import.{text}", **values) for lang in ("zh", "en"))
    shown = "" if value is None else str(value)
    return Problem(row, column, shown, chinese, english, number)


def column_name(key: str) -> str:
    """The Chinese header of one of our columns."""
    return _NAMES.get(key, key)
