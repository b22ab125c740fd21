"""Routes: which function answers which command, word, tap, step or intent.

A handler module makes one `Routes` and registers its functions; `handlers/router.py` joins them. The
arguments of a tap are typed: `@routes.tap("card", int)` answers `card:12` with `12`, and a tap that does
not fit is treated as stale. An action is at most 64 bytes by construction.
"""

from collections.abc import Callable
from typing import Any

from handlers.turn import Turn

# what an INTEGER of PostgreSQL holds
MOST_NUMBER = 2**31 - 1
Handler = Callable[..., bool | None]
Parser = Callable[[str], Any]
MOST_BYTES = 64


def word(text: str) -> str:
    """A short token of an action: ASCII letters, digits, `_`, `-` and `.`."""
    if not text or not text.isascii() or not all(c.isalnum() or c in "_-." for c in text):
        raise ValueError(f"not a token: {text!r}")
    return text


def number(text: str) -> int:
    """A plain decimal number, as it stands in an action, which a database can take for one of its rows."""
    found = long_number(text)
    if found > MOST_NUMBER:
        raise ValueError(f"no number of ours: {text!r}")
    return found


def long_number(text: str) -> int:
    """The same for tables that may grow beyond it: at most 18 digits."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ValueError(f"not a number: {text!r}")
    return int(text)


def action(verb: str, *arguments: int | str) -> str:
    """The action of a button. Raises ValueError past 64 bytes."""
    made = ":".join([verb, *map(str, arguments)])
    if len(made.encode()) > MOST_BYTES:
        raise ValueError(f"an action of more than {MOST_BYTES} bytes: {made}")
    return made


class Routes:
    """A table of handlers."""

    def __init__(self) -> None:
        self.commands: dict[str, Handler] = {}
        self.words: dict[str, Handler] = {}
        self.taps: dict[str, tuple[Handler, tuple[Parser, ...]]] = {}
        self.steps: dict[str, Handler] = {}
        self.intents: dict[str, Handler] = {}

    def command(self, name: str, *words: str) -> Callable[[Handler], Handler]:
        """Answers `/name`, and the name or one of the words said alone."""

        def register(handler: Handler) -> Handler:
            _once(self.commands, name, handler)
            for said in dict.fromkeys((name, *words)):
                _once(self.words, said, handler)
            return handler

        return register

    def tap(self, verb: str, *parsers: Parser) -> Callable[[Handler], Handler]:
        """Answers a tapped action `verb:…` whose arguments the parsers accept."""

        def register(handler: Handler) -> Handler:
            _once(self.taps, verb, (handler, parsers))
            return handler

        return register

    def step(self, name: str) -> Callable[[Handler], Handler]:
        """Answers a text while the dialogue waits at this step; returns False to leave it to the others."""

        def register(handler: Handler) -> Handler:
            _once(self.steps, name, handler)
            return handler

        return register

    def intent(self, *names: str) -> Callable[[Handler], Handler]:
        """Answers a text that was understood to mean one of these."""

        def register(handler: Handler) -> Handler:
            for name in names:
                _once(self.intents, name, handler)
            return handler

        return register

    def include(self, other: "Routes") -> None:
        """Take in another table. Raises ValueError where both answer the same."""
        for mine, theirs in zip(self._tables(), other._tables(), strict=True):
            for name, handler in theirs.items():
                _once(mine, name, handler)

    def _tables(self) -> tuple[dict[str, Any], ...]:
        return self.commands, self.words, self.taps, self.steps, self.intents

    def run_tap(self, turn: Turn, tapped: str) -> bool:
        """Run the handler of an action; False when there is none or its arguments do not fit."""
        verb, *arguments = tapped.split(":")
        found = self.taps.get(verb)
        if found is None or len(found[1]) != len(arguments):
            return False
        handler, parsers = found
        try:
            parsed = [parse(argument) for parse, argument in zip(parsers, arguments, strict=True)]
        except ValueError:
            return False
        handler(turn, *parsed)
        return True


def _once(table: dict[str, Any], name: str, handler: Any) -> None:
    if name in table:
        raise ValueError(f"{name!r} is answered twice")
    table[name] = handler
