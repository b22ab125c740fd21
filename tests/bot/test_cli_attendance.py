"""`doorstep attendance` and `doorstep hours`: what the chat noted, seen from the desk."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bot.program import doorstep
from tests.bot.test_cli_basics import refused
from tests.bot.test_cli_classes import desk, talk

__all__ = ["desk"]
CLASS_DAY = "2026-12-01T09:05"


def say(folder: Path, who: str, now: str, *said: str) -> str:
    lines = "\n".join(json.dumps({"text": text}) for text in said)
    done = doorstep(folder, "chat", "--as", who, "--json", typed=lines + "\n", NOW=now)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_roll_is_seen_from_the_desk(desk: Path) -> None:
    talk(desk, "书法", "1", "报名", "好", "王小明", "确认报名")
    assert (
        doorstep(desk, "grant", "terminal:老师", "teacher", "--unit", "root", NOW=CLASS_DAY).returncode == 0
    )
    assert "点完了" in say(desk, "老师", CLASS_DAY, "点名", "全到", "点完了")
    shown = doorstep(desk, "attendance", "T002", "2026-12-01", NOW=CLASS_DAY)
    assert shown.stdout.splitlines() == ["2026-12-01 09:00  到1", "  王小明  到  2学时"]
    (first, *others) = json.loads(doorstep(desk, "attendance", "T002", "--json", NOW=CLASS_DAY).stdout)
    assert (first["closed"], first["count"]["present"], first["people"][0]["hours"]) == (True, 1, "2")
    assert [one["closed"] for one in others] == [False] * 3
    refused(
        doorstep(desk, "attendance", "T002", "2026-12-02", NOW=CLASS_DAY), "no session (课次) on 2026-12-02"
    )
    figures = json.loads(doorstep(desk, "hours", "show", "terminal:小王", "--json", NOW=CLASS_DAY).stdout)
    assert (figures["hours"], figures["sessions"], figures["kinds"]) == ("2", 1, {"arts": "2"})
    refused(doorstep(desk, "hours", "show", "terminal:没人", NOW=CLASS_DAY), "nobody is known")


def test_how_a_unit_counts_is_data(desk: Path) -> None:
    before = json.loads(doorstep(desk, "hours", "rule", "--unit", "root", "--json").stdout)
    assert before["minutes_per_hour"] == 45
    done = doorstep(desk, "hours", "rule", "--unit", "root", "--minutes", "90", "--late", "50")
    assert "90 minutes" in done.stdout and "50 %" in done.stdout
    talk(desk, "书法", "1", "报名", "好", "王小明", "确认报名")
    doorstep(desk, "grant", "terminal:老师", "teacher", "--unit", "root", NOW=CLASS_DAY)
    say(desk, "老师", CLASS_DAY, "点名", "记迟到", "1", "点完了")
    figures = json.loads(doorstep(desk, "hours", "show", "terminal:小王", "--json", NOW=CLASS_DAY).stdout)
    assert figures["hours"] == "0.5"
    refused(doorstep(desk, "hours", "rule", "--unit", "nowhere"), "there is no unit")
