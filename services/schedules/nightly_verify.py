"""03:30: the counters of seats are compared with their rows, some hundred classes at a time."""

from __future__ import annotations

from models.statement import Tx
from services.schedules.claims import claim, claimed
from services.schedules.places import keep_place, read_place
from services.schedules.schedule import NOTHING, Cron, Done, Schedule
from services.town import Town
from services.verify import verify_some

NAME = "nightly_verify"
TIME = Cron(hour=3, minute=30)


def due(tx: Tx, town: Town) -> Done:
    """Verify one piece of the classes; each that does not fit is an alarm."""
    night = TIME.latest(town.now(), town.zone).isoformat()
    if claimed(tx, NAME, night):
        return NOTHING
    of, _, last = read_place(tx, NAME, f"{night}|0").partition("|")
    piece = verify_some(tx, int(last) if of == night else 0)
    if piece.last is None:
        claim(tx, NAME, night, town.now(), "done")
    keep_place(tx, NAME, f"{night}|{piece.last or 0}")
    return Done(1, alarms=tuple(map(str, piece.wrong)))


SCHEDULE = Schedule(NAME, due, "made up for whenever the house opens; of several nights only the last")
