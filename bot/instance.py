"""A running process: one per SQLite file, a port of its own, and a name among others of its database."""

from __future__ import annotations

import errno
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.store import StoreError

BACKLOG = 1024


def own_name() -> str:
    """A name for the leases that this process holds: its host, and what tells it from every other one."""
    return f"{socket.gethostname()[:40]}:{secrets.token_hex(6)}"


@contextmanager
def only_one(database: Path) -> Iterator[None]:
    """Hold `<database>.lock` for as long as this process runs. Raises StoreError when another one does."""
    import fcntl

    path = database.with_name(database.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="ascii")
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror}); check DOORSTEP_DATABASE_URL and its folder"
        ) from None
    with file:
        try:
            # the system lets go of it when the process ends, however it ends
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            number = file.read(20).strip()
            holder = f" (process {number})" if number else ""
            raise StoreError(
                f"another Doorstep{holder} is already running on {database}; "
                "stop it first, or give this one a DOORSTEP_DATABASE_URL of its own"
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket bound to `host` and `port` (0: any that is free). Raises StoreError with what to change."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind, protocol)
    except OSError:
        raise StoreError(
            f"DOORSTEP_HOST {host} is no address of this machine; use 127.0.0.1 or 0.0.0.0"
        ) from None
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        # who comes before everything is ready waits a moment instead of being turned away
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            reason = f"port {port} is in use by another program; set DOORSTEP_PORT to a free one"
        elif error.errno == errno.EACCES:
            reason = f"port {port} may not be used by this account; set DOORSTEP_PORT to one above 1023"
        else:
            reason = (
                f"{host}:{port} cannot be opened ({error.strerror}); check DOORSTEP_HOST and DOORSTEP_PORT"
            )
        raise StoreError(reason) from None
    made.setblocking(False)
    return made
