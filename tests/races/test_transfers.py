"""Changes to a parallel class at the same moment, on PostgreSQL from two processes.

A seat that is freed while somebody joins its line is theirs; the negative control, without the lock of the
class, leaves them waiting beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from models.catalogue import offering
from models.enrolment import LIVING, enrolment
from models.running import transfer
from models.statement import Row, Statement, Tx
from models.store import Store, look_now, open_store, work_now
from models.windows import window_class
from services.enrolling import offers, seats, transfers
from services.town import Town
from services.verify import verify_some
from tests.services.learners import Learners
from tests.services.parallel_town import add_parallel, set_seats
from tests.town import empty_town, make_town

PATIENCE = 10.0
# how long the line is held open; longer than any answer takes
OPEN = 1.0


@pytest.fixture
def here(postgres_store: Store) -> Learners:
    return Learners(postgres_store, make_town(postgres_store))


@pytest.fixture
def there(postgres_url: str, here: Learners) -> Iterator[tuple[Store, Town]]:
    """The same town in another process."""
    here.ids = here.work(lambda tx: add_parallel(tx, here.town))  # type: ignore[attr-defined]
    store = open_store(postgres_url)
    yield store, empty_town(store)
    store.close()


def rows(here: Learners, code: str) -> list[Row]:
    chosen = (
        select(enrolment.c.id, enrolment.c.person_id, enrolment.c.state)
        .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
        .where(offering.c.code == code, enrolment.c.state.in_(LIVING))
        .order_by(enrolment.c.id)
    )
    return look_now(here.store, lambda tx: list(tx.core(chosen).fetchall()))


def taken(here: Learners, code: str) -> int:
    chosen = select(offering.c.taken).where(offering.c.code == code)
    return look_now(here.store, lambda tx: int(tx.core(chosen).scalar_one()))


def a_seat_is_freed_while_somebody_changes(here: Learners, there: tuple[Store, Town]) -> list[str]:
    """The states in the full class after one leaves it while another joins its line to change."""
    here.work(lambda tx: set_seats(tx, "SF03", 1))
    wang, zhao = here.person(), here.person()
    mine = here.enrol(wang, "SF01")
    full = here.enrol(zhao, "SF03", "赵桂英")
    ids = here.ids  # type: ignore[attr-defined]
    asked, left = threading.Event(), threading.Event()

    def change(tx: Tx) -> None:
        done = transfers.change(tx, here.town, mine, ids["SF03"], actor="test")
        assert isinstance(done, transfers.Changed), done
        asked.set()
        left.wait(OPEN)  # the row is written and not committed

    def leave(tx: Tx) -> None:
        place = tx.one(seats.BY_ID, id=full)
        assert seats.leave(tx, there[1], place, why="self", actor="test")

    with ThreadPoolExecutor(1) as pool:
        changing = pool.submit(work_now, here.store, change)
        assert asked.wait(PATIENCE)
        work_now(there[0], leave)
        left.set()
        changing.result(PATIENCE)
    return [row.state for row in rows(here, "SF03")]


def test_a_seat_freed_meanwhile_is_offered(here: Learners, there: tuple[Store, Town]) -> None:
    assert a_seat_is_freed_while_somebody_changes(here, there) == ["offered"]
    assert (taken(here, "SF01"), taken(here, "SF03")) == (1, 1)
    assert not here.work(lambda tx: verify_some(tx, 0)).wrong


def test_without_the_lock_one_waits_beside_a_free_seat(
    here: Learners, there: tuple[Store, Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "LOCK_CLASS", Statement(_plain()))
    assert a_seat_is_freed_while_somebody_changes(here, there) == ["waiting"]
    assert taken(here, "SF03") == 0, "the fault that the lock prevents"


def _plain() -> Any:
    """The reading of a class without its lock."""
    return select(
        offering.c.id, offering.c.capacity, offering.c.taken, offering.c.status, offering.c.first_start,
        offering.c.enrol_opens, offering.c.enrol_closes,
        select(window_class.c.window_id)
        .where(window_class.c.offering_id == offering.c.id)
        .scalar_subquery()
        .label("window_id"),
    ).where(offering.c.id == bindparam("id"))  # fmt: skip


def test_twelve_change_at_once_into_one_seat(here: Learners, there: tuple[Store, Town]) -> None:
    here.work(lambda tx: set_seats(tx, "SF03", 1))
    people = [here.person() for _ in range(12)]
    mine = [here.enrol(person, "SF01") for person in people]
    to = here.ids["SF03"]  # type: ignore[attr-defined]
    begin = threading.Barrier(len(mine))

    def change(n: int) -> Any:
        store, town = (here.store, here.town) if n % 2 else there
        begin.wait(PATIENCE)
        return work_now(store, lambda tx: transfers.change(tx, town, mine[n], to, actor="test"))

    with ThreadPoolExecutor(len(mine)) as pool:
        done = list(pool.map(change, range(len(mine))))
    assert sorted(one.state for one in done) == ["enrolled"] + ["waiting"] * 11
    assert sorted(one.position for one in done) == list(range(12))
    assert [row.state for row in rows(here, "SF03")] == ["enrolled"] + ["waiting"] * 11
    assert len(rows(here, "SF01")) == 11 == taken(here, "SF01")
    states = look_now(here.store, lambda tx: tx.core(select(transfer.c.state)).scalars().all())
    assert sorted(states) == ["done"] + ["waiting"] * 11
    assert not here.work(lambda tx: verify_some(tx, 0)).wrong


def test_two_change_places_with_each_other_without_a_deadlock(
    here: Learners, there: tuple[Store, Town]
) -> None:
    """Each wants the other's class; the classes are locked in one order, so both are answered at once."""
    ids = here.ids  # type: ignore[attr-defined]
    pairs = [(here.person(), "SF01", "SF02"), (here.person(), "SF02", "SF01")]
    mine = [here.enrol(person, code) for person, code, _ in pairs]
    for _ in range(8):
        begin = threading.Barrier(2)

        def change(n: int, place: int, to: int, begin: threading.Barrier = begin) -> Any:
            store, town = (here.store, here.town) if n else there
            begin.wait(PATIENCE)
            return work_now(store, lambda tx: transfers.change(tx, town, place, to, actor="test"))

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(change, range(2), mine, [ids[to] for _, _, to in pairs]))
        assert [one.state for one in done] == ["enrolled", "enrolled"]
        mine = [one.enrolment_id for one in done]
        pairs = [(person, to, code) for person, code, to in pairs]
    assert (taken(here, "SF01"), taken(here, "SF02")) == (1, 1)


def test_one_person_does_not_change_twice_from_two_phones(here: Learners, there: tuple[Store, Town]) -> None:
    ids = here.ids  # type: ignore[attr-defined]
    mine = here.enrol(here.person(), "SF01")
    begin = threading.Barrier(2)

    def change(to: str) -> Any:
        store, town = (here.store, here.town) if to == "SF02" else there
        begin.wait(PATIENCE)
        return work_now(store, lambda tx: transfers.change(tx, town, mine, ids[to], actor="test"))

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(change, ("SF02", "SF03")))
    assert sum(isinstance(one, transfers.Changed) for one in done) == 1
    assert sum(len(rows(here, code)) for code in ids) == 1
    assert sum(taken(here, code) for code in ids) == 1
