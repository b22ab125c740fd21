"""The command line as an operator meets it: one clear line, the right exit code, never a traceback."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import COMMANDS
from bot.compose import opened
from bot.instance import only_one
from bot.settings import Settings

ROOT = Path(__file__).parents[2]


def doorstep(
    folder: Path, *arguments: str, typed: str | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the program in an empty folder with nothing but the named DOORSTEP_ variables set."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    environment |= {f"DOORSTEP_{name}": value for name, value in variables.items()}
    environment |= {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder, env=environment, input=typed, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """One line for each of `words` on stderr, nothing on stdout, exit code 2."""
    lines = done.stderr.splitlines()
    assert (done.returncode, done.stdout, len(lines)) == (2, "", len(words)), done
    for line, said in zip(lines, words, strict=True):
        assert line.startswith("doorstep: ")
        assert said in line


def test_help_names_every_command(tmp_path: Path) -> None:
    done = doorstep(tmp_path, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout


def test_a_misspelt_command_is_guessed(tmp_path: Path) -> None:
    refused(doorstep(tmp_path, "gant"), "there is no command 'gant'; did you mean 'grant'?")


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_bad_settings_are_all_told_and_nothing_is_made(tmp_path: Path, command: str) -> None:
    done = doorstep(tmp_path, command, PORT="x", NOW="soon")
    refused(done, "DOORSTEP_PORT is not a whole number", "DOORSTEP_NOW is not a time")
    assert list(tmp_path.iterdir()) == []


REFUSED = [
    (
        ["migrate"],
        {"DATABASE_URL": "mysql://u:geheim@host/name"},
        "use sqlite:///path or postgresql+psycopg://",
    ),
    (
        ["migrate"],
        {"DATABASE_URL": "postgresql+psycopg://u:geheim@127.0.0.1:1/d"},
        "PostgreSQL cannot be reached",
    ),
    (["migrate"], {"DATABASE_URL": "sqlite:////dev/null/x.db"}, "check DOORSTEP_DATABASE_URL"),
    (["run", "--role", "chat"], {}, "--role chat needs PostgreSQL"),
    (["run", "--role", "worker"], {}, "--role worker needs PostgreSQL"),
    (["run", "--role", "boss"], {}, "choose all, chat or worker"),
    (["grant", "telegram:me", "owner", "--unit", "root"], {}, "is not an account"),
    (["grant", "wechat:1", "owner", "--unit", "root"], {}, "is not an account"),
    (["grant", "telegram:1", "boss", "--unit", "root"], {}, "is not a role (角色)"),
    (["grant", "telegram:1", "owner", "--unit", "nowhere"], {}, "there is no unit (机构) 'nowhere'"),
    (["revoke", "telegram:1", "owner", "--unit", "root"], {}, "nobody is known as telegram:1"),
]


@pytest.mark.parametrize(("arguments", "variables", "words"), REFUSED)
def test_what_cannot_be_done_gets_one_line(
    tmp_path: Path, arguments: list[str], variables: dict[str, str], words: str
) -> None:
    done = doorstep(tmp_path, *arguments, **variables)
    refused(done, words)
    assert "geheim" not in done.stderr


def test_a_wrong_call_shows_how_it_is_meant(tmp_path: Path) -> None:
    done = doorstep(tmp_path, "grant")
    assert done.returncode == 2
    assert "Usage: doorstep grant" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_run_on_one_sqlite_file_is_refused(tmp_path: Path) -> None:
    with only_one(tmp_path / "var" / "doorstep.db"):
        refused(doorstep(tmp_path, "run"), f"another Doorstep (process {os.getpid()}) is already running")


def test_a_port_in_use_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused(doorstep(tmp_path, "run", PORT=str(port)), f"port {port} is in use by another program")


def test_a_program_older_than_its_database_refuses(tmp_path: Path) -> None:
    assert doorstep(tmp_path, "migrate").returncode == 0
    with sqlite3.connect(tmp_path / "var" / "doorstep.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    refused(doorstep(tmp_path, "run", PORT="0"), "older than its database")


def test_migrating_says_what_it_did(tmp_path: Path) -> None:
    assert "was brought up to date" in doorstep(tmp_path, "migrate").stdout
    assert "was up to date already" in doorstep(tmp_path, "migrate").stdout


def test_a_role_is_given_and_taken_back(tmp_path: Path) -> None:
    given = [doorstep(tmp_path, "grant", "telegram:1", "owner", "--unit", "root").stdout for _ in range(2)]
    assert given == ["telegram:1 is owner of root.\n", "telegram:1 was owner of root already.\n"]
    taken = doorstep(tmp_path, "revoke", "telegram:1", "owner", "--unit", "root")
    assert taken.stdout == "telegram:1 is no longer owner of root.\n"


def test_the_doctor_says_what_to_do(tmp_path: Path) -> None:
    well = doorstep(tmp_path, "doctor", POORT="1")
    assert well.returncode == 0
    assert "warn  settings: DOORSTEP_POORT is not a setting; did you mean DOORSTEP_PORT?" in well.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_fails_where_telegram_cannot_be_reached_and_keeps_the_token(tmp_path: Path) -> None:
    ill = doorstep(tmp_path, "doctor", TELEGRAM_TOKEN="1:secret-part", TELEGRAM_API_URL="http://127.0.0.1:1")
    assert ill.returncode == 1
    assert "fail  telegram: 127.0.0.1 cannot be reached" in ill.stdout
    assert "secret-part" not in ill.stdout + ill.stderr


def test_without_a_public_address_nobody_is_sent_to_this_machine(tmp_path: Path) -> None:
    told = doorstep(tmp_path, "doctor").stdout
    [line] = [line for line in told.splitlines() if "public address" in line]
    assert line.startswith("warn  public address: not set") and "before printing posters" in line
    assert "127.0.0.1" not in line


@pytest.mark.parametrize(("chosen", "seen"), [("", ""), ("https://door.example", "https://door.example")])
def test_only_the_public_address_goes_into_messages(tmp_path: Path, chosen: str, seen: str) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/doorstep.db", public_url=chosen, _env_file=None)
    with opened(settings, catalogue=False) as house:
        assert house.town.public_url == seen
