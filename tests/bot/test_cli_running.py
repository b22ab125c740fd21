"""`doorstep classes` and `doorstep fees`, as the desk uses them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.program import doorstep
from tests.bot.test_cli_basics import refused
from tests.bot.test_cli_classes import NOW, SHEET, talk

SECOND = {
    **SHEET,
    "code": "T003",
    "schedule": "周三 09:00-10:30",
    "starts_on": "2026-12-02",
    "ends_on": "2026-12-23",
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Two parallel classes with a fee, and 王小明 in the first."""
    buffer = io.StringIO()
    rows = [{**one, "fee": "120"} for one in (SHEET, SECOND)]
    csv.writer(buffer).writerows([list(rows[0]), *(list(one.values()) for one in rows)])
    (tmp_path / "courses.csv").write_text(buffer.getvalue(), "utf-8")
    done = doorstep(tmp_path, "import", "courses", "courses.csv", NOW=NOW)
    assert done.returncode == 0, done
    told = talk(tmp_path, "T002", "1", "报名", "好", "王小明", "确认报名")
    assert "已报名" in told
    return tmp_path


def asked(folder: Path, *arguments: str) -> Any:
    done = doorstep(folder, *arguments, "--json", NOW=NOW)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_class_is_merged_and_what_was_paid_goes_along(desk: Path) -> None:
    paid = asked(desk, "fees", "pay", "T002", "--person", "terminal:小王", "--amount", "100")
    assert (paid["due"], paid["paid"], paid["balance"]) == ("120", "100", "20")
    assert asked(desk, "classes", "merge", "T002", "--into", "T003") == {"seated": 1, "waiting": 0, "told": 1}
    assert [one["state"] for one in asked(desk, "roster", "T003")] == ["enrolled"]
    assert [one["state"] for one in asked(desk, "roster", "T002")] == ["withdrawn"]
    (account,) = asked(desk, "fees", "T003")
    assert (account["paid"], account["balance"]) == ("100", "20")
    assert doorstep(desk, "seats", "verify", NOW=NOW).returncode == 0
    refused(
        doorstep(desk, "classes", "merge", "T002", "--into", "T003", NOW=NOW), "One of the classes is over"
    )


def test_a_class_is_cancelled_and_its_fee_given_back(desk: Path) -> None:
    asked(desk, "fees", "pay", "T002", "--person", "terminal:小王")
    assert asked(desk, "classes", "cancel", "T002", "--reason", "人太少") == {"affected": 1, "told": 1}
    (account,) = asked(desk, "fees", "T002")
    assert account["balance"] == "-120"
    too_much = ("fees", "refund", "T002", "--person", "terminal:小王", "--amount", "130")
    refused(doorstep(desk, *too_much, NOW=NOW), "at most 120")
    assert asked(desk, "fees", "refund", "T002", "--person", "terminal:小王")["balance"] == "0"


def test_what_was_noted_by_mistake_is_taken_back(desk: Path) -> None:
    back = ("fees", "take-back", "T002", "--person", "terminal:小王", "--reason", "记错人了")
    refused(doorstep(desk, *back, NOW=NOW), "Nothing noted at the desk can be taken back")
    asked(desk, "fees", "pay", "T002", "--person", "terminal:小王", "--amount", "100")
    refused(doorstep(desk, *back[:-1], "  ", NOW=NOW), "--reason must say why")
    account = asked(desk, *back)
    assert (account["paid"], account["balance"]) == ("0", "120")
    assert [(one["kind"], one["yuan"], one["reason"]) for one in account["entries"]] == [
        ("due", "120", ""), ("paid", "-100", ""), ("paid", "100", "记错人了"),
    ]  # fmt: skip
    refused(doorstep(desk, *back, NOW=NOW), "Nothing noted")


def test_one_person_changes(desk: Path) -> None:
    change = ("classes", "transfer", "T002", "--to", "T003", "--person", "terminal:小王")
    assert asked(desk, *change) == {"state": "enrolled", "position": 0}
    refused(doorstep(desk, *change, NOW=NOW), "has no place in T002")


def test_the_least_number_of_learners(desk: Path) -> None:
    done = doorstep(desk, "classes", "minimum", "T002", "8", "--by", "2026-11-30", NOW=NOW)
    assert "T002 needs 8 learners by 2026-11-30" in done.stdout
    refused(doorstep(desk, "classes", "minimum", "T002", "21", "--by", "2026-11-30", NOW=NOW), "has 20 seats")
    refused(doorstep(desk, "classes", "minimum", "T002", "8", "--by", "2026-11-01", NOW=NOW), "is past")


def test_the_rules_of_a_unit(desk: Path) -> None:
    held = asked(desk, "fees", "rules", "--unit", "root")
    assert held == {"refund": {"0": 100, "1": 70, "2": 0}, "discounts": {}}
    held = asked(desk, "fees", "rules", "--unit", "root", "--refund", "90/0", "--discount", "老学员=20")
    assert held == {"refund": {"0": 90, "1": 0}, "discounts": {"老学员": 20}}
    less = asked(desk, "fees", "waive", "T002", "--person", "terminal:小王", "--reason", "老学员")
    assert (less["off"], less["balance"]) == ("24", "96")
    everything = asked(desk, "fees", "waive", "T002", "--person", "terminal:小王")
    assert (everything["off"], everything["balance"], everything["reason"]) == ("120", "0", "全免")
    refused(doorstep(desk, "fees", "rules", "--unit", "root", "--refund", "x", NOW=NOW), "is no schedule")
    none = ("fees", "waive", "T002", "--person", "terminal:小王", "--reason", "没有")
    refused(doorstep(desk, *none, NOW=NOW), "has no reduction")
