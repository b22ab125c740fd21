"""Which parts run in a process: the sender, the desk, and the platforms that the settings ask for."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp.web import AbstractRouteDef

from bot.app import Condition
from bot.compose import House
from bot.deliverer import Deliverer
from bot.desk import Desk
from bot.parts import Part
from bot.sender import Sender
from bot.work import Work
from services.delivery import Hooks
from services.enrolling import offers

LATE_LOOK = 10.0
HOOKS = Hooks(delivered=offers.delivered, undeliverable=offers.undeliverable)


class SenderPart:
    """The sender as a part: how long ago it looked through the outbox says whether it is well."""

    name = "sender"

    def __init__(self, sender: Sender, house: House, looks: bool) -> None:
        self._sender = sender
        self._clock = house.town.clock
        self._looks = looks
        self._since = 0.0

    def routes(self) -> Iterable[AbstractRouteDef]:
        """None."""
        return ()

    async def start(self) -> None:
        """Begin to work through the outbox."""
        self._since = self._clock.elapsed()
        await self._sender.start()

    async def stop(self) -> None:
        """Finish what is being sent and keep every outcome."""
        await self._sender.stop()

    async def condition(self) -> Condition:
        """Well while the outbox was looked through within the last seconds."""
        if not self._looks:
            return Condition(True)
        ago = self._clock.elapsed() - max(self._sender.last_look, self._since)
        return Condition(ago < LATE_LOOK, {"last_look_seconds_ago": round(ago, 3)})


def build_parts(house: House, work: Work, role: str) -> list[Part]:
    """The parts in the order in which they start; they stop in the opposite order."""
    settings = house.settings
    deliverers: dict[str, Deliverer] = {}
    connections: list[Part] = []
    platforms: list[Part] = []
    if settings.telegram_token is not None:
        from bot.platforms.telegram.part import connect

        telegram = connect(house)
        deliverers["telegram"] = telegram.deliverer
        connections.append(telegram)
    leads = role != "chat"
    sender = Sender(
        work, house.town, deliverers, bot=_bot(house), bulk_rate=settings.bulk_rate, leads=leads, hooks=HOOKS
    )
    desk = Desk(work, house.town, sender)
    if role != "worker":
        if settings.telegram_token is not None:
            from bot.platforms.telegram.part import intake

            platforms.append(intake(house, telegram, desk))
        from bot.platforms.web.part import web_chat

        platforms.append(web_chat(house, work, desk, sender))
    return [*connections, SenderPart(sender, house, leads and bool(deliverers)), *platforms]


def _bot(house: House) -> str:
    """The bot's own number, by which processes of one bot know each other; never the token's secret half."""
    token = house.settings.telegram_token
    return token.get_secret_value().partition(":")[0] if token else "doorstep"
