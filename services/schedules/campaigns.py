"""Campaigns: the messages of their plans at their times, people who join in, their end."""

from __future__ import annotations

from models.statement import Tx
from services.campaigns import ticking
from services.schedules.schedule import Done, Schedule
from services.town import Town

NAME = "campaigns"


def due(tx: Tx, town: Town) -> Done:
    """One step of some campaign."""
    done, missed = ticking.due(tx, town)
    return Done(done, missed)


SCHEDULE = Schedule(NAME, due, "until the time that each message of the plan states; then counted as late")
