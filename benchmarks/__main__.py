"""`python -m benchmarks [NAME…] [--quick]`: measures, prints Markdown, and writes `benchmarks/results.md`."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path

from benchmarks.machine import described
from benchmarks.table import Table
from benchmarks.town import ZONE

NAMES = ("turn", "sends", "scale", "start", "search", "broadcast", "blast", "draw", "draw_store", "rush")
# those that take a size
SIZED = ("broadcast", "scale")
RESULTS = Path(__file__).parent / "results.md"


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; only a full run is kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(NAMES)}; default all")
    parser.add_argument("--quick", action="store_true", help="a second or two each, to see that it works")
    parser.add_argument("--people", type=int, help="how many there are, for broadcast and scale")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in NAMES]
    if unknown:
        parser.error(f"{', '.join(unknown)}: choose of {', '.join(NAMES)}")
    lines = described(datetime.now(ZONE).date())
    print("\n".join(["# Benchmarks", "", *lines, ""]), flush=True)
    tables: list[Table] = []
    for name in given.names or NAMES:
        size = {"people": given.people} if given.people and name in SIZED else {}
        tables.append(import_module(f"benchmarks.{name}").measure(quick=given.quick, **size))
        print(tables[-1].markdown(), flush=True)
    if not given.names and not given.quick:
        text = "\n".join(["# Benchmarks", "", "Written by `make bench`.", "", *lines, ""])
        RESULTS.write_text(text + "\n" + "\n".join(table.markdown() for table in tables), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
