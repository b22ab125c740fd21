"""Finds the weekly rule behind the dates of a class, with what departs from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

_LEAST = 3


class Held(NamedTuple):
    """A session by the town's clock: its day, and its hours in minutes after that day's midnight."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Series:
    """A weekly rule: `slots` are weekdays (Monday is 0) by their hours, each `weeks` weeks, from `first` to
    `last`.

    `breaks` are days of the rule on which nothing is held, `changed` sessions at another hour of such a
    day, `extra` sessions on days of their own.
    """

    slots: dict[tuple[int, int], list[int]]
    weeks: int
    first: date
    last: date
    breaks: set[date]
    changed: list[Held]
    extra: list[Held]


def find_daily(held: list[Held]) -> tuple[int, int] | None:
    """The common hours of sessions (sorted) that are held day after day, three days at least; otherwise
    None.
    """
    if len(held) < _LEAST or held[-1].day.toordinal() - held[0].day.toordinal() != len(held) - 1:
        return None
    hours = held[0][1:]
    days = {item.day for item in held}
    return hours if len(days) == len(held) and all(item[1:] == hours for item in held) else None


def find_series(held: list[Held]) -> Series | None:
    """The weekly rule that sessions (sorted) follow with few exceptions; None where a list of dates says it
    better.
    """
    if len(held) < _LEAST:
        return None
    groups: dict[tuple[int, int, int], list[Held]] = {}
    for item in held:
        groups.setdefault((item.day.weekday(), item.start, item.end), []).append(item)
    odd = [items[0] for items in groups.values() if len(items) == 1]
    if len(odd) > 2 or len(odd) * 3 > len(held):
        return None
    rules = sorted(key for key, items in groups.items() if len(items) > 1)
    regular = [item.day.toordinal() for key in rules for item in groups[key]]
    first, last = min(regular), max(regular)
    weeks = _rhythm(regular)
    missing = _missing(rules, groups, first, last, weeks)
    if len(missing) * 2 > len(held):
        return None
    held_on = {item.day for item in held}
    slots: dict[tuple[int, int], list[int]] = {}
    for day, start, end in rules:
        slots.setdefault((start, end), []).append(day)
    return Series(
        slots=slots,
        weeks=weeks,
        first=date.fromordinal(first),
        last=date.fromordinal(last),
        breaks=missing - held_on,
        changed=[item for item in odd if item.day in missing],
        extra=[item for item in odd if item.day not in missing],
    )


def _rhythm(ordinals: list[int]) -> int:
    """2 where all lie in every other week, otherwise 1."""
    # ordinal 1 was a monday
    weeks = {(ordinal - 1) // 7 for ordinal in ordinals}
    even = len({week % 2 for week in weeks}) == 1
    return 2 if even and len(weeks) >= _LEAST else 1


def _missing(
    rules: Iterable[tuple[int, int, int]],
    groups: dict[tuple[int, int, int], list[Held]],
    first: int,
    last: int,
    weeks: int,
) -> set[date]:
    """The days from `first` to `last` on which a rule asks for a session that it does not have."""
    missing: set[date] = set()
    for rule in rules:
        have = {item.day.toordinal() for item in groups[rule]}
        anchor = next(iter(have))
        start = first + (anchor - first) % (7 * weeks)
        missing.update(date.fromordinal(day) for day in range(start, last + 1, 7 * weeks) if day not in have)
    return missing
