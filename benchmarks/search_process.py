"""A process that builds the index on disk, or takes it up and is asked: `… build|ask FOLDER COUNT QUERIES`.

A process of its own, so that what it needs of memory is the catalogue's and nobody else's.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks.catalogue import records
from benchmarks.mix import TOPICS, WISHES
from benchmarks.town import ZONE
from services.kept_catalogue import Keeper
from services.search.alternatives import alternatives
from services.search.index import CatalogueIndex
from services.search.kept import Slot, take_slot
from services.understanding import Lexicon, Meaning, understand

ROUNDS = 5
# nobody teaches some of what people ask for
UNTAUGHT = ("滑雪", "潜水", "皮影")
# so narrow that often nothing is left
NARROW = (
    "周日晚上免费的{}，在柳河镇", "东关街道周三早上免费的{}", "城关镇周五中午五十元以内的{}，零基础",
    "石桥乡周二上午的{}，不要钱",
)  # fmt: skip


def main() -> None:
    """Do what the command line says and print a line of JSON."""
    # as the program has it
    gc.set_threshold(50_000, 20, 20)
    what, folder, count, queries = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    slot = take_slot(folder)
    assert slot is not None, "the folder of the benchmark is in use"
    done = build(slot, count) if what == "build" else ask(slot, count, queries)
    print(json.dumps(done))


def parallel(count: int) -> int | None:
    """How many classes share a title: none at a county's size, the hardest case; many at a province's."""
    return None if count <= 100_000 else 12


def build(slot: Slot, count: int) -> dict[str, Any]:
    """Write the index; how long a class took, its making not counted."""
    state, known = slot.begin("benchmark"), set[str]()
    made = made_cpu = 0.0

    def timed() -> Any:
        nonlocal made, made_cpu
        classes = records(count, datetime.now(ZONE).date(), parallel(count))
        while True:
            began, cpu = time.perf_counter(), time.thread_time()
            page = list(islice(classes, 200))
            made, made_cpu = made + time.perf_counter() - began, made_cpu + time.thread_time() - cpu
            if not page:
                return
            slot.add_words(state, page, known)
            yield from page

    began, cpu = time.perf_counter(), time.process_time()
    index = CatalogueIndex(Lexicon())
    index.build(timed(), slot.path / state.folder)
    slot.keep(state)
    whole, cpu = time.perf_counter() - began, time.process_time() - cpu
    size = sum(path.stat().st_size for path in slot.path.rglob("*") if path.is_file())
    return {"build": (whole - made) / count, "cpu": (cpu - made_cpu) / count, "disk": size / 1e6}


def ask(slot: Slot, count: int, queries: int) -> dict[str, Any]:
    """Take the index up and ask it; each wish is asked in several rounds, and its median counts."""
    gc.collect()
    before, began = resident(), time.perf_counter()
    state = slot.state("benchmark")
    assert state is not None, "the index is not whole"
    index = CatalogueIndex(Lexicon())
    index.lexicon.grow(slot.words())
    index.open(slot.path / state.folder)
    opened = time.perf_counter() - began
    now = datetime.now(ZONE)
    random = Random(3)
    said = [random.choice(WISHES).format(random.choice(TOPICS + UNTAUGHT)) for _ in range(queries)]
    meant = [_meaning(text, index, now) for text in said]
    found: dict[str, Any] = {
        "understand": rounds([lambda text=text: _meaning(text, index, now) for text in said]),  # type: ignore[misc]
        "search": rounds([lambda wish=wish: _search(wish, index, now) for wish in meant]),  # type: ignore[misc]
        "both": rounds(
            [lambda text=text: _search(_meaning(text, index, now), index, now) for text in said]  # type: ignore[misc]
        ),
    }
    empty = [text for text in _narrow() if not _search(_meaning(text, index, now), index, now)]
    found["nothing"] = rounds(
        [lambda text=text: _relaxed(_meaning(text, index, now), index, now) for text in empty]  # type: ignore[misc]
    )
    found |= {"empty": len(empty), "open": opened}
    gc.collect()
    found |= {"memory": resident()[0] - before[0], "mapped": resident()[1] - before[1]}
    return found | {"change": _change(index, Keeper(slot, state), count, now)}


def _narrow() -> list[str]:
    return [text.format(topic) for text in NARROW for topic in TOPICS + UNTAUGHT]


def _meaning(text: str, index: CatalogueIndex, now: datetime) -> Meaning:
    # as if nobody had said it before
    index.lexicon.readings(now.date()).clear()
    index.lexicon.topics_in.cache_clear()
    minute = now.hour * 60 + now.minute
    return understand(text, today=now.date(), now_minute=minute, lexicon=index.lexicon)


def _search(meaning: Meaning, index: CatalogueIndex, now: datetime) -> int:
    return index.search(meaning, now=now, zone=ZONE, limit=5).total


def _relaxed(meaning: Meaning, index: CatalogueIndex, now: datetime) -> None:
    if not _search(meaning, index, now):
        alternatives(index, meaning, now=now, zone=ZONE, limit=3)


def _change(index: CatalogueIndex, keeper: Keeper, count: int, now: datetime) -> float:
    """Seconds until a changed class is found under its new name, and kept."""
    took = []
    for number in range(1, 6):
        one = replace(next(records(1, now.date())), title=f"皮影戏{number}")
        began = time.perf_counter()
        index.apply([one])
        keeper.keep(count + number, "", [one])
        hits = index.search(Meaning(words=("皮影戏",)), now=now, zone=ZONE).hits
        assert [hit.offering_id for hit in hits] == [one.offering_id]
        took.append(time.perf_counter() - began)
    return median(took)


def rounds(asked: list[Callable[[], object]], count: int = ROUNDS) -> list[float]:
    """Seconds of each question: the median of its rounds, as others use this machine, too."""
    took: list[list[float]] = [[] for _ in asked]
    for _ in range(count):
        for at, ask_it in enumerate(asked):
            began = time.perf_counter()
            ask_it()
            took[at].append(time.perf_counter() - began)
    return [median(times) for times in took]


def resident() -> tuple[float, float]:
    """Megabytes of this process: its own, and of files that the system may take back."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    kept = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Rss")}
    return int(kept["RssAnon"]) / 1024, int(kept["RssFile"]) / 1024


if __name__ == "__main__":
    main()
