"""Two units on PostgreSQL, of which the second comes to wait for a lock of the first."""

from __future__ import annotations

import threading
import time
from typing import TypeVar

import psycopg

from models.statement import Tx
from models.store import Job, Store, Unit

T = TypeVar("T")
S = TypeVar("S")

WAITS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
LONGEST = 5.0


def wait_for_lock(url: str, sessions: int = 1) -> None:
    """Return when so many sessions of this database wait for a lock; raises TimeoutError after 5 seconds."""
    until = time.monotonic() + LONGEST
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as raw:
        while time.monotonic() < until:
            row = raw.execute(WAITS).fetchone()
            if row is not None and row[0] >= sessions:
                return
            time.sleep(0.005)
    raise TimeoutError("nobody came to wait for a lock")


def second_waits(store: Store, url: str, first: Unit[T], second: Unit[S]) -> tuple[Job[T], Job[S]]:
    """Run `first`, and keep it open until `second`, begun after it, waits for its lock; both have ended."""
    locked = threading.Event()

    def held(tx: Tx) -> T:
        result = first(tx)
        locked.set()
        wait_for_lock(url)
        return result

    one: Job[T] = Job(held)
    two: Job[S] = Job(second)
    store.submit(one)
    assert locked.wait(LONGEST)
    store.submit(two)
    one.wait()
    return one, two
