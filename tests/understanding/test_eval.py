"""What residents say is understood: the bounds of the half that was never tuned to."""

import pytest

from tests.understanding.report import PROGRAM, HalfResult, evaluate

# precision@5, recall@10, mean reciprocal rank, no match, intents
BOUNDS = {"precision": 0.98, "recall": 0.95, "rank": 0.9, "no_match": 0.95, "intent": 0.97}
TURNS_RIGHT = 0.95


@pytest.fixture(scope="module")
def held() -> HalfResult:
    """The held-out half, as it stands today."""
    return evaluate(("held",))[0]


@pytest.mark.parametrize(("figure", "least"), BOUNDS.items(), ids=BOUNDS.keys())
def test_single_utterances_are_understood(held: HalfResult, figure: str, least: float) -> None:
    assert getattr(held.scores(), figure) >= least


def test_dialogues_are_followed(held: HalfResult) -> None:
    assert held.turns_right >= TURNS_RIGHT


@pytest.mark.parametrize("figure", ["precision", "recall", "rank", "no_match"])
def test_it_is_far_better_than_a_search_by_keyword(held: HalfResult, figure: str) -> None:
    own = getattr(held.scores(), figure)
    assert all(own > getattr(held.scores(other), figure) for other in held.singles if other != PROGRAM)
