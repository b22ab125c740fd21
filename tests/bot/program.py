"""`doorstep` called by tests: a process for each call, forked from one that has imported the program.

Starting Python and importing takes most of a second, a few hundred times a run. `test_cli_basics` starts the
program the plain way.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LONGEST = 60.0
# what the commands import only when they need it
LATER = (
    "alembic.command", "alembic.script", "bot.compose", "handlers.router", "handlers.take",
    "models.store_sqlite", "openpyxl", "services.importing.door", "services.kept_catalogue",
    "services.sample",
)  # fmt: skip


def doorstep(
    folder: Path, *arguments: str, typed: str | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Call the program in a folder with nothing but the named DOORSTEP_ variables set."""
    files = {name: folder / f".{name}" for name in ("typed", "said", "complained")}
    files["typed"].write_text(typed or "", "utf-8")
    asked = {
        "arguments": arguments, "folder": str(folder), "environment": surroundings(variables),
        "files": [str(file) for file in files.values()],
    }  # fmt: skip
    code = _mother().call(asked)
    said, complained = (files[name].read_text("utf-8") for name in ("said", "complained"))
    for file in files.values():
        file.unlink()
    return subprocess.CompletedProcess(list(arguments), code, said, complained)


def surroundings(variables: dict[str, str]) -> dict[str, str]:
    """The environment of a call."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    named = {f"DOORSTEP_{name}": value for name, value in variables.items()}
    return kept | named | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}


class Mother:
    """The process that is forked, and the way to ask it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bot.program"], cwd=ROOT, env=surroundings({}),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        atexit.register(self._process.kill)

    def call(self, asked: dict[str, Any]) -> int:
        """Have it call the program; the exit code. Raises TimeoutError after a minute."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], LONGEST)[0]:
            self._process.kill()
            _mother.cache_clear()
            raise TimeoutError(f"doorstep {' '.join(asked['arguments'])} did not end")
        return int(self._process.stdout.readline())


@cache
def _mother() -> Mother:
    return Mother()


def serve() -> None:
    """Fork for each line of stdin, and write how the child ended."""
    from bot.cli import COMMANDS

    for module in (*(command.module for command in COMMANDS.values()), *LATER):
        import_module(module)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _call(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _call(asked: dict[str, Any]) -> None:
    """Be the program, as if it had just been started; never returns."""
    from bot.cli import main

    flags = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number, (path, flag) in enumerate(zip(asked["files"], flags, strict=True)):
        os.dup2(os.open(path, flag, 0o600), number)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
        for number, mode in enumerate("rww")
    )
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["doorstep", *asked["arguments"]]
    code = 1
    try:
        code = main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
