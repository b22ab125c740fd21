"""The clocks: shifted, sped up, moved by hand, and never running back."""

from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clock import ManualClock, ShiftedClock, SystemClock, as_utc, clock_for

NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)


class Machine:
    """A machine's clock that a test can set, also back."""

    def __init__(self, at: datetime) -> None:
        self.seconds = at.timestamp()

    def __call__(self) -> float:
        return self.seconds


def test_the_system_clock_tells_the_machines_time_in_utc():
    machine = Machine(NOON)
    clock = SystemClock(real=machine)
    assert clock.civil() == NOON
    assert clock.civil().tzinfo is UTC
    assert clock.elapsed() == NOON.timestamp()


def test_without_anything_given_it_is_really_now():
    before = datetime.now(UTC)
    clock = SystemClock()
    assert before <= clock.civil() <= datetime.now(UTC)
    assert abs(clock.elapsed() - datetime.now(UTC).timestamp()) < 5


def test_civil_time_stands_still_while_the_machine_is_set_back_and_elapsed_time_does_not():
    machine = Machine(NOON)
    clock = SystemClock(real=machine)
    clock.civil()
    machine.seconds -= 40
    assert clock.civil() == NOON
    assert clock.elapsed() == NOON.timestamp() - 40
    machine.seconds += 41
    assert clock.civil() == NOON + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("speed", "real_seconds", "civil"),
    [
        (1.0, 90, timedelta(seconds=90)),
        (5040.0, 120, timedelta(days=7)),
        (0.5, 10, timedelta(seconds=5)),
    ],
    ids=["as fast as life", "a week in two minutes", "half as fast"],
)
def test_a_shifted_clock_starts_where_told_and_runs_on(speed, real_seconds, civil):
    machine = Machine(datetime(2020, 1, 1, tzinfo=UTC))
    clock = ShiftedClock(NOON, speed, real=machine)
    assert clock.civil() == NOON
    machine.seconds += real_seconds
    assert clock.civil() == NOON + civil
    assert clock.elapsed() == machine.seconds


def test_a_shifted_clock_begins_no_earlier_than_what_was_recorded():
    machine = Machine(NOON)
    later = NOON + timedelta(days=3)
    assert ShiftedClock(NOON, 1.0, machine, not_before=later).civil() == later
    assert ShiftedClock(later, 1.0, machine, not_before=NOON).civil() == later


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
def test_a_speed_that_does_not_move_forward_is_refused(speed):
    with pytest.raises(ValueError, match="above zero"):
        ShiftedClock(NOON, speed)


def test_a_time_without_its_zone_is_refused():
    with pytest.raises(ValueError, match="without its zone"):
        ShiftedClock(datetime(2026, 12, 1), 1.0)
    with pytest.raises(ValueError, match="without its zone"):
        ManualClock(datetime(2026, 12, 1))


def test_any_zone_becomes_utc():
    local = datetime(2026, 12, 1, 12, tzinfo=timezone(timedelta(hours=8)))
    assert as_utc(local) == NOON
    assert as_utc(local).tzinfo is UTC


def test_a_manual_clock_moves_both_times_and_only_forward():
    clock = ManualClock(NOON)
    clock.advance(timedelta(hours=2))
    assert clock.civil() == NOON + timedelta(hours=2)
    assert clock.elapsed() == NOON.timestamp() + 7200
    clock.set(NOON + timedelta(days=1))
    assert clock.civil() == NOON + timedelta(days=1)
    with pytest.raises(ValueError, match="run back"):
        clock.set(NOON)
    with pytest.raises(ValueError, match="run back"):
        clock.advance(timedelta(seconds=-1))


def test_real_time_can_pass_alone_so_that_a_lease_lapses():
    clock = ManualClock(NOON, not_before=NOON + timedelta(hours=1))
    begun = clock.elapsed()
    clock.pass_real(11)
    assert clock.civil() == NOON + timedelta(hours=1)
    assert clock.elapsed() == begun + 11
    with pytest.raises(ValueError, match="run back"):
        clock.pass_real(-1)


@pytest.mark.parametrize(
    ("start", "recorded", "expected"),
    [
        (None, None, timedelta(0)),
        (None, timedelta(days=-1), timedelta(0)),
        (None, timedelta(seconds=30), timedelta(seconds=30)),
        (None, timedelta(days=30), timedelta(days=30)),
        (timedelta(days=-200), None, timedelta(days=-200)),
        (timedelta(days=-200), timedelta(days=-199), timedelta(days=-199)),
        (timedelta(days=5), timedelta(days=-1), timedelta(days=5)),
    ],
    ids=[
        "nothing given: the machine's time",
        "recorded yesterday: the machine's time",
        "machine set back by seconds: stand still",
        "a demonstration ran ahead: go on from there",
        "a configured now: begin there",
        "restarted with the same configured now: go on",
        "a configured now ahead of what was recorded: jump",
    ],
)
def test_a_process_starts_from_the_later_of_the_configured_now_and_the_recorded(start, recorded, expected):
    machine = Machine(NOON)
    clock = clock_for(
        start=None if start is None else NOON + start,
        recorded=None if recorded is None else NOON + recorded,
        real=machine,
    )
    assert clock.civil() == NOON + expected


def test_after_a_demonstration_the_clock_does_not_stand_still():
    machine = Machine(NOON)
    clock = clock_for(recorded=NOON + timedelta(days=30), real=machine)
    machine.seconds += 60
    assert clock.civil() == NOON + timedelta(days=30, minutes=1)


def test_a_small_step_back_is_waited_for_and_then_forgotten():
    machine = Machine(NOON)
    clock = clock_for(recorded=NOON + timedelta(seconds=30), real=machine)
    machine.seconds += 60
    assert clock.civil() == NOON + timedelta(minutes=1)


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), max_size=30), st.floats(0.01, 5e3))
def test_civil_time_never_runs_back_whatever_the_machine_does(steps, speed):
    machine = Machine(NOON)
    clocks = [SystemClock(real=machine), ShiftedClock(NOON, speed, real=machine)]
    for clock in clocks:
        latest = clock.civil()
        for step in steps:
            machine.seconds += step
            assert clock.civil() >= latest
            latest = clock.civil()


@pytest.mark.parametrize("step", [3600.0, -3600.0])
def test_a_step_of_the_machines_clock_lets_no_lease_lapse_and_holds_nothing_back(step):
    machine, steady = Machine(NOON), Machine(NOON)
    clocks = [
        SystemClock(real=machine, steady=steady),
        ShiftedClock(NOON, 1.0, real=machine, steady=steady),
    ]
    began = [clock.elapsed() for clock in clocks]
    assert began == [NOON.timestamp()] * 2
    machine.seconds += step
    steady.seconds += 2
    assert [clock.elapsed() - at for clock, at in zip(clocks, began, strict=True)] == [2, 2]
    if step > 0:
        assert clocks[0].civil() == NOON + timedelta(seconds=step), "civil time follows the machine"


def test_threads_that_ask_at_once_never_see_time_run_back():
    clock = SystemClock()
    seen: list[list[datetime]] = [[], [], []]

    def ask(into: list[datetime]) -> None:
        into.extend(clock.civil() for _ in range(3000))

    threads = [Thread(target=ask, args=(into,)) for into in seen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(into == sorted(into) and len(into) == 3000 for into in seen)
