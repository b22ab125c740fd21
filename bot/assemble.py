"""Which parts run in a process: the sender, the desk, and the platforms that the settings ask for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from bot.app import Condition
from bot.compose import House
from bot.deliverer import Deliverer
from bot.desk import Desk
from bot.parts import Part
from bot.sender import Sender
from bot.work import Work
from services.delivery import Hooks
from services.enrolling import lapses, offers

if TYPE_CHECKING:
    from bot.platforms.telegram.connection import Connection
    from bot.platforms.telegram.platform import TelegramPlatform
    from bot.questions import Questions

LATE_LOOK = 10.0
HOOKS = Hooks(delivered=offers.delivered, undeliverable=lapses.undeliverable)


@dataclass(frozen=True, slots=True)
class Assembly:
    """`parts` in the order in which they start; they stop in the opposite order.

    `hang_up` ends what stays open by itself (pages that listen for news), once no door is open any more.
    """

    parts: list[Part]
    hang_up: Callable[[], Awaitable[None]]


def assemble(house: House, work: Work, role: str) -> Assembly:
    """Everything that this process runs: role all, chat (no schedules, no bulk) or worker (no platforms)."""
    connection = _connection(house)
    deliverers: dict[str, Deliverer] = {}
    if connection is not None:
        from bot.platforms.telegram.deliver import TelegramDeliverer

        deliverers["telegram"] = TelegramDeliverer(connection)
    leads = role != "chat"
    sender = Sender(
        work, house.town, deliverers, bot=connection.bot_id if connection else "doorstep",
        bulk_rate=house.settings.bulk_rate, leads=leads, hooks=HOOKS,
    )  # fmt: skip
    sending = SenderPart(sender, house, looks=leads and bool(deliverers))
    questions = _questions(house, work, sender) if role != "worker" else None
    fetch = {"telegram": connection.fetch} if connection is not None else {}
    desk = Desk(work, house.town, sender, questions, fetch)
    listening: list[Part] = [questions] if questions is not None else []
    parts: list[Part] = [sending, *listening]
    hang_up: Callable[[], Awaitable[None]] = _nothing
    if connection is not None:
        telegram = _telegram(house, work, desk, connection, role)
        # the connection outlives the sender, and the sender what is still being received
        parts = [TelegramPart(telegram), sending, *listening, Receiving(telegram)]
    if role != "worker":
        from bot.platforms.web.part import web_chat

        page = web_chat(house, work, desk, sender)
        parts.append(page)
        hang_up = page.stop
    return Assembly(parts, hang_up)


async def _nothing() -> None:
    """No pages, so nothing to end."""


def _connection(house: House) -> Connection | None:
    token = house.settings.telegram_token
    if token is None:
        return None
    from bot.platforms.telegram.connection import Connection

    return Connection(token.get_secret_value(), house.settings.telegram_api_url)


def _questions(house: House, work: Work, sender: Sender) -> Questions | None:
    if not house.settings.llm_url:
        return None
    from bot.assistant import assistant_of
    from bot.questions import Questions

    assistant = assistant_of(house.settings)
    return Questions(assistant, work, house.town, sender) if assistant is not None else None


def _telegram(house: House, work: Work, desk: Desk, connection: Connection, role: str) -> TelegramPlatform:
    from bot.platforms.telegram.platform import TelegramPlatform

    settings = house.settings
    return TelegramPlatform(
        connection, desk, work, house.town, mode=settings.telegram_mode, public_url=settings.public_url,
        secret=house.keys.webhook, receives=role != "worker",
    )  # fmt: skip


class SenderPart:
    """The sender as a part: how long ago it looked through the outbox says whether it is well."""

    name = "sender"

    def __init__(self, sender: Sender, house: House, looks: bool) -> None:
        self._sender = sender
        self._clock = house.town.clock
        self._looks = looks
        self._since = 0.0

    def routes(self) -> Iterable[web.AbstractRouteDef]:
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


class TelegramPart:
    """Telegram's connection, and the webhook where that is how updates come."""

    name = "telegram"

    def __init__(self, telegram: TelegramPlatform) -> None:
        self._telegram = telegram

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """The webhook, in that mode."""
        if self._telegram.webhook is None:
            return ()
        from bot.platforms.telegram.webhook import PATH

        return (web.post(PATH, self._telegram.webhook.handle),)

    async def start(self) -> None:
        """Open the connection and get to know Telegram in the background."""
        await self._telegram.start()

    async def stop(self) -> None:
        """Close the connection."""
        await self._telegram.stop()

    async def condition(self) -> Condition:
        """How Telegram takes the bot; whatever is wrong there, the other platforms go on."""
        details = self._telegram.standing.details()
        return Condition(not details, details, needed=False)


class Receiving:
    """What Telegram sends us, stopped before the sender so that the last answers still go out."""

    name = "receiving"

    def __init__(self, telegram: TelegramPlatform) -> None:
        self._telegram = telegram

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """None; the webhook's belongs to the connection."""
        return ()

    async def start(self) -> None:
        """Nothing: receiving begins with the connection."""

    async def stop(self) -> None:
        """Fetch nothing more and let what was fetched be taken in."""
        await self._telegram.stop_receiving()

    async def condition(self) -> Condition:
        """As the connection is."""
        return Condition(True)
