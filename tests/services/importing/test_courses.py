"""A course sheet brought in: new classes, the same again, every kind of change, and what is refused."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from models.catalogue import catalogue_change, course, import_batch, offering
from models.operations import audit_entry
from models.store import Store, look_now, work_now
from services.catalogue import load_catalogue
from services.importing import import_sample, is_empty
from services.importing.columns import link_key
from services.importing.writing import Stale
from services.sample.town import classes_csv
from services.sessions import cancel_class, cancel_session, move_session
from services.sheets.mapping import Mapping, read_mapping
from services.understanding import understand
from tests.services.importing.clerk import DATA, FIRST, SECOND, Clerk, sheet
from tests.services.learners import at

REAL = Path(__file__).parents[4] / "shared" / "data" / "senior-college-2024-autumn.csv"


def count(clerk: Clerk, table: Any) -> int:
    found: int = look_now(clerk.store, lambda tx: tx.core(select(func.count()).select_from(table)).scalar())
    return found


def test_a_new_class_is_there_as_the_sheet_says(clerk: Clerk) -> None:
    result = clerk.bring(FIRST, SECOND)
    assert (result.created, result.changed, result.unchanged, result.notified) == (2, 0, 0, 0)
    row = clerk.row()
    assert (row.title, row.category, row.school, row.teacher) == ("书法入门", "arts", "城关学校", "王老师")
    assert (row.place, row.address, row.latitude) == ("城关学校201", "人民路12号", 30.1)
    assert (row.slots, row.capacity, row.fee_fen, row.link_key) == ("5@540-630", 3, 0, "SF-1")
    assert row.first_start == row.enrol_closes == at("2026-12-05 09:00")
    assert row.last_end == at("2026-12-26 10:30")
    assert row.enrol_opens is None
    assert clerk.meetings() == [
        (1, "12-05 09:00", "planned", 0),
        (2, "12-12 09:00", "planned", 0),
        (3, "12-19 09:00", "planned", 0),
        (4, "12-26 09:00", "planned", 0),
    ]
    assert clerk.row("TJ-1").capacity is None
    assert count(clerk, catalogue_change) == 2


def test_the_same_sheet_again_changes_nothing(clerk: Clerk) -> None:
    clerk.bring(FIRST, SECOND)
    before, changes = clerk.everything(), count(clerk, catalogue_change)
    result = clerk.bring(FIRST, SECOND)
    assert (result.batch, result.created, result.changed, result.unchanged) == (None, 0, 0, 2)
    assert clerk.everything() == before
    assert count(clerk, catalogue_change) == changes
    assert count(clerk, import_batch) == 1


CHANGES = {
    "title": ({"title": "书法提高"}, ("title",), 0),
    "category": ({"category": "养生保健"}, ("category",), 0),
    "teacher": ({"teacher": "李老师"}, ("teacher",), 0),
    "fee": ({"fee": "60"}, ("fee",), 0),
    "fee not told": ({"fee": ""}, ("fee",), 0),
    "more seats": ({"capacity": "5"}, ("capacity",), 0),
    "no limit": ({"capacity": ""}, ("capacity",), 0),
    "ages": ({"min_age": "50", "max_age": "75"}, ("min_age", "max_age"), 0),
    "enrolment closes": ({"enrol_closes": "2026-12-04"}, ("enrol_closes",), 0),
    "another school": ({"school": "东关学校"}, ("school",), 0),
    "an address more exact": ({"district": "东城"}, ("district",), 0),
    "a pin on the map": ({"latitude": "30.2"}, ("latitude",), 0),
    "another hour": ({"schedule": "周六 14:00-15:30"}, ("schedule", "enrol_closes"), 1),
    "another day": ({"schedule": "周日 09:00-10:30"}, ("schedule", "enrol_closes"), 1),
    "a day off": ({"skips": "2026-12-19"}, ("schedule", "skips"), 1),
    "a week more": ({"ends_on": "2027-01-09"}, ("ends_on", "schedule"), 1),
    "a week less": ({"ends_on": "2026-12-20"}, ("ends_on", "schedule"), 1),
    "another room": ({"venue": "城关学校301"}, ("venue",), 1),
    "another street": ({"address": "解放路3号"}, ("address",), 1),
    "online": (
        {"mode": "线上", "district": "", "venue": "", "address": "", "latitude": "", "longitude": ""},
        ("district", "venue", "address", "mode"),
        1,
    ),
}


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_cell_changes_the_class(clerk: Clerk, name: str) -> None:
    cells, fields, told = CHANGES[name]
    clerk.bring(FIRST, SECOND)
    clerk.enrolled(1, "SF-1", "TJ-1")
    changed = {**FIRST, **cells}
    plan = clerk.plan(changed, SECOND)
    assert [set(one.fields) for one in plan.changed] == [set(fields)]
    assert (plan.people, plan.unchanged, plan.new) == (told, 1, ())
    result = clerk.apply(plan, notify=True)
    assert (result.changed, result.notified) == (1, told)
    assert len(clerk.posted("change")) == told
    assert clerk.plan(changed, SECOND).empty, "the changed sheet has been taken in whole"


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("name", CHANGES)
def test_every_change_can_be_undone(clerk: Clerk, name: str) -> None:
    clerk.bring(FIRST, SECOND)
    row = clerk.row()
    planned = [(number, start) for number, start, state, _ in clerk.meetings() if state == "planned"]
    result = clerk.bring({**FIRST, **CHANGES[name][0]}, SECOND)
    clerk.undo(result.batch)
    assert clerk.row() == row
    assert [(number, at) for number, at, state, _ in clerk.meetings() if state == "planned"] == planned
    assert clerk.plan(FIRST, SECOND).empty


def test_a_change_is_written_on_both_databases(clerk: Clerk) -> None:
    clerk.bring(FIRST)
    clerk.enrolled(2, "SF-1")
    result = clerk.bring({**FIRST, "schedule": "周日 14:00-15:30", "venue": "文化馆"}, SECOND, notify=True)
    assert (result.created, result.changed, result.notified) == (1, 1, 2)
    assert clerk.meetings() == [
        (1, "12-06 14:00", "planned", 1),
        (2, "12-13 14:00", "planned", 1),
        (3, "12-20 14:00", "planned", 1),
        (4, "12-26 09:00", "cancelled", 1),
    ]
    assert {row.venue_id for row in clerk.sessions("SF-1") if row.state == "planned"} == {
        clerk.row().venue_id
    }
    back = clerk.undo(result.batch, notify=True)
    assert (back.removed, back.restored, back.notified) == (1, 1, 2)
    assert [start for _, start, state, _ in clerk.meetings() if state == "planned"] == [
        "12-05 09:00", "12-12 09:00", "12-19 09:00", "12-26 09:00",
    ]  # fmt: skip
    assert clerk.row("TJ-1") is None


def test_sessions_keep_their_numbers(clerk: Clerk) -> None:
    twice = {
        **FIRST,
        "schedule": "周二、周六 09:00-10:30",
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-12",
    }
    clerk.bring(twice)
    clerk.bring({**twice, "schedule": "周二、周日 09:00-10:30", "ends_on": "2026-12-20"})
    assert clerk.meetings() == [
        (1, "12-01 09:00", "planned", 0),
        (2, "12-06 09:00", "planned", 1),
        (3, "12-08 09:00", "planned", 0),
        (4, "12-13 09:00", "planned", 1),
        (5, "12-15 09:00", "planned", 0),
        (6, "12-20 09:00", "planned", 0),
    ]
    clerk.bring({**twice, "schedule": "周二 09:00-10:30"})
    assert [one for one in clerk.meetings() if one[2] == "cancelled"] == [
        (2, "12-06 09:00", "cancelled", 2),
        (4, "12-13 09:00", "cancelled", 2),
        (5, "12-15 09:00", "cancelled", 1),
        (6, "12-20 09:00", "cancelled", 1),
    ]


def test_a_session_that_fell_out_comes_back_under_its_number(clerk: Clerk) -> None:
    clerk.bring(FIRST)
    clerk.bring({**FIRST, "skips": "2026-12-19"})
    assert clerk.meetings()[2] == (3, "12-19 09:00", "cancelled", 1)
    clerk.bring(FIRST)
    assert clerk.meetings()[2] == (3, "12-19 09:00", "planned", 2)


def test_what_has_begun_is_left_alone(clerk: Clerk) -> None:
    clerk.bring(FIRST)
    clerk.advance_to("2026-12-12 09:30")
    clerk.bring({**FIRST, "schedule": "周六 14:00-15:30"})
    assert clerk.meetings() == [
        (1, "12-05 09:00", "planned", 0),
        (2, "12-12 09:00", "planned", 0),
        (3, "12-19 14:00", "planned", 1),
        (4, "12-26 14:00", "planned", 1),
    ]


def test_a_session_moved_or_cancelled_by_hand_stays_so(clerk: Clerk) -> None:
    clerk.bring(FIRST)
    _, second, third, _ = clerk.sessions("SF-1")
    offering_id = clerk.offering("SF-1")
    clerk.work(
        lambda tx: move_session(
            tx, clerk.town, offering_id, second.id, at("2026-12-13 15:00"), at("2026-12-13 16:30"),
            actor="cli:teacher",
        )
    )  # fmt: skip
    clerk.work(lambda tx: cancel_session(tx, clerk.town, offering_id, third.id, actor="cli:teacher"))
    assert clerk.plan(FIRST).empty
    clerk.bring({**FIRST, "title": "书法提高", "ends_on": "2027-01-09"})
    assert clerk.meetings()[1:3] == [(2, "12-13 15:00", "planned", 1), (3, "12-19 09:00", "cancelled", 1)]
    assert [start for _, start, state, _ in clerk.meetings() if state == "planned"][-1] == "01-09 09:00"


def test_fewer_seats_than_people_are_refused_with_their_number(clerk: Clerk) -> None:
    clerk.bring(FIRST)
    clerk.enrolled(3, "SF-1")
    before = clerk.everything()
    plan = clerk.plan({**FIRST, "capacity": "2", "title": "书法提高"}, SECOND)
    (problem,) = plan.problems
    assert (problem.row, problem.column, problem.value) == (2, "名额", "2")
    assert "3人" in problem.text_zh and "3 people" in problem.text_en
    with pytest.raises(ValueError, match="problems"):
        clerk.apply(plan)
    assert clerk.everything() == before


def test_somebody_who_enrols_meanwhile_makes_the_plan_stale(clerk: Clerk) -> None:
    clerk.bring(FIRST)
    plan = clerk.plan({**FIRST, "capacity": "1"}, SECOND)
    clerk.enrolled(2, "SF-1")
    before = clerk.everything()
    with pytest.raises(Stale):
        clerk.apply(plan)
    assert clerk.everything() == before, "the new class of the same sheet is not written either"


def test_two_clerks_with_the_same_new_class_do_not_make_it_twice(clerk: Clerk) -> None:
    one, two = clerk.plan(FIRST), clerk.plan(FIRST)
    clerk.apply(one)
    with pytest.raises(Stale):
        clerk.apply(two)
    assert clerk.plan(FIRST).empty


def test_more_seats_go_to_whoever_waits_first(clerk: Clerk) -> None:
    clerk.bring({**FIRST, "capacity": "1"})
    people = clerk.enrolled(3, "SF-1")
    clerk.bring({**FIRST, "capacity": "2"})
    assert [post.person_id for post in clerk.posted("offer")] == [people[1]]
    assert clerk.row().taken == 2


def test_each_person_is_told_once_over_all_classes(clerk: Clerk) -> None:
    clerk.bring(FIRST, SECOND)
    both = clerk.enrolled(1, "SF-1", "TJ-1")
    clerk.enrolled(2, "SF-1")
    later = [{**FIRST, "schedule": "周六 14:00-15:30"}, {**SECOND, "schedule": "周二 18:00-19:00"}]
    plan = clerk.plan(*later)
    assert plan.people == 3
    assert clerk.apply(plan, notify=True).notified == 3
    posts = clerk.posted("change")
    assert len(posts) == len({post.person_id for post in posts}) == 3
    (post,) = clerk.posted("change", both[0])
    assert "书法入门" in post.text and "太极拳" in post.text
    assert {"SF-1", "TJ-1"} == set(post.message.courses)
    assert {f"ics:{clerk.offering(code)}" for code in ("SF-1", "TJ-1")} == set(post.actions)
    for alone in clerk.posted("change")[1:]:
        assert "下午2点" in alone.text and alone.message.document is not None


def test_silence_is_kept(clerk: Clerk) -> None:
    clerk.bring(FIRST)
    clerk.enrolled(2, "SF-1")
    result = clerk.bring({**FIRST, "venue": "文化馆"})
    assert (result.changed, result.notified, clerk.posted("change")) == (1, 0, [])


def test_who_waits_or_is_out_of_reach_is_not_counted(clerk: Clerk) -> None:
    clerk.bring({**FIRST, "capacity": "1"})
    clerk.enrolled(3, "SF-1")
    assert clerk.plan({**FIRST, "capacity": "1", "venue": "文化馆"}).people == 1


def test_a_cancelled_class_is_not_opened_again(clerk: Clerk) -> None:
    clerk.bring(FIRST)
    clerk.work(lambda tx: cancel_class(tx, clerk.town, clerk.offering("SF-1"), actor="cli:teacher"))
    plan = clerk.plan({**FIRST, "title": "书法提高"})
    assert plan.empty
    assert [warning.value for warning in plan.warnings] == ["SF-1"]
    assert "换一个课程编号" in plan.warnings[0].text_zh


def test_classes_that_the_sheet_does_not_name_stay(clerk: Clerk) -> None:
    clerk.bring(FIRST, SECOND)
    before = clerk.row("TJ-1")
    clerk.bring({**FIRST, "title": "书法提高"})
    assert clerk.row("TJ-1") == before


def test_an_unknown_school_is_made_under_the_root_with_a_warning(clerk: Clerk) -> None:
    assert any("没有这个办学机构" in one.text_zh for one in clerk.check(sheet(FIRST)).warnings)
    clerk.bring(FIRST, {**SECOND, "school": ""})
    units = {row[1]: row for row in clerk.everything()["org_unit"]}
    school, root = units["城关学校"], units["root"]
    assert school[2:6] == ("城关学校", "school", root[0], f"/{root[0]}/{school[0]}/")
    assert clerk.row("TJ-1").unit_id == root[0]
    assert not any("办学机构" in one.text_zh for one in clerk.check(sheet(FIRST)).warnings)


def test_a_bad_row_writes_nothing_of_its_sheet(clerk: Clerk) -> None:
    before = clerk.everything()
    checked = clerk.check(sheet(FIRST, {**SECOND, "fee": "五十"}))
    assert [problem.row for problem in checked.problems] == [3]
    assert clerk.everything() == before


def test_everything_leaves_its_trace(clerk: Clerk) -> None:
    clerk.bring(FIRST)
    batch = clerk.bring({**FIRST, "teacher": "李老师"}).batch
    entries = look_now(
        clerk.store,
        lambda tx: tx.core(
            select(audit_entry.c.actor, audit_entry.c.action, audit_entry.c.subject, audit_entry.c.fields)
        ).all(),
    )
    said = [tuple(row) for row in entries]
    assert ("cli:clerk", "import_courses", f"batch:{batch}", "new=0 changed=1") in said
    changed = ("cli:clerk", "import_changed", f"offering:{clerk.offering('SF-1')}", f"batch:{batch} teacher")
    assert changed in said
    assert not any("李老师" in entry[3] for entry in said), "names are no keys"


KEYS = {
    "QC-001": "QC-001",
    "a" * 60: "a" * 60,
    "b" * 61: None,
    "书法1班": None,
    "A/1": None,
}


@pytest.mark.parametrize("code", KEYS)
def test_every_class_has_a_key_that_a_link_can_carry(code: str) -> None:
    key = link_key(code)
    assert key == (KEYS[code] or key)
    assert key.replace("-", "").replace("_", "").isalnum() and key.isascii() and len(key) <= 60
    assert link_key(code) == key


def test_the_sample_town_is_brought_in_and_every_class_found_by_its_title(clerk: Clerk) -> None:
    assert look_now(clerk.store, is_empty)
    assert work_now(clerk.store, lambda tx: import_sample(tx, clerk.town)) == 125
    assert not look_now(clerk.store, is_empty)
    before = clerk.everything()
    assert work_now(clerk.store, lambda tx: import_sample(tx, clerk.town)) == 125
    assert clerk.everything() == before
    town = clerk.town
    catalogue = look_now(clerk.store, lambda tx: load_catalogue(tx, town.zone, town.now()))
    rows = look_now(
        clerk.store,
        lambda tx: tx.core(
            select(offering.c.id, course.c.title)
            .join(course, course.c.id == offering.c.course_id)
            .where(offering.c.enrol_closes > town.now())
        ).all(),
    )
    assert len(rows) > 110
    day = town.now().astimezone(town.zone).date()
    for row in rows:
        meaning = understand(row.title, today=day, now_minute=600, lexicon=catalogue.lexicon)
        found = catalogue.index.search(meaning, now=town.now(), zone=town.zone, limit=20, include_closed=True)
        assert row.id in [hit.offering_id for hit in found.hits], row.title


def test_a_college_sheet_of_its_own_shape_comes_in_by_a_map(clerk: Clerk) -> None:
    mapping = read_mapping((DATA / "senior-college-shape.toml").read_text("utf-8"))
    data = (DATA / "senior-college-shape.csv").read_bytes()
    result = clerk.bring_file(data, mapping)
    assert result.created >= 10
    assert clerk.bring_file(data, mapping).unchanged == result.created


def test_the_real_college_sheet_comes_in_by_recognition(clerk: Clerk) -> None:
    if not REAL.exists():
        print(f"skipped: the real sheet is not beside the repository ({REAL.name})")
        pytest.skip("the real sheet is not beside the repository")
    mapping = Mapping(defaults={"starts_on": "2024-09-02", "ends_on": "2024-12-27", "school": "老年大学"})
    data = REAL.read_bytes()
    result = clerk.bring_file(data, mapping)
    assert result.created == len(list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")))))
    assert clerk.bring_file(data, mapping).unchanged == result.created


def test_dates_of_the_sample_are_of_the_towns_own_day(clerk: Clerk, store: Store) -> None:
    work_now(store, lambda tx: import_sample(tx, clerk.town))
    assert b"2026-11-30" not in classes_csv(date(2026, 1, 1))
    assert clerk.row("LX01").first_start > clerk.town.now()
