"""Offers: those whose time has passed end at once; every minute each free seat finds who waits first."""

from __future__ import annotations

from models.statement import Tx
from services.enrolling.offers import lapse_due, promote_all
from services.schedules.places import keep_place, read_place
from services.schedules.schedule import Cron, Done, Schedule
from services.town import Town

NAME = "seat_offers"
TIME = Cron()


def due(tx: Tx, town: Town) -> Done:
    """End up to 50 lapsed offers; when none is left, and a minute has begun, promote."""
    lapsed = lapse_due(tx, town)
    if lapsed:
        return Done(lapsed)
    minute = TIME.latest(town.now(), town.zone).isoformat()
    if read_place(tx, NAME, "") == minute:
        return Done()
    promoted = promote_all(tx, town)
    if not promoted:
        keep_place(tx, NAME, minute)
    return Done(promoted)


SCHEDULE = Schedule(NAME, due, "never too late: an offer is ended and passed on whenever the house is open")
