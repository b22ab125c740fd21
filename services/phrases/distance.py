"""Distances: how far two places are apart, and how that is said to somebody on foot."""

from __future__ import annotations

from math import asin, ceil, cos, radians, sin, sqrt

from services.phrases.hours import Lang

EARTH_M = 6_371_008.8
# an older person walks about a metre a second, and streets are about 1.3 times as long as the straight line
_METRES_A_MINUTE = 60 / 1.3
_WALKED = 1_000


def haversine_m(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Metres along the globe between two places in degrees."""
    north, to_north = radians(latitude), radians(to_latitude)
    half = sin((to_north - north) / 2) ** 2
    half += cos(north) * cos(to_north) * sin(radians(to_longitude - longitude) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))


def say_distance(metres: float, lang: Lang) -> str:
    """A straight-line distance in words: 走路约8分钟 up to a kilometre, then 约1.5公里, 约3公里."""
    if metres <= _WALKED:
        minutes = max(1, ceil(metres / _METRES_A_MINUTE))
        if minutes > 10:
            minutes = ceil(minutes / 5) * 5
        return f"about {minutes} min on foot" if lang == "en" else f"走路约{minutes}分钟"
    kilometres = metres / 1000
    said = f"{kilometres:.0f}" if kilometres >= 10 else f"{kilometres:.1f}".removesuffix(".0")
    return f"about {said} km" if lang == "en" else f"约{said}公里"
