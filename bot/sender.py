"""The sender: delivers what the outbox holds to the platforms that are pushed to.

Answers go right after their commit, unpaced, in order within each chat. Notices and announcements are
claimed by the one process that holds the lane's lease, and share the slots of one pacer, notices first. An
answer that must be tried again goes back to the queue, and holds back what its chat is answered after it.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import structlog

from bot import metrics
from bot.deliverer import Delivered, Deliverer
from bot.held_chats import HeldChats
from bot.instance import own_name
from bot.marking import Marks
from bot.paced_line import PacedLine
from bot.pacing import ChatGaps, Halts, Pacer
from bot.reply_line import ReplyLine
from bot.send_worker import MOST_AT_ONCE, SendWorker
from bot.work import Work
from models.statement import Tx
from models.store import Overloaded, StoreDown
from services import delivery, halts
from services.delivery import NO_HOOKS, Claim, Delivery, Hooks
from services.delivery_outcomes import marked
from services.outbox import Written
from services.town import Town

__all__ = ["Delivered", "Deliverer", "Sender"]

log = structlog.get_logger()

# a call that begins when the lease has less left could end after it lapsed
CALL_SECONDS = 20.0
LONGEST_BACKOFF = 60.0
FLOOD_SECONDS = 5.0
# of what may have been lost there is one more try, which had better not fall into the same short trouble
ONCE_MORE_SECONDS = {"reply": 2.0}
ONCE_MORE_LATER = 10.0
WHOLE_BOT_SECONDS = 15.0
# nothing is lost meanwhile, and nothing goes out
REFUSED = {"token": "check the bot's token (DOORSTEP_TELEGRAM_TOKEN); @BotFather shows the valid one"}


class Sender:
    """Sends for one bot. `deliverers` are the pushed platforms by name; the others are woken by `watch`.

    `bulk_rate` is in messages a second, 0 lifts it. `leads`: this process takes part in claiming notices and
    announcements (roles all and worker); `holder` names this process in the lease.
    """

    def __init__(
        self, work: Work, town: Town, deliverers: Mapping[str, Deliverer], *, bot: str = "doorstep",
        bulk_rate: float = 25.0, leads: bool = True, holder: str = "", hooks: Hooks = NO_HOOKS,
    ) -> None:  # fmt: skip
        loop_time = asyncio.get_running_loop().time
        self._loop_time = loop_time
        self._work = work
        self._town = town
        self._deliverers = dict(deliverers)
        self._bot = bot
        self._leads = leads
        self._stopping = False
        self._pacer = Pacer(bulk_rate, loop_time)
        self._gaps = ChatGaps(loop_time)
        self._halts = Halts(town.clock.elapsed)
        self._marks = Marks(work, town, hooks, self.nudge)
        self._held = {name: HeldChats(work, self._marks, name) for name in self._deliverers}
        self._watchers: dict[str, Callable[[int], None]] = {}
        self._replies = ReplyLine(self._send)
        self._paced = PacedLine(self._send, self._pacer, self._gaps, self.nudge)
        self._worker = SendWorker(
            work, town, platforms=tuple(self._deliverers), bot=bot, holder=holder or own_name(),
            hooks=hooks, halted=self._halts, room=self._room, hand_on=self._hand_on,
            window=2 * (self._pacer.per_second or MOST_AT_ONCE),
        )  # fmt: skip
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to work through the outbox."""
        if self._work.store.kind == "sqlite":
            await self._work.write(lambda tx: delivery.free_leases(tx, self._worker.lease))
        self._paced.start()
        if self._leads and self._deliverers:
            self._spawn(self._worker.run())

    async def stop(self, seconds: float = 5.0) -> None:
        """Finish what is being sent, give back the rest, keep every outcome; within about `seconds`."""
        self._stopping = True
        self._worker.stop()
        if self._tasks:
            _, slow = await asyncio.wait(self._tasks, timeout=seconds * 0.2)
            for task in slow:
                task.cancel()
            await asyncio.gather(*slow, return_exceptions=True)
        for row in await self._paced.stop():
            self._marks.add(marked(row, "held"))
        await asyncio.gather(self._replies.drain(seconds * 0.4), self._paced.drain(seconds * 0.4))
        for row in self._replies.empty():
            self._marks.add(marked(row, "held"))
        await asyncio.gather(self._replies.drain(seconds * 0.2), self._paced.drain(seconds * 0.2))
        await asyncio.gather(self._replies.cut(), self._paced.cut())
        for held in self._held.values():
            await held.stop()
        await self._marks.close(seconds * 0.3)
        with contextlib.suppress(StoreDown, Overloaded):  # the lease lapses by itself
            await self._worker.let_go()

    def send_now(self, written: tuple[Written, ...]) -> None:
        """Deliver rows that were committed as leased to this process, or wake who fetches them."""
        for made in written:
            to = made.address
            if to.platform not in self._deliverers:
                watcher = self._watchers.get(to.platform)
                if watcher is not None:
                    watcher(to.account_id)
                continue
            if not made.lease_until:  # it waits behind an answer that another process has
                self.nudge()
                continue
            row = delivery.from_turn(made)
            self._town.own_replies.add(row.id, row.lease_until)
            if self._stopping or to.account_id in self._held[to.platform]:
                self._give_back(row)
            else:
                self._replies.add(row)

    def watch(self, platform: str, callback: Callable[[int], None]) -> None:
        """Have `callback(account_id)` called when something was written for a pulled platform's account."""
        self._watchers[platform] = callback

    def nudge(self) -> None:
        """Look into the outbox at once instead of within half a second."""
        self._worker.nudge()

    async def settled(self) -> None:
        """Wait until every outcome so far is committed."""
        await self._marks.flush()

    @property
    def last_look(self) -> float:
        """When the outbox was last looked through, in elapsed seconds; 0 before the first time."""
        return self._worker.last_look

    def _room(self) -> int:
        """How many notices and announcements may be claimed now: nothing until half of them are gone.

        What is claimed and not begun when a process is killed counts as unknown, so where sending is paced no
        more than a quarter of a second's worth is claimed at a time.
        """
        most = -(-self._pacer.per_second // 4) or 2 * MOST_AT_ONCE
        room = most - len(self._paced)
        return room if room * 2 >= most else 0

    def _hand_on(self, claim: Claim) -> None:
        for row in claim.rows:
            if row.lane == "reply":
                self._town.own_replies.add(row.id, row.lease_until)
                self._replies.add(row)
            else:
                self._paced.add(row)

    async def _send(self, row: Delivery) -> None:
        if row.fresh and row.account_id in self._held[row.platform]:
            self._give_back(row)
            return
        if self._halts.halted(row.chat):
            self._give_back(row, self._halts.until(row.chat))
            return
        left = row.lease_until - self._town.clock.elapsed()
        if left < min(CALL_SECONDS, self._town.lease_seconds / 3) or row.expires_at <= self._town.now():
            self._give_back(row)
            return
        slot = None
        if row.lane == "reply":
            slot = self._pacer.count()
            self._gaps.note(row.chat)
        began = self._loop_time()
        try:
            delivered = await self._deliverers[row.platform].deliver(row)
        except Exception as error:
            log.exception("deliverer_failed", row=row.id, error=type(error).__name__)
            delivered = Delivered("unknown", "unforeseen")
        if slot is not None:
            self._pacer.arrived(slot)
        took = self._loop_time() - began
        metrics.send_done(row.platform, row.lane, delivered.outcome, took)
        self._keep(row, delivered)

    def _keep(self, row: Delivery, delivered: Delivered) -> None:
        if delivered.outcome == "sent":
            # the next of a chat that fell behind is claimed at once, not at the next look
            self._marks.add(
                marked(row, "sent", "", delivered.platform_message_id),
                lets_go=row.lane == "reply" and not row.fresh,
            )
            return
        # before the mark is kept, as the next answer is to queue up behind this one
        self._town.own_replies.drop(row.id)
        retry_at = 0.0
        if delivered.outcome == "retry":
            retry_at = self._retry_at(row, delivered)
        elif delivered.outcome == "unknown":
            retry_at = self._town.clock.elapsed() + ONCE_MORE_SECONDS.get(row.lane, ONCE_MORE_LATER)
        self._marks.add(marked(row, delivered.outcome, delivered.reason, "", retry_at, delivered.parts))
        if row.lane == "reply" and delivered.outcome in ("retry", "unknown"):
            self._held[row.platform].hold(row.account_id)
        if delivered.outcome in ("unknown", "invalid"):
            log.warning(
                "not_sent", row=row.id, lane=row.lane, outcome=delivered.outcome, why=delivered.reason
            )

    def _retry_at(self, row: Delivery, delivered: Delivered) -> float:
        if delivered.reason == "flood":
            metrics.HALTS.labels(row.platform).inc()
            return self._share(*self._halts.named(row.chat, delivered.retry_after or FLOOD_SECONDS))
        if delivered.whole_bot:
            if not self._halts.halted():
                log.error(
                    "bot_refused", why=delivered.reason, again_in=WHOLE_BOT_SECONDS,
                    advice=REFUSED.get(delivered.reason, "another program uses this bot; stop it"),
                )  # fmt: skip
            return self._halts.halt("", WHOLE_BOT_SECONDS)[1]
        backoff = min(LONGEST_BACKOFF, 2.0 ** min(row.attempt - 1, 6))
        return self._town.clock.elapsed() + backoff

    def _share(self, chat: str, until: float) -> float:
        """Tell the other processes of a halt."""
        log.warning(
            "halted", what="chat" if chat else "bot", seconds=round(until - self._town.clock.elapsed(), 1)
        )

        def keep(tx: Tx) -> None:
            halts.keep(tx, self._bot, chat, until, self._town.clock.elapsed())

        self._spawn(self._try_write(keep))
        return until

    async def _try_write(self, unit: Callable[[Tx], None]) -> None:
        with contextlib.suppress(StoreDown, Overloaded):  # others will be told by the server themselves
            await self._work.write(unit)

    def _give_back(self, row: Delivery, until: float = 0.0) -> None:
        """Put a row back into the queue untried; its chat's later answers follow it there."""
        self._town.own_replies.drop(row.id)
        self._marks.add(marked(row, "held", "", "", until))
        if row.lane == "reply":
            self._held[row.platform].hold(row.account_id)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
