"""The running program: it opens, says how it is, keeps others off its file, and stops cleanly."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


class Program:
    """`doorstep run` in a folder of its own, on a port of its own."""

    def __init__(self, folder: Path, *options: str, **variables: str) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
        chosen = {"PORT": "0", "DATABASE_URL": f"sqlite:///{folder}/run.db"} | variables
        self.environment = kept | {f"DOORSTEP_{name}": value for name, value in chosen.items()}
        self.environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        self.log = (folder / "log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", *options],
            cwd=folder, env=self.environment, stdout=subprocess.PIPE, stderr=self.log, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"{line!r} {self.logged()}"
        self.url = found[0]

    def get(self, path: str) -> tuple[int, dict[str, str], str]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read().decode()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(timeout=20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def logged(self) -> str:
        self.log.flush()
        return (self.folder / "log").read_text("utf-8")

    def close(self) -> None:
        self.stop(signal.SIGKILL)
        self.log.close()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path)
    yield made
    made.close()


def test_it_opens_and_says_how_it_is(program: Program) -> None:
    assert program.get("/healthz")[0] == 200
    ready = _until_ready(program)
    assert ready["database"]["ok"] and ready["sender"]["ok"]
    assert ready["scheduler"]["last_tick_seconds_ago"] < 10
    status, headers, text = program.get("/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain")
    assert "doorstep_loop_delay_seconds_count" in text


def test_every_answer_carries_the_headers_of_the_house(program: Program) -> None:
    for path in ("/healthz", "/readyz", "/nothing-here"):
        headers = program.get(path)[1]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert "Server" not in headers


def test_an_unused_sqlite_file_of_any_name_gets_the_sample_town(program: Program) -> None:
    _until_ready(program)
    assert _classes(program.folder / "run.db") > 100


def test_without_the_sample_town_it_stays_empty(tmp_path: Path) -> None:
    made = Program(tmp_path, "--no-sample")
    try:
        _until_ready(made)
        assert _classes(tmp_path / "run.db") == 0
    finally:
        made.close()


def _classes(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM offering").fetchone()
    return int(count)


def test_a_second_run_on_its_file_is_refused_and_the_first_goes_on(program: Program) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "bot", "run"], cwd=program.folder, env=program.environment,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert second.returncode == 2
    (line,) = second.stderr.splitlines()
    assert f"another Doorstep (process {program.process.pid}) is already running" in line
    assert program.get("/healthz")[0] == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(program: Program, number: signal.Signals) -> None:
    assert program.stop(number) == 0
    assert "Traceback" not in program.logged()


def test_after_a_kill_the_file_is_free_and_civil_time_did_not_run_back(tmp_path: Path) -> None:
    first = Program(tmp_path, NOW="2031-05-01T09:00")
    _until_ready(first)
    first.close()
    second = Program(tmp_path)
    try:
        _until_ready(second)
    finally:
        second.close()
    raw = sqlite3.connect(tmp_path / "run.db")
    (civil,) = raw.execute("SELECT value FROM setting WHERE key = 'civil_time'").fetchone()
    raw.close()
    assert civil >= "2031-05-01T01:00"


def _until_ready(program: Program) -> Any:
    for _ in range(100):
        status, _, text = program.get("/readyz")
        if status == 200:
            return json.loads(text)
        time.sleep(0.05)
    raise AssertionError(text + program.logged())
