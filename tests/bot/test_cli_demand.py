"""`doorstep demand`: the counters as an organiser reads them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.bot.program import doorstep
from tests.bot.test_cli_basics import refused

NOW = {"NOW": "2026-12-02T10:00"}


def counted(folder: Path) -> None:
    assert doorstep(folder, "migrate").returncode == 0
    rows = [
        ("2026-11-30", "二胡", "新城街道", "weekend", "evening", 5),
        ("2026-11-02", "二胡", "新城街道", "weekend", "evening", 1),
        ("2026-11-30", "围棋", "", "", "", 2),
        ("2026-01-05", "古筝", "", "", "", 8),
    ]
    with sqlite3.connect(folder / "var" / "doorstep.db") as raw:
        raw.executemany("INSERT INTO demand VALUES (?, ?, ?, ?, ?, ?)", rows)
    raw.close()


def test_the_table(tmp_path: Path) -> None:
    counted(tmp_path)
    done = doorstep(tmp_path, "demand", **NOW)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Since 2026-09-07:",
        "topic (想学)  place (哪里)  when (什么时候)  how often (几次)  trend (趋势)",
        "二胡          新城街道      周末晚上         6                 +4",
        "其他          其他          其他             2                 +2",
    ]


def test_for_programs_and_from_a_day_on(tmp_path: Path) -> None:
    counted(tmp_path)
    shown = json.loads(doorstep(tmp_path, "demand", "--json", "--since", "2026-01-07", **NOW).stdout)
    assert shown == {
        "since": "2026-01-05",
        "demand": [
            {"topic": "古筝", "place": "", "when": "", "count": 8},
            {"topic": "二胡", "place": "新城街道", "when": "周末晚上", "count": 6},
            {"topic": "其他", "place": "其他", "when": "其他", "count": 2},
        ],
    }


def test_nothing_was_missed(tmp_path: Path) -> None:
    assert doorstep(tmp_path, "demand", **NOW).stdout.endswith(
        "nobody looked for anything in vain (没有找不到的课).\n"
    )
    assert json.loads(doorstep(tmp_path, "demand", "--json", **NOW).stdout)["demand"] == []


def test_a_day_that_is_none(tmp_path: Path) -> None:
    refused(doorstep(tmp_path, "demand", "--since", "soon"), "--since soon is no day")
