"""`doorstep invite` and `doorstep survey`: a link that is printed once, and answers without names."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

from tests.bot.program import doorstep
from tests.bot.test_cli_basics import refused

PUBLIC = {"PUBLIC_URL": "https://door.example"}


def talk(folder: Path, name: str, *lines: dict[str, str]) -> list[str]:
    said = "\n".join(json.dumps(line) for line in lines)
    done = doorstep(folder, "chat", "--as", name, "--json", typed=said)
    return ["\n".join(m["text"] for m in json.loads(line)["messages"]) for line in done.stdout.splitlines()]


def test_a_link_is_made_opened_listed_and_taken_back(tmp_path: Path) -> None:
    assert doorstep(tmp_path, "migrate").returncode == 0
    made = doorstep(tmp_path, "invite", "--unit", "root", "--role", "editor", **PUBLIC)
    assert (made.returncode, made.stderr) == (0, "")
    assert re.fullmatch(r"https://door\.example/i/\d{24}\n", made.stdout)
    token = made.stdout.strip().rpartition("/")[2]
    told = talk(tmp_path, "zhao", {"text": f"/start i_{token}"}, {"text": "接受"})
    assert "编辑" in told[0] and "您现在是" in told[1]
    assert doorstep(tmp_path, "invite", "--list").stdout == ""
    second = doorstep(tmp_path, "invite", "--unit", "root", "--role", "viewer", "--json", **PUBLIC)
    start = json.loads(second.stdout)["start"]
    assert "viewer of root" in doorstep(tmp_path, "invite", "--list").stdout
    assert "taken back" in doorstep(tmp_path, "invite", "--revoke", "2").stdout
    assert "撤回了" in talk(tmp_path, "qian", {"text": start})[0]
    refused(doorstep(tmp_path, "invite", "--revoke", "2"), "used, taken back or is over already")


def test_what_cannot_be_invited(tmp_path: Path) -> None:
    assert doorstep(tmp_path, "migrate").returncode == 0
    refused(doorstep(tmp_path, "invite", "--unit", "root"), "say --unit CODE and --role ROLE")
    refused(doorstep(tmp_path, "invite", "--unit", "root", "--role", "king"), "is not a role")
    refused(doorstep(tmp_path, "invite", "--unit", "nowhere", "--role", "editor"), "there is no unit")


SHEET = (
    "课程编号,课程名称,类别,开课日期,结课日期,上课时间,地点\n"
    "JZ01,剪纸,人文艺术,2026-12-12,2027-01-09,周六 9:00-10:30,活动室\n"
)


def test_a_survey_for_programs(tmp_path: Path) -> None:
    assert doorstep(tmp_path, "migrate").returncode == 0
    (tmp_path / "a.csv").write_text(SHEET, "utf-8")
    now = {"NOW": "2026-12-02T10:00"}
    assert doorstep(tmp_path, "import", "courses", "a.csv", **now).returncode == 0
    with sqlite3.connect(tmp_path / "var" / "doorstep.db") as raw:
        person = "INSERT INTO person (name, lang, big, remind_evening, remind_hour, weekly, created_at)"
        at = "2026-12-02T02:00:00.000000+00:00"
        for number in range(1, 7):
            raw.execute(f"{person} VALUES ('王', 'zh', 0, 1, 1, 1, ?)", (at,))
            raw.execute(
                "INSERT INTO account (platform, external_id, person_id, chat, verified, state, recovery_hash,"
                " cookie_epoch, created_at, seen_at) VALUES ('terminal', ?, ?, '', 1, 'active', '', 0, ?, ?)",
                (str(number), number, at, at),
            )
            raw.execute(
                "INSERT INTO enrolment (person_id, offering_id, account_id, state, name, age_confirmed,"
                " remind, ended, created_at, since) VALUES (?, 1, ?, 'enrolled', '王', 0, 1, '', ?, ?)",
                (number, number, at, at),
            )
            raw.execute(
                "INSERT INTO survey (offering_id, enrolment_id, score, words, asked_at)"
                " VALUES (1, ?, ?, ?, ?)",
                (number, 5 if number < 5 else None, "好" if number == 1 else "", at),
            )
    raw.close()
    few = json.loads(doorstep(tmp_path, "survey", "JZ01", "--json", **now).stdout)
    assert few == {"code": "JZ01", "title": "剪纸", "asked": 6, "answered": 4, "shown": False}
    with sqlite3.connect(tmp_path / "var" / "doorstep.db") as raw:
        raw.execute("UPDATE survey SET score = 3 WHERE id = 5")
    raw.close()
    shown = json.loads(doorstep(tmp_path, "survey", "JZ01", "--json", **now).stdout)
    assert shown["scores"] == {"5": 4, "4": 0, "3": 1, "2": 0, "1": 0}
    assert (shown["average"], shown["words"], shown["answered"]) == (4.6, ["好"], 5)
