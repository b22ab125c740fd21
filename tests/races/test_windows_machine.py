"""Windows under any order of events: phases open, people register, change, leave; a draw comes and is told.

The first machine puts the class of `test_seats_machine` behind phases, so that everything that holds there
has to hold here too. The second lives through a draw of two classes and what follows it.
"""

from __future__ import annotations

import json
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
from models.enrolment import LIVING, enrolment
from models.people import conversation
from models.statement import Row
from models.store import open_store
from models.windows import application, application_wish, draw
from services import verify
from services.drawing import check
from services.enrolling import offers
from services.schedules import draws, seat_offers
from services.windows.phases_file import PhaseLine, Plan
from services.windows.setting import Times, set_window
from services.windows.standing import note
from tests.handlers.play import Play
from tests.races.test_seats_machine import CODE, PEOPLE, Seats, _template, who
from tests.town import make_town

RESIDENTS = range(3)
AREA = "新城街道"
FIRST, LAST = timedelta(minutes=15), timedelta(hours=2)


class Phased(Seats):
    """The same class, open to residents after a quarter of an hour and to everybody after two hours."""

    @initialize()
    def opens(self) -> None:
        Seats.opens(self)
        began = self.play.now
        self.turns = (began + FIRST, began + LAST)
        plan = Plan((PhaseLine("resident", AREA, self.turns[0]), PhaseLine("everyone", "", self.turns[1])))
        self.play.work(
            set_window, self.play.town, CODE, "fcfs", Times(), plan, by="test", new_secret=lambda: ""
        )
        # the asker's place came before there were phases
        for place in self._rows():
            assert place.person_id not in {person.person_id for person in self.people}
        for number in RESIDENTS:
            person_id = self.people[number].person_id
            self.play.work(note, self.play.town, person_id, "resident", AREA, by="test")

    @rule(who=who)
    def joins(self, who: int) -> None:
        person = self.people[who]
        turn = self.turns[0 if who in RESIDENTS else 1]
        if self.play.now >= turn:
            Seats.joins(self, who)
            return
        had = self._living(person)
        answered = update(conversation).where(conversation.c.account_id == person.account_id)
        self.play.work(lambda tx: tx.core(answered.values(state=self.asked)))
        person.tap_action(f"enrol_ok:{self.class_id}")
        assert had is None and self._living(person) is None, "somebody came before their phase"
        assert "已报名" not in person.text and "候补第" not in person.text

    @precondition(lambda self: hasattr(self, "turns"))
    @rule(minutes=st.sampled_from([1, 20, 90, 5 * 60, 13 * 60, 26 * 60]))
    def time_passes(self, minutes: int) -> None:
        # slowly at first, so that something happens in each phase
        Seats.time_passes(self, min(minutes, 30) if self.play.now < self.turns[1] else minutes)

    @invariant()
    def nobody_came_before_their_phase(self) -> None:
        if not self.people or not hasattr(self, "turns"):
            return
        chosen = select(enrolment.c.person_id, enrolment.c.created_at).where(
            enrolment.c.offering_id == self.class_id
        )
        turns = {
            person.person_id: self.turns[0 if number in RESIDENTS else 1]
            for number, person in enumerate(self.people)
        }
        for row in self.play.rows(chosen):
            assert row.person_id not in turns or row.created_at >= turns[row.person_id]


CODES = ("SF01", "HG01")
which = st.integers(0, len(CODES) - 1)


