"""Messages that reached nobody in their time end as expired, on every platform and whoever delivers there.

Where nobody can be woken that is what was never fetched; elsewhere it is what was left behind when the sender
of a platform was taken away.
"""

from __future__ import annotations

from sqlalchemy import bindparam, literal_column, select

from models.outgoing import OPEN, outgoing
from models.statement import Statement, Tx
from services import delivery, delivery_outcomes
from services.delivery import Hooks
from services.enrolling import lapses, offers
from services.schedules.places import keep_place, read_place
from services.schedules.schedule import NOTHING, Cron, Done, Schedule
from services.town import Town

NAME = "unfetched"
TIME = Cron()
MOST = 100
HOOKS = Hooks(delivered=offers.delivered, undeliverable=lapses.undeliverable)

# in the order of the index of what is open, so that nothing else is read
STALE = Statement(
    select(outgoing.c.id, outgoing.c.platform, outgoing.c.offer_id)
    .where(OPEN, outgoing.c.state == literal_column("'queued'"), outgoing.c.expires_at <= bindparam("now"))
    .order_by(outgoing.c.platform, outgoing.c.lane, outgoing.c.id)
    .limit(MOST)
)


def due(tx: Tx, town: Town) -> Done:
    """Once a minute: end up to 100 of them; an offer among them goes to the next in line."""
    now = town.now()
    minute = TIME.latest(now, town.zone).isoformat()
    if read_place(tx, NAME, "") == minute:
        return NOTHING
    # what a vanished sender held is queued again or unknown first
    lapsed = delivery_outcomes.lapse(tx, town, HOOKS, most=MOST).total()
    ended = unfetched = 0
    for row in tx.all(STALE, now=now):
        if tx.run(delivery.END_QUEUED, row=row.id, new="expired", why="too_late", at=now):
            ended += 1
            unfetched += row.platform in town.pulled
            if row.offer_id is not None:
                lapses.undeliverable(tx, town, row.offer_id)
    if not ended + lapsed:
        keep_place(tx, NAME, minute)
    return Done(ended + lapsed, missed=unfetched)


SCHEDULE = Schedule(NAME, due, "never too late: what was not fetched by then is counted")
