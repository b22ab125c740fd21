"""Messages that reached nobody in their time end as expired, on every platform and whoever delivers there.

Where nobody can be woken that is what was never fetched; elsewhere it is what was left behind when the sender
of a platform was taken away.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy import bindparam, select

from models.operations import setting
from models.statement import Statement, Tx
from services import delivery, delivery_outcomes
from services.delivery import Hooks
from services.enrolling import lapses, offers
from services.schedules.places import keep_place, read_place
from services.schedules.schedule import Cron, Done, Schedule
from services.town import Town

NAME = "unfetched"
TIME = Cron()
MOST = 100
HOOKS = Hooks(delivered=offers.delivered, undeliverable=lapses.undeliverable)
# without its lock: what is found here is looked at again by whoever writes
REACHED = Statement(select(setting.c.value).where(setting.c.key == bindparam("name")))

Step = Callable[[Tx, Town], Done]


def look(tx: Tx, town: Town) -> list[Step]:
    """Once a minute: end up to 100 of them; an offer among them goes to the next in line.

    All that waits is gone through, which may be very much and is done by reading.
    """
    minute = TIME.latest(town.now(), town.zone).isoformat()
    reached = tx.one(REACHED, name=f"schedule:{NAME}")
    if reached is not None and reached.value == minute:
        return []
    lapsed = delivery_outcomes.lapsed(tx, town, MOST)
    stale = delivery.stale(tx, town, MOST)
    if lapsed or stale:
        return [partial(_end, lapsed=lapsed, stale=stale)]
    return [partial(_rest, minute=minute)]


def _end(tx: Tx, town: Town, lapsed: list[int], stale: list[int]) -> Done:
    # what a vanished sender held is queued again or unknown first
    settled = delivery_outcomes.lapse(tx, town, lapsed, HOOKS).total()
    ended = delivery.expire(tx, town, stale, HOOKS)
    unfetched = sum(rows for (platform, _), rows in ended.items() if platform in town.pulled)
    return Done(settled + ended.total(), missed=unfetched)


def _rest(tx: Tx, town: Town, minute: str) -> Done:
    read_place(tx, NAME, "")
    keep_place(tx, NAME, minute)
    return Done()


def due(tx: Tx, town: Town) -> Done:
    """The same in one unit."""
    did = [step(tx, town) for step in look(tx, town)]
    return Done(sum(did), missed=sum(done.missed for done in did))


SCHEDULE = Schedule(NAME, due, "never too late: what was not fetched by then is counted", look=look)
