"""getUpdates: long polling with offset, one poll at a time."""

from __future__ import annotations

import asyncio
import json

from tests.botapi.params import Params
from tests.botapi.refusals import OTHER_POLL, SET_WEBHOOK, WEBHOOK_ACTIVE, Refused
from tests.botapi.state import State
from tests.botapi.updates import Update

LONGEST = 50


class Polling:
    """The one poll that may wait; a newer one, a webhook or a stop ends it."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._waiter: asyncio.Future[None] | None = None
        state.queue.listeners.append(self._wake)

    async def get_updates(self, params: Params) -> list[object]:
        """The pending updates from `offset`, at once or when one comes within `timeout` seconds."""
        state = self._state
        if state.webhook.url:
            raise Refused(409, WEBHOOK_ACTIVE)
        self.interrupt(Refused(409, OTHER_POLL))
        state.queue.allow(params.nested("allowed_updates", "allowed updates"))
        offset, limit = params.integer("offset"), params.integer("limit", 100)
        limit = limit if 1 <= limit <= 100 else 100
        state.queue.confirm(offset)
        timeout = min(max(params.integer("timeout"), 0), LONGEST)
        if timeout and not len(state.queue):
            await self._wait(timeout)
        return [json.loads(update.body) for update in state.queue.pending()[:limit]]

    async def _wait(self, timeout: float) -> None:
        self._waiter = waiter = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(waiter, timeout)
        except TimeoutError:
            return
        finally:
            if self._waiter is waiter:
                self._waiter = None

    def _wake(self, update: Update) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def interrupt(self, reason: Refused | None) -> None:
        """Ends the waiting poll: with an answer so far when no reason is given."""
        waiter, self._waiter = self._waiter, None
        if waiter is None or waiter.done():
            return
        if reason is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(reason)

    def webhook_set(self) -> None:
        """A webhook takes over."""
        self.interrupt(Refused(409, SET_WEBHOOK))
