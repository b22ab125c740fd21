"""The two clocks of the house: civil time, which decides what is due, and elapsed time, which rules leases
and pacing.

Every other module is handed a `Clock`; only this one asks the machine what time it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol

# a machine's clock that was set back by less than this is waited for; more means a demonstration ran ahead
WAITED_FOR = timedelta(minutes=2)
# so far back or ahead a date can still be written down, however fast a demonstration runs
LONGEST = timedelta(days=36500)


class Clock(Protocol):
    """Tells the time; both readings may be asked from any thread."""

    def civil(self) -> datetime:
        """The town's time as an aware UTC datetime: possibly shifted or sped up, never running back."""

    def elapsed(self) -> float:
        """Real seconds since 1970, the same for every process of one database, whatever civil time does."""

    def during(self, real: timedelta) -> timedelta:
        """How much civil time passes in so much real time: what people do is not hurried by a fast clock."""

    def correct(self, by: float) -> None:
        """Move `elapsed` by so many seconds, to what the clock that all processes share was seen to say."""


def real_seconds() -> float:
    """Seconds since 1970 by the machine's own clock."""
    return time.time()


def steady_seconds() -> float:
    """Seconds since some moment, that no setting of the machine's clock moves; a suspended one counts on."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


def as_utc(at: datetime) -> datetime:
    """The same instant in UTC; a datetime without a zone is a mistake of the caller and raises ValueError."""
    if at.tzinfo is None:
        raise ValueError(f"a time without its zone: {at.isoformat()}")
    return at.astimezone(UTC)


class _Forward:
    """Holds the latest instant given out, so that civil time stands still instead of running back."""

    __slots__ = ("_latest", "_lock")

    def __init__(self, not_before: datetime | None) -> None:
        self._latest = as_utc(not_before) if not_before else datetime.min.replace(tzinfo=UTC)
        self._lock = Lock()

    def __call__(self, at: datetime) -> datetime:
        with self._lock:
            if at > self._latest:
                self._latest = at
            return self._latest


class _Elapsed:
    """Begins with the machine's clock; a step of it would make what is being sent seem abandoned."""

    __slots__ = ("_ahead", "_steady")

    def __init__(self, real: Callable[[], float], steady: Callable[[], float] | None) -> None:
        # a clock of a test is steady enough for it
        self._steady = steady or (steady_seconds if real is real_seconds else real)
        self._ahead = real() - self._steady()

    def __call__(self) -> float:
        return self._steady() + self._ahead

    def correct(self, by: float) -> None:
        self._ahead += by


class SystemClock:
    """The machine's own time; it stands still until the machine has caught up with `not_before`."""

    def __init__(
        self, not_before: datetime | None = None, real: Callable[[], float] = real_seconds,
        steady: Callable[[], float] | None = None,
    ) -> None:  # fmt: skip
        self._real = real
        self._elapsed = _Elapsed(real, steady)
        self._forward = _Forward(not_before)

    def civil(self) -> datetime:
        return self._forward(datetime.fromtimestamp(self._real(), UTC))

    def elapsed(self) -> float:
        return self._elapsed()

    def correct(self, by: float) -> None:
        self._elapsed.correct(by)

    def during(self, real: timedelta) -> timedelta:
        return real


class ShiftedClock:
    """Civil time that begins at `start` (or at `not_before`, if later) and runs on at `speed` times real
    time.

    Raises ValueError for a start without a zone and for a speed that is not above zero.
    """

    def __init__(
        self,
        start: datetime,
        speed: float = 1.0,
        real: Callable[[], float] = real_seconds,
        not_before: datetime | None = None,
        steady: Callable[[], float] | None = None,
    ) -> None:
        if not speed > 0:
            raise ValueError(f"a clock's speed must be above zero: {speed}")
        self._start = max(as_utc(start), as_utc(not_before)) if not_before else as_utc(start)
        self._speed = speed
        self._real = real
        self._elapsed = _Elapsed(real, steady)
        self._began = real()
        self._forward = _Forward(self._start)

    def civil(self) -> datetime:
        passed = max(0.0, self._real() - self._began) * self._speed
        return self._forward(self._start + timedelta(seconds=passed))

    def elapsed(self) -> float:
        return self._elapsed()

    def correct(self, by: float) -> None:
        self._elapsed.correct(by)

    def during(self, real: timedelta) -> timedelta:
        return timedelta(seconds=min(real.total_seconds() * self._speed, LONGEST.total_seconds()))


class ManualClock:
    """A clock that moves only when told to, for tests; asking it to run back raises ValueError."""

    def __init__(self, start: datetime, not_before: datetime | None = None) -> None:
        self._civil = max(as_utc(start), as_utc(not_before)) if not_before else as_utc(start)
        self._elapsed = self._civil.timestamp()

    def civil(self) -> datetime:
        return self._civil

    def elapsed(self) -> float:
        return self._elapsed

    def correct(self, by: float) -> None:
        self._elapsed += by

    def during(self, real: timedelta) -> timedelta:
        return real

    def advance(self, by: timedelta) -> None:
        """Let `by` pass on both clocks."""
        if by < timedelta(0):
            raise ValueError(f"time does not run back: {by}")
        self._civil += by
        self._elapsed += by.total_seconds()

    def set(self, at: datetime) -> None:
        """Let time pass on both clocks until civil time is `at`."""
        self.advance(as_utc(at) - self._civil)

    def pass_real(self, seconds: float) -> None:
        """Let only real time pass, as when a lease lapses while the town's clock hardly moved."""
        if seconds < 0:
            raise ValueError(f"time does not run back: {seconds}")
        self._elapsed += seconds


def clock_for(
    start: datetime | None = None,
    speed: float = 1.0,
    recorded: datetime | None = None,
    real: Callable[[], float] = real_seconds,
) -> Clock:
    """The clock of a process: from the later of `start` (the configured now) and `recorded` (the last civil
    time known).

    Without a start and at normal speed it is the machine's own time. If what was recorded lies further
    ahead of the machine than `WAITED_FOR`, as after a demonstration, civil time runs on from there instead
    of standing still.
    """
    machine = datetime.fromtimestamp(real(), UTC)
    if start is None and speed == 1.0 and (recorded is None or as_utc(recorded) - machine <= WAITED_FOR):
        return SystemClock(not_before=recorded, real=real)
    return ShiftedClock(start or machine, speed, real=real, not_before=recorded)
