"""From the start of the process to `/readyz`, and memory at rest, with the sample town."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.processes import free_port, process, resident_megabytes
from benchmarks.table import Table

RUNS = 5
REST_SECONDS = 4.0


def measure(quick: bool = False) -> Table:
    """The table: the very first start, which makes the database and the town, and the later ones."""
    runs = 1 if quick else RUNS
    first, later, memory, first_memory = [], [], [], []
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as name:
        for number in range(runs):
            folder = Path(name) / str(number)
            folder.mkdir()
            rest = 0.5 if quick else REST_SECONDS
            seconds, megabytes = _start(folder, rest)
            first.append(seconds)
            first_memory.append(megabytes)
            seconds, megabytes = _start(folder, rest)
            later.append(seconds)
            memory.append(megabytes)
    rows = [
        ["first start: makes the database and the sample town, s", f"{median(first):.2f}"],
        ["later starts, s", f"{median(later):.2f}"],
        ["memory at rest after the first start, MB", f"{median(first_memory):.0f}"],
        ["memory at rest after later starts, MB", f"{median(memory):.0f}"],
    ]
    return Table("Start and rest", ("with the sample town", "median"), rows)


def _start(folder: Path, rest: float) -> tuple[float, float]:
    """Seconds until ready, and resident MB after resting."""
    port = free_port()
    surroundings = {
        "DOORSTEP_DATABASE_URL": f"sqlite:///{folder / 'town.db'}", "DOORSTEP_PORT": str(port),
    }  # fmt: skip
    began = time.perf_counter()
    command = ["-m", "bot", "run", "--sample"]
    with process(command, port, folder / "log", environment=surroundings, poll=0.005) as started:
        seconds = time.perf_counter() - began
        time.sleep(rest)
        return seconds, resident_megabytes(started.pid)
