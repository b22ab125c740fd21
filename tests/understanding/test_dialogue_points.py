"""What points at a class shown before, what is asked of it and what goes on with a list, in any wording."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.handlers.play import Person, Play
from tests.understanding.catalogue import NOW, county
from tests.understanding.entries import Dialogue
from tests.understanding.gold import joinable
from tests.understanding.played import Seen, Stage

LAWS = tomllib.loads(Path(__file__).with_name("dialogue_points.toml").read_text("utf-8"))
TOPICS = ("书法", "国画", "二胡", "广场舞", "太极拳", "瑜伽", "短视频", "英语", "剪纸", "摄影", "八段锦")
SAYS = {
    "fee": ["{fee}"], "where": ["{venue}", "线上"], "clock": ["{clock}"], "weekday": ["{weekday}"],
    "date": ["{date}", "{clock}", "今天", "明天", "后天", "已"], "teacher": ["{teacher}"],
}  # fmt: skip
TALK = Dialogue("points", "laws", (), ())


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The county of the evaluation."""
    with county(tmp_path_factory.mktemp("points") / "county.db") as (store, town):
        yield Stage(Play(store, town), joinable(store, NOW))


def told(stage: Stage, asked: str, code: str | None) -> list[str]:
    """What the answer says, one way or another."""
    if asked != "seats" or code is None:
        return SAYS[asked]
    left = stage.by_code(code).seats_left
    return ["不限"] if left is None else [f"{left}个"] if left else ["满", "候补"]


def looking(stage: Stage, topic: str) -> tuple[Person, Seen]:
    """Somebody who looks at the classes of a topic."""
    person, _ = stage.newcomer(TALK)
    seen = Seen(stage, [])
    turn = {"say": topic, "want": {"topic": [topic]}}
    person.say(topic)
    seen.note(person, turn)
    return person, seen


@pytest.mark.parametrize("which", LAWS["points"])
def test_any_wording_points_at_the_same_class(stage: Stage, which: str) -> None:
    broken = []
    for wording in LAWS["points"][which]:
        random = Random(wording)
        topic, number = random.choice(TOPICS), random.choice((1, 2, 3))
        said = wording.format(n="一二三"[number - 1], d=number)
        person, seen = looking(stage, topic)
        person.say(said)
        opens = {"nth": number, "last": -1, "first": 1, "cheapest": {"best": "cheapest"}}[which]
        if fault := seen.fault(person, {"say": said, "opens": opens}, TALK, 1):
            broken.append(f"{topic} → {said}: {fault}")
    assert not broken


@pytest.mark.parametrize("asked", LAWS["asks"])
def test_any_wording_asks_the_same_of_the_class_looked_at(stage: Stage, asked: str) -> None:
    broken = []
    for wording in LAWS["asks"][asked]:
        person, seen = looking(stage, Random(wording).choice(TOPICS))
        person.say("第二个")
        seen.note(person, {"say": "第二个", "opens": 2})
        person.say(wording)
        turn = {"say": wording, "says": told(stage, asked, seen.opened)}
        if fault := seen.fault(person, turn, TALK, 2):
            broken.append(f"{wording}: {fault}: {person.text[:40]}")
    assert not broken


def test_any_wording_goes_on_with_the_list(stage: Stage) -> None:
    broken = []
    for wording in LAWS["goes_on"]["more"]:
        topic = Random(wording).choice(TOPICS)
        person, seen = looking(stage, topic)
        person.say(wording)
        if fault := seen.fault(person, {"say": wording, "want": {"topic": [topic]}, "more": True}, TALK, 1):
            broken.append(f"{topic} → {wording}: {fault}")
    assert not broken
