"""What a schedule is: a name, its time as plain data, and one bounded unit of work that is called again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.statement import Tx
from services.town import Town

DAY = timedelta(days=1)


class Done(int):
    """How much one unit did; 0 means that nothing is left for now.

    `missed` counts what came too late to be sent, `alarms` are lines for the operator; both are for whoever
    called the unit, once it is committed.
    """

    missed: int
    alarms: tuple[str, ...]

    def __new__(cls, count: int = 0, missed: int = 0, alarms: tuple[str, ...] = ()) -> Done:
        made = super().__new__(cls, count)
        made.missed = missed
        made.alarms = alarms
        return made


NOTHING = Done()


@dataclass(frozen=True, slots=True)
class Cron:
    """When something is due by the town's wall clock; None is any (weekday 0 is Monday)."""

    minute: int | None = None
    hour: int | None = None
    weekday: int | None = None

    def latest(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The last firing at or before `now`, in UTC."""
        local = now.astimezone(zone).replace(second=0, microsecond=0)
        if self.minute is None:
            return local.astimezone(UTC)
        if self.hour is None:
            fired = local.replace(minute=self.minute).astimezone(UTC)
            return fired if fired <= now else fired - timedelta(hours=1)
        day = local.date()
        while True:
            fired = datetime.combine(day, time(self.hour, self.minute), zone).astimezone(UTC)
            if fired <= now and self.weekday in (None, day.weekday()):
                return fired
            day -= DAY


@dataclass(frozen=True, slots=True)
class Schedule:
    """One thing that happens by itself.

    `due(tx, town)` does one unit (50 ms at most) of what is due now and is called again while it returns
    more than 0. A schedule can be called like its `due`. `late` says in words what being late means.
    `look` does the same with what takes long apart: it reads, and gives the short units to write, one by one.
    """

    name: str
    due: Callable[[Tx, Town], Done]
    late: str
    look: Callable[[Tx, Town], Sequence[Callable[[Tx, Town], object]]] | None = None

    def __call__(self, tx: Tx, town: Town, /) -> Done:
        return self.due(tx, town)

    @property
    def __name__(self) -> str:
        return self.name
