"""Our message as Telegram wants it: escaped HTML, pieces of bearable length, inline buttons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final
from unicodedata import east_asian_width
from urllib.parse import urlsplit

from services.message import BOLD_OFF, BOLD_ON, Button, Rows, plain

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
DATA_BYTES: Final = 64
BUTTON_LIMIT: Final = 100
ROOMY: Final = 2
# columns (a Chinese character takes two) that a narrow telephone shows of a label of two and of more in a row
LABEL_OF_TWO: Final = 16
LABEL_OF_THREE: Final = 10
_ESCAPED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", BOLD_ON: "<b>", BOLD_OFF: "</b>"}
_MARKS: Final = re.compile(f"[{BOLD_ON}{BOLD_OFF}]")


class Unsendable(ValueError):
    """A message that Telegram would surely refuse; the fault is ours."""


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """The text as HTML in pieces of at most `limit` visible units, cut at line ends where there are any.

    A text without anything visible gives none.
    """
    # no character is longer than two units
    if len(text) * 2 <= limit or units(text) <= limit:
        return [_html(text)] if plain(text).strip() else []
    made = []
    bold = False
    for piece in _cut(text, limit):
        marked = BOLD_ON + piece if bold else piece
        bold = _ends_bold(marked)
        if plain(piece).strip():
            made.append(_html(marked.strip("\n")))
    return made


def fits_caption(text: str) -> bool:
    """Whether a text may stand under a file."""
    return units(plain(text)) <= CAPTION_LIMIT


def keyboard(rows: Rows) -> dict[str, Any] | None:
    """The inline keyboard of the rows, None without buttons. Raises Unsendable past Telegram's limits."""
    made = [[_button(button) for button in row if opens(button) or button.action] for row in rows]
    made = _roomy([row for row in made if row])
    if sum(map(len, made)) > BUTTON_LIMIT:
        raise Unsendable(f"more than {BUTTON_LIMIT} buttons")
    return {"inline_keyboard": made} if made else None


def _roomy(rows: list[list[dict[str, str]]]) -> list[list[dict[str, str]]]:
    """The same buttons in the same order, in rows of which no telephone cuts a label."""
    if any(map(_crowded, rows)):
        rows = _paired(rows)
    if not any(map(_too_wide, rows)):
        return rows
    return [part for row in rows for part in ([[one] for one in row] if _too_wide(row) else [row])]


def _crowded(row: Sequence[dict[str, str]]) -> bool:
    """Whether a telephone would cut a label of three or more in a row."""
    return len(row) > ROOMY and _longer(row, LABEL_OF_THREE)


def _too_wide(row: Sequence[dict[str, str]]) -> bool:
    """Whether a telephone would cut a label of two in a row."""
    return len(row) == ROOMY and _longer(row, LABEL_OF_TWO)


def _longer(row: Sequence[dict[str, str]], columns: int) -> bool:
    # most labels are so short that nothing needs to be counted
    return any(len(one["text"]) * 2 > columns and _width(one["text"]) > columns for one in row)


def _width(text: str) -> int:
    """How many columns a text takes: a Chinese character has two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _paired(rows: list[list[dict[str, str]]]) -> list[list[dict[str, str]]]:
    """The buttons of crowded rows two by two."""
    made: list[list[dict[str, str]]] = []
    for crowded, group in groupby(rows, key=_crowded):
        if crowded:
            buttons = [button for row in group for button in row]
            made += [buttons[at : at + ROOMY] for at in range(0, len(buttons), ROOMY)]
        else:
            made += group
    return made


def with_plain_links(text: str, rows: Rows) -> str:
    """The text, and below it the addresses that Telegram would refuse on a button."""
    links = [
        f"{button.label}：{button.url}"
        for row in rows
        for button in row
        if button.url and not button.action and not opens(button)
    ]
    return "\n".join([text, *links]) if links else text


def opens(button: Button) -> bool:
    """Whether the button may carry its address: Telegram takes no host without a dot (localhost, say)."""
    if not button.url:
        return False
    parts = urlsplit(button.url)
    if parts.scheme == "tg":
        return True
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "")


def label(button: Button) -> str:
    """What the button says, with its number behind, so that it still begins with its words."""
    number = str(button.number)
    if not button.number or button.label == number:
        return button.label
    rest = button.label.removeprefix(number)
    if rest != button.label and not rest[:1].isdigit():
        return button.label
    return f"{button.label} · {number}"


def _button(button: Button) -> dict[str, str]:
    text = plain(label(button)).strip() or "…"
    action = button.action
    if action:
        if not (action.isascii() and len(action) <= DATA_BYTES) and len(action.encode()) > DATA_BYTES:
            raise Unsendable(f"an action of more than {DATA_BYTES} bytes")
        return {"text": text, "callback_data": action}
    return {"text": text, "url": button.url}


def _html(text: str) -> str:
    """Escaped, with every bold opened and closed exactly once whatever the text says."""
    marks = _MARKS.findall(text)
    if marks == [BOLD_ON, BOLD_OFF] * (len(marks) // 2):
        # a table of characters would look up each one of a Chinese text
        for char, escaped in _ESCAPED.items():
            if char in text:
                text = text.replace(char, escaped)
        return text
    made = []
    bold = False
    for char in text:
        if char in (BOLD_ON, BOLD_OFF):
            if (char == BOLD_ON) == bold:
                continue
            bold = not bold
        made.append(_ESCAPED.get(char, char))
    if bold:
        made.append("</b>")
    return "".join(made)


def _ends_bold(text: str) -> bool:
    return text.rfind(BOLD_ON) > text.rfind(BOLD_OFF)


def _cut(text: str, limit: int) -> list[str]:
    made: list[str] = []
    held = ""
    size = 0
    for line in text.splitlines(keepends=True):
        length = units(plain(line))
        if size + length > limit and held:
            made.append(held)
            held, size = "", 0
        while length > limit:
            head, line = _split(line, limit)
            made.append(head)
            length = units(plain(line))
        held += line
        size += length
    return [*made, held] if held else made


def _split(line: str, limit: int) -> tuple[str, str]:
    """Cut one long line after a stop, a comma or a space in its last fifth, otherwise at the limit."""
    at = _fitting(line, limit)
    for marks in ("。！？.!?", "；，、;,", " "):
        found = max(line.rfind(mark, at - limit // 5, at) for mark in marks)
        if found >= 0:
            return line[: found + 1], line[found + 1 :]
    return line[:at], line[at:]


def _fitting(line: str, limit: int) -> int:
    """How many characters of the line make up at most `limit` visible units."""
    size = 0
    for at, char in enumerate(line):
        size += 0 if char in (BOLD_ON, BOLD_OFF) else units(char)
        if size > limit:
            return at
    return len(line)
