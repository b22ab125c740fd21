"""Groups in the line under any order of events: all or none, in strict order, no seat leaked."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select, update

from models.catalogue import offering
from models.enrolment import LIVING, enrolment, seat_offer
from models.people import account
from models.statement import Row, Tx
from models.store import open_store
from models.teams import seat_group_member
from services.enrolling import groups, lapses, offers, seats
from services.enrolling.together import Seeker, join_together
from services.schedules import seat_offers
from tests.handlers.play import Play
from tests.races.test_seats_machine import _template
from tests.town import make_town

CODE = "SF01"
PEOPLE = 9
SEATS = 3
who = st.integers(0, PEOPLE - 1)


class Groups(RuleBasedStateMachine):
    """One class of few seats; people come alone, in twos and in threes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="doorstep-groups-"))
        shutil.copy(_template(), self.folder / "doorstep.db")
        self.store = open_store(f"sqlite:///{self.folder / 'doorstep.db'}")
        self.play = Play(self.store, make_town(self.store))
        self.class_id = self.play.rows(select(offering.c.id).where(offering.c.code == CODE))[0].id
        self.people: list[Row] = []
        self.before: dict[int, Row] = {}

    @initialize()
    def opens(self) -> None:
        for number in range(PEOPLE):
            self.play.person(account=str(3000 + number), name=f"居民{number}").start()
        self.people = self.play.rows(select(account.c.id, account.c.person_id).order_by(account.c.id))
        later = update(offering).where(offering.c.id == self.class_id)
        closes = self.play.now + timedelta(days=60)
        first = self.play.now + timedelta(days=59)
        self.play.work(
            lambda tx: tx.core(later.values(enrol_closes=closes, first_start=first, capacity=SEATS))
        )

    @rule(who=who, size=st.sampled_from([1, 1, 2, 2, 3]))
    def come(self, who: int, size: int) -> None:
        chosen = [self.people[(who + n) % PEOPLE] for n in range(size)]
        if any(self._living(one.person_id) for one in chosen):
            return
        seekers = [Seeker(one.person_id, one.id, f"居民{one.id}") for one in chosen]
        done = self.play.work(
            lambda tx: join_together(tx, self.play.town, seekers, offering_id=self.class_id, actor="person:1")
        )
        if isinstance(done, tuple):
            assert len({place.state for place in done}) == 1, done
        else:
            assert done.code == "group_too_big"

    @rule(who=who)
    def comes_alone_the_ordinary_way(self, who: int) -> None:
        one = self.people[who]
        if self._living(one.person_id) is None:
            self.play.work(
                lambda tx: seats.join(
                    tx, self.play.town, person_id=one.person_id, account_id=one.id,
                    offering_id=self.class_id, name="居民", age_confirmed=True, actor="person:1",
                )
            )  # fmt: skip

    @rule(who=who)
    def leaves(self, who: int) -> None:
        mine = self._living(self.people[who].person_id)
        if mine is not None:
            left = self.play.work(seats.leave, self.play.town, mine, why="self", actor="person:1")
            assert left

    @rule(who=who, yes=st.booleans())
    def answers(self, who: int, yes: bool) -> None:
        def unit(tx: Tx) -> None:
            mine = seats.living(tx, self.people[who].person_id, self.class_id)
            offer = tx.one(offers.LIVING_OFFER, enrolment_id=mine.id) if mine else None
            row = offers.living_offer(tx, self.play.town, offer.id) if offer else None
            if row is not None:
                (offers.accept if yes else offers.decline)(tx, self.play.town, row, actor="person:1")

        self.play.work(unit)

    @rule(who=who)
    def part(self, who: int) -> None:
        def unit(tx: Tx) -> None:
            mine = seats.living(tx, self.people[who].person_id, self.class_id)
            party = groups.party(tx, mine.id, "waiting") if mine else []
            if len(party) > 1:
                groups.part(tx, party[0].group_id)
                offers.promote(tx, self.play.town, self.class_id, freed=False)

        self.play.work(unit)

    @rule(who=who)
    def the_message_arrives(self, who: int) -> None:
        offer = self._offer(who)
        if offer is not None:
            self.play.work(offers.delivered, self.play.town, offer.id)

    @rule(who=who)
    def the_message_cannot_arrive(self, who: int) -> None:
        offer = self._offer(who)
        if offer is not None and offer.state == "made":
            self.play.work(lapses.undeliverable, self.play.town, offer.id)

    @rule(minutes=st.sampled_from([1, 90, 13 * 60, 26 * 60, 50 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.play.advance(timedelta(minutes=minutes))
        for _ in range(50):
            if not self.play.work(seat_offers.SCHEDULE, self.play.town):
                return
        raise AssertionError("the schedule does not come to an end")

    @rule(capacity=st.integers(1, 5))
    def capacity_changes(self, capacity: int) -> None:
        def unit(tx: Tx) -> None:
            fits = update(offering).where(offering.c.id == self.class_id, offering.c.taken <= capacity)
            if tx.core(fits.values(capacity=capacity)).rowcount:
                offers.promote(tx, self.play.town, self.class_id)

        self.play.work(unit)

    @invariant()
    def counters_equal_rows(self) -> None:
        row, rows = self._class(), self._rows()
        assert row.taken == sum(one.state in ("enrolled", "offered") for one in rows)
        assert 0 <= row.taken <= row.capacity
        living = [one.person_id for one in rows if one.state in LIVING]
        assert len(living) == len(set(living)), "somebody is in the class twice"

    @invariant()
    def nobody_is_split_from_their_group(self) -> None:
        together: dict[int, set[str]] = defaultdict(set)
        for one in self._rows():
            if one.group_id and one.state in LIVING:
                together[one.group_id].add(one.state)
        assert all(len(states) == 1 for states in together.values()), together

    @invariant()
    def every_offered_seat_has_its_offer(self) -> None:
        chosen = select(seat_offer.c.enrolment_id, seat_offer.c.expires_at)
        living = self.play.rows(chosen.where(seat_offer.c.state.in_(("made", "running"))))
        rows = self._rows()
        assert {row.enrolment_id for row in living} == {row.id for row in rows if row.state == "offered"}
        until: dict[int, set[Any]] = defaultdict(set)
        group = {row.id: row.group_id for row in rows}
        for row in living:
            if group[row.enrolment_id]:
                until[group[row.enrolment_id]].add(row.expires_at)
        assert all(len(hours) == 1 for hours in until.values()), "a group has one hour for its answer"

    @invariant()
    def a_free_seat_stays_empty_only_for_a_group_that_is_first(self) -> None:
        row, rows = self._class(), self._rows()
        waiting = [one for one in rows if one.state == "waiting"]
        if not waiting or row.taken >= row.capacity:
            return
        first = waiting[0]
        needs = sum(one.group_id == first.group_id for one in waiting) if first.group_id else 1
        assert needs > row.capacity - row.taken, "whoever is first could be seated"

    @invariant()
    def nobody_overtakes(self) -> None:
        now = {row.id: row for row in self._rows()}
        left = [row.id for row in now.values() if row.state == "waiting"]
        got = [
            row.id
            for row in now.values()
            if row.state in ("offered", "enrolled")
            and (row.id not in self.before or self.before[row.id].state == "waiting")
        ]
        assert all(seat < waits for seat in got for waits in left), (got, left)
        self.before = now

    def _class(self) -> Row:
        chosen = select(offering.c.capacity, offering.c.taken).where(offering.c.id == self.class_id)
        return self.play.rows(chosen)[0]

    def _rows(self) -> list[Row]:
        chosen = (
            select(enrolment.c.id, enrolment.c.person_id, enrolment.c.state, seat_group_member.c.group_id)
            .outerjoin_from(enrolment, seat_group_member, seat_group_member.c.enrolment_id == enrolment.c.id)
            .where(enrolment.c.offering_id == self.class_id)
            .order_by(enrolment.c.id)
        )
        return self.play.rows(chosen)

    def _living(self, person_id: int) -> Any:
        return self.play.work(seats.living, person_id, self.class_id)

    def _offer(self, who: int) -> Any:
        mine = self._living(self.people[who].person_id)
        if mine is None:
            return None
        chosen = select(seat_offer).where(
            seat_offer.c.enrolment_id == mine.id, seat_offer.c.state.in_(("made", "running"))
        )
        found = self.play.rows(chosen)
        return found[0] if found else None

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)


TestGroups = Groups.TestCase
TestGroups.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
