"""`doorstep backup` and `doorstep restore` beside a running program, as an operator uses them."""

from __future__ import annotations

from pathlib import Path

from tests.bot.program import doorstep
from tests.bot.test_cli_basics import refused
from tests.bot.test_run import Program, _classes, _until_ready


def test_while_it_runs_it_is_copied_and_not_replaced(tmp_path: Path) -> None:
    program = Program(tmp_path)
    url = f"sqlite:///{tmp_path}/run.db"
    try:
        _until_ready(program)
        done = doorstep(tmp_path, "backup", "--out", "copy.db", DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("The database was copied to copy.db (")
        assert _classes(tmp_path / "copy.db") > 100
        said = doorstep(tmp_path, "restore", "copy.db", "--yes", DATABASE_URL=url)
        refused(said, "is already running")
    finally:
        program.close()
    refused(doorstep(tmp_path, "restore", "copy.db", typed="", DATABASE_URL=url), "say so with --yes")
    done = doorstep(tmp_path, "restore", "copy.db", "--yes", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    assert "is the database now. What was there before is kept as" in done.stdout
    again = Program(tmp_path)
    try:
        _until_ready(again)
        assert _classes(tmp_path / "run.db") > 100
    finally:
        again.close()


def test_a_folder_gets_dated_copies_and_keeps_the_newest(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    for day in range(1, 5):
        (folder / f"doorstep-2020010{day}-030000.db").write_text("old")
    url = f"sqlite:///{tmp_path}/x.db"
    assert doorstep(tmp_path, "migrate", DATABASE_URL=url).returncode == 0
    done = doorstep(tmp_path, "backup", "--out", "backups", "--keep", "2", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in folder.iterdir())
    assert names[0] == "doorstep-20200104-030000.db"
    assert names[-1] == "notes.txt" and len(names) == 3


def test_what_cannot_be_done_is_said_in_a_line(tmp_path: Path) -> None:
    refused(doorstep(tmp_path, "backup", "--out", "x.db"), "there is no database at")
    refused(
        doorstep(tmp_path, "backup", "--out", "x.db", "--keep", "3"), "--keep needs --out to name a folder"
    )
    (tmp_path / "x.db").write_text("no database")
    refused(doorstep(tmp_path, "restore", "x.db"), "x.db is not a SQLite file")
    assert [path.name for path in tmp_path.rglob("*.db")] == ["x.db"]
