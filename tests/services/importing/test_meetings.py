"""Following a changed timetable, whichever it is: numbers stay, nothing doubles, what has begun stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.importing.edits import PLANNED, Batch, ClassEdit, Meeting, batch_from_json
from services.importing.meetings import CLASS_VENUE, Numbered, follow
from tests.town import ZONE

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)

# begins within seven weeks around now, never overlapping
timetables = st.sets(st.integers(-20, 30), max_size=20).map(
    lambda days: sorted(
        (NOW + timedelta(days=day, hours=1), NOW + timedelta(days=day, hours=2)) for day in days
    )
)


def standing(timetable: list[tuple[datetime, datetime]]) -> list[Numbered]:
    return [Numbered(number, Meeting(*times, 1)) for number, times in enumerate(timetable, 1)]


def always(starts: datetime, ends: datetime) -> bool:
    return True


@given(timetables)
def test_the_same_timetable_asks_for_nothing(timetable: list[tuple[datetime, datetime]]) -> None:
    assert follow(standing(timetable), timetable, NOW, ZONE, always).edits == ()


@given(timetables, timetables)
def test_afterwards_the_new_timetable_holds(
    old: list[tuple[datetime, datetime]], new: list[tuple[datetime, datetime]]
) -> None:
    followed = follow(standing(old), new, NOW, ZONE, always)
    coming = sorted((one.starts_at, one.ends_at) for one in followed.planned if one.starts_at > NOW)
    assert coming == [session for session in new if session[0] > NOW]
    begun = sorted((one.starts_at, one.ends_at) for one in followed.planned if one.starts_at <= NOW)
    assert begun == [session for session in old if session[0] <= NOW]


@given(timetables, timetables)
def test_numbers_are_kept_and_never_given_twice(
    old: list[tuple[datetime, datetime]], new: list[tuple[datetime, datetime]]
) -> None:
    before = standing(old)
    followed = follow(before, new, NOW, ZONE, always)
    numbers = [edit.number for edit in followed.edits]
    assert len(numbers) == len(set(numbers))
    known = {one.number: one.meeting for one in before}
    for edit in followed.edits:
        assert edit.before == known.get(edit.number)
        assert edit.before is None or edit.before.starts_at > NOW
        assert (edit.before is None) == (edit.number > len(old))


@given(timetables, timetables)
def test_an_edit_and_its_way_back_meet_where_they_began(
    old: list[tuple[datetime, datetime]], new: list[tuple[datetime, datetime]]
) -> None:
    edits = follow(standing(old), new, NOW, ZONE, always).edits
    edit = ClassEdit(7, "SF-1", {"capacity": 3, "starts_on": NOW.date()}, {"capacity": None}, edits, True)
    # a class's first day is the kind of value that JSON does not know
    edit.after["starts_on"] = (NOW + HOUR).date()
    batch = Batch((1, 2), (3,), (edit,), ((4, None, 120.5),))
    assert batch_from_json(batch.to_json()) == batch
    for one in edit.turned().meetings:
        there = next(forth for forth in edits if forth.number == one.number)
        assert one.before == there.after
        assert one.after == there.before or (there.before is None and one.after.state != PLANNED)


def test_new_sessions_are_held_at_the_place_of_the_class() -> None:
    new = [(NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1))]
    (edit,) = follow([], new, NOW, ZONE, always).edits
    assert edit.after.venue_id == CLASS_VENUE
