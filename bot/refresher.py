"""Keeps this process's catalogue up to date with the database, whichever process changed it."""

from __future__ import annotations

import asyncio

import structlog

from bot.work import Work
from models.store import Overloaded, StoreDown
from services.catalogue import apply_changes, news_since
from services.town import Town

EVERY = 1.0

log = structlog.get_logger()


class Refresher:
    """Asks once a second for numbered changes and takes them into the index."""

    def __init__(self, work: Work, town: Town, every: float = EVERY) -> None:
        self._work = work
        self._town = town
        self._every = every

    async def run(self) -> None:
        """Refresh until cancelled."""
        while True:
            await asyncio.sleep(self._every)
            try:
                while await self.refresh():
                    pass
            except (StoreDown, Overloaded) as error:
                log.warning("catalogue_not_refreshed", error=type(error).__name__)
            except Exception:  # an index that is a little old is better than none
                log.exception("catalogue_not_refreshed")

    async def refresh(self) -> bool:
        """Take in what changed since the last time; whether anything did."""
        catalogue, zone = self._town.catalogue, self._town.zone
        before = catalogue.number
        number, mark, records, removed = await self._work.read(lambda tx: news_since(tx, before, zone))
        if number == before:
            return False
        # building takes milliseconds that the loop has no time for
        await asyncio.to_thread(apply_changes, catalogue, number, records, removed, mark)
        return True
