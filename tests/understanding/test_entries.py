"""The evaluation's data is whole: enough of each kind, known predicates, halves apart, gold that tells."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from models.catalogue import CATEGORIES
from tests.understanding.catalogue import NOW, classes, county
from tests.understanding.entries import HALVES, dialogues, grown, utterances
from tests.understanding.gold import CONDITIONS, KEYS, Class, joinable, wanted
from tests.understanding.played import ACTS, EXPECTED, MEASURES

UTTERANCES = {half: utterances(half) for half in HALVES}
DIALOGUES = {half: dialogues(half) for half in HALVES}
EVERY = [one for half in HALVES for one in UTTERANCES[half]]
PLAYED = [*(one for half in HALVES for one in DIALOGUES[half]), *grown()]
INTENTS = frozenset((
    "search", "enrol", "withdraw", "my_classes", "next_class", "cannot_come", "weekly", "reminders", "human",
    "complaint", "thanks", "greeting", "help", "more", "big", "language", "favourites", "forget", "my_data",
    "privacy", "link", "restart", "back", "unknown",
))  # fmt: skip
MOST = 200


@pytest.fixture(scope="module")
def offered(tmp_path_factory: pytest.TempPathFactory) -> list[Class]:
    """The classes that one can join today."""
    with county(tmp_path_factory.mktemp("county") / "county.db") as (store, _):
        return joinable(store, NOW)


def predicates(value: Any) -> Iterator[dict[str, Any]]:
    """A predicate and those within it."""
    yield value
    for key in ("not", "prefer", "wide"):
        if key in value:
            yield from predicates(value[key])
    for other in value.get("any", ()):
        yield from predicates(other)


def golds() -> Iterator[dict[str, Any]]:
    """Every predicate that a person's words stand for."""
    for one in EVERY:
        if one.gold is not None:
            yield dict(one.gold)
    for dialogue in PLAYED:
        yield from (dict(gold) for gold in dialogue.enrolled)
        for turn in dialogue.turns:
            yield from (turn[key] for key in ("want", "opens") if isinstance(turn.get(key), dict))


def test_there_are_enough_of_each() -> None:
    assert len(EVERY) >= 520
    assert len(PLAYED) >= 110
    assert sum(one.gold is None for one in EVERY) >= 120
    assert all(2 <= len(dialogue.turns) <= 6 for dialogue in PLAYED)


def test_the_halves_are_apart_and_alike() -> None:
    for entries in (UTTERANCES, DIALOGUES):
        dev, held = (entries[half] for half in HALVES)
        # so a new entry goes to the end of its category, and none ever changes its half
        assert all(int(one.id.rpartition("-")[2]) % 2 == 1 for one in dev)
        assert all(int(one.id.rpartition("-")[2]) % 2 == 0 for one in held)
        assert not {one.id for one in dev} & {one.id for one in held}
        kinds = [Counter(one.category for one in half) for half in (dev, held)]
        assert all(0 <= kinds[0][kind] - kinds[1][kind] <= 1 for kind in kinds[0] | kinds[1])
    said = [one.say for one in EVERY]
    assert len(set(said)) == len(said)


def test_every_predicate_is_known() -> None:
    for gold in golds():
        for predicate in predicates(gold):
            assert predicate.keys() <= KEYS, predicate
            for key in ("dates", "starts"):
                first, last = predicate.get(key) or ("2026-12-01", "2026-12-01")
                assert date.fromisoformat(first) <= date.fromisoformat(last), predicate
            first, last = predicate.get("hours") or (0, 1)
            assert 0 <= first < last <= 1440, predicate
            assert all(0 <= day <= 6 for day in predicate.get("weekdays", ())), predicate
            assert {*predicate.get("category", ())} <= {*CATEGORIES}, predicate
            assert all(word for word in predicate.get("topic") or ()), predicate
        assert gold.keys() & {*CONDITIONS, "best"} or gold == {}, gold


def test_every_intent_and_every_turn_is_known() -> None:
    assert all({*one.intents} <= INTENTS for one in EVERY)
    assert all(one.intents == ("search",) for one in EVERY if one.gold is not None)
    for dialogue in PLAYED:
        for turn in dialogue.turns:
            assert sum(key in turn for key in ACTS) == 1, dialogue
            assert turn.keys() <= {*ACTS, *EXPECTED, "of", "cheaper", "than"}, dialogue
            assert turn.get("than", "cheaper") in MEASURES, dialogue
            assert sum(key in turn for key in EXPECTED) <= 1 or turn.keys() & {"more"}, dialogue
        assert any(key in turn for turn in dialogue.turns for key in EXPECTED), dialogue


def test_the_county_is_varied_and_always_the_same() -> None:
    rows = classes()
    assert rows == classes()
    assert len(rows) >= 800
    assert {row["category"] for row in rows} >= {*CATEGORIES} - {"staff"}
    assert len({row["venue"] for row in rows if row["venue"]}) >= 30
    assert len({row["title"] for row in rows}) >= 150
    assert len({row["teacher"] for row in rows}) >= 40
    fees = Counter("free" if row["fee"] == "0" else "not told" if not row["fee"] else "some" for row in rows)
    assert min(fees.values()) >= 3


def test_most_wishes_fit_some_classes_and_not_the_whole_county(offered: list[Class]) -> None:
    nothing = [one for one in EVERY if one.category == "nothing"]
    sizes = {one.id: len(wanted(one.gold, offered).right) for one in EVERY if one.gold is not None}
    wishes = [one for one in EVERY if one.gold is not None and one not in nothing]
    assert sum(1 <= sizes[one.id] <= MOST for one in wishes) >= 0.9 * len(wishes)
    assert len(nothing) >= 40
    assert not [one.say for one in nothing if sizes[one.id]]


def test_full_classes_closed_ones_and_online_ones_are_among_them(offered: list[Class]) -> None:
    assert len(offered) >= 800
    assert len(classes()) - len(offered) >= 100
    assert sum(one.seats_left == 0 for one in offered) >= 50
    assert sum(one.online for one in offered) >= 20
