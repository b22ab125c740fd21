"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
import tempfile
import time
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

from benchmarks.table import millis

LIBRARIES = ("aiohttp", "uvloop", "SQLAlchemy", "psycopg", "python-telegram-bot", "aiogram", "tantivy")


def described(day: date) -> list[str]:
    """The machine in a few lines of Markdown; `day` is when it was measured."""
    libraries = ", ".join(f"{name} {_version(name)}" for name in LIBRARIES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return [
        f"- {_processor()}, {os.cpu_count()} cores, {memory:.0f} GB; an fsync takes {millis(_fsync())} ms",
        f"- {platform.system()} {platform.release()}",
        f"- Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        f"- {libraries}",
        f"- measured on {day.isoformat()}; server, Bot API sink and load share the cores",
    ]


def _fsync() -> float:
    """The median of a few small durable writes, in seconds."""
    found = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(100):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            found.append(time.perf_counter() - began)
    return median(found)


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
