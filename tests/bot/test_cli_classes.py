"""The commands about one class, and what the other commands say to a slip."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

from tests.bot.program import doorstep
from tests.bot.test_cli_basics import refused

NOW = "2026-11-30T10:00"
SHEET = {
    "code": "T002", "title": "书法", "category": "arts", "starts_on": "2026-12-01", "ends_on": "2026-12-22",
    "schedule": "周二 09:00-10:30", "capacity": "20", "venue": "社区学校",
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder whose database has one class, and 小王 in it."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([list(SHEET), list(SHEET.values())])
    (tmp_path / "courses.csv").write_text(buffer.getvalue(), "utf-8")
    done = doorstep(tmp_path, "import", "courses", "courses.csv", NOW=NOW)
    assert done.returncode == 0, done
    return tmp_path


def talk(folder: Path, *said: str) -> str:
    """What 小王 is told at the terminal."""
    lines = "\n".join(json.dumps({"text": text}) for text in said)
    done = doorstep(folder, "chat", "--as", "小王", "--json", typed=lines + "\n", NOW=NOW)
    assert done.returncode == 0, done.stderr
    texts = [message["text"] for line in done.stdout.splitlines() for message in json.loads(line)["messages"]]
    return "\n".join(texts)


@pytest.mark.parametrize("hours", ["11:00-10:30", "11:00-11:00", "23:00-01:00"])
def test_a_session_cannot_end_before_it_begins(desk: Path, hours: str) -> None:
    to = f"2026-12-08 {hours}"
    refused(
        doorstep(desk, "sessions", "move", "T002", "2026-12-08", "--to", to, NOW=NOW), "ends before it starts"
    )
    listed = json.loads(doorstep(desk, "sessions", "list", "T002", "--json", NOW=NOW).stdout)
    assert [(one["date"], one["from"], one["sequence"]) for one in listed][1] == ("2026-12-08", "09:00", 0)


def test_an_excuse_is_seen_by_whoever_teaches(desk: Path) -> None:
    told = talk(desk, "书法", "1", "报名", "好", "小王", "确认报名", "请假", "1", "我的课")
    assert "（已请假）" in told.splitlines()[-1]
    roster = doorstep(desk, "roster", "T002", NOW=NOW)
    assert "小王  terminal:小王  已报名" in roster.stdout
    assert "请假：2026-12-01" in roster.stdout
    (entry,) = json.loads(doorstep(desk, "roster", "T002", "--json", NOW=NOW).stdout)
    assert entry["excused"] == ["2026-12-01"]
    assert doorstep(desk, "roster", "T002", "--out", "r.xlsx", NOW=NOW).returncode == 0
    book = openpyxl.load_workbook(desk / "r.xlsx")
    assert [cell.value for cell in book.active[3]][-1] == "2026-12-01"
    book.close()
    sessions = doorstep(desk, "sessions", "list", "T002", NOW=NOW).stdout.splitlines()
    assert "请假1人" in sessions[0]
    assert "请假" not in sessions[1]


@pytest.mark.parametrize(
    "line", ['{"text": null}', '{"text": 5}', '{"tap": null}', '{"tap": true}', '{"file": {}}']
)
def test_a_line_of_the_wrong_type_is_answered_as_such(desk: Path, line: str) -> None:
    done = doorstep(desk, "chat", "--json", typed=line + "\n", NOW=NOW)
    (answer,) = [json.loads(said) for said in done.stdout.splitlines()]
    assert answer["messages"] == []
    assert "is a string" in answer["error"]


def test_what_is_no_file_is_said_and_stays_a_dry_run(tmp_path: Path) -> None:
    done = doorstep(tmp_path, "import", "courses", "nofile.csv", "--dry-run", "--json")
    answer = json.loads(done.stdout)
    assert (answer["ok"], answer["dry_run"]) == (False, True)
    assert "找不到文件 nofile.csv" in answer["error"]
    (tmp_path / "sheets").mkdir()
    done = doorstep(tmp_path, "import", "units", "sheets")
    assert done.returncode == 1
    assert "sheets 是文件夹" in done.stdout


def test_seats_by_itself_is_the_check(desk: Path) -> None:
    done = doorstep(desk, "seats")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == doorstep(desk, "seats", "verify").stdout


BROKEN = [
    ("DOORSTEP_PORT=8080\n\nDOORSTEP_TELEGRAM_TOKEN: geheim\n", [3]),
    ("DOORSTEP_PORT\n# a remark\nDOORSTEP_HOST='geheim\n", [1, 3]),
    ("\n\n  = geheim\n", [3]),
]


@pytest.mark.parametrize(("text", "lines"), BROKEN)
def test_a_broken_line_of_the_settings_file_is_named_and_not_shown(
    tmp_path: Path, text: str, lines: list[int]
) -> None:
    (tmp_path / ".env").write_text(text, "utf-8")
    done = doorstep(tmp_path, "run")
    refused(done, *(f".env line {line} is not understood" for line in lines))
    assert "geheim" not in done.stderr


def test_a_sound_settings_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# ours\n\nDOORSTEP_PORT = x\nexport OTHER='a b'\n", "utf-8")
    refused(doorstep(tmp_path, "run"), "DOORSTEP_PORT is not a whole number")
