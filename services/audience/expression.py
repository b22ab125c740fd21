"""The expression of an audience: atoms joined by union, intersection and exclusion."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

KINDS = ("unit", "class", "kind", "group", "subscribed")
OPERATORS = ("+", "&", "-")


@dataclass(frozen=True, slots=True)
class Atom:
    """`unit:CODE`, `class:CODE`, `kind:vocational`, `group:elders` or `subscribed:电工`."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Both:
    """Two audiences: joined (+), what they share (&), or the first without the second (-)."""

    operator: str
    left: Audience
    right: Audience


Audience = Atom | Both


def to_json(audience: Audience) -> str:
    """As it is stored."""
    return json.dumps(_data(audience), ensure_ascii=False, separators=(",", ":"))


def audience_from_json(stored: str) -> Audience:
    """What `to_json` wrote. Raises ValueError."""
    try:
        return _read(json.loads(stored))
    except (TypeError, RecursionError) as error:
        raise ValueError(f"not an audience: {stored!r}") from error


def written(audience: Audience) -> str:
    """The form in which an expert writes it; `parse` reads it back to the same."""
    if isinstance(audience, Atom):
        return f"{audience.kind}:{audience.value}"
    left, right = _side(audience, audience.left, first=True), _side(audience, audience.right, first=False)
    return f"{left} {audience.operator} {right}"


def atoms(audience: Audience) -> Iterator[Atom]:
    """Every atom in reading order."""
    if isinstance(audience, Atom):
        yield audience
    else:
        yield from atoms(audience.left)
        yield from atoms(audience.right)


def codes(audience: Audience, kind: str) -> list[str]:
    """The values of the atoms of one kind."""
    return [atom.value for atom in atoms(audience) if atom.kind == kind]


def _side(whole: Both, part: Audience, *, first: bool) -> str:
    said = written(part)
    if isinstance(part, Atom):
        return said
    tighter = part.operator == "&" and whole.operator != "&"
    chained = first and (part.operator == "&") == (whole.operator == "&")
    return said if tighter or chained else f"({said})"


def _data(audience: Audience) -> list[Any]:
    if isinstance(audience, Atom):
        return [audience.kind, audience.value]
    return [audience.operator, _data(audience.left), _data(audience.right)]


def _read(data: Any) -> Audience:
    match data:
        case [str(kind), str(value)] if kind in KINDS and value:
            return Atom(kind, value)
        case [str(operator), left, right] if operator in OPERATORS:
            return Both(operator, _read(left), _read(right))
        case _:
            raise ValueError(f"not an audience: {data!r}")
