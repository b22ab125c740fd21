"""Draws: the list is fixed at closing, the result let out at its hour, to a few people at a time."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from models.statement import Tx
from services.drawing import publishing, running, sheet
from services.drawing.listing import CannotDraw, build_listing, seen
from services.drawing.running import Step
from services.schedules.schedule import Done, Schedule
from services.town import Town
from services.windows import reading

NAME = "draws"
BY = "system"


def look(tx: Tx, town: Town) -> list[Step]:
    """The next step of one draw whose time has come, in short units; what takes long is done by reading.

    A public value is given by hand between closing and the hour of the draw; where nobody did, the hash of
    the list stands for it.
    """
    now = town.now()
    for row in running.unfinished(tx):
        found = reading.window(tx, row.window_id)
        if found is None or not found.closed(now):
            continue
        if row.state == "committed":
            return [_fixing(tx, town, found.id)]
        if row.state == "publishing":
            return [partial(publishing.publish_some, window_id=found.id)]
        if found.draws_at is not None and now >= found.draws_at:
            if row.state == "listed":
                result = running.compute(tx, town, found.id, "")
                return [_keeping(found.id, result)]
            return running.outcome_steps(tx, found.id, BY)
    return []


def _fixing(tx: Tx, town: Town, window_id: int) -> Step:
    mark = seen(tx, window_id)
    fixed = sheet.fixed(build_listing(tx, town, window_id))

    def fix(tx: Tx, town: Town) -> None:
        # whoever was in time and is written only now is read with the next tick
        with suppress(CannotDraw):
            running.keep_listing(tx, town, window_id, fixed, BY, mark=mark)

    return fix


def _keeping(window_id: int, result: str) -> Step:
    def keep(tx: Tx, town: Town) -> None:
        # somebody of the staff may have drawn it by hand meanwhile
        with suppress(CannotDraw):
            running.keep_result(tx, town, window_id, result, "", BY)

    return keep


def due(tx: Tx, town: Town) -> Done:
    """The same in one unit."""
    steps = look(tx, town)
    for step in steps:
        step(tx, town)
    return Done(len(steps))


SCHEDULE = Schedule(
    NAME, due, "never too late: a draw is made and told whenever the house is open", look=look
)
