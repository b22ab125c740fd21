"""A refusal: a value that says why and what can be done instead."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Refused:
    """Why something is not possible.

    `code` is the key of its sentence under `refused.` in the catalogue, `values` fill it in, `steps` name
    the buttons of the answer (`similar`, `mine`, `favourite`, `phone`, `offering:ID` …).
    """

    code: str
    steps: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
