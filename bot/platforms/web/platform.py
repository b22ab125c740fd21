"""The web page as a platform: its routes, and waking the pages that are open."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from bot.platforms.web.assets import Assets
from bot.platforms.web.draws import Draws
from bot.platforms.web.feeds import Feeds
from bot.platforms.web.files import Files
from bot.platforms.web.front import Desk, Front
from bot.platforms.web.options import WebOptions
from bot.platforms.web.pages import Pages
from bot.platforms.web.sending import Sending
from bot.platforms.web.streams import Streams
from bot.work import Work
from services.town import Town


class WebPlatform:
    """The chat page over a town.

    `wake(account_id)` is to be called when rows were written for a web account in this process; rows of
    other processes are found within about a second.
    """

    def __init__(self, town: Town, work: Work, desk: Desk, options: WebOptions) -> None:
        front = Front(town, work, options)
        assets = Assets()
        self._streams = Streams(front)
        self._sending = Sending(front, desk)
        self._files = Files(front)
        self._feeds = Feeds(front)
        self._pages = Pages(front, assets)
        self._draws = Draws(front, assets, self._pages)
        self._assets = assets

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Everything the page needs, on its own origin."""
        return (
            web.get("/", self._pages.chat),
            web.get("/c/{code}", self._pages.course),
            web.get(r"/i/{token:[0-9]{24}}", self._pages.invited),
            web.get(r"/s/{token:[0-9]{1,18}_[0-9]{6}}", self._pages.checked_in),
            web.get("/c/{code}/poster", self._pages.poster),
            web.get(r"/draws/{id:[0-9]{1,9}}", self._draws.page),
            web.get(r"/draws/{id:[0-9]{1,9}}.json", self._draws.file),
            web.get(r"/cal/{secret:[0-9a-f]{40}}.ics", self._feeds.calendar),
            web.get("/web/assets/{mark}/{name}", self._assets.asset),
            web.get("/web/events", self._streams.events, allow_head=False),
            web.get(r"/web/files/{row:[0-9]{1,18}}", self._files.file),
            web.post("/web/send", self._sending.send),
            web.post("/web/file", self._sending.file),
            web.post("/web/seen", self._sending.seen),
            # whatever a person may mistype; where programs come, a bare refusal stands
            web.get("/{lost:(?!web/|telegram/).*}", self._pages.lost),
        )

    async def start(self) -> None:
        """Begin to look for news of other processes."""
        self._streams.start()

    async def stop(self) -> None:
        """End every open stream; the pages connect again by themselves."""
        await self._streams.stop()

    def wake(self, account_id: int) -> None:
        """Show an account's new rows on its open pages."""
        self._streams.wake(account_id)

    @property
    def open_pages(self) -> int:
        """How many pages are connected to this process."""
        return len(self._streams)
