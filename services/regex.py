"""Regular expressions that are compiled at their first use, or ahead by whoever has the time.

What understands people holds some five hundred, and to compile them takes a third of a second: a start need
not wait for that, nor a command that reads no text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

Build = TypeVar("Build", bound=Callable[[], object])
_builds: list[Callable[[], object]] = []


class _Later:
    """Stands for a pattern; the methods asked for come from the compiled one, and stay."""

    waiting: list[_Later] = []  # noqa: RUF012

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags
        self._made: re.Pattern[str] | None = None
        self.waiting.append(self)

    def __getattr__(self, name: str) -> Any:
        # reached only for what is not there yet; `re` itself forgets beyond five hundred
        if self._made is None:
            self._made = re.compile(self.pattern, self._flags)
        found = getattr(self._made, name)
        setattr(self, name, found)
        return found


def regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A constant of a module, used as what `re.compile` returns; a fault in it shows at the first use.

    It is not the object that a match names as its `re`; compare their `pattern`.
    """
    return cast("re.Pattern[str]", _Later(pattern, flags))


def ahead(build: Build) -> Build:
    """What every text is held against and is made at its first use: it can be made ahead."""
    _builds.append(build)
    return build


def build_ahead() -> Iterator[None]:
    """Make one by one what is made at its first use; its patterns wait like all others."""
    while _builds:
        _builds.pop(0)()
        yield


def compile_ahead() -> Iterator[None]:
    """Compile what is not yet; between two of them, some milliseconds apart, others may work."""
    while _Later.waiting:
        _ = _Later.waiting.pop().search
        yield
