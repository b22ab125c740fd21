"""`doorstep enrol batch` and `doorstep act`: a paper list, and what is said at the desk."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.bot.program import doorstep
from tests.bot.test_cli_basics import refused
from tests.bot.test_cli_classes import NOW, desk, talk  # noqa: F401  (desk is a fixture)

CLERK = "terminal:clerk"


@pytest.fixture
def office(desk: Path) -> Path:  # noqa: F811
    """The same with a clerk, and a list of three on paper."""
    assert doorstep(desk, "grant", CLERK, "editor", "--unit", "root", NOW=NOW).returncode == 0
    book = openpyxl.Workbook()
    for line in (["新城村报名名单"], ["序号", "姓名"], [1, "王秀兰"], [2, "李建国"], [3, "王秀兰"]):
        book.active.append(line)
    book.save(desk / "list.xlsx")
    return desk


def batch(folder: Path, *more: str, file: str = "list.xlsx", by: str = CLERK):  # type: ignore[no-untyped-def]
    return doorstep(folder, "enrol", "batch", file, "--class", "T002", "--by", by, *more, NOW=NOW)


def roster(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(doorstep(folder, "roster", "T002", "--json", NOW=NOW).stdout)
    return found


def test_a_dry_run_says_what_would_come_and_changes_nothing(office: Path) -> None:
    done = batch(office, "--dry-run")
    assert "王秀兰  已报名" in done.stdout and "名单里重复了" in done.stdout
    assert "没有报名" in done.stdout
    assert roster(office) == []


def test_a_list_is_enrolled_and_slips_are_written(office: Path) -> None:
    done = batch(office, "--json", "--slips", "slips.html")
    assert done.returncode == 1, "one line was refused"
    told = json.loads(done.stdout)
    assert [(one["line"], one["name"], one["state"], one["reason"]) for one in told] == [
        (3, "王秀兰", "enrolled", None),
        (4, "李建国", "enrolled", None),
        (5, "王秀兰", "refused", "paper_twice"),
    ]
    entries = roster(office)
    assert [(one["name"], one["state"]) for one in entries] == [
        ("王秀兰", "enrolled"),
        ("李建国", "enrolled"),
    ]
    assert all(one["by"] for one in entries)
    page = (office / "slips.html").read_text("utf-8")
    assert page.count('class="slip"') == 2 and "上午9点" in page
    assert doorstep(office, "seats", "verify", NOW=NOW).returncode == 0


def test_a_second_run_enrols_nobody_twice(office: Path) -> None:
    batch(office)
    again = batch(office)
    assert "已经报过了" in again.stdout
    assert len(roster(office)) == 2


def test_a_file_of_names_alone(office: Path) -> None:
    (office / "names.csv").write_text("新城村名单\n张桂英\n陈大爷\n", "utf-8")
    done = batch(office, file="names.csv")
    assert "新城村名单  这个称呼不合适" in done.stdout
    assert [one["name"] for one in roster(office)] == ["张桂英", "陈大爷"]


def test_only_staff_may(office: Path) -> None:
    refused(batch(office, by="terminal:nobody"), "may not bring lists")
    assert roster(office) == []


def test_at_the_desk_a_mother_without_a_phone_lets_her_daughter(office: Path) -> None:
    talk(office, "你好")
    done = doorstep(office, "act", "allow", "terminal:小王", "--name", "李桂兰", "--label", "妈妈", NOW=NOW)
    assert done.returncode == 0 and "may enrol 李桂兰" in done.stdout
    assert "妈妈" in doorstep(office, "act", "list", "terminal:小王", NOW=NOW).stdout
    told = talk(office, "书法", "1", "给妈妈报名", "同意", "小王", "确认报名", "我的课")
    assert "由小王代李桂兰报名" in told and "妈妈（由您代报）" in told
    (entry,) = roster(office)
    assert (entry["name"], entry["by"]) == ("李桂兰", "小王")
    assert "1 ended" in doorstep(office, "act", "end", "terminal:小王", NOW=NOW).stdout
    assert "妈妈" not in talk(office, "我的课")


def test_the_desk_needs_somebody(office: Path) -> None:
    refused(doorstep(office, "act", "allow", "terminal:小王", NOW=NOW), "say who is to be enrolled")
