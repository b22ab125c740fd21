"""What runs beside each other in one process, and how it is started, asked and stopped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from aiohttp.web import AbstractRouteDef

from bot.app import Condition


class Part(Protocol):
    """A platform or the sender: started before the doors open, stopped after they were shut."""

    name: str

    def routes(self) -> Iterable[AbstractRouteDef]:
        """The HTTP routes it answers, if any."""
        ...

    async def start(self) -> None:
        """Begin; returns when it is at work."""
        ...

    async def stop(self) -> None:
        """Take in nothing new, finish what was begun."""
        ...

    async def condition(self) -> Condition:
        """How it is, for `/readyz`."""
        ...
