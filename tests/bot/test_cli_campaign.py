"""`doorstep campaign`: a week made, shown, started and stopped from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bot.program import doorstep
from tests.bot.test_cli_basics import refused

NOW = {"NOW": "2026-12-02T10:00"}


def test_a_week_from_the_command_line(tmp_path: Path) -> None:
    assert doorstep(tmp_path, "migrate").returncode == 0
    made = doorstep(tmp_path, "campaign", "new", "--template", "lifelong-learning-week", "--json", **NOW)
    assert (made.returncode, made.stderr) == (0, "")
    shown = json.loads(made.stdout)
    assert (shown["id"], shown["state"]) == (1, "draft")
    assert (shown["opens"], shown["closes"]) == ("2026-12-16", "2026-12-22")
    assert shown["plan"][0]["key"] == "invitation" and shown["plan"][0]["at"] == "2026-12-02T10:00:00+08:00"
    assert [one["outcome"] for one in shown["plan"]] == [None] * len(shown["plan"])
    started = json.loads(doorstep(tmp_path, "campaign", "start", "1", "--json", **NOW).stdout)
    assert started["state"] == "running"
    assert "is running" in doorstep(tmp_path, "campaign", "show", "1", **NOW).stdout
    stopped = json.loads(doorstep(tmp_path, "campaign", "stop", "1", "--json", **NOW).stdout)
    assert stopped["state"] == "stopped"
    assert "stopped" in doorstep(tmp_path, "campaign", "list", **NOW).stdout


def test_what_cannot_be_done_is_said_in_one_line(tmp_path: Path) -> None:
    assert doorstep(tmp_path, "migrate").returncode == 0
    for arguments, words in (
        (("new", "--template", "nothing"), "no template"),
        (("new", "--opens", "tomorrow"), "is no day"),
        (("new", "--opens", "2020-01-01"), "These days do not work"),
        (("new", "--unit", "nowhere"), "there is no unit"),
        (("new", "--by", "telegram:99"), "nobody is known"),
        (("show", "7"), "there is no campaign 7"),
        (("start", "7"), "no such learning week"),
    ):
        refused(doorstep(tmp_path, "campaign", *arguments, **NOW), words)
