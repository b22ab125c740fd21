"""Single utterances through the very code of `doorstep search`, and through two baselines, scored alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from bot.cli.search_answer import answer
from models.store import Store, look_now
from services.town import Town
from tests.understanding.entries import Utterance
from tests.understanding.gold import Class, Wanted, relaxed, wanted

# those that are neither right nor wrong are taken out before the first ten are looked at
SHOWN, LOOKED_AT, ASKED_FOR = 5, 10, 60
# what a search came to: the intent, the codes, and the codes of each alternative
Answer = tuple[str, list[str], list[list[str]]]


@dataclass(frozen=True)
class Outcome:
    """What one utterance came to; a figure that does not apply is None."""

    utterance: Utterance
    understood: str
    came: tuple[str, ...]
    offered: int
    gold: Wanted | None
    intent: bool
    precision: float | None = None
    recall: float | None = None
    rank: float | None = None
    no_match: bool | None = None

    @property
    def missed(self) -> bool:
        """Whether anything about it is wrong."""
        figures = (self.precision, self.recall, self.rank)
        return not self.intent or self.no_match is False or any(f is not None and f < 1 for f in figures)


@dataclass(frozen=True)
class Scores:
    """The figures of a set of outcomes."""

    precision: float
    recall: float
    rank: float
    no_match: float
    intent: float
    other_intent: float
    searches: int
    nothing: int
    others: int


@dataclass
class Known:
    """The classes and what each utterance wants of them, evaluated once for all systems."""

    classes: Sequence[Class]
    golds: dict[str, Wanted] = field(default_factory=dict)
    relaxed: dict[str, frozenset[str]] = field(default_factory=dict)

    def gold(self, utterance: Utterance) -> Wanted | None:
        """What it wants, None where it is no search."""
        if utterance.gold is None:
            return None
        if utterance.id not in self.golds:
            self.golds[utterance.id] = wanted(utterance.gold, self.classes)
        return self.golds[utterance.id]

    def nearest(self, utterance: Utterance) -> frozenset[str]:
        """What fits once one condition is dropped."""
        if utterance.id not in self.relaxed:
            wishes = [wanted(gold, self.classes).right for gold in relaxed(utterance.gold or {})]
            self.relaxed[utterance.id] = frozenset().union(*wishes)
        return self.relaxed[utterance.id]


def of_the_program(store: Store, town: Town) -> Callable[[Utterance], tuple[Answer, str]]:
    """Ask as `doorstep search --json` does."""

    def ask(utterance: Utterance) -> tuple[Answer, str]:
        found: dict[str, Any] = look_now(
            store, lambda tx: answer(tx, town, utterance.id, utterance.say, ASKED_FOR)
        )
        understood = dict(found["understood"])
        codes = [course["code"] for course in found["courses"]]
        others = [[course["code"] for course in other["courses"]] for other in found["alternatives"]]
        return (understood["intent"], codes, others), " ".join(f"{k}={v}" for k, v in understood.items())

    return ask


def score_all(
    utterances: Iterable[Utterance], known: Known, ask: Callable[[Utterance], tuple[Answer, str]]
) -> list[Outcome]:
    """Ask and score every utterance."""
    return [_scored(utterance, known, *ask(utterance)) for utterance in utterances]


def _scored(utterance: Utterance, known: Known, given: Answer, understood: str) -> Outcome:
    intent, codes, others = given
    gold = known.gold(utterance)
    figures: dict[str, Any] = {}
    if gold is not None:
        codes = [code for code in codes if code not in gold.neither]
        if gold.right:
            figures = _ranked(codes, gold)
        elif not gold.neither:
            figures = {"no_match": not codes and _offers(others, known.nearest(utterance))}
    elif codes:
        intent = "search"
    return Outcome(
        utterance,
        understood,
        tuple(codes[:LOOKED_AT]),
        len(others),
        gold,
        intent in utterance.intents,
        **figures,
    )


def _ranked(codes: list[str], gold: Wanted) -> dict[str, float]:
    shown = codes[:SHOWN]
    first = next((n for n, code in enumerate(codes[:LOOKED_AT], 1) if code in gold.best), None)
    return {
        "precision": sum(code in gold.right for code in shown) / len(shown) if shown else 0.0,
        # what only a description mentions may come, but need not
        "recall": _recall(codes[:LOOKED_AT], gold),
        "rank": 1 / first if first else 0.0,
    }


def _recall(codes: list[str], gold: Wanted) -> float:
    asked = min(LOOKED_AT, len(gold.named))
    return min(sum(code in gold.right for code in codes), asked) / asked


def _offers(others: list[list[str]], nearest: frozenset[str]) -> bool:
    """Whether an alternative is offered wherever there is one, and the first thing offered is one."""
    if not nearest:
        return True
    return any(codes and codes[0] in nearest for codes in others)


def scores(outcomes: Iterable[Outcome]) -> Scores:
    """The figures of these outcomes."""
    every = list(outcomes)
    ranked = [one for one in every if one.precision is not None]
    nothing = [one for one in every if one.no_match is not None]
    others = [one for one in every if one.gold is None]
    return Scores(
        precision=_mean(one.precision for one in ranked), recall=_mean(one.recall for one in ranked),
        rank=_mean(one.rank for one in ranked), no_match=_mean(one.no_match for one in nothing),
        intent=_mean(one.intent for one in every), other_intent=_mean(one.intent for one in others),
        searches=len(ranked), nothing=len(nothing), others=len(others),
    )  # fmt: skip


def _mean(values: Iterable[float | None]) -> float:
    found = [float(value or 0) for value in values]
    return fmean(found) if found else float("nan")
