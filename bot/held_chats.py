"""Chats held back: one of their answers went back to the queue, and later ones must not overtake it."""

import asyncio

import structlog

from bot.marking import Marks
from bot.work import Work
from models.store import Overloaded, StoreDown
from services.delivery import accounts_with_open_replies

log = structlog.get_logger()

LOOK_SECONDS = 0.3


class HeldChats:
    """Accounts whose fresh answers join the queue in the database, until nothing of theirs is open there."""

    def __init__(self, work: Work, marks: Marks, platform: str) -> None:
        self._work = work
        self._marks = marks
        self._platform = platform
        # the number rises with each hold, so that one made while the database was asked is not lifted
        self._held: dict[int, int] = {}
        self._serial = 0
        self._task: asyncio.Task[None] | None = None

    def __contains__(self, account_id: int) -> bool:
        return account_id in self._held

    def hold(self, account_id: int) -> None:
        """Hold back what this account is answered from now on; called beside the mark that says why."""
        self._serial += 1
        self._held[account_id] = self._serial
        if self._task is None:
            self._task = asyncio.create_task(self._lift())

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _lift(self) -> None:
        try:
            while self._held:
                await asyncio.sleep(LOOK_SECONDS)
                asked = dict(self._held)
                await self._marks.flush()
                try:
                    busy = await self._work.read(lambda tx: accounts_with_open_replies(tx, self._platform))
                except (StoreDown, Overloaded):
                    continue
                for account, serial in asked.items():
                    if account not in busy and self._held.get(account) == serial:
                        del self._held[account]
        finally:
            self._task = None
