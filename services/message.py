"""What is said to a person, before any platform: text, buttons, a document, a place.

Text carries one small markup that nobody can type: BOLD_ON and BOLD_OFF, two control characters.
`clean` takes control characters out of everything that comes from outside, so nothing needs escaping
here; each platform escapes in its own way.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.compact_json import decode, encode

BOLD_ON = "\x02"
BOLD_OFF = "\x03"
# around a code in a catalogue: a turn takes the marks out and keeps the message as a secret one
SECRET_ON = "\x04"  # noqa: S105
SECRET_OFF = "\x05"  # noqa: S105
# what a stored message becomes: still readable as one, with nothing in it
EMPTY = '{"t":""}'
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean(text: str, most: int = 4000) -> str:
    """Text from outside without control and direction marks, cut to `most` characters."""
    return _CONTROL.sub("", text)[:most]


def bold(text: str) -> str:
    """Text marked as bold."""
    return f"{BOLD_ON}{text}{BOLD_OFF}"


def plain(text: str) -> str:
    """Text without our markup."""
    return text.replace(BOLD_ON, "").replace(BOLD_OFF, "")


def without_marks(text: str) -> str:
    """A secret text as it is sent."""
    return text.replace(SECRET_ON, "").replace(SECRET_OFF, "")


@dataclass(frozen=True, slots=True)
class Button:
    """A choice: what it says, what it does (or the address it opens) and its printed number (0: none)."""

    label: str
    action: str = ""
    url: str = ""
    number: int = 0


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map with its name."""

    latitude: float
    longitude: float
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file that goes with a message; a `picture` is shown as one where the platform can.

    What differs from reader to reader, and takes a while to draw, is a `sketch` (by what, and of what) and
    has no content until it is about to be shown: see `services/pictures.py`.
    """

    name: str
    content: bytes
    mime: str = "application/octet-stream"
    picture: bool = False
    sketch: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message: text in our markup, rows of buttons, the class codes it is about, and what it carries."""

    text: str
    rows: Rows = ()
    courses: tuple[str, ...] = ()
    document: Document | None = None
    place: Place | None = None

    def buttons(self) -> list[Button]:
        """All buttons in reading order."""
        return [button for row in self.rows for button in row]

    def numbered(self, first: int, standing: Mapping[str, int] | None = None) -> "Message":
        """The same with numbers run through the acting buttons from `first`; a number that stands is kept.

        `standing` holds the numbers of actions that were shown before and go on to be meant by them.
        """
        number, standing = first, standing or {}
        rows = []
        for row in self.rows:
            made = []
            for button in row:
                if button.action and not button.number:
                    own = standing.get(button.action, number)
                    made.append(Button(button.label, button.action, button.url, own))
                    number += own == number
                else:
                    made.append(button)
                    number = max(number, button.number + 1)
            rows.append(tuple(made))
        return Message(self.text, tuple(rows), self.courses, self.document, self.place)

    def to_json(self) -> str:
        """Everything but the document's bytes, compactly, for the outbox."""
        data: dict[str, Any] = {"t": self.text}
        if self.rows:
            data["b"] = [[[b.label, b.action, b.url, b.number] for b in row] for row in self.rows]
        if self.courses:
            data["c"] = self.courses
        if self.document:
            data["f"] = [self.document.name, self.document.mime, *([1] if self.document.picture else ())]
            if self.document.sketch:
                data["d"] = self.document.sketch
        if self.place:
            data["p"] = [self.place.latitude, self.place.longitude, self.place.title, self.place.address]
        return encode(data)


def message_from_json(payload: str, content: bytes | None = None) -> Message:
    """The message that `to_json` wrote, with the document's bytes given back."""
    data = decode(payload)
    document = None
    sketch = tuple(data.get("d", ()))
    if "f" in data and (content is not None or sketch):
        name, mime = data["f"][:2]
        document = Document(name, content or b"", mime, picture=len(data["f"]) > 2, sketch=sketch)
    return Message(
        text=data["t"],
        rows=tuple(tuple(Button(*button) for button in row) for row in data.get("b", ())),
        courses=tuple(data.get("c", ())),
        document=document,
        place=Place(*data["p"]) if "p" in data else None,
    )
