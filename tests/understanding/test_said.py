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


@pytest.mark.parametrize(("text", "told"), SAID["searches"].items())
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
