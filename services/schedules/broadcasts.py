"""Broadcasts: what is due is launched, audiences are resolved, and what waits to be fetched is written.

Messages to platforms that are pushed to are fed by the sender, under its own lease, as fast as they go.
"""

from __future__ import annotations

from models.statement import Tx
from services.broadcasting import feeding, launching, progress
from services.schedules.schedule import Done, Schedule
from services.town import Town

NAME = "broadcasts"


def due(tx: Tx, town: Town) -> Done:
    """One launch, one span of an audience, one batch of messages to be fetched, or the progress of one."""
    done = launching.launch_due(tx, town) or launching.resolve_due(tx, town)
    if not done:
        platforms = sorted(town.pulled)
        for wanted in feeding.wanted(tx, town, platforms):
            done += feeding.step(tx, town, wanted, platforms)
    return Done(done or progress.show_due(tx, town))


SCHEDULE = Schedule(NAME, due, "launched whenever the house opens; nobody is told after 48 hours")
