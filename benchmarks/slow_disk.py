"""`doorstep run` as on a slow disk: each SQLite commit takes so many seconds more.

For measuring only; there is no setting for it.
"""

from __future__ import annotations

import os
import sys
from functools import partial

from bot import cli, compose
from models.store import open_store

PAUSE = "BENCHMARK_COMMIT_PAUSE"


def main() -> int:
    """Run with the pause that the environment names."""
    compose.open_store = partial(  # type: ignore[attr-defined]
        open_store, commit_pause=float(os.environ[PAUSE])
    )
    return cli.main(["run", "--no-sample"])


if __name__ == "__main__":
    sys.exit(main())
