"""Offers: those whose time has passed end at once; every minute each free seat finds who waits first."""

from __future__ import annotations

from models.statement import Tx
from services.enrolling.lapses import lapse_due
from services.enrolling.offers import promote_some
from services.schedules.places import keep_place, read_place
from services.schedules.schedule import Cron, Done, Schedule
from services.town import Town

NAME = "seat_offers"
TIME = Cron()
ALL = "all"


def due(tx: Tx, town: Town) -> Done:
    """End up to 50 lapsed offers; when none is left and a minute has begun, promote in a few classes."""
    lapsed = lapse_due(tx, town)
    if lapsed:
        return Done(lapsed)
    minute = TIME.latest(town.now(), town.zone).isoformat()
    begun, _, place = read_place(tx, NAME, "").partition(" ")
    if begun == minute and place == ALL:
        return Done()
    promoted, after = promote_some(tx, town, int(place) if begun == minute else 0)
    keep_place(tx, NAME, f"{minute} {after or ALL}")
    return Done(promoted + (1 if after else 0))


SCHEDULE = Schedule(NAME, due, "never too late: an offer is ended and passed on whenever the house is open")
