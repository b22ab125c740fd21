"""Draws: the list is fixed at closing, the result let out at its hour, to a few people at a time."""

from __future__ import annotations

from models.statement import Tx
from services.drawing import publishing, running
from services.schedules.schedule import NOTHING, Done, Schedule
from services.town import Town
from services.windows import reading

NAME = "draws"
BY = "system"


def due(tx: Tx, town: Town) -> Done:
    """Take the next step of one draw whose time has come.

    A public value is given by hand between closing and the hour of the draw; where nobody did, the hash of
    the list stands for it.
    """
    now = town.now()
    for row in running.unfinished(tx):
        found = reading.window(tx, row.window_id)
        if found is None or not found.closed(now):
            continue
        if row.state == "committed":
            listing = running.build_listing(tx, town, found.id)
            running.keep_listing(tx, town, found.id, listing, BY)
            return Done(1)
        if row.state == "publishing":
            publishing.publish_some(tx, town, found.id)
            return Done(1)
        if found.draws_at is not None and now >= found.draws_at:
            if row.state == "listed":
                result = running.compute(tx, town, found.id, "")
                running.keep_result(tx, town, found.id, result, "", BY)
            else:
                running.begin_publishing(tx, town, found.id, BY)
            return Done(1)
    return NOTHING


SCHEDULE = Schedule(NAME, due, "never too late: a draw is made and told whenever the house is open")
