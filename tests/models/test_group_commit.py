"""Units that share a commit on SQLite: each stands or falls alone, whatever the others do."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select

from models.operations import setting
from models.statement import Statement, Tx, insert_into
from models.store import Job, Store, look_now

ADD = insert_into(setting, "key", "value", returning=None)
KEYS = Statement(select(setting.c.key).where(setting.c.key.startswith("unit")).order_by(setting.c.key))


class Fault(Exception):
    """What a faulty unit raises."""


def adds(name: str) -> Callable[[Tx], str]:
    def unit(tx: Tx) -> str:
        tx.run(ADD, key=name, value="")
        return name

    return unit


def fails(name: str) -> Callable[[Tx], str]:
    def unit(tx: Tx) -> str:
        tx.run(ADD, key=name, value="")
        raise Fault(name)

    return unit


def twice(name: str) -> Callable[[Tx], str]:
    def unit(tx: Tx) -> str:
        tx.run(ADD, key=name, value="")
        tx.run(ADD, key=name, value="")
        return name

    return unit


# the units of one group, by what they do: a adds, f fails after adding, t breaks a rule of the database
GROUPS = ["aaaa", "f", "faaa", "aafa", "aaaf", "ffff", "t", "ataf", "atta"]


@pytest.mark.parametrize("group", GROUPS)
def test_in_one_group_each_unit_stands_or_falls_alone(sqlite_store: Store, group: str) -> None:
    makers = {"a": adds, "f": fails, "t": twice}
    jobs = [Job(makers[kind](f"unit {number}")) for number, kind in enumerate(group)]
    _at_once(sqlite_store, jobs)
    for kind, job in zip(group, jobs, strict=True):
        if kind == "a":
            assert job.wait() == job.result
        else:
            with pytest.raises(Fault if kind == "f" else Exception):
                job.wait()
    kept = [row.key for row in look_now(sqlite_store, lambda tx: tx.all(KEYS))]
    assert kept == [f"unit {number}" for number, kind in enumerate(group) if kind == "a"]


def _at_once(store: Store, jobs: list[Job[str]]) -> None:
    """Queue them while the writer is busy, so that it finds them all waiting."""
    ready, queued = threading.Event(), threading.Event()

    def busy(_tx: Tx) -> None:
        ready.set()
        queued.wait()

    blocker: Job[None] = Job(busy)
    store.submit(blocker)
    ready.wait()
    for job in jobs:
        store.submit(job)
    queued.set()
    blocker.wait()
