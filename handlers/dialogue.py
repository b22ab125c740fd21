"""The state of a dialogue: what was shown, what may be chosen by number, where one came from."""

from dataclasses import dataclass, field
from typing import Any

from services.compact_json import decode, encode

# raised when older states can no longer be read; the person is told politely and starts anew
VERSION = 1
MOST_TRAIL = 12


class Outdated(Exception):
    """The stored state was written by an incompatible version."""


@dataclass(slots=True)
class Dialogue:
    """What one account's conversation remembers between turns.

    `step` names what is being asked (`enrol.name`, say; empty: nothing) and `data` is its own;
    `choices` are the [label, action] pairs that a bare number means; `trail` the screens one came by;
    `search` the last meaning and page; `shown` the offering ids of the last list, in their order;
    `focus` the class that was talked about last; `asked` the row of the outbox that goes out when the
    language model stays silent, and the choices that hold until then; `missed` the wishes that were counted
    as found nowhere; `acting` for whom one enrols, where that was said to be somebody else; `about` what was
    asked last of a class.
    """

    step: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    trail: list[str] = field(default_factory=list)
    search: dict[str, Any] = field(default_factory=dict)
    shown: list[int] = field(default_factory=list)
    focus: int = 0
    welcomed: bool = False
    asked: dict[str, Any] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    acting: dict[str, Any] = field(default_factory=dict)
    about: str = ""

    def to_json(self) -> str:
        """Compact JSON, leaving out what is empty."""
        kept = {name: value for name in self.__slots__ if (value := getattr(self, name))}
        return encode({"v": VERSION, **kept})

    def at(self, action: str) -> None:
        """Note the screen that is being shown, for 上一步."""
        if not self.trail or self.trail[-1] != action:
            self.trail = [*self.trail[1 - MOST_TRAIL :], action]

    @property
    def actions(self) -> list[str]:
        """What the buttons of the last answer do, by which one knows what is on the screen."""
        return [action for _, action in self.choices.values()]

    def ask(self, step: str, **data: Any) -> None:
        """Wait for the answer to `step`."""
        self.step, self.data = step, data

    def settle(self) -> None:
        """Nothing is being asked any more."""
        self.step, self.data = "", {}


def dialogue_from_json(state: str) -> Dialogue:
    """The stored dialogue. Raises Outdated when it cannot be read."""
    if not state:
        return Dialogue()
    try:
        data = decode(state)
        if data.pop("v") != VERSION:
            raise Outdated
        return Dialogue(**data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Outdated from error
