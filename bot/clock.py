"""The clock of a process: it starts from the later of DOORSTEP_NOW and the civil time on record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.types import String

from bot.settings import Settings
from models.clock import Clock, as_utc, clock_for
from models.operations import setting
from models.statement import Statement, Tx

CIVIL_TIME = "civil_time"
READ = Statement(select(setting.c.value).where(setting.c.key == bindparam("name")))
# the text is of fixed width in UTC, so the later of two is the greater
RECORD = Statement(
    text(
        "INSERT INTO setting (key, value) VALUES (:name, :at)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE setting.value < excluded.value"
    ).bindparams(bindparam("name", type_=String()), bindparam("at", type_=String()))
)


def recorded_civil(tx: Tx) -> datetime | None:
    """The latest civil time that any process has recorded, or None."""
    row = tx.one(READ, name=CIVIL_TIME)
    return None if row is None else datetime.fromisoformat(row.value)


def record_civil(tx: Tx, at: datetime) -> None:
    """Keep `at` as the latest civil time known; an earlier one changes nothing."""
    tx.run(RECORD, name=CIVIL_TIME, at=as_utc(at).isoformat(timespec="microseconds"))


def build_clock(settings: Settings, recorded: datetime | None) -> Clock:
    """The clock that the settings ask for, never behind what was recorded."""
    return clock_for(settings.now, settings.clock_speed, recorded)
