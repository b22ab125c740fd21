"""The pages themselves: the chat, a class's own address, and its printable poster."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web
from sqlalchemy import bindparam, exists, select

from bot.platforms.web.asking import Turned
from bot.platforms.web.assets import Assets, squeezed
from bot.platforms.web.front import Front, Visitor
from bot.platforms.web.templates import qr_code, rendered
from models.people import account, person, role_grant
from models.statement import Row, Statement, Tx
from models.store import Overloaded, StoreDown
from services import classes
from services.attending.checkin import LINK as CHECK_IN
from services.inviting import START as INVITATION
from services.phrases.dates import Meeting, say_dates
from services.phrases.hours import Lang
from services.phrases.money import say_fee
from services.scope import EDITING, SENDING
from services.texts import LANGUAGES, as_lang, texts_of

DOWN_SECONDS = 3.0
MOST_CODE = 64
# a poster hangs for weeks, so its dates are said as seen from well before the first session
HANGS = timedelta(days=45)
PAGE_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
}
_LINK = re.compile(r"[A-Za-z0-9_-]{1,62}")

CHOICES_OF = Statement(
    select(
        person.c.lang, person.c.big,
        exists()
        .where(role_grant.c.person_id == person.c.id, role_grant.c.role.in_({*EDITING, *SENDING}))
        .label("brings"),
    )
    .join_from(account, person, person.c.id == account.c.person_id)
    .where(account.c.id == bindparam("id"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """What a page opens with: its reader's choices, and a class by its link's key and its title, if any."""

    lang: Lang
    big: bool
    key: str = ""
    title: str = ""
    # its reader may bring in sheets, or send pictures and files along with a broadcast
    brings: bool = False


class Pages:
    """Renders the pages from their templates; what people read comes from the catalogues."""

    def __init__(self, front: Front, assets: Assets) -> None:
        self._front = front
        self._assets = assets
        self._texts = json.dumps({lang: _page_texts(lang) for lang in LANGUAGES}, ensure_ascii=False)

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """The chat page."""
        return await self._page(request, "")

    async def course(self, request: web.Request) -> web.StreamResponse:
        """The chat page that opens a class at once, where a poster's QR code leads."""
        return await self._page(request, request.match_info["code"])

    async def invited(self, request: web.Request) -> web.StreamResponse:
        """The chat page that opens an invitation at once; what it says is asked in the chat."""
        response = await self._page(request, "", f"{INVITATION}{request.match_info['token']}")
        # the address is the secret
        response.headers.update({"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"})
        return response

    async def checked_in(self, request: web.Request) -> web.StreamResponse:
        """The chat page that checks in at once, where the QR code shown in a class leads."""
        return await self._page(request, "", f"{CHECK_IN}{request.match_info['token']}")

    async def _page(self, request: web.Request, code: str, start: str = "") -> web.StreamResponse:
        try:
            self._front.count_address(request)
            visitor = await self._front.visitor(request)
            opened = await self._front.work.read(lambda tx: self._read(tx, visitor, code))
        except Turned as turned:
            return turned.response()
        except (StoreDown, Overloaded):
            return self.down(request)
        town, lang = self._front.town, opened.lang
        body = rendered(
            "chat.html",
            t=texts_of(lang), lang=lang, big=opened.big, texts=self._texts,
            asset=self._assets.url, opened=opened,
            operator=town.operator_name, known=visitor is not None, start=start,
            telegram=self._telegram(opened),
            address=self._address(request), gone=bool(code and not opened.title),
        )  # fmt: skip
        response = squeezed(request, body.encode(), PAGE_HEADERS)
        if code and not opened.title:
            response.set_status(404)  # there is no such class, which the chat says kindly and leads on
        if visitor is not None:
            self._front.hand_cookie(response, visitor.given)
        return response

    async def lost(self, request: web.Request) -> web.StreamResponse:
        """An address that leads nowhere: a page that says so and leads on."""
        try:
            self._front.count_address(request)
        except Turned as turned:
            return turned.response()
        return self._sorry(request, "web.lost_page", 404)

    async def poster(self, request: web.Request) -> web.StreamResponse:
        """A sheet to print and hang up: what, when, where, and the QR code of the class's own address."""
        code, lang = request.match_info["code"], as_lang(request.query.get("lang", "zh"))
        try:
            self._front.count_address(request)
            facts = await self._front.work.read(lambda tx: self._facts(tx, code, lang))
        except Turned as turned:
            return turned.response()
        except (StoreDown, Overloaded):
            return self.down(request)
        if facts is None:
            return self._sorry(request, "web.poster.none", 404)
        link = f"{self._address(request)}/c/{facts['row'].link_key}"
        body = rendered(
            "poster.html",
            t=texts_of(lang), lang=lang, asset=self._assets.url, link=link, qr=qr_code(link),
            operator=self._front.town.operator_name, **facts,
        )  # fmt: skip
        return squeezed(request, body.encode(), PAGE_HEADERS)

    def _read(self, tx: Tx, visitor: Visitor | None, code: str) -> Opened:
        found = tx.one(CHOICES_OF, id=visitor.account_id) if visitor else None
        lang, big = as_lang(found.lang if found else "zh"), bool(found and found.big)
        brings = bool(found and found.brings)
        if not code or len(code) > MOST_CODE:
            return Opened(lang, big, brings=brings)
        row = classes.class_by_code(tx, code, self._front.town.now())
        if row is not None:
            return Opened(lang, big, row.link_key, row.title, brings)
        # a class that is gone is told of in the chat
        return Opened(lang, big, code if _LINK.fullmatch(code) else "", brings=brings)

    def _facts(self, tx: Tx, code: str, lang: Lang) -> dict[str, Any] | None:
        town = self._front.town
        row = classes.class_by_code(tx, code[:MOST_CODE], town.now())
        if row is None:
            return None
        meetings = [
            Meeting(one.starts_at, one.ends_at, one.state != "planned")
            for one in classes.sessions_of(tx, row.id)
        ]
        seen_from = row.first_start - HANGS
        return {
            "row": row,
            "dates": say_dates(meetings, lang, seen_from, town.zone),
            "where": _where(row),
            "fee": "" if row.fee_fen is None else say_fee(row.fee_fen, lang),
        }

    def _telegram(self, opened: Opened) -> str:
        name = self._front.town.telegram_name
        if not name:
            return ""
        return f"https://t.me/{name}" + (f"?start=c_{opened.key}" if opened.key else "")

    def _address(self, request: web.Request) -> str:
        town = self._front.town
        return self._front.options.public_url or town.public_url or f"{request.scheme}://{request.host}"

    def down(self, request: web.Request) -> web.Response:
        """The store does not answer: a page that says so, to come back to in a moment."""
        response = self._sorry(request, "web.down", 503)
        response.headers["Retry-After"] = str(int(DOWN_SECONDS))
        return response

    def _sorry(self, request: web.Request, key: str, status: int) -> web.Response:
        lang: Lang = "en" if request.headers.get("Accept-Language", "").startswith("en") else "zh"
        body = rendered(
            "sorry.html", t=texts_of(lang), lang=lang, asset=self._assets.url, sentence=texts_of(lang)(key)
        )
        return web.Response(body=body.encode(), status=status, headers=PAGE_HEADERS)


def _page_texts(lang: Lang) -> dict[str, str]:
    """The texts that the page's script uses, without the area's name before them."""
    texts = texts_of(lang)
    return {
        key.removeprefix("web."): texts(key)
        for key in texts.keys()  # noqa: SIM118
        if key.startswith("web.") and not key.startswith("web.poster.")
    }


def _where(row: Row) -> list[str]:
    """The place and its address on lines of their own."""
    if row.online:
        return []
    return [word for word in (row.venue or row.school, row.address or row.district) if word]
