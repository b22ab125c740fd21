"""The rule of the draw, as functions over plain data; docs/draw.md says the same in words.

Everybody asks first for the own first wish. A class that is asked for by more than it has seats keeps, in
the order of the lots, first those for whom seats are reserved, then anybody; who is not kept asks for the own
next wish. When nobody moves any more, everybody has the best wish that the lots allow. Without reserved seats
that is: one after the other, in the order of the lots, each takes the highest wish that is still free.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from services.drawing.hours import Hours

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Quota:
    """Seats of each class that are first for one group: a number, or so many percent, rounded down."""

    group: str
    seats: int | None = None
    percent: int | None = None

    def of(self, seats: int) -> int:
        """How many of a class's seats that are."""
        return self.seats if self.seats is not None else seats * (self.percent or 0) // 100


@dataclass(frozen=True, slots=True)
class Entrant:
    """One application: its wishes, best first, the groups it belongs to, and how many places it may take."""

    id: str
    wishes: tuple[str, ...]
    groups: frozenset[str] = frozenset()
    may: int = 1


@dataclass(slots=True)
class Outcome:
    """What came of one application: (class, kind of seat) in the order won, else the lines to wait in."""

    got: list[tuple[str, str]]
    waits: list[str]


class _Class:
    """A class while a round goes on: who is kept, as places in the order of the lots."""

    __slots__ = ("held", "reserved", "seats")

    def __init__(self, seats: int, quotas: Sequence[Quota]) -> None:
        self.seats = seats
        self.held: list[int] = []
        left, self.reserved = seats, []
        for quota in quotas:
            self.reserved.append(min(left, quota.of(seats)))
            left -= self.reserved[-1]

    def kept(self, groups: Sequence[frozenset[str]], quotas: Sequence[Quota]) -> dict[int, str]:
        """Whom the class keeps of those who ask, each with the kind of seat."""
        chosen: dict[int, str] = {}
        asking = sorted(self.held)
        for quota, most in zip(quotas, self.reserved, strict=True):
            members = (at for at in asking if at not in chosen and quota.group in groups[at])
            # of what was reserved others may have been given what nobody came for
            for at in islice(members, min(most, self.seats - len(chosen))):
                chosen[at] = quota.group
        for at in asking:
            if len(chosen) >= self.seats:
                break
            chosen.setdefault(at, OPEN)
        return chosen


def draw(
    entrants: Sequence[Entrant],
    seats: Mapping[str, int],
    quotas: Sequence[Quota],
    hours: Hours,
    most: int = 1,
) -> list[Outcome]:
    """What each entrant gets; they come in the order of their lots.

    Nobody gets more than `most` classes, more than they may, or two that meet at the same time. Of several
    classes each is given in a round of its own, so nobody has a second one before all had the chance of a
    first. Who gets none waits for the own wishes, as far as these do not clash.
    """
    groups = [entrant.groups for entrant in entrants]
    classes = {code: _Class(count, quotas) for code, count in seats.items()}
    outcomes = [Outcome([], []) for _ in entrants]
    for _ in range(most):
        wishes = [
            _open_wishes(entrant, outcome, hours, most)
            for entrant, outcome in zip(entrants, outcomes, strict=True)
        ]
        if not _round(wishes, groups, classes, quotas, outcomes):
            break
    for entrant, outcome in zip(entrants, outcomes, strict=True):
        if not outcome.got:
            outcome.waits = _lines(entrant, hours)
    return outcomes


def _open_wishes(entrant: Entrant, outcome: Outcome, hours: Hours, most: int) -> list[str]:
    if not outcome.got:
        return list(entrant.wishes) if entrant.may > 0 else []
    if len(outcome.got) >= min(most, entrant.may):
        return []
    has = [code for code, _ in outcome.got]
    return [code for code in entrant.wishes if code not in has and not hours.clash(code, has)]


def _round(
    wishes: list[list[str]], groups: Sequence[frozenset[str]], classes: Mapping[str, _Class],
    quotas: Sequence[Quota], outcomes: list[Outcome],
) -> bool:  # fmt: skip
    """Give everybody at most one class more; whether anybody got one."""
    tried = [0] * len(wishes)
    asking = [at for at, mine in enumerate(wishes) if mine]
    while asking:
        asked: dict[str, list[int]] = defaultdict(list)
        for at in asking:
            if tried[at] < len(wishes[at]):
                asked[wishes[at][tried[at]]].append(at)
                tried[at] += 1
        asking = []
        for code, new in asked.items():
            asked_of = classes[code]
            asked_of.held += new
            if len(asked_of.held) > asked_of.seats:
                kept = asked_of.kept(groups, quotas)
                asking += [at for at in asked_of.held if at not in kept]
                asked_of.held = list(kept)
    gave = False
    for code, given in classes.items():
        for at, kind in given.kept(groups, quotas).items():
            outcomes[at].got.append((code, kind))
            gave = True
            given.seats -= 1
            if kind != OPEN:
                index = next(n for n, quota in enumerate(quotas) if quota.group == kind)
                given.reserved[index] -= 1
        given.held = []
    return gave


def _lines(entrant: Entrant, hours: Hours) -> list[str]:
    waits: list[str] = []
    for code in entrant.wishes:
        if len(waits) < entrant.may and not hours.clash(code, waits):
            waits.append(code)
    return waits
