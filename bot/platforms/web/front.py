"""What every handler of the page stands on: who comes, from where, and what may be refused at the door."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from aiohttp import web

from bot.platforms.web.account import account_of
from bot.platforms.web.addresses import client_key
from bot.platforms.web.asking import Turned
from bot.platforms.web.cookie import YEAR, Pass, cookie_name, derived_id, read_cookie, write_cookie
from bot.platforms.web.limits import Buckets
from bot.platforms.web.options import WebOptions
from bot.work import Work
from handlers.incoming import Incoming
from handlers.take import Taken
from models.statement import Tx
from services.town import Town

# a first message that is sent again later than this begins anew
FIRST_FOR = timedelta(minutes=10)


class Desk(Protocol):
    """Whoever takes in what arrived."""

    async def take(self, incoming: Incoming) -> Taken:
        """Take in one update; raises Overloaded or StoreDown when nothing was changed."""
        ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody whose cookie holds; `account_id` is their row."""

    given: Pass
    account_id: int


class Front:
    """The doorkeeper: reads cookies, makes them, and counts how often people and addresses come."""

    def __init__(self, town: Town, work: Work, options: WebOptions) -> None:
        self.town = town
        self.work = work
        self.options = options
        self.cookie = cookie_name(options.https)
        elapsed = town.clock.elapsed
        self._persons = Buckets(*options.person_rate, elapsed)
        self._addresses = Buckets(*options.address_rate, elapsed)
        self._newcomers = Buckets(*options.newcomer_rate, elapsed)

    def given(self, request: web.Request) -> Pass | None:
        """What the request's cookie says, if its signature is ours."""
        return read_cookie(self.town.secret, request.cookies.get(self.cookie, ""))

    async def visitor(self, request: web.Request) -> Visitor | None:
        """Who comes, or None for a stranger and for a revoked cookie."""
        given = self.given(request)
        if given is None:
            return None

        def unit(tx: Tx) -> Visitor | None:
            row = account_of(tx, given.external_id)
            return Visitor(given, row.id) if row is not None and row.cookie_epoch == given.epoch else None

        return await self.work.read(unit)

    def address(self, request: web.Request) -> str:
        """The key of the client's address."""
        forwarded = request.headers.getall("X-Forwarded-For", [])
        return client_key(request.remote or "", forwarded, self.options.trusted_proxies)

    def count_address(self, request: web.Request) -> None:
        """Raises Turned when too many come from one address."""
        _refuse(self._addresses.take(self.address(request)))

    def count_person(self, external_id: str) -> None:
        """Raises Turned when one person is too fast."""
        _refuse(self._persons.take(external_id))

    async def newcomer(self, request: web.Request, first_key: str) -> Pass:
        """A pass for somebody who never spoke here; no row is written. Raises Turned."""
        if not first_key:
            _refuse(self._newcomers.take(self.address(request)))
            return Pass(secrets.token_hex(16), 0)
        derived = derived_id(self.town.secret, first_key)
        since = self.town.within(-FIRST_FOR)

        def unit(tx: Tx) -> tuple[bool, bool]:
            row = account_of(tx, derived)
            if row is None:
                return True, True
            return row.cookie_epoch == 0 and row.created_at > since, False

        usable, new = await self.work.read(unit)
        if new or not usable:
            _refuse(self._newcomers.take(self.address(request)))
        return Pass(derived if usable else secrets.token_hex(16), 0)

    def hand_cookie(self, response: web.StreamResponse, given: Pass) -> None:
        """Set the cookie, for a year from now."""
        response.set_cookie(
            self.cookie, write_cookie(self.town.secret, given), max_age=YEAR, path="/", httponly=True,
            samesite="Lax", secure=self.options.https,
        )  # fmt: skip


def _refuse(seconds: float) -> None:
    if seconds > 0:
        raise Turned(429, "often", seconds)
