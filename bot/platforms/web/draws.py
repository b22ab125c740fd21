"""The page of a draw in plain words, and its file for whoever wants to compute it again."""

from __future__ import annotations

from aiohttp import web

from bot.platforms.web.asking import Turned
from bot.platforms.web.assets import Assets, squeezed
from bot.platforms.web.front import Front
from bot.platforms.web.pages import PAGE_HEADERS, Pages
from bot.platforms.web.templates import rendered
from models.store import Overloaded, StoreDown
from services.drawing import running
from services.drawing.page import DrawPage, page_of
from services.phrases.hours import Lang
from services.phrases.when import say_closing, say_moment
from services.texts import as_lang, texts_of

LONGEST_PAGE = 9999
FILE_HEADERS = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-cache"}


class Draws:
    """Serves `/draws/ID` and `/draws/ID.json`; neither needs a cookie, and neither names anybody."""

    def __init__(self, front: Front, assets: Assets, pages: Pages) -> None:
        self._front = front
        self._assets = assets
        self._pages = pages

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The draw as people read it."""
        number, lang = int(request.match_info["id"]), as_lang(request.query.get("lang", "zh"))
        asked = request.query.get("page", "1")
        at = int(asked) if asked.isdecimal() and 1 <= int(asked) <= LONGEST_PAGE else 1
        try:
            self._front.count_address(request)
            found = await self._front.work.read(lambda tx: page_of(tx, number, at))
        except Turned as turned:
            return turned.response()
        except (StoreDown, Overloaded):
            return self._pages.down(request)
        if found is None:
            return await self._pages.lost(request)
        body = rendered(
            "draw.html",
            t=texts_of(lang), lang=lang, asset=self._assets.url, found=found, number=number,
            operator=self._front.town.operator_name, moment=self._moments(found, lang),
        )  # fmt: skip
        return squeezed(request, body.encode(), PAGE_HEADERS)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """The published file, as `doorstep draw verify` takes it."""
        number = int(request.match_info["id"])
        try:
            self._front.count_address(request)
            text = await self._front.work.read(lambda tx: running.file_of(tx, number))
        except Turned as turned:
            return turned.response()
        except (StoreDown, Overloaded):
            return self._pages.down(request)
        if not text:
            return await self._pages.lost(request)
        headers = FILE_HEADERS | {"Content-Disposition": f'attachment; filename="draw-{number}.json"'}
        return squeezed(request, text.encode(), headers)

    def _moments(self, found: DrawPage, lang: Lang) -> dict[str, str]:
        town, now = self._front.town, self._front.town.now()
        instants = {
            "draws": found.window.draws_at, "committed": found.draw.committed_at,
            "listed": found.draw.listed_at,
            "drawn": found.draw.drawn_at,
        }  # fmt: skip
        said = {name: say_moment(at, lang, now, town.zone) if at else "" for name, at in instants.items()}
        closes = found.window.closes_at
        return said | {"closes": say_closing(closes, lang, now, town.zone) if closes else ""}
