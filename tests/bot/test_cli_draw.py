"""The commands of windows, draws and reasons, from a clerk's screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.program import doorstep
from tests.bot.test_cli_basics import refused
from tests.bot.test_cli_classes import SHEET

OPEN = "2026-11-30T10:00"
CLOSED = "2026-12-02T00:10"
DRAWN = "2026-12-02T10:00"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder whose database has one class of one seat that begins on the 9th of December."""
    import csv

    row = SHEET | {
        "starts_on": "2026-12-09", "ends_on": "2026-12-30", "capacity": "1", "schedule": "周三 09:00-10:30",
    }  # fmt: skip
    with (tmp_path / "courses.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(row), list(row.values())])
    done = doorstep(tmp_path, "import", "courses", "courses.csv", NOW=OPEN)
    assert done.returncode == 0, done
    return tmp_path


def to_be_drawn(desk: Path) -> None:
    done = doorstep(
        desk, "window", "set", "T002", "--mode", "draw", "--closes", "2026-12-01", "--draws-at",
        "2026-12-02 10:00", NOW=OPEN,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "commitment" in done.stdout and "T002" in done.stdout


def talk(folder: Path, who: str, *said: str, now: str = OPEN) -> str:
    """What somebody is told at the terminal."""
    lines = "\n".join(json.dumps({"text": text}) for text in said)
    done = doorstep(folder, "chat", "--as", who, "--json", typed=lines + "\n", NOW=now)
    assert done.returncode == 0, done.stderr
    texts = [message["text"] for line in done.stdout.splitlines() for message in json.loads(line)["messages"]]
    return "\n".join(texts)


def test_a_draw_from_its_setting_to_its_verified_file(desk: Path) -> None:
    to_be_drawn(desk)
    for who in ("小王", "老李"):
        told = talk(desk, who, "书法", "1", "登记抽签", "同意", who, "确认登记")
        assert "第一志愿" in told and "已报名" not in told
    early = doorstep(desk, "draw", "run", "T002", NOW=OPEN)
    refused(early, "still takes applications")
    assert "list_hash" not in doorstep(desk, "draw", "commit", "1", NOW=OPEN).stdout
    assert "list_hash" in doorstep(desk, "draw", "commit", "1", NOW=CLOSED).stdout
    refused(doorstep(desk, "draw", "publish", "1", NOW=CLOSED), "has not been run")
    run = doorstep(desk, "draw", "run", "1", "--public", "双色球 2026139: 03 08 17", NOW=CLOSED)
    assert run.returncode == 0, run.stderr
    refused(doorstep(desk, "draw", "run", "1", NOW=CLOSED), "never done twice")
    done = doorstep(desk, "draw", "publish", "1", "--out", "draw.json", NOW=DRAWN)
    assert "2 people told" in done.stdout, done.stderr
    assert doorstep(desk, "draw", "verify", "draw.json").returncode == 0
    roster = json.loads(doorstep(desk, "roster", "T002", "--json", NOW=DRAWN).stdout)
    assert [entry["state"] for entry in roster] == ["enrolled", "waiting"]
    loser = roster[1]["account"]
    why = doorstep(desk, "explain", "T002", "--person", loser, "--lang", "zh", NOW=DRAWN)
    assert "抽到第1号为止，您是第2号" in why.stdout and "您排第1位" in why.stdout
    assert doorstep(desk, "seats", "verify", NOW=DRAWN).returncode == 0


def test_a_bent_file_is_found(desk: Path) -> None:
    to_be_drawn(desk)
    talk(desk, "小王", "书法", "1", "登记抽签", "同意", "小王", "确认登记")
    doorstep(desk, "draw", "run", "1", NOW=CLOSED)
    doorstep(desk, "draw", "publish", "1", "--out", "draw.json", NOW=DRAWN)
    text = (desk / "draw.json").read_text("utf-8")
    (desk / "draw.json").write_text(text.replace('"lot": 1', '"lot": 2'), "utf-8")
    bent = doorstep(desk, "draw", "verify", "draw.json")
    assert bent.returncode == 1
    assert "results[0].lot says 2, and should be 1" in bent.stdout
    (desk / "other.json").write_text("{}", "utf-8")
    assert doorstep(desk, "draw", "verify", "other.json").returncode == 1
    assert doorstep(desk, "draw", "verify", "nothing.json").returncode == 2
    for content in (b"[" * 100_000, b"\xff\xfe\x00", b"", b"T002,1"):
        (desk / "other.json").write_bytes(content)
        none = doorstep(desk, "draw", "verify", "other.json")
        assert (none.returncode, none.stderr) == (1, ""), content[:10]
        assert "other.json: no JSON file of a draw" in none.stdout, content[:10]


def test_the_roster_shows_who_asked(desk: Path) -> None:
    to_be_drawn(desk)
    talk(desk, "小王", "书法", "1", "登记抽签", "同意", "小王", "确认登记")
    (entry,) = json.loads(doorstep(desk, "roster", "T002", "--json", NOW=OPEN).stdout)
    assert (entry["state"], entry["rank"], entry["position"]) == ("applied", 1, None)
    assert "登记抽签 1" in doorstep(desk, "roster", "T002", NOW=OPEN).stdout


def test_approval_by_the_clerk(desk: Path) -> None:
    assert doorstep(desk, "window", "set", "T002", "--mode", "approve", NOW=OPEN).returncode == 0
    for who in ("小王", "老李"):
        assert "待审核" in talk(desk, who, "书法", "1", "登记申请", "同意", who, "确认登记")
    waiting = json.loads(doorstep(desk, "window", "pending", "--json", NOW=OPEN).stdout)
    assert [one["name"] for one in waiting] == ["小王", "老李"]
    yes = doorstep(desk, "window", "approve", "T002", "terminal:小王", NOW=OPEN)
    assert "has a seat" in yes.stdout, yes.stderr
    no = doorstep(desk, "window", "decline", "T002", "terminal:老李", "--reason", "名额有限", NOW=OPEN)
    assert no.returncode == 0
    refused(
        doorstep(desk, "window", "decline", "T002", "terminal:老李", "--reason", "x", NOW=OPEN),
        "answered already",
    )
    why = doorstep(desk, "explain", "T002", "--person", "terminal:老李", "--lang", "zh", NOW=OPEN)
    assert "原因：名额有限。" in why.stdout
    assert "您报名的班：\n1. 书法" in talk(desk, "小王", "我的课")


def test_phases_from_a_file(desk: Path) -> None:
    (desk / "phases.csv").write_text("who,opens\n老学员,2026-12-01 09:00\n所有人,2026-12-02 09:00\n", "utf-8")
    done = doorstep(desk, "window", "set", "T002", "--mode", "fcfs", "--phases", "phases.csv", NOW=OPEN)
    assert done.returncode == 0, done.stderr
    told = talk(desk, "小王", "书法", "1", now="2026-12-01T10:00")
    assert "老学员12月1日上午9点起，所有人12月2日上午9点起" in told
    assert "轮到您是" in talk(desk, "小王", "报名", now="2026-12-01T10:00")
    shown = json.loads(doorstep(desk, "window", "show", "T002", "--json", NOW=OPEN).stdout)
    assert [phase["who"] for phase in shown["phases"]] == ["returning", "everyone"]
    assert doorstep(desk, "window", "standing", "terminal:小王", "priority", NOW=OPEN).returncode == 0


SLIPS = [
    (("window", "set", "T002", "--mode", "lottery"), "choose of fcfs, draw, approve"),
    (("window", "set", "NOWHERE", "--mode", "fcfs"), "no class"),
    (("window", "set", "T002", "--mode", "draw"), "needs --closes and --draws-at"),
    (("window", "set", "T002", "--mode", "fcfs", "--opens", "soon"), "is no time"),
    (("window", "show", "T002"), "has no window"),
    (("draw", "run", "T002"), "has no window"),
    (("explain", "T002", "--person", "terminal:nobody"), "nobody is known"),
    (("explain", "T002", "--person", "王秀兰"), "write telegram:ID, terminal:NAME or web:ID"),
    (("explain", "T002", "--person", "terminal:小王", "--lang", "fr"), "--lang is zh or en"),
    (("draw", "commit", "9" * 30), "no class"),
    (("advise", "--unit", "nowhere"), "no unit"),
    (("advise", "--unit", ""), "no unit"),
]


@pytest.mark.parametrize(("asked", "said"), SLIPS, ids=[" ".join(row[0][:4]) for row in SLIPS])
def test_a_slip_is_told_in_a_line(desk: Path, asked: tuple[str, ...], said: str) -> None:
    refused(doorstep(desk, *asked, NOW=OPEN), said)


def test_advice_where_many_came_for_few_seats(desk: Path) -> None:
    for who in ("小王", "老李", "小张"):
        talk(desk, who, "书法", "1", "报名", "同意", who, "确认报名")
    later = "2026-12-10T10:00"
    (one,) = json.loads(doorstep(desk, "advise", "--json", NOW=later).stdout)
    assert (one["asked"], one["seats"], one["recommend"]) == (3, 1, "draw")
    assert "recommend" in doorstep(desk, "advise", NOW=later).stdout
