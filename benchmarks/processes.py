"""Processes of a benchmark: started, waited for until they answer, looked at, and ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

START_SECONDS = 60.0


class NotStarted(Exception):
    """A process ended or did not answer in time; the text holds its last words."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> tuple[int, bytes]:
    """A plain GET of 127.0.0.1: (status, body). Raises OSError."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def process(
    arguments: list[str], port: int, log: Path, *, environment: Mapping[str, str] | None = None,
    ready: str = "/readyz", poll: float = 0.05, quiet_cwd: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:  # fmt: skip
    """`python arguments…`, from when `ready` answers 200 to its end by SIGTERM. Raises NotStarted."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    surroundings |= {"PYTHONPATH": str(Path(__file__).parents[1]), **(environment or {})}
    with log.open("ab") as words:
        started = subprocess.Popen(
            [sys.executable, *arguments], env=surroundings, cwd=quiet_cwd or log.parent, stdout=words,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait(started, port, ready, poll, log)
            yield started
        finally:
            _end(started)


def _wait(started: subprocess.Popen[bytes], port: int, path: str, poll: float, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if started.poll() is not None:
            break
        try:
            if get(port, path)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(poll)
    words = log.read_text("utf-8", "replace").splitlines()[-8:]
    raise NotStarted("\n".join(words) or "it said nothing")


def _end(started: subprocess.Popen[bytes]) -> None:
    if started.poll() is None:
        started.send_signal(signal.SIGTERM)
        try:
            started.wait(20)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def resident_megabytes(pid: int) -> float:
    """The resident memory of a process in MB (10**6 bytes)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ProcessLookupError(pid)


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
