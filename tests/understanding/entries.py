"""The utterances and dialogues of the evaluation, as their files hold them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.understanding.catalogue import DATA
from tests.understanding.gold import Gold

HALVES = ("dev", "held")


@dataclass(frozen=True)
class Utterance:
    """One thing that somebody says, out of the blue."""

    id: str
    category: str
    say: str
    intents: tuple[str, ...]
    gold: Gold | None


@dataclass(frozen=True)
class Dialogue:
    """What somebody says turn by turn, with what is expected of each answer."""

    id: str
    category: str
    enrolled: tuple[Gold, ...]
    turns: tuple[dict[str, Any], ...]


def utterances(half: str) -> list[Utterance]:
    """The single utterances of a half."""
    return [
        Utterance(
            id=line["id"], category=line["cat"], say=line["say"], gold=line.get("gold"),
            intents=tuple(line.get("intents", ("search",))),
        )
        for line in _lines(f"utterances_{half}.jsonl")
    ]  # fmt: skip


def dialogues(half: str) -> list[Dialogue]:
    """The dialogues of a half."""
    return [
        Dialogue(line["id"], line["cat"], tuple(line.get("enrolled", ())), tuple(line["turns"]))
        for line in _lines(f"dialogues_{half}.jsonl")
    ]


def grown() -> list[Dialogue]:
    """The dialogues that were thought of after the halves, each of which may be studied and mended."""
    return [
        Dialogue(line["id"], line["cat"], tuple(line.get("enrolled", ())), tuple(line["turns"]))
        for line in _lines("dialogues_grown.jsonl")
    ]


def _lines(name: str) -> Iterator[dict[str, Any]]:
    for line in (DATA / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield json.loads(line)
