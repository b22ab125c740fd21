"""A stage: the stand-in Bot API, the house and the sender, wired as the program wires them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.deliver import TelegramDeliverer
from bot.sender import Sender
from models.clock import Clock
from tests.bot.house import House, PlainDesk, open_house
from tests.botapi import BotApi, Person


@dataclass
class Stage:
    """Everything that takes part."""

    api: BotApi
    house: House
    connection: Connection
    sender: Sender
    desk: PlainDesk

    def resident(self, number: int, **profile: Any) -> Person:
        """A person who has opened the bot before."""
        person = self.api.user(number, **profile)
        person.profile.started = True
        return person


@asynccontextmanager
async def on_stage(
    path: Path, api: BotApi | None = None, clock: Clock | None = None, **options: Any
) -> AsyncIterator[Stage]:
    """Open everything, and stop the sender in the end; options go to the sender."""
    async with api or BotApi() as server, open_house(path, clock) as house:
        connection = Connection(server.token, server.url)
        await connection.open()
        sender = Sender(
            house.work, house.town, {"telegram": TelegramDeliverer(connection)}, bot="123", **options
        )
        await sender.start()
        try:
            yield Stage(server, house, connection, sender, PlainDesk(house, sender))
        finally:
            await sender.stop()
            await connection.close()
