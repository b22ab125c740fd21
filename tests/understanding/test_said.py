"""What was once misunderstood stays understood: intents, conditions told back, dialogues played."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.understanding import Meaning, understand
from services.understanding.wording import say
from tests.handlers.play import Play
from tests.understanding.catalogue import NOW, county
from tests.understanding.entries import Dialogue
from tests.understanding.gold import joinable
from tests.understanding.played import Stage

HERE = Path(__file__).parent
SAID: dict[str, Any] = tomllib.loads((HERE / "said.toml").read_text("utf-8"))
INTENTS = [(intent, text) for intent, texts in SAID["intents"].items() for text in texts]
PLAYS: list[dict[str, Any]] = tomllib.loads((HERE / "said_dialogues.toml").read_text("utf-8"))["dialogue"]
# a turn is what is said and the conditions that the answer names
WISHES: dict[str, Any] = tomllib.loads((HERE / "said_wishes.toml").read_text("utf-8"))
TALKS: list[list[list[str]]] = [talk["turns"] for talk in WISHES["dialogue"]]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The county of the evaluation, for everything said here."""
    with county(tmp_path_factory.mktemp("said") / "county.db") as (store, town):
        yield Stage(Play(store, town), joinable(store, NOW))


def meant(stage: Stage, text: str) -> Meaning:
    """What a text means out of the blue."""
    town = stage.play.town
    local = NOW.astimezone(town.zone)
    return understand(
        text, today=local.date(), now_minute=local.hour * 60 + local.minute, lexicon=town.catalogue.lexicon
    )


@pytest.mark.parametrize(("intent", "text"), INTENTS)
def test_what_is_wanted(stage: Stage, intent: str, text: str) -> None:
    assert meant(stage, text).intent == intent


@pytest.mark.parametrize(("text", "told"), {**SAID["searches"], **WISHES["searches"]}.items())
def test_what_is_looked_for(stage: Stage, text: str, told: str) -> None:
    meaning = meant(stage, text)
    assert meaning.intent == "search"
    assert say(meaning) == told


@pytest.mark.parametrize("word", SAID["untaught"]["words"])
def test_a_word_nobody_teaches_is_not_bent_to_another(stage: Stage, word: str) -> None:
    meaning = meant(stage, word)
    assert meaning.intent == "search"
    assert not set("|".join(meaning.words).split("|")) & set(SAID["untaught"]["never"])


@pytest.mark.parametrize("play", PLAYS, ids=[play["id"] for play in PLAYS])
def test_dialogues(stage: Stage, play: dict[str, Any]) -> None:
    dialogue = Dialogue(play["id"], "said", tuple(play.get("enrolled", ())), tuple(play["turns"]))
    outcomes = stage.played([dialogue])
    assert outcomes
    assert [(one.turn, one.why) for one in outcomes if not one.right] == []


def test_a_walk_told_in_quarters_is_a_distance(stage: Stage) -> None:
    assert meant(stage, "走路一刻钟能到的").within == 1125
    assert meant(stage, "走路半小时能到的").within == 2250


@pytest.mark.parametrize("turns", TALKS, ids=[" → ".join(said for said, _ in turns) for turns in TALKS])
def test_what_each_turn_comes_to(stage: Stage, turns: list[list[str]]) -> None:
    person, _ = stage.newcomer(Dialogue("told", "said", (), ()))
    for said, told in turns:
        person.say(said)
        assert not told or f"“{told}”" in person.text, f"{said}: {person.text}"


def test_two_wishes_find_what_either_would(stage: Stage) -> None:
    either = {"any": [{"topic": ["书法"], "weekdays": [5, 6]}, {"topic": ["瑜伽"], "hours": [1050, 1440]}]}
    turns = (
        {"say": "周末书法或者晚上瑜伽", "want": either},
        {"say": "免费的", "want": {**either, "free": True}},
    )
    outcomes = stage.played([Dialogue("either", "said", (), turns)])
    assert [(one.turn, one.why) for one in outcomes if not one.right] == []
    assert meant(stage, "周末书法或者晚上瑜伽") == Meaning.from_json(
        meant(stage, "周末书法或者晚上瑜伽").to_json()
    )


def test_what_is_over_today_is_not_among_what_is_today(stage: Stage) -> None:
    person, _ = stage.newcomer(Dialogue("today", "said", (), ()))
    person.say("今天的课")
    later = {one.code for one in stage.classes if one.next.date() == NOW.date()}
    assert person.courses
    assert set(person.courses) <= later
