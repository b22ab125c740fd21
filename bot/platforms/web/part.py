"""The web page as a part of the program."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp.web import AbstractRouteDef

from bot.app import Condition
from bot.compose import House
from bot.desk import Desk
from bot.platforms.web.options import WebOptions
from bot.platforms.web.platform import WebPlatform
from bot.sender import Sender
from bot.work import Work


class WebPart:
    """Starts, stops and reports on the page."""

    name = "web"

    def __init__(self, platform: WebPlatform) -> None:
        self.platform = platform

    def routes(self) -> Iterable[AbstractRouteDef]:
        """The page and what it asks for."""
        return self.platform.routes()

    async def start(self) -> None:
        """Begin to look for what is to be shown."""
        await self.platform.start()

    async def stop(self) -> None:
        """Let every open page go."""
        await self.platform.stop()

    async def condition(self) -> Condition:
        """Always well; how many pages are open is of interest."""
        return Condition(True, {"open_pages": self.platform.open_pages})


def web_chat(house: House, work: Work, desk: Desk, sender: Sender) -> WebPart:
    """The page of this house; the sender tells it what was written."""
    settings = house.settings
    options = WebOptions(public_url=settings.public_url, trusted_proxies=settings.trusted_proxies)
    platform = WebPlatform(house.town, work, desk, options)
    sender.watch("web", platform.wake)
    return WebPart(platform)
