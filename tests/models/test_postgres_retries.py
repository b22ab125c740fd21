"""What passes by itself on PostgreSQL is tried again, whichever way the statement was run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from models.statement import Statement, Tx
from models.store import Store, StoreDown, work_now

Run = Callable[[Tx, str], Any]


def by_core(tx: Tx, sql: str) -> None:
    tx.core(text(sql))


def by_constant(tx: Tx, sql: str) -> None:
    tx.run(Statement(text(sql)))


WAYS = [by_core, by_constant]
RAISES = "DO $$ BEGIN RAISE EXCEPTION 'meant so' USING ERRCODE = '{}'; END $$"
ENDS_IT = "SELECT pg_terminate_backend(pg_backend_pid())"


def failing(run: Run, sql: str, times: int) -> tuple[Callable[[Tx], str], list[int]]:
    """A unit that meets `sql` in its first `times` runs, and the list of its runs."""
    runs: list[int] = []

    def unit(tx: Tx) -> str:
        runs.append(1)
        if len(runs) <= times:
            run(tx, sql)
        return "done"

    return unit, runs


@pytest.mark.parametrize("run", WAYS)
@pytest.mark.parametrize("code", ["40001", "40P01", "55P03", "23505"])
def test_a_conflict_is_tried_again(postgres_store: Store, run: Run, code: str) -> None:
    unit, runs = failing(run, RAISES.format(code), 2)
    assert work_now(postgres_store, unit) == "done"
    assert len(runs) == 3


@pytest.mark.parametrize("run", WAYS)
def test_a_lost_connection_is_opened_again(postgres_store: Store, run: Run) -> None:
    unit, runs = failing(run, ENDS_IT, 1)
    assert work_now(postgres_store, unit) == "done"
    assert len(runs) == 2


@pytest.mark.parametrize("run", WAYS)
def test_a_database_that_stays_away_is_down(postgres_store: Store, run: Run) -> None:
    unit, _ = failing(run, ENDS_IT, 99)
    with pytest.raises(StoreDown):
        work_now(postgres_store, unit)


@pytest.mark.parametrize("run", WAYS)
def test_a_fault_of_ours_is_not_tried_again(postgres_store: Store, run: Run) -> None:
    unit, runs = failing(run, "SELECT no_such_column FROM person", 99)
    with pytest.raises(Exception, match="no_such_column"):
        work_now(postgres_store, unit)
    assert len(runs) == 1
