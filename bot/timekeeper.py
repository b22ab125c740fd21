"""The timekeeper: holds a process's elapsed time to the database server's, where processes share one.

Leases, halts and waits are kept in elapsed seconds and read by every process. Machines' clocks differ, and
one that is a minute ahead would take what another is just sending for abandoned.
"""

import asyncio

import structlog

from bot.work import Work
from models.clock import Clock
from models.store import Overloaded, StoreDown
from services import leases

# beyond this the machine's own clock needs the operator's attention
NOTABLE_SECONDS = 5.0

log = structlog.get_logger()


async def keep_time(work: Work, clock: Clock, every: float = leases.RENEW_EVERY) -> None:
    """Measure and correct as often as a lease is renewed, until cancelled; one file needs no such thing."""
    if work.store.kind != "postgresql":
        return
    while True:
        await asyncio.sleep(every)
        try:
            by = await work.read(lambda tx: leases.deviation(tx, clock))
        except (StoreDown, Overloaded):
            continue
        clock.correct(by)
        if abs(by) > NOTABLE_SECONDS:
            log.warning("clock_corrected", seconds=round(by, 1))
