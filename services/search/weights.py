"""What counts how much in ranking, as read from `weights.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Weights:
    """The numbers of `weights.toml`; `rings` are (metres, value) from near to far."""

    title: float
    topic: float
    spelled: float
    wider: float
    description: float
    audience: float
    age: float
    level: float
    wish: float
    near: float
    rings: tuple[tuple[int, float], ...]
    seats: float
    window: float
    close: float
    soon: float
    soon_days: int


@cache
def weights() -> Weights:
    """Return the weights, read once."""
    data = tomllib.loads(files("services.search").joinpath("weights.toml").read_text("utf-8"))
    return Weights(
        **data["word"],
        **data["fit"],
        wish=data["wish"]["each"],
        near=data["near"]["weight"],
        rings=tuple((int(metres), float(value)) for metres, value in data["near"]["rings"]),
        seats=data["seats"]["free"],
        window=data["window"]["open"],
        close=data["close"]["weight"],
        soon=data["soon"]["weight"],
        soon_days=data["soon"]["days"],
    )
