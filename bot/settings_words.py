"""What is wrong with a setting or a line of `.env`, in words for an operator, and never with its value."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

PREFIX: Final = "DOORSTEP_"
# what the library's own words say too darkly for an operator
PLAIN = {
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
    "float_parsing": "is not a number",
    "bool_parsing": "must be 0 or 1",
    "finite_number": "is not a number",
    "greater_than_equal": "is too small; the least is {ge}",
    "less_than_equal": "is too large; the most is {le}",
    "greater_than": "must be above {gt}",
    "literal_error": "must be {expected}",
    "string_too_long": "is too long; the most is {max_length} characters",
}


def broken_lines(path: Path) -> list[str]:
    """What to say of each line of `.env` that would be passed over, without its text, which may be secret."""
    from dotenv.parser import parse_stream

    if not path.is_file():
        return []
    problems = []
    with path.open(encoding="utf-8") as stream:
        for entry in parse_stream(stream):
            text = entry.original.string
            # the blank lines before an entry are part of it
            at = entry.original.line + text[: len(text) - len(text.lstrip())].count("\n")
            if entry.error or (entry.key and entry.key.upper().startswith(PREFIX) and entry.value is None):
                problems.append(f".env line {at} is not understood; write it like DOORSTEP_PORT=8080")
    return problems


def plainly(problem: Any) -> str:
    """One line for what the library found wrong."""
    name = PREFIX + str(problem["loc"][0]).upper()
    kind, context = str(problem["type"]), problem.get("ctx") or {}
    if kind == "value_error":
        return f"{name} {context['error']}"
    if kind in PLAIN:
        return f"{name} {PLAIN[kind].format(**context)}"
    return f"{name}: {problem['msg']}"
