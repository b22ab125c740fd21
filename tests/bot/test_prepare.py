"""The first start: another process makes the database, so the one that serves is as small as later ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.processes import resident_megabytes
from bot.prepare import prepare
from bot.settings import load_settings
from models.migrate import State, check, migrate
from tests.bot.test_run import Program, _classes, _until_ready


def test_the_very_first_start_holds_no_more_than_a_later_one(tmp_path: Path) -> None:
    held = []
    for _ in range(2):
        program = Program(tmp_path)
        try:
            _until_ready(program)
            held.append(resident_megabytes(program.process.pid))
        finally:
            program.close()
    first, later = held
    assert first < 120, held
    assert first - later < 8, held
    assert _classes(tmp_path / "run.db") > 100


def test_a_child_that_fails_is_made_up_for_and_says_nothing(tmp_path: Path) -> None:
    program = (
        "import os, resource, sys, bot.compose, bot.run\n"
        "from bot.settings import load_settings\n"
        "parent, whole = os.getpid(), bot.compose.open_house\n"
        "def broken(*given, **named):\n"
        "    assert os.getpid() == parent, 'the child cannot'\n"
        "    return whole(*given, **named)\n"
        "bot.compose.open_house = bot.run.open_house = broken\n"
        "bot.run.read_catalogue = lambda house: sys.exit(7)\n"
        "bot.run.run(load_settings(port=0, database_url=sys.argv[1]))\n"
    )
    url = f"sqlite:///{tmp_path}/run.db"
    ended = subprocess.run(
        [sys.executable, "-c", program, url], cwd=Path(__file__).parents[2], capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout, ended.stderr) == (7, "", "")
    assert check(url) is State.CURRENT
    assert _classes(tmp_path / "run.db") > 100


def test_a_database_that_is_up_to_date_needs_no_child(tmp_path: Path) -> None:
    settings = load_settings(database_url=f"sqlite:///{tmp_path}/run.db")
    migrate(settings.database_url)
    before = {path.name for path in tmp_path.iterdir()}
    prepare(settings, sample=True)
    assert {path.name for path in tmp_path.iterdir()} == before
    assert _classes(tmp_path / "run.db") == 0
