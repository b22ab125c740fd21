"""Seats under any order of events: people come, leave, accept, decline, stay silent, block; capacity changes.

Everything goes the way it goes in the house: taps through a turn, the clock through the schedule. After each
step the whole class must make sense.
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
from models.enrolment import LIVING, enrolment, seat_offer
from models.migrate import migrate
from models.people import conversation
from models.statement import Row, Tx
from models.store import open_store
from services import consenting
from services.daytime import next_waking, offer_deadline
from services.enrolling import lapses, offers
from services.enrolling.offers import promote
from services.reach import CLASS_QUIET
from services.schedules import seat_offers
from tests.handlers.play import Person, Play
from tests.town import ZONE, make_town

CODE = "SF01"
PEOPLE = 6
SEATS = 2
who = st.integers(0, PEOPLE - 1)


class Seats(RuleBasedStateMachine):
    """One class of few seats and six people."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="doorstep-seats-"))
        shutil.copy(_template(), self.folder / "doorstep.db")
        self.store = open_store(f"sqlite:///{self.folder / 'doorstep.db'}")
        self.play = Play(self.store, make_town(self.store))
        self.people = [self.play.person(account=str(2000 + n), name=f"居民{n}") for n in range(PEOPLE)]
        self.class_id = self.play.rows(select(offering.c.id).where(offering.c.code == CODE))[0].id
        self.before: dict[int, Row] = {}
        self.asked = ""

    @initialize()
    def opens(self) -> None:
        self._set_capacity(SEATS)
        # people may still join in the middle of the course
        later = update(offering).where(offering.c.id == self.class_id)
        closes = self._class().first_start + timedelta(days=10)
        self.play.work(lambda tx: tx.core(later.values(enrol_closes=closes)))
        asker = self.play.person(account="1999", name="问路的")
        asker.start(f"c_{CODE}")
        for label in ("报名", "同意", "用“"):
            asker.tap(label)
        chosen = select(conversation.c.state).where(conversation.c.account_id == asker.account_id)
        self.asked = self.play.rows(chosen)[0].state
        for person in self.people:
            person.start()
            # without the yes the last word would only be asked for it, and nobody would ever come
            who = person.person_id
            self.play.work(consenting.give, who, "enrolment", "telegram", self.play.now)

    @rule(who=who)
    def joins(self, who: int) -> None:
        person = self.people[who]
        had = self._living(person)
        # everything was asked before: only the last word is missing
        answered = update(conversation).where(conversation.c.account_id == person.account_id)
        self.play.work(lambda tx: tx.core(answered.values(state=self.asked)))
        person.tap_action(f"enrol_ok:{self.class_id}")
        has = self._living(person)
        if had is None and has is not None:
            assert ("✓ 已报名" in person.text) is (has.state == "enrolled"), person.text
            if has.state == "waiting":
                line = [row.id for row in self._rows() if row.state == "waiting"]
                assert f"候补第{line.index(has.id) + 1}位" in person.text
        elif had is not None and has is not None and had.state == has.state:
            assert "✓ 已报名" not in person.text, "nothing changed, and it was told as new"

    @rule(who=who)
    def leaves(self, who: int) -> None:
        person = self.people[who]
        had = self._living(person)
        person.tap_action(f"withdraw:{self.class_id}")
        person.tap_action(f"withdraw_ok:{self.class_id}")
        assert self._living(person) is None
        assert ("已退出" in person.text) is (had is not None)

    @rule(who=who)
    def accepts(self, who: int) -> None:
        self._answers(self.people[who], "offer_yes", "enrolled")

    @rule(who=who)
    def declines(self, who: int) -> None:
        self._answers(self.people[who], "offer_no", None)

    def _answers(self, person: Person, action: str, after: str | None) -> None:
        offer = self._offer(person)
        if offer is None:
            return
        ran_out = offer.expires_at <= self.play.now
        person.tap_action(f"{action}:{offer.id}")
        has = self._living(person)
        if not ran_out:
            assert (has.state if has else None) == after, person.text

    @rule(who=who)
    def accepts_what_is_somebody_elses(self, who: int) -> None:
        other = self.people[(who + 1) % PEOPLE]
        offer = self._offer(other)
        before = self._states()
        self.people[who].tap_action(f"offer_yes:{offer.id if offer else 99999}")
        assert self._states() == before

    @rule(who=who)
    def the_message_arrives(self, who: int) -> None:
        offer = self._offer(self.people[who])
        if offer is not None:
            self.play.work(offers.delivered, self.play.town, offer.id)

    @rule(who=who)
    def the_message_cannot_arrive(self, who: int) -> None:
        offer = self._offer(self.people[who])
        if offer is not None and offer.state == "made":
            self.play.work(lapses.undeliverable, self.play.town, offer.id)
            assert self._living(self.people[who]) is None, "the seat went on"

    @rule(who=who)
    def blocks(self, who: int) -> None:
        self.people[who].block()

    @rule(who=who)
    def unblocks(self, who: int) -> None:
        self.people[who].unblock()

    @precondition(lambda self: self.asked)
    @rule(minutes=st.sampled_from([1, 20, 90, 5 * 60, 13 * 60, 26 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.play.advance(timedelta(minutes=minutes))
        for _ in range(50):
            if not self.play.work(seat_offers.SCHEDULE, self.play.town):
                return
        raise AssertionError("the schedule does not come to an end")

    @rule(seats=st.integers(1, 4))
    def capacity_changes(self, seats: int) -> None:
        self._set_capacity(seats)

    @invariant()
    def counters_equal_rows(self) -> None:
        row, rows = self._class(), self._rows()
        held = [one for one in rows if one.state in ("enrolled", "offered")]
        assert row.taken == len(held)
        assert 0 <= row.taken <= row.capacity
        living = [one.person_id for one in rows if one.state in LIVING]
        assert len(living) == len(set(living)), "somebody is in the class twice"

    @invariant()
    def every_offered_seat_has_its_offer(self) -> None:
        chosen = select(seat_offer.c.enrolment_id).where(seat_offer.c.state.in_(("made", "running")))
        offered = {row.enrolment_id for row in self.play.rows(chosen)}
        assert offered == {row.id for row in self._rows() if row.state == "offered"}

    @invariant()
    def nobody_waits_beside_a_free_seat(self) -> None:
        row = self._class()
        if row.taken < row.capacity and self._deadline() is not None:
            assert not [one for one in self._rows() if one.state == "waiting"]

    @invariant()
    def nobody_overtakes(self) -> None:
        now = {row.id: row for row in self._rows()}
        left = [row.id for row in now.values() if row.state == "waiting"]
        new = self.before.keys()
        got = [
            row.id
            for row in now.values()
            if row.state in ("offered", "enrolled")
            and (row.id not in new or self.before[row.id].state == "waiting")
        ]
        if self._deadline() is not None:
            assert all(seat < waits for seat in got for waits in left), (got, left)
        self.before = now

    def _class(self) -> Row:
        chosen = select(
            offering.c.capacity, offering.c.taken, offering.c.first_start, offering.c.enrol_closes
        )
        return self.play.rows(chosen.where(offering.c.id == self.class_id))[0]

    def _rows(self) -> list[Row]:
        chosen = select(enrolment.c.id, enrolment.c.person_id, enrolment.c.state)
        return self.play.rows(chosen.where(enrolment.c.offering_id == self.class_id).order_by(enrolment.c.id))

    def _states(self) -> list[tuple[int, str]]:
        return [(row.id, row.state) for row in self._rows()]

    def _living(self, person: Person) -> Any:
        mine = [row for row in self._rows() if row.person_id == person.person_id and row.state in LIVING]
        return mine[0] if mine else None

    def _offer(self, person: Person) -> Any:
        place = self._living(person)
        if place is None:
            return None
        found = self.play.rows(
            select(seat_offer).where(
                seat_offer.c.enrolment_id == place.id, seat_offer.c.state.in_(("made", "running"))
            )
        )
        return found[0] if found else None

    def _deadline(self) -> Any:
        row = self._class()
        sent = next_waking(self.play.now, CLASS_QUIET, ZONE)
        # once the class has begun, only the close of enrolment counts
        first = row.first_start if row.first_start > self.play.now else None
        return offer_deadline(sent, first, row.enrol_closes, ZONE)

    def _set_capacity(self, seats: int) -> None:
        def unit(tx: Tx) -> None:
            fits = update(offering).where(offering.c.id == self.class_id, offering.c.taken <= seats)
            if tx.core(fits.values(capacity=seats)).rowcount:
                promote(tx, self.play.town, self.class_id)

        self.play.work(unit)

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)


def _template() -> Path:
    if not _made:
        folder = Path(tempfile.mkdtemp(prefix="doorstep-seats-"))
        migrate(f"sqlite:///{folder / 'doorstep.db'}")
        _made.append(folder / "doorstep.db")
    return _made[0]


_made: list[Path] = []

TestSeats = Seats.TestCase
TestSeats.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
