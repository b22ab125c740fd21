"""How a clerk's own sheet maps onto ours: a TOML file of columns, values and defaults."""

import tomllib
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from services.sheets.columns import COURSE_COLUMNS, EXTRA_COLUMNS, known_names
from services.sheets.problems import SheetError
from services.sheets.words import fold, fold_header


@dataclass(frozen=True)
class Mapping:
    """A map file: their header to our key, their value to ours for each key, and what fills blank cells."""

    columns: AnyMapping[str, str] = field(default_factory=dict)
    values: AnyMapping[str, AnyMapping[str, str]] = field(default_factory=dict)
    defaults: AnyMapping[str, str] = field(default_factory=dict)

    def value(self, key: str, text: str) -> str:
        """A cell's text in our words."""
        words = self.values.get(key)
        return words.get(fold(text), text) if words else text


def read_mapping(text: str) -> Mapping:
    """A map from TOML: `[columns]`, `[values.category]` and other `[values.X]`, `[defaults]`.

    Keys on our side may be written as ours or in Chinese (`title`, 课程名称); a column mapped to `""` is left
    out. Raises SheetError.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SheetError("map_toml", error=error) from error
    for section, content in document.items():
        if section not in ("columns", "values", "defaults") or not isinstance(content, dict):
            raise SheetError("map_section", section=section)
    columns = {
        fold_header(theirs): _key(ours, "columns") for theirs, ours in document.get("columns", {}).items()
    }
    values: dict[str, dict[str, str]] = {}
    for name, words in document.get("values", {}).items():
        if not isinstance(words, dict):
            raise SheetError("map_section", section=f"values.{name}")
        section = f"values.{name}"
        values[_key(name, section)] = {fold(theirs): _text(ours, section) for theirs, ours in words.items()}
    defaults = {
        _key(name, "defaults"): _text(value, "defaults")
        for name, value in document.get("defaults", {}).items()
    }
    return Mapping(columns, values, defaults)


def _key(name: object, section: str) -> str:
    if name == "":
        return ""
    names = known_names((*COURSE_COLUMNS, *EXTRA_COLUMNS))
    if not isinstance(name, str):
        raise SheetError("map_section", section=section)
    found = names.get(fold_header(name))
    if found is None:
        from rapidfuzz import process

        near = process.extractOne(fold_header(name), [column.key for column in COURSE_COLUMNS])
        raise SheetError("map_column", column=name, near=near[0] if near else "title")
    return found[0]


def _text(value: object, section: str) -> str:
    if isinstance(value, bool):
        raise SheetError("map_section", section=section)
    if isinstance(value, str | int | float | date | time):
        return value.isoformat(sep=" ", timespec="minutes") if isinstance(value, datetime) else str(value)
    if isinstance(value, list) and all(isinstance(item, str | date) for item in value):
        return "、".join(str(item) for item in value)
    raise SheetError("map_section", section=section)
