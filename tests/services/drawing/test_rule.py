"""The rule of the draw: what holds for every draw, whatever is asked for."""

from __future__ import annotations

from math import sqrt
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.drawing import lots, sheet
from services.drawing.hours import Hours
from services.drawing.rule import Entrant, Outcome, Quota, draw

CODES = ("A", "B", "C", "D", "E")
GROUPS = ("returning", "priority")
# A meets with B, and C with D
MEETS = {
    "A": [["2027-03-01T09:00:00Z", "2027-03-01T10:30:00Z"]],
    "B": [["2027-03-01T10:00:00Z", "2027-03-01T11:00:00Z"], ["2027-03-08T10:00:00Z", "2027-03-08T11:00:00Z"]],
    "C": [["2027-03-02T09:00:00Z", "2027-03-02T10:00:00Z"]],
    "D": [["2027-03-02T09:30:00Z", "2027-03-02T09:45:00Z"]],
    "E": [["2027-03-02T10:00:00Z", "2027-03-02T11:00:00Z"]],
}
HOURS = Hours(MEETS)

entrant = st.builds(
    lambda wishes, groups, may: (tuple(wishes), frozenset(groups), may),
    st.lists(st.sampled_from(CODES), max_size=3, unique=True),
    st.sets(st.sampled_from(GROUPS)),
    st.integers(0, 3),
)
entrants = st.lists(entrant, max_size=25).map(
    lambda rows: [Entrant(str(n), *row) for n, row in enumerate(rows)]
)
seats = st.fixed_dictionaries({code: st.integers(0, 5) for code in CODES})
quotas = st.sampled_from(
    [
        (),
        (Quota("returning", percent=40),),
        (Quota("priority", seats=1), Quota("returning", percent=50)),
        (Quota("returning", seats=9),),
    ]
)


@given(entrants, seats, quotas, st.integers(1, 3))
@settings(max_examples=400, deadline=None)
def test_every_draw_keeps_the_rules(
    people: list[Entrant], free: dict[str, int], kept: tuple[Quota, ...], most: int
) -> None:
    outcomes = draw(people, free, kept, HOURS, most)
    given_out = [code for outcome in outcomes for code, _ in outcome.got]
    assert all(given_out.count(code) <= free[code] for code in CODES), "more than there are seats"
    for person, outcome in zip(people, outcomes, strict=True):
        got = [code for code, _ in outcome.got]
        assert set(got) <= set(person.wishes) and len(set(got)) == len(got)
        assert len(got) <= min(most, person.may)
        assert not [a for a in got for b in got if a != b and HOURS.clash(a, [b])]
        assert not (got and outcome.waits)
        assert len(outcome.waits) <= person.may and set(outcome.waits) <= set(person.wishes)
        assert all(kind in ("open", *person.groups) for _, kind in outcome.got)
    _nobody_is_passed_over(people, outcomes, free, kept)


def _nobody_is_passed_over(
    people: list[Entrant], outcomes: list[Outcome], free: dict[str, int], kept: tuple[Quota, ...]
) -> None:
    """Nobody without a place wished for a class with a seat left, or one that a later lot got instead."""
    taken = {code: [] for code in CODES}  # type: dict[str, list[tuple[int, str]]]
    for lot, outcome in enumerate(outcomes):
        for code, kind in outcome.got:
            taken[code].append((lot, kind))
    reserved = {quota.group for quota in kept}
    for lot, (person, outcome) in enumerate(zip(people, outcomes, strict=True)):
        if outcome.got or person.may == 0:
            continue
        for code in person.wishes:
            assert len(taken[code]) == free[code], "a seat was left that somebody wished for"
            later = [kind for other, kind in taken[code] if other > lot]
            assert all(kind in reserved - person.groups for kind in later), "a later lot took an open seat"


