"""Understanding and searching at 20,000 classes, as a turn does it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.databases import Databases, opened
from benchmarks.mix import TOPICS, WISHES
from benchmarks.table import Table, millis, whole
from benchmarks.town import ZONE, Size
from models.store import look_now
from services.catalogue import load_catalogue
from services.town import Catalogue
from services.understanding import understand

SIZE = Size(people=10, classes=20_000, kept=0)
SEARCHES = 3000


def measure(quick: bool = False) -> Table:
    """The table."""
    size = Size(people=10, classes=300, kept=0) if quick else SIZE
    searches = 200 if quick else SEARCHES
    now = datetime.now(ZONE)
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as folder:
        databases = Databases(Path(folder), size, now.date())
        with opened(databases.sqlite()) as store:
            began = time.perf_counter()
            catalogue = look_now(store, lambda tx: load_catalogue(tx, ZONE, now))
            built = time.perf_counter() - began
    understood, found = _searched(catalogue, now, searches)
    both = [a + b for a, b in zip(understood, found, strict=True)]
    rows = [
        [name, millis(median(values)), millis(sorted(values)[len(values) * 95 // 100])]
        for name, values in (("understand", understood), ("search", found), ("both", both))
    ]
    note = f"{searches:,} different wishes; building the index from the database took {built:.1f} s."
    return Table(f"Search among {whole(size.classes)} classes", ("step", "p50, ms", "p95, ms"), rows, (note,))


def _searched(catalogue: Catalogue, now: datetime, count: int) -> tuple[Sequence[float], Sequence[float]]:
    random = Random(3)
    understood, found = [], []
    for _ in range(count):
        said = random.choice(WISHES).format(random.choice(TOPICS))
        began = time.perf_counter()
        meaning = understand(
            said,
            today=now.date(),
            now_minute=now.hour * 60 + now.minute,
            lexicon=catalogue.lexicon,
            last=None,
        )
        between = time.perf_counter()
        catalogue.index.search(meaning, now=now, zone=ZONE, limit=5)
        understood.append(between - began)
        found.append(time.perf_counter() - between)
    return understood, found
