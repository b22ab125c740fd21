"""The worker of the sender: finds what is due in the outbox, claims it under a lease and hands it on."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from bot import metrics
from bot.pacing import Halts
from bot.sparing import Sparing
from bot.work import Work
from models.outgoing import LANES
from models.statement import Tx
from models.store import Overloaded, StoreDown
from services import delivery, delivery_outcomes, halts, leases
from services.broadcasting import feeding
from services.broadcasting.feeding import Wanted
from services.delivery import Claim, Hooks
from services.town import Town

log = structlog.get_logger()

LOOK_SECONDS = 0.5
FIGURES_SECONDS = 5.0
REPLIES_AT_ONCE = 200
# where no rate is set, a claim still must not hold the writer for long
MOST_AT_ONCE = 400
OVERDUE_AT_ONCE = 200


@dataclass(slots=True)
class Found:
    """What a look into the outbox showed."""

    replies: list[int] = field(default_factory=list)
    paced: list[int] = field(default_factory=list)
    lapsed: Sequence[int] = ()
    stale: Sequence[int] = ()
    halts: dict[str, float] = field(default_factory=dict)
    backlog: dict[str, list[tuple[str, int, timedelta]]] = field(default_factory=dict)
    broadcasts: list[Wanted] = field(default_factory=list)

    @property
    def work(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.replies or self.paced or self.lapsed or self.stale or self.broadcasts)


@dataclass(slots=True)
class Taken:
    """What one round of writing came to."""

    claim: Claim
    lapsed: Counter[tuple[str, str, str]]
    expired: Counter[tuple[str, str]]
    fed: int = 0


class SendWorker:
    """One of these at a time works for a bot; the others find its lease held and wait."""

    def __init__(
        self, work: Work, town: Town, *, platforms: Sequence[str], bot: str, holder: str, hooks: Hooks,
        halted: Halts, room: Callable[[], int], hand_on: Callable[[Claim], None], window: int,
    ) -> None:  # fmt: skip
        self.lease = f"bulk:{bot}"
        self.last_look = 0.0
        self._work = work
        self._town = town
        self._platforms = tuple(platforms)
        self._bot = bot
        self._holder = holder
        self._hooks = hooks
        self._halts = halted
        self._room = room
        self._hand_on = hand_on
        # how many messages of a broadcast may be in the outbox at a time
        self._window = window
        self._epoch: int | None = None
        self._renew_at = 0.0
        self._figures_at = 0.0
        self._sparing = Sparing(town.clock.elapsed)
        self._wake = asyncio.Event()
        self._trouble = ""
        self._stopping = False

    def nudge(self) -> None:
        """Look again at once."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; a store that is down is waited for."""
        while not self._stopping:
            try:
                again = await self._round()
                self._note_trouble("")
            except (StoreDown, Overloaded) as error:
                again = False
                self._note_trouble(str(error))
            except Exception as error:
                again = False
                log.exception("send_worker_failed", error=type(error).__name__)
            if not again and not self._stopping:
                await self._rest()

    def stop(self) -> None:
        """End after the present round, so that nothing is claimed and then forgotten."""
        self._stopping = True
        self._wake.set()

    async def let_go(self) -> None:
        """Give the lease back."""
        epoch, self._epoch = self._epoch, None
        if epoch is not None:
            await self._work.write(lambda tx: leases.let_go(tx, self.lease, epoch))

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _round(self) -> bool:
        """Look and claim once; whether there may be more right away."""
        if not self._stopping:
            self._wake.clear()
        loop = asyncio.get_running_loop()
        if loop.time() >= self._renew_at:
            self._epoch = await self._work.write(
                lambda tx: leases.hold(tx, self._town.clock, self.lease, self._holder)
            )
            self._renew_at = loop.time() + leases.RENEW_EVERY
        found = await self._work.read(self._look)
        self.last_look = self._town.clock.elapsed()
        self._halts.learn(found.halts)
        self._show(found)
        if self._epoch is None or not found.work:
            return False
        epoch = self._epoch
        taken = await self._work.write(lambda tx: self._take(tx, epoch, found))
        if taken is None:
            self._epoch = None
            log.warning("lane_lost", lease=self.lease)
            return False
        self._count(taken)
        self._hand_on(taken.claim)
        claimed = taken.claim.rows or taken.claim.postponed or taken.claim.dropped
        more = max(len(found.lapsed), len(found.stale)) == OVERDUE_AT_ONCE
        return more or (bool(claimed or taken.fed) and self._room() > 0)

    def _look(self, tx: Tx) -> Found:
        town = self._town
        look = self._sparing.look
        found = Found(
            lapsed=look("lapsed", OVERDUE_AT_ONCE, lambda most: delivery_outcomes.lapsed(tx, town, most)),
            stale=look("stale", OVERDUE_AT_ONCE, lambda most: delivery.stale(tx, town, most)),
            halts=halts.read(tx, self._bot, town.clock.elapsed()),
        )
        if town.clock.elapsed() >= self._figures_at:
            found.backlog = {platform: delivery.backlog(tx, town, platform) for platform in self._platforms}
        if found.halts.get("", 0.0) > town.clock.elapsed() or self._halts.halted():
            return found
        room = min(self._room(), MOST_AT_ONCE)
        for platform in self._platforms:
            found.replies += delivery.due(tx, town, platform, "reply", REPLIES_AT_ONCE)
            for lane in ("notice", "bulk"):
                find = partial(delivery.due, tx, town, platform, lane)
                found.paced += look(f"{platform} {lane}", room - len(found.paced), find)
        # asked after them: of one that was stopped, what comes back is seen by both or by this
        found.broadcasts = feeding.wanted(tx, town, self._platforms, self._window)
        return found

    def _take(self, tx: Tx, epoch: int, found: Found) -> Taken | None:
        town = self._town
        if not leases.held(tx, town.clock, self.lease, epoch):
            return None
        lapsed = delivery_outcomes.lapse(tx, town, found.lapsed, self._hooks)
        expired = delivery.expire(tx, town, found.stale, self._hooks)
        # what is fed now is claimed in the next round, so that a pause in between can still take it back;
        # what comes back to a broadcast that was stopped is taken out before it could be claimed
        fed = sum(feeding.step(tx, town, wanted, self._platforms) for wanted in found.broadcasts)
        claim = delivery.claim(tx, town, [*found.replies, *found.paced], self._hooks)
        return Taken(claim, lapsed, expired, fed)

    def _show(self, found: Found) -> None:
        for platform, seen in found.backlog.items():
            self._figures_at = self.last_look + FIGURES_SECONDS
            metrics.queue_seen(
                platform, LANES, [(lane, rows, age.total_seconds()) for lane, rows, age in seen]
            )

    def _count(self, taken: Taken) -> None:
        for (platform, lane, outcome), rows in taken.lapsed.items():
            metrics.SENDS.labels(platform, lane, f"lapsed_{outcome}").inc(rows)
        for name, counted in (("expired", taken.expired), ("dropped", taken.claim.dropped)):
            for (platform, lane), rows in counted.items():
                metrics.SENDS.labels(platform, lane, name).inc(rows)

    def _note_trouble(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble:
                log.warning("outbox_unreachable", error=trouble)
            else:
                log.info("outbox_reachable")
