"""An import taken back: what goes, what is put back, what was changed since, and when it is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.catalogue import import_batch
from models.enrolment import enrolment
from models.store import look_now
from services.importing.undo import CannotUndo, plan_undo
from services.liking import toggle
from services.sessions import move_session
from tests.services.importing.clerk import FIRST, SECOND, Clerk
from tests.services.learners import at


def refused(clerk: Clerk, batch: int | None) -> str:
    """Why an import stays; nothing is written."""
    before = clerk.everything()
    with pytest.raises(CannotUndo) as error:
        clerk.undo(batch)
    assert clerk.everything() == before
    assert error.value.text_en and error.value.text_zh == str(error.value)
    return str(error.value.text_zh)


def test_new_classes_are_gone_with_the_school_that_was_made_for_them(clerk: Clerk) -> None:
    before = clerk.everything()
    done = clerk.undo(clerk.bring(FIRST, SECOND).batch)
    assert (done.removed, done.restored, done.notified) == (2, 0, 0)
    after = clerk.everything()
    assert {name: after[name] for name in ("org_unit", "offering", "class_session")} == {
        name: before[name] for name in ("org_unit", "offering", "class_session")
    }
    assert clerk.bring(FIRST, SECOND).created == 2


def test_a_school_that_is_used_by_now_stays(clerk: Clerk) -> None:
    batch = clerk.bring(FIRST).batch
    clerk.bring(SECOND)
    clerk.undo(batch)
    assert clerk.row("TJ-1").school == "城关学校"


def test_a_class_with_people_in_it_stays_and_is_named(clerk: Clerk) -> None:
    batch = clerk.bring({**FIRST, "capacity": "1"}, SECOND).batch
    clerk.enrolled(2, "SF-1")
    said = refused(clerk, batch)
    assert "书法入门" in said and "SF-1" in said and "2人" in said


def test_a_class_that_somebody_has_left_is_closed_and_can_be_brought_in_again(clerk: Clerk) -> None:
    batch = clerk.bring(FIRST).batch
    (person_id,) = clerk.enrolled(1, "SF-1")
    offering_id = clerk.offering("SF-1")
    clerk.work(
        lambda tx: tx.core(
            update(enrolment).where(enrolment.c.person_id == person_id).values(state="withdrawn")
        )
    )
    clerk.undo(batch)
    assert clerk.row().status == "undone"
    assert {state for _, _, state, _ in clerk.meetings()} == {"cancelled"}
    again = clerk.bring(FIRST)
    assert clerk.offering("SF-1") == offering_id
    assert clerk.row().status == "open"
    assert [(state, sequence) for _, _, state, sequence in clerk.meetings()] == [("planned", 2)] * 4
    clerk.enrolled(1, "SF-1")
    assert "SF-1" in refused(clerk, again.batch)


def test_a_favourite_does_not_stand_in_the_way(clerk: Clerk) -> None:
    batch = clerk.bring(FIRST).batch
    person_id, offering_id = clerk.person(), clerk.offering("SF-1")
    clerk.work(lambda tx: toggle(tx, person_id, offering_id, clerk.town.now()))
    clerk.undo(batch)
    assert clerk.row().status == "undone"


def test_people_are_told_of_the_way_back_too(clerk: Clerk) -> None:
    clerk.bring(FIRST)
    (person_id,) = clerk.enrolled(1, "SF-1")
    batch = clerk.bring({**FIRST, "schedule": "周六 14:00-15:30"}, notify=True).batch
    assert batch is not None
    assert look_now(clerk.store, lambda tx: plan_undo(tx, clerk.town, batch)).people == 1
    assert clerk.undo(batch, notify=True).notified == 1
    there, back = clerk.posted("change", person_id)
    assert "改到12月5日" in there.text or "下午2点" in there.text
    assert "上午9点" in back.text
    assert [sequence for *_, sequence in clerk.meetings()] == [2, 2, 2, 2], "a sequence never falls"


def test_what_was_changed_by_hand_since_then_stays(clerk: Clerk) -> None:
    clerk.bring(FIRST)
    batch = clerk.bring({**FIRST, "title": "书法提高", "schedule": "周六 14:00-15:30"}).batch
    second = clerk.sessions("SF-1")[1]
    clerk.work(
        lambda tx: move_session(
            tx, clerk.town, clerk.offering("SF-1"), second.id, at("2026-12-13 15:00"),
            at("2026-12-13 16:30"), actor="cli:teacher",
        )
    )  # fmt: skip
    clerk.undo(batch)
    assert clerk.row().title == "书法入门"
    assert [start for _, start, _, _ in clerk.meetings()] == [
        "12-05 09:00", "12-13 15:00", "12-19 09:00", "12-26 09:00",
    ]  # fmt: skip


def test_fewer_seats_than_people_are_not_restored(clerk: Clerk) -> None:
    clerk.bring({**FIRST, "capacity": "1"})
    batch = clerk.bring({**FIRST, "capacity": "3"}).batch
    clerk.enrolled(3, "SF-1")
    said = refused(clerk, batch)
    assert "3人" in said and "只有1" in said


def test_only_the_newest_import_of_a_class_goes_first(clerk: Clerk) -> None:
    first = clerk.bring(FIRST, SECOND).batch
    second = clerk.bring({**FIRST, "teacher": "李老师"}).batch
    said = refused(clerk, first)
    assert f"{second}号" in said and "SF-1" in said
    clerk.undo(second)
    assert clerk.row().teacher == "王老师"
    clerk.undo(first)
    assert clerk.row() is None


def test_an_import_of_other_classes_does_not_stand_in_the_way(clerk: Clerk) -> None:
    first = clerk.bring(FIRST).batch
    clerk.bring({**SECOND, "school": ""})
    clerk.undo(first)
    assert clerk.row("TJ-1") is not None


def test_refusals_say_why(clerk: Clerk) -> None:
    assert "没有99号导入" in refused(clerk, 99)
    batch = clerk.bring(FIRST).batch
    clerk.undo(batch)
    assert "已经撤销过" in refused(clerk, batch)
    late = clerk.bring(FIRST).batch
    clerk.advance(timedelta(days=1, minutes=1))
    assert "一天以前" in refused(clerk, late)


def test_what_can_no_longer_be_undone_is_not_kept(clerk: Clerk) -> None:
    old = clerk.bring(FIRST).batch
    clerk.advance(timedelta(days=2))
    clerk.bring(SECOND)
    kept = look_now(clerk.store, lambda tx: tx.core(select(import_batch.c.id, import_batch.c.before)).all())
    assert [row.id for row in kept if not row.before] == [old]
