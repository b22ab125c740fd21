"""Where classes meet: the catalogue's distinct points on the globe, to be asked by distance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from math import asin, ceil, cos, radians, sin, sqrt

EARTH_METRES = 6_371_000.0
CELLS_A_DEGREE = 100
# wider than this, every point is looked at
MOST_CELLS = 400
METRES_A_DEGREE = 111_000.0

Spot = tuple[float, float]


class Places:
    """The points as the index writes them, each with how many classes meet there."""

    def __init__(self, points: Iterable[tuple[str, int]] = ()) -> None:
        self.counts: dict[str, int] = {}
        self._spots: dict[str, Spot] = {}
        self._cells: dict[tuple[int, int], list[str]] = defaultdict(list)
        for point, count in points:
            self.counts[point] = count
            if point != "?":
                latitude, longitude = map(float, point.split(","))
                self._spots[point] = latitude, longitude
                self._cells[_cell(latitude), _cell(longitude)].append(point)
        self.nearest = lru_cache(maxsize=8)(self._nearest)
        self.within = lru_cache(maxsize=32)(self._within)

    def _within(self, near: Spot, metres: int) -> list[str]:
        """Return the points up to so many metres away, nearest first."""
        found = [(metres_between(near, self._spots[point]), point) for point in self._around(near, metres)]
        return [point for away, point in sorted(found) if away <= metres]

    def _nearest(self, near: Spot) -> list[tuple[float, str]]:
        """Return every known point with its distance in metres, nearest first."""
        return sorted((metres_between(near, spot), point) for point, spot in self._spots.items())

    def _around(self, near: Spot, metres: int) -> Iterable[str]:
        high = ceil(metres / METRES_A_DEGREE * CELLS_A_DEGREE) + 1
        wide = ceil(high / max(cos(radians(near[0])), 0.01)) + 1
        if (2 * high + 1) * (2 * wide + 1) > MOST_CELLS:
            return self._spots
        row, column = _cell(near[0]), _cell(near[1])
        return [
            point
            for y in range(row - high, row + high + 1)
            for x in range(column - wide, column + wide + 1)
            for point in self._cells.get((y, x), ())
        ]


def _cell(degrees: float) -> int:
    return int(degrees * CELLS_A_DEGREE // 1)


def metres_between(one: Spot, other: Spot) -> float:
    """Return the distance of two points along the globe."""
    lat, lon, to_lat, to_lon = map(radians, (*one, *other))
    half = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(half)))
