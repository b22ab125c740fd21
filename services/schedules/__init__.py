"""Everything that happens by itself, each thing in a file of its own: `ls` tells what.

`DUE` is what the ticker asks every second, in this order. Each `Schedule` has a `name` and `due(tx, town)`:
one unit of work of at most 50 ms that returns a `Done`, an int that is called again while it is above 0.
"""

from services.schedules import (
    broadcasts,
    campaigns,
    draws,
    minimum,
    nightly_verify,
    reminders_evening,
    reminders_hour,
    retention,
    retention_dependents,
    seat_offers,
    surveys,
    team_meetings,
    transfers,
    unfetched,
    watches,
    weekly,
)
from services.schedules.schedule import Done, Schedule

__all__ = ["DUE", "Done", "Schedule"]

DUE: tuple[Schedule, ...] = (
    seat_offers.SCHEDULE,
    transfers.SCHEDULE,
    minimum.SCHEDULE,
    draws.SCHEDULE,
    reminders_hour.SCHEDULE,
    reminders_evening.SCHEDULE,
    weekly.SCHEDULE,
    watches.SCHEDULE,
    team_meetings.SCHEDULE,
    campaigns.SCHEDULE,
    broadcasts.SCHEDULE,
    surveys.SCHEDULE,
    unfetched.SCHEDULE,
    nightly_verify.SCHEDULE,
    retention.SCHEDULE,
    retention_dependents.SCHEDULE,
)
