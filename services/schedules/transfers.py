"""Transfers that another way of getting or losing a place has settled are brought to their end."""

from __future__ import annotations

from models.statement import Tx
from services.enrolling.transfers import settle_some
from services.schedules.schedule import Done, Schedule
from services.town import Town

NAME = "transfers"


def due(tx: Tx, town: Town) -> Done:
    """End up to 20."""
    return Done(settle_some(tx, town))


SCHEDULE = Schedule(NAME, due, "never too late: it is settled whenever the house is open")
