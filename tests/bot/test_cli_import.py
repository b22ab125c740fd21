"""`doorstep import` and `doorstep template` as a clerk meets them at the command line."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from models.store import open_store
from services.sheets.report import LIST_SHEET
from tests.services.importing.clerk import DATA, FIRST, SECOND, Clerk, sheet
from tests.town import empty_town

ROOT = Path(__file__).parents[2]
MOVED = {**FIRST, "schedule": "周六 14:00-15:30"}
WRONG = sheet(
    {**FIRST, "fee": "五十", "category": "天文"}, SECOND, {**SECOND, "code": "X-1", "capacity": "许多"}
)
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    """Settings for a process on a database of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    return {
        **kept, "DOORSTEP_DATABASE_URL": database_url, "DOORSTEP_NOW": "2026-11-30T10:00",
        "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1",
    }  # fmt: skip


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Runs `doorstep` in an empty folder."""

    def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *map(str, arguments)], cwd=tmp_path, env=environment,
            capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a sheet of some rows, or of bytes."""

    def make(*rows: dict[str, str], data: bytes | None = None, name: str = "courses.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(sheet(*rows) if data is None else data)
        return path

    return make


def with_people(environment: dict[str, str], count: int, *codes: str) -> None:
    """So many people with a seat in these classes."""
    store = open_store(environment["DOORSTEP_DATABASE_URL"])
    Clerk(store, empty_town(store)).enrolled(count, *codes)
    store.close()


def told(environment: dict[str, str]) -> int:
    """How many messages about changes wait to be sent."""
    store = open_store(environment["DOORSTEP_DATABASE_URL"])
    posts = len(Clerk(store, empty_town(store)).posted("change"))
    store.close()
    return posts


def data_of(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(done.stdout)


def test_a_sheet_is_brought_in_and_taken_back(run: Run, write: Callable[..., Path]) -> None:
    file = write(FIRST, SECOND)
    done = run("import", "courses", file)
    assert (done.returncode, done.stderr) == (0, "")
    assert "新增2个班" in done.stdout and "doorstep import undo 1" in done.stdout
    again = run("import", "courses", file)
    assert (again.returncode, "没有变化" in again.stdout) == (0, True)
    undone = data_of(run("import", "undo", "1", "--json"))
    assert undone == {
        "ok": True, "batch": 1, "removed": 2, "restored": 0, "to_notify": 0, "notified": 0, "error": "",
    }  # fmt: skip
    twice = run("import", "undo", "1")
    assert twice.returncode == 2
    assert "已经撤销过" in twice.stderr


def test_whoever_must_be_told_is_counted_and_nothing_done_without_an_answer(
    run: Run, write: Callable[..., Path], environment: dict[str, str]
) -> None:
    run("import", "courses", write(FIRST))
    with_people(environment, 3, "SF-1")
    file = write(MOVED)
    for arguments in ((), ("--json",)):
        refused = run("import", "courses", file, *arguments)
        assert refused.returncode == 2
        assert "将通知3人" in refused.stdout + refused.stderr
        assert "Traceback" not in refused.stderr
    dry = run("import", "courses", file, "--dry-run")
    assert (dry.returncode, "将通知3人" in dry.stdout) == (0, True)
    assert told(environment) == 0
    both = run("import", "courses", file, "--notify", "--silent")
    assert both.returncode == 2
    done = run("import", "courses", file, "--notify")
    assert (done.returncode, "已通知3人" in done.stdout) == (0, True)
    assert told(environment) == 3
    back = run("import", "undo", "2")
    assert (back.returncode, "将通知3人" in back.stderr) == (2, True)
    assert data_of(run("import", "undo", "2", "--silent", "--json"))["restored"] == 1
    assert told(environment) == 3


ANSWERS = {"y": (3, "已通知3人"), "n": (0, "没有通知"), "": (0, "什么也没有写入")}


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("answer", ANSWERS)
def test_at_a_terminal_it_asks(
    run: Run, write: Callable[..., Path], environment: dict[str, str], tmp_path: Path, answer: str
) -> None:
    run("import", "courses", write(FIRST))
    with_people(environment, 3, "SF-1")
    keyboard, terminal = pty.openpty()
    os.write(keyboard, f"{answer}\n".encode())
    done = subprocess.run(
        [sys.executable, "-m", "bot", "import", "courses", str(write(MOVED))], cwd=tmp_path, env=environment,
        stdin=terminal, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    os.close(keyboard)
    os.close(terminal)
    messages, said = ANSWERS[answer]
    assert (done.returncode, said in done.stdout) == (0, True), done.stdout + done.stderr
    assert "将通知3人" in done.stdout
    assert told(environment) == messages


@pytest.mark.parametrize("kind", ["sqlite"])
def test_everything_wrong_is_said_in_one_go_and_nothing_written(run: Run, write: Callable[..., Path]) -> None:
    file = write(data=WRONG)
    done = run("import", "courses", file)
    assert done.returncode == 1
    for said in (
        "第 2 行「fee」“五十”",
        "第 2 行「category」“天文”",
        "第 4 行「capacity」“许多”",
        "一共3处要改",
    ):
        assert said in done.stdout
    data = data_of(run("import", "courses", file, "--json"))
    assert (data["ok"], data["batch"], data["created"]) == (False, None, 0)
    assert [(one["row"], one["column"]) for one in data["problems"]] == [
        (2, "category"), (2, "fee"), (4, "capacity"),
    ]  # fmt: skip
    assert data_of(run("import", "courses", write(SECOND), "--json"))["created"] == 1


def test_fewer_seats_than_people_stand_beside_the_other_problems(
    run: Run, write: Callable[..., Path], environment: dict[str, str]
) -> None:
    run("import", "courses", write(FIRST))
    with_people(environment, 2, "SF-1")
    data = data_of(
        run("import", "courses", write({**FIRST, "capacity": "1"}, {**SECOND, "fee": "五十"}), "--json")
    )
    assert {(one["row"], one["column"], one["value"]) for one in data["problems"]} == {
        (2, "capacity", "1"), (3, "fee", "五十"),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_report_gives_the_sheet_back_with_the_wrong_cells_marked(
    run: Run, write: Callable[..., Path], tmp_path: Path
) -> None:
    report = tmp_path / "marked.xlsx"
    assert run("import", "courses", write(data=WRONG), "--report", report).returncode == 1
    book = load_workbook(report)
    fee = book.worksheets[0].cell(2, list(FIRST).index("fee") + 1)
    assert fee.comment is not None and "看不懂费用" in fee.comment.text
    assert book[LIST_SHEET].max_row > 3
    assert run("import", "courses", write(FIRST), "--report", tmp_path / "marked.csv").returncode == 2


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_college_sheet_with_its_map(run: Run) -> None:
    arguments = (DATA / "senior-college-shape.csv", "--map", DATA / "senior-college-shape.toml")
    data = data_of(run("import", "courses", *arguments, "--json"))
    assert data["ok"] and data["created"] >= 10
    assert data_of(run("import", "courses", *arguments, "--json"))["unchanged"] == data["created"]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_units_come_in(run: Run, write: Callable[..., Path]) -> None:
    file = write(data="机构编号,名称,级别,上级\nCG,城关学校,学校,\n".encode("gb18030"), name="units.csv")
    assert "新增1个机构" in run("import", "units", file, "--dry-run").stdout
    assert data_of(run("import", "units", file, "--json"))["created"] == 1
    assert "没有变化" in run("import", "units", file).stdout
    bad = run(
        "import", "units", write(data="机构编号,名称,级别\nCG,城关学校,大学\n".encode(), name="units.csv")
    )
    assert (bad.returncode, "第 2 行「级别」“大学”" in bad.stdout) == (1, True)


UNUSABLE = {
    "no such file": (None, "找不到文件"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "另存为"),
    "an empty file": (b"", "空的"),
    "a letter": ("尊敬的学员：您好".encode(), "没有找到表头"),
}


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("name", UNUSABLE)
def test_a_file_that_is_no_sheet_is_refused_in_a_sentence(
    run: Run, write: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    data, said = UNUSABLE[name]
    file = tmp_path / "nothing.csv" if data is None else write(data=data)
    done = run("import", "courses", file)
    assert (done.returncode, said in done.stdout) == (1, True), done.stdout + done.stderr
    assert said in data_of(run("import", "courses", file, "--json"))["error"]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_template_can_be_brought_in_as_it_is(run: Run, tmp_path: Path) -> None:
    assert run("template", "--out", "空白表.xlsx").returncode == 0
    filled = (tmp_path / "空白表.xlsx").read_bytes()
    assert run("template", "--out", "空白表.xlsx").returncode == 2, "what a clerk has filled in is not lost"
    assert (tmp_path / "空白表.xlsx").read_bytes() == filled
    brought = data_of(run("import", "courses", "空白表.xlsx", "--json"))
    assert brought["created"] == 0, "the example row is no class"
