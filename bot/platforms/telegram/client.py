"""Calls of the Bot API with plain dicts: JSON out, JSON in, the library's own exceptions."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from telegram.error import InvalidToken
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.platforms.telegram.request import AiohttpRequest
from bot.platforms.telegram.standing import TOKEN_REFUSED, Standing

OFFICIAL_API: Final = "https://api.telegram.org"


class BotApi:
    """One bot's door to the Bot API, without the objects of the library; files go by its typed methods.

    `request` is shared with the library's `Bot` and opened and closed by its owner. `api_url` is the server
    without the `/bot<token>` part. `standing` learns of a token that is refused.
    """

    __slots__ = ("_base", "_files", "_request", "_urls", "standing")

    def __init__(
        self, token: str, request: AiohttpRequest, api_url: str = OFFICIAL_API,
        standing: Standing | None = None,
    ) -> None:  # fmt: skip
        self.standing = standing or Standing()
        self._base = f"{api_url.rstrip('/')}/bot{token}"
        self._files = f"{api_url.rstrip('/')}/file/bot{token}"
        self._request = request
        self._urls: dict[str, URL] = {}

    async def call(self, method: str, payload: dict[str, Any], timeout: float | None = None) -> Any:
        """Call `method` (`sendMessage`) and give its `result`, which is a dict, a list or True.

        Values of None are left out. `timeout` is seconds for the answer, None for the request's own.
        Raises what `telegram.Bot` raises (`RetryAfter`, `Forbidden`, `BadRequest`, …) and the transport's
        `NotSent`, `AnswerLost`, `GatewayError` and `BotApiFault`.
        """
        url = self._urls.get(method)
        if url is None:
            url = self._urls[method] = URL(f"{self._base}/{method}")
        given = {name: value for name, value in payload.items() if value is not None}
        limit = BaseRequest.DEFAULT_NONE if timeout is None else timeout
        status, content = await self._request.post_json(url, given, limit)
        if status == 200:
            answer = self._request.parse_json_payload(content)
            if "result" in answer:
                return answer["result"]
            status = int(answer.get("error_code") or 400)
        try:
            return await _Replay(status, content).post(url="")
        except InvalidToken:
            self.standing.bad(TOKEN_REFUSED)
            raise

    async def fetch(self, path: str) -> bytes:
        """The bytes of a file by the `file_path` of `getFile`. Raises as `call` does."""
        status, content = await self._request.do_request(f"{self._files}/{quote(path)}", "GET")
        if status != 200:
            await _Replay(status, content).post(url="")
        return content


class _Replay(BaseRequest):
    """An answer already at hand, given to the library once more so that its own code raises the error."""

    __slots__ = ("_answer",)

    parse_json_payload = staticmethod(AiohttpRequest.parse_json_payload)

    def __init__(self, status: int, content: bytes) -> None:
        self._answer = status, content

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        return None

    async def shutdown(self) -> None:
        return None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        return self._answer
