"""Pairs, threes and single people take the same few seats at the same moment: all of a group or none."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from models.catalogue import offering
from models.enrolment import enrolment
from models.people import account, conversation, person
from models.statement import Tx
from models.store import Store, look_now, open_store, work_now
from models.teams import seat_group_member
from services import verify
from services.enrolling import groups, seats, together
from services.enrolling.together import Seeker
from services.town import Town
from tests.town import empty_town, make_town

SEATS = 30
# enough that the last seats are fought for by all three kinds
SIZES = (2, 1, 3, 1, 2) * 10


@dataclass
class Crowd:
    """A town in two processes, and groups that have only the last word to say."""

    stores: list[Store]
    towns: list[Town]
    class_id: int
    parties: list[list[Seeker]]

    def all_at_once(self) -> list[Any]:
        """Every party asks at the same moment, at one process or the other; what each was told."""
        start = threading.Barrier(len(self.parties))

        def ask(at: int) -> Any:
            start.wait(20)
            store, town = self.stores[at % len(self.stores)], self.towns[at % len(self.towns)]
            return work_now(
                store,
                lambda tx: together.join_together(
                    tx, town, self.parties[at], offering_id=self.class_id, actor="person:1"
                ),
            )

        with ThreadPoolExecutor(len(self.parties)) as pool:
            return list(pool.map(ask, range(len(self.parties))))

    def rows(self) -> list[Any]:
        """(id, person, state, group) of the class in the order of its rows."""
        chosen = (
            select(enrolment.c.id, enrolment.c.person_id, enrolment.c.state, seat_group_member.c.group_id)
            .outerjoin_from(enrolment, seat_group_member, seat_group_member.c.enrolment_id == enrolment.c.id)
            .where(enrolment.c.offering_id == self.class_id)
            .order_by(enrolment.c.id)
        )
        return look_now(self.stores[0], lambda tx: list(tx.core(chosen).all()))

    def split(self) -> list[int]:
        """Groups of which some have seats and some have none."""
        states: dict[int, set[str]] = defaultdict(set)
        for row in self.rows():
            if row.group_id:
                states[row.group_id].add(row.state)
        return [group for group, found in states.items() if len(found) > 1]


@contextmanager
def crowd(url: str, processes: int) -> Iterator[Crowd]:
    """As many people as stand in SIZES, made known to a town of `processes` processes."""
    stores = [open_store(url) for _ in range(processes)]
    try:
        towns = [make_town(stores[0]), *(empty_town(store) for store in stores[1:])]
        class_id, parties = work_now(stores[0], lambda tx: _bring_in(tx, towns[0]))
        yield Crowd(stores, towns, class_id, parties)
    finally:
        for store in stores:
            store.close()


def _bring_in(tx: Tx, town: Town) -> tuple[int, list[list[Seeker]]]:
    now = town.now()
    numbers = iter(range(1000, 2000))
    parties = [[next(numbers) for _ in range(size)] for size in SIZES]
    everybody = [number for party in parties for number in party]
    tx.core(insert(person), [{"id": n, "created_at": now} for n in everybody])
    tx.core(
        insert(account),
        [
            {
                "id": n, "person_id": n, "platform": "telegram", "external_id": str(n), "chat": str(n),
                "verified": True, "created_at": now, "seen_at": now,
            }
            for n in everybody
        ],
    )  # fmt: skip
    tx.core(insert(conversation), [{"account_id": n, "state": "", "updated_at": now} for n in everybody])
    tx.core(update(offering).where(offering.c.code == "SF01").values(capacity=SEATS))
    class_id = int(tx.core(select(offering.c.id).where(offering.c.code == "SF01")).scalar_one())
    return class_id, [[Seeker(n, n, f"居民{n}") for n in party] for party in parties]


@pytest.mark.parametrize(
    ("kind", "processes"), [("sqlite", 1), ("postgresql", 2)], ids=["sqlite", "postgres"]
)
def test_all_of_a_group_or_none(new_database: Callable[[str, bool], str], kind: str, processes: int) -> None:
    with crowd(new_database(kind, True), processes) as rush:
        told = rush.all_at_once()
        rows = rush.rows()
        assert len(rows) == sum(SIZES), "nobody is lost and nobody counted twice"
        assert rush.split() == []
        seated = [row for row in rows if row.state == "enrolled"]
        waiting = [row for row in rows if row.state == "waiting"]
        assert SEATS - 2 <= len(seated) <= SEATS, "no more seats are left than a group was short of"
        assert max(row.id for row in seated) < min(row.id for row in waiting), "nobody overtook"
        assert look_now(rush.stores[0], verify.verify) == []
        states = {row.person_id: row.state for row in rows}
        for party, places in zip(rush.parties, told, strict=True):
            assert [states[one.person_id] for one in party] == [place.state for place in places]
        line = [row.group_id or -row.id for row in rows]
        runs = [group for at, group in enumerate(line) if at == 0 or line[at - 1] != group]
        assert len(runs) == len(set(runs)), "a group stands at one place of the line"


def _one_by_one(
    tx: Tx, town: Town, seekers: list[Seeker], *, offering_id: int, actor: str, team_id: int | None = None
) -> list[Any]:
    """As others do it: each of a group is enrolled for themselves, and then they are called a group."""
    places = [
        seats.join(
            tx, town, person_id=one.person_id, account_id=one.account_id, offering_id=offering_id,
            name=one.name, age_confirmed=False, actor=actor,
        )
        for one in seekers
    ]  # fmt: skip
    ids = [place.enrolment_id for place in places if isinstance(place, seats.Joined)]
    if len(ids) > 1:
        groups.bind(tx, offering_id, ids, town.now(), team_id)
    return places


@pytest.mark.parametrize(
    ("kind", "processes"), [("sqlite", 1), ("postgresql", 2)], ids=["sqlite", "postgres"]
)
def test_without_taking_all_seats_at_once_groups_are_split(
    new_database: Callable[[str, bool], str], monkeypatch: pytest.MonkeyPatch, kind: str, processes: int
) -> None:
    monkeypatch.setattr(together, "join_together", _one_by_one)
    # only groups of three: thirty seats less one are no multiple of it
    with crowd(new_database(kind, True), processes) as rush:
        work_now(
            rush.stores[0],
            lambda tx: tx.core(update(offering).where(offering.c.id == rush.class_id).values(capacity=29)),
        )
        rush.parties = [party for party in rush.parties if len(party) == 3]
        rush.all_at_once()
        assert rush.split(), "the race is no race: even one by one no group was split"
