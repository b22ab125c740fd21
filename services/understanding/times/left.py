"""What is left of days and hours once those that do not suit are taken away."""

from __future__ import annotations

from itertools import pairwise

from services.understanding.times.said import ALL_DAYS, DAY


def stretches(excluded: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the stretches of the day left by hours that do not suit, where two hours are for classes."""
    edges = sorted({0, DAY, *(edge for hours in excluded for edge in hours)})
    return [
        (low, high)
        for low, high in pairwise(edges)
        if not any(start < high and low < end for start, end in excluded)
        and min(high, 1260) - max(low, 480) >= 120
    ]


def remaining(excluded: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the longest stretch of the day that hours which do not suit leave between eight and nine."""
    edges = sorted({0, DAY, *(edge for hours in excluded for edge in hours)})
    free = [
        (low, high)
        for low, high in pairwise(edges)
        if not any(start < high and low < end for start, end in excluded)
    ]
    return max(free, key=lambda span: min(span[1], 1260) - max(span[0], 480), default=None)


def all_but(weekdays: frozenset[int], excluded: frozenset[int]) -> frozenset[int]:
    """Return the weekdays wanted, or all of them, less those that do not suit."""
    return (weekdays or ALL_DAYS) - excluded
