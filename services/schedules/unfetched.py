"""Messages that nobody fetched in their time: on platforms where nobody can be woken they end as expired."""

from __future__ import annotations

from sqlalchemy import bindparam, literal_column, select, update

from models.outgoing import outgoing
from models.statement import Statement, Tx
from services.enrolling.offers import undeliverable
from services.schedules.places import keep_place, read_place
from services.schedules.schedule import NOTHING, Cron, Done, Schedule
from services.town import Town

NAME = "unfetched"
TIME = Cron()
MOST = 100

# written out in the text, as a database only then uses the partial index
_QUEUED = outgoing.c.state == literal_column("'queued'")
STALE = Statement(
    select(outgoing.c.id, outgoing.c.offer_id)
    .where(_QUEUED, outgoing.c.platform == bindparam("platform"), outgoing.c.expires_at <= bindparam("now"))
    .order_by(outgoing.c.id)
    .limit(MOST)
)
EXPIRE = Statement(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row"), _QUEUED)
    .values(state="expired", reason="unfetched", ended_at=bindparam("now", type_=outgoing.c.ended_at.type))
)


def due(tx: Tx, town: Town) -> Done:
    """Once a minute: end up to 100 of them; an offer among them goes to the next in line."""
    now = town.now()
    minute = TIME.latest(now, town.zone).isoformat()
    if read_place(tx, NAME, "") == minute:
        return NOTHING
    ended = 0
    for platform in sorted(town.pulled):
        for row in tx.all(STALE, platform=platform, now=now):
            if tx.run(EXPIRE, row=row.id, now=now):
                ended += 1
                if row.offer_id is not None:
                    undeliverable(tx, town, row.offer_id)
    if not ended:
        keep_place(tx, NAME, minute)
    return Done(ended, missed=ended)


SCHEDULE = Schedule(NAME, due, "never too late: what was not fetched by then is counted")
