"""The transport of python-telegram-bot on aiohttp, which tells "surely not sent" from "answer lost".

Errors carry kinds, numbers and the system's own words, never the URL, so the token is in no exception, cause,
context or log line of this module.
"""

from __future__ import annotations

import asyncio
import os
import re
import ssl
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import aiohttp
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.platforms.telegram.kept_line import Broken, KeptLine
from bot.platforms.telegram.request_body import FormBody, JsonBody, json_body, json_bytes, request_body
from bot.platforms.telegram.request_errors import (
    AnswerLate,
    AnswerLost,
    BotApiFault,
    GatewayError,
    NotSent,
    NotSentInTime,
    UnsupportedProxy,
)
from services.compact_json import decode_foreign

# what the library takes for "not given" in its timeouts, as opposed to None, which means no limit
_NOT_GIVEN: Final = BaseRequest.DEFAULT_NONE
# statuses for which the library has an exception of its own; all others it flattens to NetworkError
_LIBRARY_KNOWS: Final = frozenset({400, 401, 403, 404, 409})
_NAMED_PARAMETERS: Final = ("retry_after", "migrate_to_chat_id")
_KEEPALIVE_SECONDS: Final = 30.0
_DNS_CACHE_SECONDS: Final = 60
_NEVER_CONNECTED: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
)
_TOKEN_IN_PATH: Final = re.compile(r"/bot([^/]+)/")


