"""Parallel classes under any order of events: people join, leave, change, accept, and classes are merged.

After each step the counters equal the rows, nobody overtakes, nobody waits beside a free seat, and who had
a seat and did not leave has one.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select, update

from models.catalogue import offering
from models.clock import ManualClock
from models.enrolment import LIVING, enrolment, seat_offer
from models.running import fee_entry, transfer
from models.statement import Row
from models.store import look_now, open_store, work_now
from services.enrolling import offers, seats, transfers
from services.enrolling.refusal import Refused
from services.running import fees
from services.running.deciding import merge_into
from services.running.merge import Merged
from services.schedules import seat_offers
from services.schedules import transfers as sweep
from tests.races.test_seats_machine import _template
from tests.services.learners import Learners
from tests.services.parallel_town import add_parallel
from tests.town import make_town

PEOPLE = 7
CODES = ("SF01", "SF02", "SF03")
who = st.integers(0, PEOPLE - 1)
which = st.sampled_from(CODES)
any_number = st.integers(0, 30)


class Parallel(RuleBasedStateMachine):
    """Three classes of one course with few seats, and seven people."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="doorstep-parallel-"))
        shutil.copy(_template(), self.folder / "doorstep.db")
        self.store = open_store(f"sqlite:///{self.folder / 'doorstep.db'}")
        self.town = make_town(self.store)
        self.ids: dict[str, int] = work_now(self.store, lambda tx: add_parallel(tx, self.town))
        learners = Learners(self.store, self.town)
        self.people = [learners.person() for _ in range(PEOPLE)]
        self.accounts = [learners.account(person) for person in self.people]
        self.seated: set[int] = set()
        self.before: dict[int, Row] = {}

    @initialize(several=st.tuples(*[st.integers(1, 3)] * 3), wants=st.lists(which, min_size=PEOPLE))
    def few_seats(self, several: tuple[int, int, int], wants: list[str]) -> None:
        for code, n in zip(CODES, several, strict=True):
            later = update(offering).where(offering.c.code == code)
            self._work(lambda tx, later=later, n=n: tx.core(later.values(capacity=n)))
        for who, code in enumerate(wants):
            self.joins(who % PEOPLE, code)

    @rule(who=who, code=which)
    def joins(self, who: int, code: str) -> None:
        person = self.people[who]
        if self._living(person, code) is not None or not self._open(code):
            return
        joined = self._work(
            lambda tx: seats.join(
                tx, self.town, person_id=person, account_id=self.accounts[who], offering_id=self.ids[code],
                name=f"居民{who}", age_confirmed=False, actor=f"person:{person}",
            )
        )  # fmt: skip
        if not isinstance(joined, Refused) and joined.state == "enrolled":
            self.seated.add(person)

    @rule(n=any_number)
    def leaves(self, n: int) -> None:
        row = self._some(n, *LIVING)
        if row is not None:
            place = self._living(row.person_id, row.code)
            self._work(lambda tx: seats.leave(tx, self.town, place, why="self", actor="test"))
            self._recount(row.person_id)

    @rule(n=any_number, to=which)
    def changes(self, n: int, to: str) -> None:
        row = self._some(n, "enrolled")
        if row is None or row.code == to:
            return
        done = self._work(lambda tx: transfers.change(tx, self.town, row.id, self.ids[to], actor="test"))
        if isinstance(done, Refused):
            return
        kept = self._living(row.person_id, row.code)
        assert (kept is None) is (done.state == "enrolled"), "the old seat goes with the new one, not before"

    @rule(n=any_number)
    def somebody_makes_room_for_a_change(self, n: int) -> None:
        """Leave a class in whose line somebody waits to change to it."""
        wanted = {one.to_id for one in self._all(select(transfer)) if one.state == "waiting"}
        full = {row.code for row in self._rows() if row.id in wanted and row.state == "waiting"}
        held = [row for row in self._rows() if row.code in full and row.state == "enrolled"]
        if held:
            row = held[n % len(held)]
            place = self._living(row.person_id, row.code)
            self._work(lambda tx: seats.leave(tx, self.town, place, why="self", actor="test"))
            self._recount(row.person_id)

    @rule(n=any_number)
    def accepts(self, n: int) -> None:
        row = self._some(n, "offered")
        if row is None:
            return
        offer = look_now(self.store, lambda tx: tx.one(offers.LIVING_OFFER, enrolment_id=row.id))
        asked = [one for one in self._all(select(transfer)) if one.to_id == row.id and one.state == "waiting"]

        def unit(tx: Any) -> bool:
            held = offers.living_offer(tx, self.town, offer.id)
            if held is not None:
                offers.accept(tx, self.town, held, actor="test")
            return held is not None

        if self._work(unit):
            self.seated.add(row.person_id)
            places = {one.id: one.state for one in self._rows()}
            assert not [one for one in asked if places[one.from_id] == "enrolled"], "two seats came of one"

    @rule(minutes=st.sampled_from([1, 90, 13 * 60, 26 * 60]))
    def time_passes(self, minutes: int) -> None:
        assert isinstance(self.town.clock, ManualClock)
        self.town.clock.advance(timedelta(minutes=minutes))
        for schedule in (seat_offers.SCHEDULE, sweep.SCHEDULE):
            for _ in range(50):
                if not self._work(lambda tx, schedule=schedule: schedule(tx, self.town)):
                    break
            else:
                raise AssertionError(f"{schedule.name} does not come to an end")

    @rule(code=which, seats_now=st.integers(1, 6))
    def capacity_changes(self, code: str, seats_now: int) -> None:
        def unit(tx: Any) -> None:
            fits = update(offering).where(offering.c.code == code, offering.c.taken <= seats_now)
            if tx.core(fits.values(capacity=seats_now)).rowcount:
                offers.promote(tx, self.town, self.ids[code])

        self._work(unit)

    @precondition(lambda self: sum(map(self._open, CODES)) > 1)
    @rule(code=which, into=which)
    def classes_are_merged(self, code: str, into: str) -> None:
        rows = self._rows()
        if code == into or not self._open(code) or not [row for row in rows if row.code == code]:
            return
        had = {row.person_id for row in rows if row.code in (code, into) and row.state == "enrolled"}
        line = [row.person_id for row in rows if row.code == into and row.state in ("waiting", "offered")]
        then = [row.person_id for row in rows if row.code == code and row.state == "waiting"]
        done = self._work(lambda tx: merge_into(tx, self.town, self.ids[code], self.ids[into], actor="test"))
        if isinstance(done, Refused):
            assert done.code in ("merge_no_room", "merge_over"), done
            return
        assert isinstance(done, Merged)
        after = self._rows()
        assert not [row for row in after if row.code == code and row.state in LIVING]
        assert had == {row.person_id for row in after if row.code == into and row.state == "enrolled"}, (
            "everybody with a seat has one, and nobody else"
        )
        # those who waited there stay before those who waited here, each in the order of before
        waits = [row.person_id for row in after if row.code == into and row.state in ("waiting", "offered")]
        wanted = [one for one in dict.fromkeys((*line, *then)) if one in waits]
        assert [one for one in waits if one in wanted] == wanted
        self.before = {}

    @invariant()
    def counters_equal_rows(self) -> None:
        rows = self._rows()
        for one in self._classes():
            held = [row for row in rows if row.code == one.code and row.state in ("enrolled", "offered")]
            assert one.taken == len(held), one.code
            assert 0 <= one.taken <= one.capacity
            living = [row.person_id for row in rows if row.code == one.code and row.state in LIVING]
            assert len(living) == len(set(living)), "somebody is in a class twice"

    @invariant()
    def whoever_had_a_seat_and_did_not_leave_has_one(self) -> None:
        has = {row.person_id for row in self._rows() if row.state == "enrolled"}
        assert self.seated <= has

    @invariant()
    def nobody_waits_beside_a_free_seat(self) -> None:
        rows = self._rows()
        for one in self._classes():
            late = offers.too_late(self.town, one.first_start, one.enrol_closes)
            if one.status == "open" and one.taken < one.capacity and not late:
                assert not [row for row in rows if row.code == one.code and row.state == "waiting"]

    @invariant()
    def nobody_overtakes(self) -> None:
        rows = self._rows()
        now = {row.id: row for row in rows}
        for one in self._classes():
            if offers.too_late(self.town, one.first_start, one.enrol_closes):
                continue
            mine = [row for row in rows if row.code == one.code]
            left = [row.id for row in mine if row.state == "waiting"]
            got = [
                row.id
                for row in mine
                if row.state in ("offered", "enrolled")
                and self.before
                and (row.id not in self.before or self.before[row.id].state == "waiting")
            ]
            assert all(seat < waits for seat in got for waits in left), (one.code, got, left)
        self.before = now

    @invariant()
    def every_offered_seat_has_its_offer(self) -> None:
        chosen = select(seat_offer.c.enrolment_id).where(seat_offer.c.state.in_(("made", "running")))
        offered = {row.enrolment_id for row in self._all(chosen)}
        assert offered == {row.id for row in self._rows() if row.state == "offered"}

    @invariant()
    def a_change_that_waits_keeps_its_seat_or_is_swept(self) -> None:
        rows = {row.id: row for row in self._rows()}
        for one in self._all(select(transfer).where(transfer.c.state == "waiting")):
            assert rows[one.to_id].state != "enrolled" or rows[one.from_id].state != "enrolled"

    def teardown(self) -> None:
        try:
            carried = sum(
                row.fen for row in self._all(select(fee_entry).where(fee_entry.c.kind == "carried"))
            )
            assert carried == 0
            for row in self._rows():
                account = self._work(lambda tx, row=row: fees.account_of(tx, self.town, row.id))
                assert account.balance >= 0, "nothing was paid, so nothing is owed to anybody"
        finally:
            self.store.close()
            shutil.rmtree(self.folder)

    def _recount(self, person: int) -> None:
        """Who left the only seat has none any more."""
        if not [row for row in self._rows() if row.person_id == person and row.state == "enrolled"]:
            self.seated.discard(person)

    def _some(self, n: int, *states: str) -> Any:
        found = [row for row in self._rows() if row.state in states]
        return found[n % len(found)] if found else None

    def _work(self, unit: Any) -> Any:
        return work_now(self.store, unit)

    def _all(self, chosen: Any) -> list[Row]:
        return look_now(self.store, lambda tx: list(tx.core(chosen).fetchall()))

    def _classes(self) -> list[Row]:
        return self._all(select(offering).where(offering.c.code.in_(CODES)))

    def _open(self, code: str) -> bool:
        (one,) = [row for row in self._classes() if row.code == code]
        return bool(one.status == "open")

    def _rows(self) -> list[Row]:
        return self._all(
            select(enrolment.c.id, enrolment.c.person_id, enrolment.c.state, offering.c.code)
            .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
            .where(offering.c.code.in_(CODES))
            .order_by(enrolment.c.id)
        )

    def _living(self, person: int, code: str) -> Any:
        return look_now(self.store, lambda tx: seats.living(tx, person, self.ids[code]))


TestParallel = Parallel.TestCase
TestParallel.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
