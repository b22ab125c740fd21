"""Which classes meet at the same time: each class as the set of the pieces of time that it covers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

Meets = Sequence[Sequence[str]]


class Hours:
    """Answers whether two classes clash; times are text that sorts as the instants do."""

    __slots__ = ("_masks",)

    def __init__(self, meets: Mapping[str, Meets]) -> None:
        edges = sorted({edge for spans in meets.values() for span in spans for edge in span})
        self._masks = {code: _mask(spans, edges) for code, spans in meets.items()}

    def clash(self, code: str, others: Iterable[str]) -> bool:
        """Whether a class meets while one of the others does."""
        mine = self._masks[code]
        return any(mine & self._masks[other] for other in others)


def _mask(spans: Meets, edges: list[str]) -> int:
    made = 0
    for start, end in spans:
        first, last = bisect_left(edges, start), bisect_left(edges, end)
        made |= ((1 << (last - first)) - 1) << first if last > first else 0
    return made
