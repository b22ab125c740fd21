"""Statements run straight on the driver give what plain Core gives, on both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.selectable import Select
from sqlalchemy.sql.visitors import iterate

import handlers.router  # noqa: F401 - brings every statement of the program into being
from models.catalogue import offering
from models.people import account, person
from models.statement import Statement, Tx, insert_into
from models.store import Store, look_now, work_now
from services.town import Town

NOW = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
ADD_PERSON = insert_into(person, "created_at")


def every_statement() -> Iterator[tuple[str, Statement]]:
    """The statements that stand as constants in the modules of the program."""
    import sys

    for name, module in sorted(sys.modules.items()):
        if name.split(".")[0] in ("handlers", "services", "bot"):
            for key, value in vars(module).items():
                if isinstance(value, Statement) and not key.startswith("_"):
                    yield f"{name}.{key}", value


# asked only where several processes may share a database
POSTGRES_ONLY = {"services.outbox.OPEN_BEFORE", "services.accounts.SPEAKERS"}
# a pattern of LIKE is looked at as the statement is prepared; it is asked twice a second, not in a turn
BY_PATTERN = {"services.halts.READ"}
SELECTS = {name: found for name, found in every_statement() if isinstance(found.clause, Select)}


def values_for(statement: Statement) -> dict[str, Any]:
    """A value that fits each parameter of a statement."""
    fits = {
        "UtcTime": NOW,
        "Date": NOW.date(),
        "AutoString": "x",
        "String": "x",
        "Text": "x",
        "Float": 1.0,
        "Boolean": True,
        "Numbers": [1, 2],
    }
    made: dict[str, Any] = {}
    for element in iterate(statement.clause):
        if isinstance(element, BindParameter) and element.required:
            made[element.key] = fits.get(type(element.type).__name__, 1)
    return made


def test_every_constant_gives_what_plain_core_gives(store: Store, town: Town) -> None:
    def differ(tx: Tx) -> list[str]:
        found = []
        for name, statement in SELECTS.items():
            if name in POSTGRES_ONLY and store.kind != "postgresql":
                continue
            values = values_for(statement)
            fast = [tuple(row) for row in tx.all(statement, **values)]
            if fast != [tuple(row) for row in tx.core(statement.clause, values)]:
                found.append(name)
        return found

    assert len(SELECTS) > 40
    assert work_now(store, differ) == []


def test_sqlite_prepares_each_constant_once(sqlite_store: Store) -> None:
    def prepared_again(tx: Tx) -> set[str]:
        connection = tx._connection.connection.dbapi_connection
        assert isinstance(connection, sqlite3.Connection)
        asked, again = [0], set[str]()

        def ask(*_: object) -> int:  # what SQLite asks of a statement while it prepares it
            asked[0] += 1
            return sqlite3.SQLITE_OK

        connection.set_authorizer(ask)
        for name in SELECTS.keys() - POSTGRES_ONLY - BY_PATTERN:
            values = values_for(SELECTS[name])
            tx.all(SELECTS[name], **values)
            before = asked[0]
            tx.all(SELECTS[name], **values)
            if asked[0] > before:
                again.add(name)
        connection.set_authorizer(None)
        return again

    assert look_now(sqlite_store, prepared_again) == set()


def test_a_constant_default_is_filled_in_and_an_instant_comes_back_as_it_went(store: Store) -> None:
    back = Statement(
        select(person.c.lang, person.c.big, person.c.created_at).where(person.c.id == bindparam("id"))
    )
    made = work_now(store, lambda tx: tx.add(ADD_PERSON, created_at=NOW))
    row = look_now(store, lambda tx: tx.one(back, id=made))
    assert (row.lang, bool(row.big), row.created_at) == ("zh", False, NOW)
    assert row.created_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused_on_sqlite(sqlite_store: Store) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        work_now(sqlite_store, lambda tx: tx.add(ADD_PERSON, created_at=datetime(2026, 12, 1)))


def test_a_unit_that_fails_undoes_only_itself(store: Store) -> None:
    from models.store import Job

    class Broken(Exception):
        pass

    def good(tx: Tx) -> int:
        return tx.add(ADD_PERSON, created_at=NOW)

    def bad(tx: Tx) -> int:
        tx.add(ADD_PERSON, created_at=NOW)
        raise Broken

    jobs: list[Job[int]] = [Job(bad if n % 3 == 0 else good) for n in range(30)]
    for job in jobs:
        store.submit(job)
    outcomes = []
    for job in jobs:
        try:
            job.wait()
            outcomes.append(True)
        except Broken:
            outcomes.append(False)
    assert outcomes == [n % 3 != 0 for n in range(30)]
    kept = look_now(store, lambda tx: tx.core(select(person.c.id)).all())
    assert len(kept) == 20


def test_two_that_collide_are_told_apart(store: Store) -> None:
    add = insert_into(account, "platform", "external_id", "person_id", "created_at", "seen_at")

    def unit(tx: Tx) -> int:
        owner = tx.add(ADD_PERSON, created_at=NOW)
        return tx.add(add, platform="web", external_id="same", person_id=owner, created_at=NOW, seen_at=NOW)

    work_now(store, unit)
    with pytest.raises(Exception, match=r"(?i)unique"):
        work_now(store, unit)
    assert len(look_now(store, lambda tx: tx.core(select(person.c.id)).all())) == 1


def test_an_offering_never_holds_more_than_its_seats(store: Store, town: Town) -> None:
    from sqlalchemy import update

    with pytest.raises(Exception, match=r"(?i)taken_within_capacity|check"):
        work_now(
            store,
            lambda tx: tx.core(
                update(offering).where(offering.c.capacity.is_not(None)).values(taken=offering.c.capacity + 1)
            ),
        )
