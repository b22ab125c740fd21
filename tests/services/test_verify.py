"""The nightly verify: counters equal rows, otherwise an alarm line."""

from __future__ import annotations

from sqlalchemy import delete

from models.catalogue import offering
from models.enrolment import enrolment
from models.running import fee_entry
from models.store import Store, look_now
from services.enrolling import seats
from services.schedules import nightly_verify
from services.town import Town
from services.verify import Mismatch, Misnumbered, verify, verify_some
from tests.services.learners import Learners


def test_counters_that_fit(store: Store, town: Town) -> None:
    learners = Learners(store, town)
    for _ in range(4):  # two seats, so two of them wait
        learners.enrol(learners.person(), "SJ01")
    assert look_now(store, verify) == []


def test_a_counter_that_is_wrong_is_an_alarm_once_a_night(store: Store, town: Town) -> None:
    learners = Learners(store, town)
    learners.enrol(learners.person(), "SJ01")
    learners.tick()
    learners.change(offering, offering.c.code == "SJ01", taken=2)
    wrong = look_now(store, verify)
    assert wrong == [Mismatch(learners.offering("SJ01"), "SJ01", 2, 1)]
    due = nightly_verify.SCHEDULE
    assert learners.work(lambda tx: due(tx, town)).alarms == ()
    learners.tick("2026-12-01 03:29")
    learners.advance_to("2026-12-01 03:30")
    done = learners.work(lambda tx: due(tx, town))
    assert done.alarms == ("class SJ01 counts 2 seats taken, its rows say 1",)
    assert learners.work(lambda tx: due(tx, town)) == 0


def test_a_row_taken_out_by_hand_is_told_and_mended(store: Store, town: Town) -> None:
    learners = Learners(store, town)
    people = [learners.person() for _ in range(5)]
    for person in people:  # two seats, so three of them wait
        learners.enrol(person, "SJ01")
    class_id = learners.offering("SJ01")
    gone = enrolment.c.person_id == people[2]
    learners.work(lambda tx: tx.core(delete(fee_entry)))
    learners.work(lambda tx: tx.core(delete(enrolment).where(gone)))
    assert look_now(store, verify) == [Misnumbered(class_id, "SJ01", 2)]
    (told,) = map(str, look_now(store, verify))
    assert told.startswith("class SJ01 has 2 enrolments with a wrong number")
    learners.change(enrolment, enrolment.c.offering_id == class_id, number=0)
    assert look_now(store, verify) == []
    last = look_now(store, lambda tx: seats.living(tx, people[4], class_id))
    assert look_now(store, lambda tx: seats.position(tx, class_id, last.id)) == 2


def test_in_pieces(store: Store, town: Town) -> None:
    learners = Learners(store, town)
    learners.change(offering, offering.c.code.in_(("SF01", "DG01")), taken=1)
    found, after = [], 0
    for _ in range(3):
        piece = look_now(store, lambda tx, after=after: verify_some(tx, after, 2))
        found += [mismatch.code for mismatch in piece.wrong]
        after = piece.last or 0
    assert sorted(found) == ["DG01", "SF01"]
    assert after == 0


def test_nights_missed_are_made_up_for_once(store: Store, town: Town) -> None:
    learners = Learners(store, town)
    learners.tick("2026-12-05 12:00")
    learners.tick("2026-12-05 12:01")
    assert learners.outcomes("nightly_verify") == ["done"]
