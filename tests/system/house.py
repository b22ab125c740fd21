"""The whole program for tests: `python -m bot run` as processes over real sockets, and its commands.

async with House(tmp_path, database_url, api, now="2026-11-30T10:00") as house:
    await house.start()
    await house.command("import", "courses", "sheet.csv")
    await house.restart(now="2026-12-04T17:59:50")
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from sqlalchemy import Engine, NullPool, create_engine, text

from tests.botapi import BotApi

ROOT = Path(__file__).parents[2]
TOKEN = "123:TEST"
READY_SECONDS = 30.0
OPEN_ROWS = (
    "SELECT id, lane, state FROM outgoing WHERE state = 'sending' OR (state = 'queued' AND lane = 'reply')"
)


@dataclass
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as data."""
        return json.loads(self.out)


class Process:
    """One running `doorstep run`."""

    def __init__(self, folder: Path, name: str, environment: dict[str, str], role: str) -> None:
        self.role = role
        self.url = ""
        self._out, self._err = folder / f"{name}.out", folder / f"{name}.log"
        with self._out.open("w") as out, self._err.open("w") as err:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "bot", "run", "--no-sample", "--role", role],
                cwd=folder, env=environment, stdout=out, stderr=err, start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Its number."""
        return self._popen.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._popen.poll() is None

    @property
    def logged(self) -> str:
        """What it wrote to its log so far."""
        return self._err.read_text("utf-8")

    async def open(self) -> str:
        """Wait until its door is open; its address."""
        async with asyncio.timeout(READY_SECONDS):
            while not (found := re.search(r'"port": (\d+).*"event": "ready"', self.logged)):
                if not self.running:
                    raise AssertionError(f"ended with {self._popen.returncode}:\n{self.logged}")
                await asyncio.sleep(0.01)
        # behind a balancer its own address is not the one that it prints
        self.url = f"http://127.0.0.1:{found[1]}"
        return self.url

    async def ended(self, seconds: float = 20.0) -> int:
        """Wait for its end; its code."""
        async with asyncio.timeout(seconds):
            while self.running:
                await asyncio.sleep(0.01)
        return int(self._popen.returncode)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.running:
            self._popen.send_signal(number)

    def kill(self) -> None:
        """Kill it as a power cut would, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        self._popen.wait(timeout=20)


class House:
    """A database, its processes and its commands; `now` is the civil time at which the next process starts.

    Behind a webhook give `public_url`, the address that Telegram calls.
    """

    def __init__(
        self, folder: Path, database_url: str, api: BotApi | None = None, *, mode: str = "polling",
        now: str = "", public_url: str = "", **variables: str,
    ) -> None:  # fmt: skip
        self.folder = folder
        self.database_url = database_url
        self.processes: list[Process] = []
        self.now = now
        self._api = api
        self._number = itertools.count(1)
        self._all: list[Process] = []
        self._variables = {"DATABASE_URL": database_url, "PORT": "0", "TELEGRAM_MODE": mode} | variables
        if public_url:
            self._variables["PUBLIC_URL"] = public_url
        if api is not None:
            self._variables |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}
        self._engine: Engine | None = None

    async def __aenter__(self) -> House:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for process in self.processes:
            process.kill()
        if kind is not None:
            for process in self._all:
                print(f"--- log of process {process.pid} ({process.role})\n{process.logged[-6000:]}")
        if self._engine is not None:
            self._engine.dispose()

    def environment(self, **variables: str) -> dict[str, str]:
        """The environment of a process or command."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
        chosen = self._variables | variables | ({"NOW": self.now} if self.now else {})
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        return kept | {f"DOORSTEP_{name}": value for name, value in chosen.items()} | {"PYTHONPATH": path}

    def spawn(self, role: str = "all", **variables: str) -> Process:
        """Begin a process without waiting for it."""
        process = Process(self.folder, f"run-{next(self._number)}", self.environment(**variables), role)
        self.processes.append(process)
        self._all.append(process)
        return process

    async def start(self, role: str = "all", **variables: str) -> Process:
        """A process that says it is ready (and, by webhook, that Telegram knows of it)."""
        process = self.spawn(role, **variables)
        await process.open()
        await self.ready(process)
        return process

    async def ready(self, process: Process) -> dict[str, Any]:
        """Wait until `/readyz` answers 200; what it says."""
        said = ""
        async with ClientSession(timeout=ClientTimeout(total=5)) as session:
            for _ in range(int(READY_SECONDS / 0.05)):
                try:
                    async with session.get(f"{process.url}/readyz") as answer:
                        said = await answer.text()
                        if answer.status == 200:
                            found: dict[str, Any] = json.loads(said)
                            return found
                except (ClientError, OSError) as error:
                    said = repr(error)
                await asyncio.sleep(0.05)
        raise AssertionError(f"not ready: {said}\n{process.logged}")

    async def stop(self, process: Process | None = None) -> None:
        """Ask one process, or all, to end, and see that they end well."""
        leaving = [process] if process else list(self.processes)
        for one in leaving:
            one.signal(signal.SIGTERM)
        for one in leaving:
            assert await one.ended() == 0, one.logged
            assert "Traceback" not in one.logged, one.logged
            self.processes.remove(one)

    def kill(self, process: Process | None = None) -> None:
        """Kill one process, or all, where they stand."""
        for one in [process] if process else list(self.processes):
            one.kill()
            self.processes.remove(one)

    async def restart(self, now: str = "", role: str = "all", **variables: str) -> Process:
        """Stop everything and start again, at a later time if one is named."""
        await self.stop()
        self.now = now or self.now
        return await self.start(role, **variables)

    async def command(self, *words: str, code: int = 0, **variables: str) -> Ran:
        """Run `doorstep WORDS…` to its end, and see that it ends with `code`."""
        environment = self.environment(**variables)
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-m", "bot", *words], cwd=self.folder, env=environment,
            capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    async def roster(self, code: str) -> list[dict[str, Any]]:
        """The list of a class as the command line gives it."""
        listed: list[dict[str, Any]] = (await self.command("roster", code, "--json")).json
        return listed

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Look into the database, or change it, beside the program."""
        if self._engine is None:
            self._engine = create_engine(self.database_url, poolclass=NullPool)
        with self._engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return list(result.all()) if result.returns_rows else []

    async def until(self, holds: Callable[[], Any], what: str, seconds: float = 10.0) -> Any:
        """Wait until something is so; what it gave."""
        began = time.monotonic()
        while not (came := holds()):
            if time.monotonic() - began > seconds:
                logs = "\n".join(process.logged[-3000:] for process in self.processes)
                raise AssertionError(f"not within {seconds} s: {what}\n{logs}")
            await asyncio.sleep(0.05)
        return came

    async def settled(self, seconds: float = 15.0) -> None:
        """Wait until no message is queued to go now or is being sent."""
        await self.until(lambda: not self.sql(OPEN_ROWS), "the outbox settles", seconds)
