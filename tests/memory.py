"""Where tests write: in memory where the machine has room, for their data need not outlive the run."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

SHARED = Path("/dev/shm")
# two runs beside each other, each with a server and what its tests write at one time
ROOM = 2 << 30
# names pytest's own folder, and is left alone where somebody set it
PYTEST_ROOT = "PYTEST_DEBUG_TEMPROOT"


def roomy() -> Path:
    """A folder in memory, or the machine's usual one where memory is short."""
    usual = Path(tempfile.gettempdir())
    try:
        return SHARED if os.access(SHARED, os.W_OK) and shutil.disk_usage(SHARED).free >= ROOM else usual
    except OSError:
        return usual


def write_there() -> None:
    """Let pytest's `tmp_path` lie in memory too."""
    os.environ.setdefault(PYTEST_ROOT, str(roomy()))