class AiohttpRequest(BaseRequest):
    """python-telegram-bot's transport on one aiohttp session: keep-alive, no cookies, no redirects.

    Plain posts (`post_json`) go over a `KeptLine` instead, except through a proxy; the limits are shared.

    Timeouts are in seconds, None is no limit: `pool_timeout` waits for one of `connection_limit` connections,
    `connect_timeout` covers DNS, TCP, proxy and TLS, `media_write_timeout` one stalled write of an upload
    (plain parameters go out in one piece), `read_timeout` the silence of the server. `proxy` is an http:// or
    https:// URL and may carry a user and password; the environment's proxies are not read. `ssl_context`
    wins over `ca_file`, a PEM file of extra authorities. Raises `UnsupportedProxy` for any other proxy,
    `ValueError` for a limit below 1; calls raise `telegram.error` exceptions and those of this module.
    """

    __slots__ = (
        "_connect_timeout", "_limit", "_line", "_media_write_timeout", "_pool_timeout", "_proxy",
        "_read_timeout", "_session", "_slots", "_ssl",
    )  # fmt: skip

    def __init__(
        self,
        connection_limit: int = 64,
        read_timeout: float | None = 10.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 5.0,
        media_write_timeout: float | None = 20.0,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        ca_file: str | os.PathLike[str] | None = None,
    ) -> None:
        if connection_limit < 1:
            raise ValueError("connection_limit must be 1 or more")
        self._limit = connection_limit
        self._read_timeout = read_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._media_write_timeout = media_write_timeout
        self._proxy = _checked_proxy(proxy)
        if ssl_context is None and ca_file is not None:
            ssl_context = ssl.create_default_context()
            ssl_context.load_verify_locations(cafile=ca_file)
        self._ssl = ssl_context
        self._session: aiohttp.ClientSession | None = None
        self._line = KeptLine(self.USER_AGENT, ssl_context)
        self._slots = asyncio.Semaphore(connection_limit)

    @property
    def read_timeout(self) -> float | None:
        """The default read timeout in seconds, None for no limit."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session; does nothing when it is open."""
        if self._session is not None and not self._session.closed:
            return
        self._slots = asyncio.Semaphore(self._limit)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,  # our semaphore counts, so that waiting for a place and connecting have own timeouts
                ttl_dns_cache=_DNS_CACHE_SECONDS,
                keepalive_timeout=_KEEPALIVE_SECONDS,
                ssl=self._ssl or True,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
            proxy=self._proxy,
            trust_env=False,
        )

    async def shutdown(self) -> None:
        """Close the session and its connections; does nothing when it is closed."""
        session, self._session = self._session, None
        self._line.close()
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = _NOT_GIVEN,
        write_timeout: Any = _NOT_GIVEN,
        connect_timeout: Any = _NOT_GIVEN,
        pool_timeout: Any = _NOT_GIVEN,
    ) -> tuple[int, bytes]:
        """Make one request for the library: (HTTP status, body).

        Raises `NotSent`, `AnswerLost`, `GatewayError`, `BotApiFault`; `BadRequest` when it cannot be written.
        """
        stalled = self._media_write_timeout if write_timeout is _NOT_GIVEN else write_timeout
        body = request_body(request_data, stalled)
        timeout = aiohttp.ClientTimeout(
            connect=self._connect_timeout if connect_timeout is _NOT_GIVEN else connect_timeout,
            sock_read=self._read_timeout if read_timeout is _NOT_GIVEN else read_timeout,
        )
        pool = self._pool_timeout if pool_timeout is _NOT_GIVEN else pool_timeout
        return await self._exchange(method, url, body, timeout, pool)

    async def post_json(
        self, url: str | URL, payload: dict[str, Any], timeout: float | Any | None = _NOT_GIVEN
    ) -> tuple[int, bytes]:
        """POST a plain dict as JSON: (HTTP status, body), the lean path for everything but files.

        `timeout` is seconds for the whole answer, beside the time to connect; without it the read timeout.
        Raises as `do_request` does.
        """
        answer = self._read_timeout if timeout is _NOT_GIVEN else timeout
        connect = self._connect_timeout
        if self._proxy is None:
            return await self._post_on_kept_line(url, json_bytes(payload), connect, answer)
        total = None if answer is None or connect is None else connect + answer
        limits = aiohttp.ClientTimeout(total=total, connect=connect, sock_read=answer)
        return await self._exchange("POST", url, json_body(payload), limits, self._pool_timeout)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as a dict; raises `AnswerLost` for anything else, and does not log or quote it."""
        answer = _json_object(payload)
        if answer is None or ("result" not in answer and answer.get("ok") is not False):
            raise AnswerLost("The answer is not one of the Bot API's")
        return answer

    async def _post_on_kept_line(
        self, url: str | URL, body: bytes, connect_timeout: float | None, answer_timeout: float | None
    ) -> tuple[int, bytes]:
        session, slots = self._session, self._slots
        if session is None or session.closed:
            raise NotSent("The transport is not started, or shut down")
        if slots.locked():
            await _wait_for(slots, self._pool_timeout)
        else:
            await slots.acquire()
        try:
            status, content = await self._line.post(url, body, connect_timeout, answer_timeout)
        except Broken as broken:
            failure = _named(broken.kind, broken.handed_over, broken.late)
        else:
            return (status, content) if 200 <= status < 300 else _refusal(status, content, str(url))
        finally:
            slots.release()
        raise failure

    async def _exchange(
        self,
        method: str,
        url: str | URL,
        body: JsonBody | FormBody | None,
        timeout: aiohttp.ClientTimeout,
        pool_timeout: float | None,
    ) -> tuple[int, bytes]:
        session, slots = self._session, self._slots
        if session is None or session.closed:
            raise NotSent("The transport is not started, or shut down")
        if slots.locked():
            await _wait_for(slots, pool_timeout)
        else:
            await slots.acquire()
        try:
            async with session.request(
                method, url, data=body, timeout=timeout, allow_redirects=False
            ) as answer:
                status, content = answer.status, await answer.read()
        except Exception as exc:
            failure = _failure(exc, body)
        else:
            return (status, content) if 200 <= status < 300 else _refusal(status, content, str(url))
        finally:
            slots.release()
        # raised out here so that it has no cause and no context: aiohttp's own exceptions quote the URL
        raise failure


async def _wait_for(slots: asyncio.Semaphore, pool_timeout: float | None) -> None:
    try:
        async with asyncio.timeout(pool_timeout):
            await slots.acquire()
    except TimeoutError:
        raise NotSentInTime(f"No free connection within {pool_timeout} s") from None


def _failure(exc: Exception, body: JsonBody | FormBody | None) -> TelegramError:
    handed_over = body.handed_over if body is not None else not isinstance(exc, _NEVER_CONNECTED)
    kind = type(exc).__name__
    if isinstance(exc, aiohttp.ClientHttpProxyError):
        kind += f", the proxy answered {exc.status}"
    elif isinstance(exc, OSError) and exc.errno is not None and exc.errno > 0:
        kind += f", {os.strerror(exc.errno)}"
    return _named(kind, handed_over, isinstance(exc, TimeoutError))


def _named(kind: str, handed_over: bool, late: bool) -> TelegramError:
    if late:
        return AnswerLate(f"No answer in time, {kind}") if handed_over else NotSentInTime(f"Not sent, {kind}")
    return AnswerLost(f"Sent, the answer was lost, {kind}") if handed_over else NotSent(f"Not sent, {kind}")


def _refusal(status: int, content: bytes, url: str) -> tuple[int, bytes]:
    """Sort an answer outside 2xx: give back what the library understands, raise what it would flatten."""
    answer = _json_object(content)
    if answer is None or answer.get("ok") is not False or not isinstance(answer.get("error_code"), int):
        raise GatewayError(f"HTTP {status}, not from the Bot API", status)
    found = _TOKEN_IN_PATH.search(url)
    if found:
        content = content.replace(found[1].encode(), b"<token>").replace(quote(found[1]).encode(), b"<token>")
    parameters = answer.get("parameters")
    named = isinstance(parameters, dict) and any(map(parameters.get, _NAMED_PARAMETERS))
    if named or status in _LIBRARY_KNOWS:
        return status, content
    # quoted from the cleaned content
    description = (_json_object(content) or {}).get("description")
    raise BotApiFault(f"HTTP {status}: {description}", status)


def _json_object(content: bytes) -> dict[str, Any] | None:
    try:
        parsed = decode_foreign(content.decode("utf-8", "replace").encode())
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _checked_proxy(proxy: str | None) -> str | None:
    if proxy is None or not proxy.strip():
        return None
    try:
        parts = urlsplit(proxy.strip())
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        scheme = parts.scheme
        unquote(parts.netloc).encode("latin-1")  # all that HTTP can carry of a user and password
    except ValueError:
        usable, scheme = False, ""
    if usable and scheme in ("http", "https"):
        return proxy.strip()
    if scheme.startswith("socks"):
        raise UnsupportedProxy(
            "SOCKS proxies cannot be used for Telegram; give an http:// proxy instead "
            "(most programs that offer SOCKS offer HTTP as well)"
        )
    raise UnsupportedProxy(
        "The proxy must look like http://host:port or http://user:password@host:port, in plain Latin letters"
    )
