"""Every way of getting and losing a seat in one machine, in any order: three parallel classes of few seats.

People join, leave, accept, decline, stay silent and change over; classes open in phases, grow, shrink and
are merged; the clock steps. After each step the counters equal the rows, nobody overtakes, nobody waits
beside a free seat, nobody came before their phase, and who had a seat and did not leave has one. Each
message is held against the rows as they were when its transaction was committed.
"""

from __future__ import annotations

import re
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
from models.outgoing import outgoing
from models.running import fee_entry, transfer
from models.statement import Row, Tx
from models.store import look_now, open_store, work_now
from services import classes
from services.enrolling import gates, offers, seats, transfers
from services.enrolling.refusal import Refused
from services.message import message_from_json, plain
from services.phrases.when import say_deadline
from services.running import fees
from services.running.deciding import merge_into
from services.running.merge import Merged
from services.schedules import seat_offers
from services.schedules import transfers as sweep
from services.windows.phases_file import PhaseLine, Plan
from services.windows.setting import Times, set_window
from services.windows.standing import note
from tests.races.test_seats_machine import _template
from tests.services.learners import Learners
from tests.services.parallel_town import add_parallel
from tests.town import make_town

PEOPLE = 7
CODES = ("SF01", "SF02", "SF03")
# this one opens to residents first, and to everybody two hours later
PHASED = "SF02"
AREA = "新城街道"
RESIDENTS = range(3)
FIRST, LAST = timedelta(minutes=15), timedelta(hours=2)
POSITION = re.compile(r"第(\d+)位")
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
        self.told = 0
        # places that came of a merging
        self.moved: set[int] = set()
        began = self.town.now()
        self.turns = (began + FIRST, began + LAST)

    @initialize(several=st.tuples(*[st.integers(1, 3)] * 3), wants=st.lists(which, min_size=PEOPLE))
    def few_seats(self, several: tuple[int, int, int], wants: list[str]) -> None:
        for code, n in zip(CODES, several, strict=True):
            later = update(offering).where(offering.c.code == code)
            self._work(lambda tx, later=later, n=n: tx.core(later.values(capacity=n)))
        phases = (PhaseLine("resident", AREA, self.turns[0]), PhaseLine("everyone", "", self.turns[1]))
        self._work(
            lambda tx: set_window(
                tx, self.town, PHASED, "fcfs", Times(), Plan(phases), by="test", new_secret=lambda: ""
            )
        )
        for who in RESIDENTS:
            person = self.people[who]
            self._work(lambda tx, person=person: note(tx, self.town, person, "resident", AREA, by="test"))
        for who, code in enumerate(wants):
            self.joins(who % PEOPLE, code)

    @rule(who=who, code=which)
    def joins(self, who: int, code: str) -> None:
        person = self.people[who]
        if self._living(person, code) is not None or not self._open(code):
            return
        refused, joined = self._work(lambda tx: self._asks(tx, who, code))
        assert (refused is not None and refused.code.startswith(("phase", "not_open"))) is self._too_soon(
            who, code
        )
        if isinstance(joined, seats.Joined):
            place = self._living(person, code)
            assert (joined.state, joined.enrolment_id) == (place.state, place.id), "what was answered"
            if joined.state == "waiting":
                assert joined.position == self._position(place.id)
            if joined.state == "enrolled":
                self.seated.add(person)

    def _asks(self, tx: Any, who: int, code: str) -> tuple[Refused | None, Any]:
        """The gates and the place as a turn has them: the first refusal, or what came of it."""
        person, now = self.people[who], self.town.now()
        row = classes.one_class(tx, self.ids[code], now)
        living = tx.all(gates.LIVING_ROWS, person_id=person, now=now)
        late = offers.too_late(self.town, row.first_start, row.enrol_closes)
        refused = gates.check(
            gates.Applicant(tx, row, person, True, now, self.town.term_limit, living, late=late)
        )
        if refused is not None:
            return refused, None
        return None, seats.join(
            tx, self.town, person_id=person, account_id=self.accounts[who], offering_id=self.ids[code],
            name=f"居民{who}", age_confirmed=False, actor=f"person:{person}",
        )  # fmt: skip

    def _too_soon(self, who: int, code: str) -> bool:
        turn = self.turns[0 if who in RESIDENTS else 1]
        return code == PHASED and self.town.now() < turn

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
        who = self.people.index(row.person_id)
        assert not self._too_soon(who, to), "a change is no way around the phases"
        if done.state == "waiting":
            assert done.position == self._position(done.enrolment_id), "what was answered"
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

    @rule(n=any_number)
    def declines(self, n: int) -> None:
        row = self._some(n, "offered")
        if row is None:
            return
        offer = look_now(self.store, lambda tx: tx.one(offers.LIVING_OFFER, enrolment_id=row.id))

        def unit(tx: Any) -> None:
            held = offers.living_offer(tx, self.town, offer.id)
            if held is not None:
                offers.decline(tx, self.town, held, actor="test")

        self._work(unit)

    @rule(n=any_number)
    def the_message_arrives(self, n: int) -> None:
        row = self._some(n, "offered")
        if row is not None:
            offer = look_now(self.store, lambda tx: tx.one(offers.LIVING_OFFER, enrolment_id=row.id))
            self._work(lambda tx: offers.delivered(tx, self.town, offer.id))

    @rule(minutes=st.sampled_from([1, 20, 90, 13 * 60, 26 * 60]))
    def time_passes(self, minutes: int) -> None:
        if self.town.now() < self.turns[1]:  # slowly at first, so that something happens in each phase
            minutes = min(minutes, 90)
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
        self.moved |= {row.id for row in after} - {row.id for row in rows}
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
    def each_place_in_line_is_the_counted_one(self) -> None:
        waits = [row for row in self._rows() if row.state == "waiting"]

        def told(tx: Tx) -> list[int]:
            return [seats.position(tx, self.ids[row.code], row.id) for row in waits]

        def counted(tx: Tx) -> list[int]:
            return [seats.waiting_count(tx, self.ids[code]) for code in CODES]

        assert look_now(self.store, told) == [self._position(row.id) for row in waits]
        lines = [[row for row in waits if row.code == code] for code in CODES]
        assert look_now(self.store, counted) == list(map(len, lines))

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
    def nobody_came_before_their_phase(self) -> None:
        chosen = select(enrolment.c.person_id, enrolment.c.created_at, enrolment.c.id).where(
            enrolment.c.offering_id == self.ids[PHASED]
        )
        for row in self._all(chosen):
            turn = self.turns[0 if self.people.index(row.person_id) in RESIDENTS else 1]
            assert row.created_at >= turn or row.id in self.moved

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
        """One transaction; whatever it told is held against what it left."""
        done = work_now(self.store, unit)
        chosen = select(outgoing).where(outgoing.c.id > self.told, outgoing.c.lane == "notice")
        for row in self._all(chosen.order_by(outgoing.c.id)):
            self.told = row.id
            self._is_true(row)
        return done

    def _is_true(self, told: Row) -> None:
        """A message against the places as they are."""
        text = plain(message_from_json(told.payload, None).text)
        person = self.people[self.accounts.index(told.account_id)]
        places = {row.id: row for row in self._rows()}
        mine = [row for row in places.values() if row.person_id == person and row.state in LIVING]
        if told.purpose == "offer":
            (offer,) = self._all(select(seat_offer).where(seat_offer.c.id == told.offer_id))
            until = say_deadline(told.expires_at, "zh", told.not_before, self.town.zone)
            assert places[told.enrolment_id].state == "offered" and offer.state in ("made", "running")
            assert offer.expires_at >= told.expires_at and until in text
        elif told.purpose == "lapse":
            code = message_from_json(told.payload, None).rows[0][0].action.removeprefix("card:")
            here = [row for row in mine if str(self.ids[row.code]) == code]
            found = POSITION.search(text)
            assert bool(here) is (found is not None), text
            if found:
                assert here[0].state == "waiting" and int(found[1]) == self._position(here[0].id), text
        elif told.purpose == "seat_free":
            place = places[told.enrolment_id]
            (of,) = [one for one in self._classes() if one.code == place.code]
            assert place.state == "waiting" and of.taken < of.capacity
            assert offers.too_late(self.town, of.first_start, of.enrol_closes)
        else:
            assert told.purpose == "change", told.purpose
            place = places[told.enrolment_id]
            words = {"enrolled": "名额已经带过去了", "offered": "留的名额也带过去了", "waiting": "候补第"}
            assert words[place.state] in text
            if place.state == "waiting":
                found = POSITION.search(text)
                assert found and int(found[1]) == self._position(place.id)

    def _position(self, enrolment_id: int) -> int:
        """The place in line, counted from the rows."""
        rows = self._rows()
        (mine,) = [row for row in rows if row.id == enrolment_id]
        line = [row.id for row in rows if row.code == mine.code and row.state == "waiting"]
        return line.index(enrolment_id) + 1

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
