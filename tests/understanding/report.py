"""The whole evaluation of a half, as figures, as a table and as a list of what was missed."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.handlers.play import Play
from tests.understanding.baselines import Baselines
from tests.understanding.catalogue import NOW, county
from tests.understanding.entries import dialogues, grown, utterances
from tests.understanding.gold import Class, joinable
from tests.understanding.played import Stage, TurnOutcome
from tests.understanding.singles import Known, Outcome, Scores, of_the_program, score_all, scores

PROGRAM = "Doorstep"


@dataclass(frozen=True)
class HalfResult:
    """What a half came to: singles by system, and the turns of dialogues."""

    half: str
    singles: dict[str, list[Outcome]] = field(repr=False)
    turns: list[TurnOutcome] = field(repr=False)
    classes: Sequence[Class] = field(repr=False)

    def scores(self, system: str = PROGRAM) -> Scores:
        """The figures of one system."""
        return scores(self.singles[system])

    @property
    def turns_right(self) -> float:
        """The share of turns answered rightly."""
        return sum(turn.right for turn in self.turns) / len(self.turns) if self.turns else float("nan")


def evaluate(halves: Iterable[str]) -> list[HalfResult]:
    """Run these halves in a county of their own; the singles come before anybody enrols."""
    results = []
    with (
        tempfile.TemporaryDirectory(prefix="doorstep-eval-") as folder,
        county(Path(folder) / "county.db") as (store, town),
    ):
        classes = joinable(store, NOW)
        baselines, known = Baselines(classes), Known(classes)
        systems = {
            PROGRAM: of_the_program(store, town), "LIKE": baselines.like(),
            "FTS5 words": baselines.full_text(),
        }  # fmt: skip
        singles = {
            half: {name: score_all(utterances(half), known, ask) for name, ask in systems.items()}
            for half in halves
        }
        stage = Stage(Play(store, town), classes)
        for half, outcomes in singles.items():
            results.append(HalfResult(half, outcomes, stage.played(dialogues(half)), classes))
            if half == "dev":
                results.append(HalfResult("grown", {}, stage.played(grown()), classes))
    return results


def markdown(results: Sequence[HalfResult]) -> str:
    """The table that `make eval` prints."""
    lines = [
        "| half | system | precision@5 | recall@10 | MRR | no match | intents | not searches | turns right |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for result in results:
        for system in result.singles:
            s = result.scores(system)
            figures = [s.precision, s.recall, s.rank, s.no_match]
            own = [s.intent, s.other_intent, result.turns_right] if system == PROGRAM else []
            told = [f"{figure:.3f}" for figure in (*figures, *own)] + ["–"] * (3 - len(own))
            lines.append(f"| {' | '.join((result.half, system, *told))} |")
        if not result.singles:
            lines.append(f"| {result.half} | {PROGRAM} |{' – |' * 6} {result.turns_right:.3f} |")
    for result in results:
        if not result.singles:
            continue
        s = result.scores()
        lines.append(
            f"\n{result.half}: {s.searches} searches, {s.nothing} where nothing fits, {s.others} that are no "
            f"search; {len({turn.dialogue.id for turn in result.turns})} dialogues with {len(result.turns)} "
            f"scored turns; {len(result.classes)} classes that one can join."
        )
    return "\n".join(lines)


def by_category(result: HalfResult) -> Iterator[str]:
    """How many of each category were missed, the worst first; it gives nothing of the entries away."""
    outcomes = result.singles.get(PROGRAM, [])
    bad = Counter(one.utterance.category for one in outcomes if one.missed)
    bad.update(turn.dialogue.category for turn in result.turns if not turn.right)
    every = Counter(one.utterance.category for one in outcomes)
    every.update(turn.dialogue.category for turn in result.turns)
    yield f"## {result.half}: misses by category"
    for category, number in bad.most_common():
        yield f"- {category}: {number} of {every[category]}"


def misses(result: HalfResult) -> Iterator[str]:
    """What was missed: the text, its gold, what was understood and what came."""
    titles = {one.code: one.title for one in result.classes}
    for one in result.singles.get(PROGRAM, []):
        if one.missed:
            yield from _single(one, titles)
    for turn in result.turns:
        if not turn.right:
            yield from _turn(turn, titles)


def _single(one: Outcome, titles: dict[str, str]) -> Iterator[str]:
    said = one.utterance
    figures = [f"P {one.precision:.2f} R {one.recall:.2f} RR {one.rank:.2f}"] if one.rank is not None else []
    figures += ["no match wrong"] if one.no_match is False else []
    figures += [] if one.intent else [f"intent, not {'/'.join(said.intents)}"]
    yield f"\n{said.id} [{said.category}] {said.say}\n  {', '.join(figures)}"
    if one.gold is not None:
        yield f"  gold {dict(said.gold or {})} -> {len(one.gold.right)}, e.g. {_told(one.gold.right, titles)}"
    yield f"  understood {one.understood}"
    yield f"  came {_told(one.came, titles)}; {one.offered} alternatives"


def _turn(turn: TurnOutcome, titles: dict[str, str]) -> Iterator[str]:
    before = " → ".join(str(t.get("say") or t) for t in turn.dialogue.turns[: turn.number + 1])
    yield f"\n{turn.dialogue.id} [{turn.dialogue.category}] {before}"
    yield f"  {turn.why}; expected { {k: v for k, v in turn.turn.items() if k != 'say'} }"
    yield f"  came {_told(turn.came, titles)}: {turn.text[:120]!r}"


def _told(codes: Iterable[str], titles: dict[str, str]) -> str:
    return "、".join(f"{code} {titles.get(code, '?')}" for code in sorted(codes)[:5]) or "nothing"
