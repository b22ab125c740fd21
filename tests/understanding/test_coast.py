"""A county of other names, places and classes is understood as well as the one that all was tried on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.store import Store
from services.town import Town
from tests.handlers.play import Play
from tests.understanding import coast
from tests.understanding.catalogue import NOW, county
from tests.understanding.entries import utterances
from tests.understanding.gold import joinable
from tests.understanding.singles import Known, Scores, of_the_program, score_all, scores

# precision@5, recall@10, mean reciprocal rank, no match, intents: no less than the other county's own
BOUNDS = {"precision": 0.99, "recall": 0.99, "rank": 0.99, "no_match": 0.95, "intent": 0.99}
FEWEST = 800
EACH_DIFFERS = "每个班不一样"
# what is said, after what, and how the answer begins
QUALITIES = (
    ("to sit", (), "有没有坐着学的", EACH_DIFFERS),
    ("not to stand", (), "不用站着的课", EACH_DIFFERS),
    ("few people", (), "人少的班", EACH_DIFFERS),
    ("not tiring, bad legs", (), "不累的 适合腿脚不好的", EACH_DIFFERS),
    ("not tiring", (), "不累的", EACH_DIFFERS),
    ("lessons to make up", (), "有没有补课", EACH_DIFFERS),
    ("whether the teacher told", (), "老师有没有说要补课", EACH_DIFFERS),
    ("few people, of a list", ("书法",), "人少的", EACH_DIFFERS),
    ("to sit, of a list", ("八段锦",), "坐着学的", EACH_DIFFERS),
    ("not tiring beside a topic", (), "不累的太极", "“太极拳”找到"),
    ("few people beside a topic", (), "人少一点的书法班", "“书法”找到"),
    ("no university of the old in town", (), "老年大学有什么课", "“老年人”找到"),
    ("a topic at such a university", (), "老年大学的太极", "“太极拳 · 老年人”找到"),
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Town]]:
    """The county by the sea."""
    with county(tmp_path_factory.mktemp("coast") / "coast.db", coast.classes) as opened:
        yield opened


@pytest.fixture(scope="module")
def play(town: tuple[Store, Town]) -> Play:
    """The stage on which all of them speak."""
    return Play(*town)


@pytest.fixture(scope="module")
def understood(town: tuple[Store, Town]) -> Scores:
    """What the wishes of that county came to."""
    store, opened = town
    classes = joinable(store, NOW)
    assert len(classes) >= FEWEST
    return scores(score_all(utterances("coast"), Known(classes), of_the_program(store, opened)))


@pytest.mark.parametrize(("figure", "least"), BOUNDS.items(), ids=BOUNDS.keys())
def test_single_utterances_are_understood(understood: Scores, figure: str, least: float) -> None:
    assert getattr(understood, figure) >= least


@pytest.mark.parametrize(
    ("before", "said", "answer"), [row[1:] for row in QUALITIES], ids=[row[0] for row in QUALITIES]
)
def test_what_no_entry_tells_shuts_nothing_out(
    play: Play, before: tuple[str, ...], said: str, answer: str
) -> None:
    person = play.person("web", said)
    for one in (*before, said):
        person.say(one)
    assert person.text.startswith(answer)
