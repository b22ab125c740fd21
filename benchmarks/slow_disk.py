"""`doorstep run` as on a slow disk: each time that SQLite's log is brought to it takes so many seconds more.

For measuring only; there is no setting for it.
"""

from __future__ import annotations

import os
import sys
import time

from bot import cli, compose
from models.log_sync import to_disk
from models.store import Store
from models.store_sqlite import SqliteStore

PAUSE = "BENCHMARK_COMMIT_PAUSE"


def main() -> int:
    """Run with the pause that the environment names."""
    pause = float(os.environ[PAUSE])

    def slow(descriptor: int) -> None:
        time.sleep(pause)
        to_disk(descriptor)

    def open_store(url: str) -> Store:
        return SqliteStore(url, sync=slow)

    compose.open_store = open_store  # type: ignore[attr-defined]
    return cli.main(["run", "--no-sample"])


if __name__ == "__main__":
    sys.exit(main())