@given(entrants, seats)
@settings(max_examples=200, deadline=None)
def test_without_reserved_seats_it_is_one_after_the_other(
    people: list[Entrant], free: dict[str, int]
) -> None:
    left, expected = dict(free), []
    for person in people:
        won = next((code for code in person.wishes if person.may and left[code]), None)
        if won:
            left[won] -= 1
        expected.append([won] if won else [])
    outcomes = draw(people, free, (), HOURS)
    assert [[code for code, _ in outcome.got] for outcome in outcomes] == expected


def _listing(random: Random, people: int = 60, most: int = 1, quotas: Any = ()) -> sheet.Listing:
    applications = [
        {
            "id": f"{number:012}", "later": random.random() < 0.1,
            "groups": [group for group in GROUPS if random.random() < 0.3], "may": random.randint(0, 3),
            "wishes": random.sample(CODES, random.randint(1, 3)), "left_out": [],
        }
        for number in random.sample(range(10**12), people)
    ]  # fmt: skip
    classes = [{"code": c, "title": c, "seats": random.randint(0, 8), "meets": MEETS[c]} for c in CODES]
    head = {
        "id": 1, "title": "春季班", "school": "新城", "opens": "", "closes": "2027-02-01T00:00:00Z",
        "draws": "2027-02-02T00:00:00Z", "commitment": lots.commitment("ab" * 32), "most": most,
        "quotas": list(quotas),
    }  # fmt: skip
    return sheet.make_listing(head, classes, applications)


@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_input_changes_nothing(seed: int, shuffling: Any) -> None:
    listing = _listing(Random(seed), most=2, quotas=[{"group": "returning", "seats": None, "percent": 30}])
    shuffled = dict(listing)
    for name in ("applications", "classes"):
        shuffled[name] = list(listing[name])
        shuffling.shuffle(shuffled[name])
    again = sheet.make_listing(
        {name: value for name, value in shuffled.items() if name not in ("applications", "classes")},
        shuffled["classes"], shuffled["applications"],
    )  # fmt: skip
    assert sheet.hash_of(again) == sheet.hash_of(listing)
    assert sheet.results_of(shuffled, "ab" * 32, "7") == sheet.results_of(listing, "ab" * 32, "7")


def test_everybody_has_the_same_chance() -> None:
    """Over 3,000 seeds each of 30 equal entrants for 9 seats wins within five standard deviations of 3/10."""
    rounds, free, count = 3000, 9, 30
    names = [f"{number:012}" for number in range(count)]
    wins = dict.fromkeys(names, 0)
    for number in range(rounds):
        for name in lots.order(lots.seed(f"{number:064x}", "fixed later"), ((one, False) for one in names))[
            :free
        ]:
            wins[name] += 1
    chance = free / count
    allowed = 5 * sqrt(rounds * chance * (1 - chance))
    assert all(abs(won - rounds * chance) < allowed for won in wins.values()), wins


def test_who_is_drawn_later_comes_after_all_others() -> None:
    order = lots.order(b"key", [("1", True), ("2", False), ("3", True), ("4", False)])
    assert set(order[:2]) == {"2", "4"}


def test_unused_reserved_seats_are_for_everybody() -> None:
    people = [Entrant(str(n), ("A",)) for n in range(4)]
    outcomes = draw(people, {"A": 3}, (Quota("returning", seats=2),), HOURS)
    assert [bool(outcome.got) for outcome in outcomes] == [True, True, True, False]


def test_a_reserved_seat_is_taken_before_an_open_one() -> None:
    people = [
        Entrant("old", ("A",), frozenset({"returning"})),
        Entrant("new", ("A",)),
        Entrant("other", ("A",), frozenset({"returning"})),
    ]
    outcomes = draw(people, {"A": 2}, (Quota("returning", seats=1),), HOURS)
    assert [outcome.got for outcome in outcomes] == [[("A", "returning")], [("A", "open")], []]


def test_nobody_has_a_second_class_before_all_had_the_chance_of_a_first() -> None:
    people = [Entrant(name, ("A", "C"), may=2) for name in "xyz"]
    outcomes = draw(people, {"A": 1, "C": 2}, (), HOURS, 2)
    assert [[code for code, _ in outcome.got] for outcome in outcomes] == [["A"], ["C"], ["C"]]