class Drawn(RuleBasedStateMachine):
    """Two classes to be drawn, six people, and whatever they think of."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="doorstep-drawn-"))
        shutil.copy(_template(), self.folder / "doorstep.db")
        self.store = open_store(f"sqlite:///{self.folder / 'doorstep.db'}")
        self.play = Play(self.store, make_town(self.store))
        self.people = [self.play.person(account=str(2000 + n), name=f"居民{n}") for n in range(PEOPLE)]
        rows = self.play.rows(select(offering.c.id, offering.c.code).where(offering.c.code.in_(CODES)))
        self.ids = [next(row.id for row in rows if row.code == code) for code in CODES]
        self.ready = False

    @initialize(
        seats=st.tuples(st.integers(1, 3), st.integers(1, 3)), wished=st.lists(which, min_size=PEOPLE)
    )
    def opens(self, seats: tuple[int, int], wished: list[int]) -> None:
        now = self.play.now
        for offering_id, capacity in zip(self.ids, seats, strict=True):
            self._resize(offering_id, capacity)
        self.closes, self.draws = now + timedelta(hours=24), now + timedelta(hours=34)
        times = Times(closes=self.closes, draws=self.draws)
        for code in CODES:
            made = update(offering).where(offering.c.code == code)
            later = now + timedelta(days=20)
            self.play.work(lambda tx, made=made, later=later: tx.core(made.values(enrol_closes=later)))
        self._one_window(times)
        for person in self.people:
            person.start("c_SF01")
            person.tap("登记抽签")
            person.tap("同意")
            person.say("不报了")
        self.ready = True
        for number, first in zip(range(PEOPLE), wished, strict=False):
            self.registers(number, first)

    def _one_window(self, times: Times) -> None:
        """Both classes in one draw, as a unit's are."""
        others = update(offering).where(offering.c.code.not_in(CODES)).values(status="cancelled")
        self.play.work(lambda tx: tx.core(others))
        made = self.play.work(
            set_window, self.play.town, "xincheng", "draw", times, Plan(), by="test",
            new_secret=lambda: "5a" * 32,
        )  # fmt: skip
        assert set(made.codes) == set(CODES)
        self.window_id = made.window_id

    @rule(who=who, which=which)
    def registers(self, who: int, which: int) -> None:
        person, before = self.people[who], self._wishes(who)
        closed = self.play.now >= self.closes
        person.tap_action(f"enrol:{self.ids[which]}")
        for label in ("用“", "确认登记"):
            if any(label in shown for shown in person.buttons):
                person.tap(label)
        after = self._wishes(who)
        if self._state() != "published":
            assert "已报名" not in person.text, "registering was told as a place"
        if closed or self.ids[which] in before:
            assert after == before
        else:
            assert after == [*before, self.ids[which]] and "登记好了" in person.text

    @rule(who=who, which=which, place=st.integers(1, 2))
    def moves_up(self, who: int, which: int, place: int) -> None:
        self._changes(who, f"wish_to:{self._application(who)}:{self.ids[which]}:{place}")

    @rule(who=who, which=which)
    def takes_out(self, who: int, which: int) -> None:
        self._changes(who, f"wish_drop:{self._application(who)}:{self.ids[which]}")

    def _changes(self, who: int, action: str) -> None:
        before = self._wishes(who)
        self.people[who].tap_action(action)
        if self.play.now >= self.closes:
            assert self._wishes(who) == before, "changed after closing"

    @rule(who=who)
    def changes_what_is_somebody_elses(self, who: int) -> None:
        other = (who + 1) % PEOPLE
        before = self._wishes(other)
        theirs = f"{self._application(other)}:{self.ids[1]}"
        for tapped in (f"wish_to:{theirs}:1", f"wish_drop:{theirs}"):
            self.people[who].tap_action(tapped)
        self.people[who].tap_action(f"wish_leave_ok:{self._application(other)}")
        assert self._wishes(other) == before

    @rule(who=who)
    def withdraws(self, who: int) -> None:
        action = self._application(who)
        self.people[who].tap_action(f"wish_leave:{action}")
        self.people[who].tap_action(f"wish_leave_ok:{action}")
        if self.play.now < self.closes:
            assert self._wishes(who) == []

    @rule(who=who, which=which)
    def leaves(self, who: int, which: int) -> None:
        self.people[who].tap_action(f"withdraw:{self.ids[which]}")
        self.people[who].tap_action(f"withdraw_ok:{self.ids[which]}")
        assert self._living(who, which) is None

    @rule(who=who, which=which, yes=st.booleans())
    def answers_an_offer(self, who: int, which: int, yes: bool) -> None:
        place = self._living(who, which)
        offer = place and self.play.work(lambda tx: tx.one(offers.LIVING_OFFER, enrolment_id=place.id))
        if offer:
            self.people[who].tap_action(f"offer_{'yes' if yes else 'no'}:{offer.id}")

    @rule(which=which, seats=st.integers(1, 4))
    def capacity_changes(self, which: int, seats: int) -> None:
        self._resize(self.ids[which], seats)

    @rule(hours=st.sampled_from([1, 7, 14, 30]))
    def time_passes(self, hours: int) -> None:
        self.play.advance(timedelta(hours=hours))
        for schedule in (draws.SCHEDULE, seat_offers.SCHEDULE):
            for _ in range(60):
                if not self.play.work(schedule, self.play.town):
                    break
            else:
                raise AssertionError("the schedule does not come to an end")

    @precondition(lambda self: self.ready)
    @invariant()
    def seats_are_neither_over_nor_under(self) -> None:
        assert self.play.work(verify.verify) == []
        for offering_id in self.ids:
            row = self._class(offering_id)
            assert 0 <= row.taken <= row.capacity
            if self._state() == "published" and row.taken < row.capacity:
                waits = [one for one in self._rows(offering_id) if one.state == "waiting"]
                assert not waits or self._too_late(offering_id), "somebody waits beside a free seat"

    @precondition(lambda self: self.ready)
    @invariant()
    def before_the_result_nobody_has_a_place(self) -> None:
        if self._state() not in ("publishing", "published"):
            assert not [one for offering_id in self.ids for one in self._rows(offering_id)]

    @precondition(lambda self: self.ready)
    @invariant()
    def the_result_holds_and_is_what_was_given(self) -> None:
        if self._state() != "published":
            return
        [row] = self.play.rows(select(draw.c.result).where(draw.c.window_id == self.window_id))
        if not getattr(self, "checked", False):
            assert check.verify(row.result) is None
            self.checked = True
        chosen = select(application.c.person_id, application.c.lot)
        lots = {
            row.person_id: row.lot for row in self.play.rows(chosen.where(application.c.lot.is_not(None)))
        }
        lines = {one["class"]: one for result in json.loads(row.result)["results"] for one in result["got"]}
        assert set(lines) <= set(CODES)
        for offering_id in self.ids:
            # the line that the draw made stands in the order of the lots, whoever left or came since
            made = [one for one in self._rows(offering_id) if one.created_at == self._published()]
            waited = [lots[one.person_id] for one in made if one.state == "waiting"]
            assert waited == sorted(waited)

    @precondition(lambda self: self.ready)
    @invariant()
    def nobody_is_in_a_class_twice(self) -> None:
        for offering_id in self.ids:
            living = [one.person_id for one in self._rows(offering_id) if one.state in LIVING]
            assert len(living) == len(set(living))

    def _published(self) -> Any:
        return self.play.rows(select(draw.c.published_at))[0].published_at

    def _state(self) -> str:
        return str(self.play.rows(select(draw.c.state))[0].state)

    def _class(self, offering_id: int) -> Row:
        chosen = select(
            offering.c.capacity, offering.c.taken, offering.c.first_start, offering.c.enrol_closes
        )
        return self.play.rows(chosen.where(offering.c.id == offering_id))[0]

    def _too_late(self, offering_id: int) -> bool:
        row = self._class(offering_id)
        return offers.too_late(self.play.town, row.first_start, row.enrol_closes)

    def _rows(self, offering_id: int) -> list[Row]:
        chosen = select(enrolment.c.id, enrolment.c.person_id, enrolment.c.state, enrolment.c.created_at)
        return self.play.rows(chosen.where(enrolment.c.offering_id == offering_id).order_by(enrolment.c.id))

    def _living(self, who: int, which: int) -> Any:
        person_id = self.people[who].person_id
        mine = [
            row for row in self._rows(self.ids[which]) if row.person_id == person_id and row.state in LIVING
        ]
        return mine[0] if mine else None

    def _application(self, who: int) -> int:
        chosen = select(application.c.id).where(application.c.person_id == self.people[who].person_id)
        found = self.play.rows(chosen.order_by(application.c.id.desc()))
        return int(found[0].id) if found else 99_999

    def _wishes(self, who: int) -> list[int]:
        chosen = (
            select(application_wish.c.offering_id)
            .join(application, application.c.id == application_wish.c.application_id)
            .where(
                application.c.person_id == self.people[who].person_id,
                application.c.state.in_(("applied", "drawn")),
            )
            .order_by(application_wish.c.rank)
        )
        return [row.offering_id for row in self.play.rows(chosen)]

    def _resize(self, offering_id: int, seats: int) -> None:
        fits = update(offering).where(offering.c.id == offering_id, offering.c.taken <= seats)
        self.play.work(lambda tx: tx.core(fits.values(capacity=seats)))
        self.play.work(offers.promote, self.play.town, offering_id)

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)


_SETTINGS = settings(
    max_examples=12, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestPhased = Phased.TestCase
TestPhased.settings = _SETTINGS
TestDrawn = Drawn.TestCase
TestDrawn.settings = _SETTINGS
