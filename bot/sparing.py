"""Looks that take long are taken rarely: however much lies there, they have a small part of the time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

# a look that finds little rests so many times as long as it took, within limits
REST = 20
LONGEST_REST = 5.0
# what is quicker costs nothing worth sparing
QUICK = 0.01


class Sparing:
    """Remembers of each kind of look when it may be taken again."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._rests: dict[str, float] = {}

    def look(self, name: str, most: int, find: Callable[[int], Sequence[int]]) -> Sequence[int]:
        """What `find(most)` finds, or nothing while this look rests.

        One that finds all it asked for was short and is taken again at once; another went through all.
        """
        began = self._elapsed()
        if most <= 0 or began < self._rests.get(name, 0.0):
            return ()
        found = find(most)
        took = self._elapsed() - began
        if took > QUICK and len(found) < most:
            self._rests[name] = began + took + min(REST * took, LONGEST_REST)
        return found
