"""09:00: whoever runs a class that too few have joined by its day is asked what becomes of it."""

from __future__ import annotations

from models.statement import Tx
from services.running.minimum import ask_due
from services.schedules.schedule import Cron, Done, Schedule
from services.town import Town

NAME = "minimum"
TIME = Cron(hour=9, minute=0)


def due(tx: Tx, town: Town) -> Done:
    """Ask about some classes whose day has come; each is asked about once."""
    morning = TIME.latest(town.now(), town.zone)
    asked, alarms = ask_due(tx, town, morning.astimezone(town.zone).date())
    return Done(asked, alarms=tuple(alarms))


SCHEDULE = Schedule(NAME, due, "made up for whenever the house opens; an unanswered question stays open")
