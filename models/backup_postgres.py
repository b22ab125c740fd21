"""PostgreSQL's own tools: pg_dump and pg_restore, of the server's version or a later one."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from models.backup import refuse_newer
from models.store import StoreError

SCHEMA = "public"
GRACE_SECONDS = 3.0
# another process that is connected to the same database
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_MAJOR = re.compile(r"\) (\d+)")


def dump(url: str, made: Path) -> None:
    """Write the database to `made` in pg_dump's custom form. Raises StoreError."""
    with _connected(url) as raw:
        program = _tool("pg_dump", raw.info.server_version // 10_000)
    _call(url, [program, "--format=custom", f"--schema={SCHEMA}", "--no-owner", "--no-privileges",
                f"--file={made}"])  # fmt: skip


def load(url: str, source: Path, at: datetime) -> str:
    """Put a dump in the place of the tables; the schema in which those from before are kept.

    Raises StoreError; then the tables are as they were.
    """
    with _connected(url) as raw:
        if others := _others(raw):
            raise StoreError(
                f"{others} other connections use this database; stop every Doorstep process first"
            )
        program = _tool("pg_restore", raw.info.server_version // 10_000)
        refuse_newer(source, _version(url, program, source))
        aside = ""
        if _value(raw, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"):
            aside = f"before_{at:%Y%m%d_%H%M%S}"
        _make_room(raw, aside)
        try:
            _call(url, [program, f"--schema={SCHEMA}", "--no-owner", "--no-privileges", "--exit-on-error",
                        "--single-transaction"], source, into=True)  # fmt: skip
        except StoreError:
            _take_back(raw, aside)
            raise
    return f"schema {aside}" if aside else ""


def _others(raw: psycopg.Connection[Any]) -> int:
    """How many connections of others stay; one that was just closed is given a moment to go."""
    until = time.monotonic() + GRACE_SECONDS
    while (others := _value(raw, OTHERS)) and time.monotonic() < until:
        time.sleep(0.1)
    return others


def _make_room(raw: psycopg.Connection[Any], aside: str) -> None:
    if aside:
        with raw.transaction():
            renamed = sql.SQL("ALTER SCHEMA public RENAME TO {}").format(sql.Identifier(aside))
            raw.execute(renamed)
            raw.execute("CREATE SCHEMA public")


def _take_back(raw: psycopg.Connection[Any], aside: str) -> None:
    if aside:
        with raw.transaction():
            raw.execute("DROP SCHEMA public CASCADE")
            raw.execute(sql.SQL("ALTER SCHEMA {} RENAME TO public").format(sql.Identifier(aside)))


def _version(url: str, program: str, source: Path) -> str | None:
    """The migration that a dump was made at, read from the dump alone."""
    said = _call(url, [program, "--data-only", "--table=alembic_version", "--file=-"], source)
    lines = said.splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith("COPY ")), None)
    return None if start is None or lines[start + 1] == "\\." else lines[start + 1].strip()


def _tool(name: str, least: int) -> str:
    """The path of a tool that is as new as the server. Raises StoreError where there is none."""
    path = os.get_exec_path()
    places = [shutil.which(name, path=folder) for folder in path]
    places += sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)
    found: list[int] = []
    for place in filter(None, places):
        # a path found on this machine, and no word of anybody's
        said = subprocess.run([place, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        match = _MAJOR.search(said)
        if match and int(match[1]) >= least:
            return place
        found += [int(match[1])] if match else []
    there = f"only version {max(found)} is here" if found else "it is not on this machine"
    raise StoreError(
        f"{name} of PostgreSQL {least} or later is needed, and {there};"
        f" install it (Debian and Ubuntu: apt install postgresql-client-{least})"
    )


def _call(url: str, command: list[str], source: Path | None = None, *, into: bool = False) -> str:
    """Run a tool with the password in its environment, where no list of processes shows it."""
    parts = conninfo_to_dict(_dsn(url))
    surroundings = dict(os.environ)
    if password := parts.pop("password", None):
        surroundings["PGPASSWORD"] = str(password)
    if source is None or into:
        command = [*command, f"--dbname={make_conninfo('', **parts)}"]
    if source is not None:
        command = [*command, str(source)]
    done = subprocess.run(command, capture_output=True, text=True, env=surroundings, check=False)  # noqa: S603
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise StoreError(f"{Path(command[0]).name} failed: {said[0] if said else done.returncode}")
    return done.stdout


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    try:
        with psycopg.connect(_dsn(url), connect_timeout=5, autocommit=True) as raw:
            yield raw
    except psycopg.Error as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StoreError(f"PostgreSQL refused ({reason}); check DOORSTEP_DATABASE_URL") from None


def _value(raw: psycopg.Connection[Any], statement: str) -> int:
    row = raw.execute(statement.encode()).fetchone()
    return int(row[0]) if row else 0


def _dsn(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
