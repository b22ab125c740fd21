"""How Telegram takes the bot: well, or why not and what to do."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter

from bot import metrics

log = structlog.get_logger()

TOKEN_REFUSED: Final = "token_refused"  # noqa: S105
CONFLICT: Final = "conflict"
WEBHOOK_TAKEN: Final = "webhook_taken"
UNREACHABLE: Final = "unreachable"
# two that poll drive each other away by turns, and each has its way in between
CALM_SECONDS: Final = 60.0
ADVICE: Final = {
    TOKEN_REFUSED: "check DOORSTEP_TELEGRAM_TOKEN; @BotFather shows the valid one; then start again",
    CONFLICT: "another process polls with this token, or a webhook is set; stop it",
    WEBHOOK_TAKEN: "another program took the webhook away or set its own; stop it, then start this again",
    UNREACHABLE: "Telegram cannot be reached; check the network or the proxy",
}


class Standing:
    """What the latest answer of Telegram showed; told by whoever calls it, asked by whoever wants to know."""

    def __init__(self) -> None:
        self.trouble = ""
        # whether anything was heard at all
        self.known = False
        # whether what people say surely comes to us; a call that goes well does not show it
        self.receives = False
        self._since = self._bad_at = 0.0
        self._calm_since: float | None = None

    def well(self) -> None:
        """It takes us."""
        self.known = True
        if self._still_driven_away():
            return
        if self.trouble:
            log.info("telegram_well_again", after=self.trouble, seconds=round(self.seconds))
            self._set("")

    def received(self) -> None:
        """What people say comes to us: the webhook is ours."""
        self.receives = True
        self.well()

    def polled(self) -> None:
        """A poll went well; that nobody else polls is sure only after a while of such."""
        if self._calm_since is None:
            self._calm_since = self._now()
        self.receives = self._now() - self._calm_since >= CALM_SECONDS
        self.well()

    def bad(self, trouble: str, error: str = "") -> None:
        """It does not, by one of `ADVICE`; `error` is what the log says besides."""
        self.known = True
        self._calm_since = None
        # nobody drives anybody away while nothing comes through, so that is no calm
        if trouble == UNREACHABLE and self._still_driven_away():
            self._bad_at = self._now()
            return
        if trouble != UNREACHABLE:
            self.receives = False
        self._bad_at = self._now()
        if trouble != self.trouble:
            said = {"error": error} if error else {}
            log.warning("telegram_troubled", why=trouble, advice=ADVICE[trouble], **said)
            self._set(trouble)

    def raised(self, error: Exception) -> bool:
        """A call ended with this; whether it says anything of the whole bot, which is logged then."""
        trouble = trouble_of(error)
        if trouble:
            self.bad(trouble, f"{type(error).__name__}: {error}"[:120])
        return bool(trouble)

    @property
    def seconds(self) -> float:
        """How long it has been as it is."""
        return self._now() - self._since

    def details(self) -> dict[str, Any]:
        """For `/readyz`: nothing while all is well."""
        if not self.trouble:
            return {}
        return {"reason": self.trouble, "seconds": round(self.seconds), "advice": ADVICE[self.trouble]}

    def _still_driven_away(self) -> bool:
        return self.trouble == CONFLICT and self._now() - self._bad_at < CALM_SECONDS

    def _set(self, trouble: str) -> None:
        if self.trouble:
            metrics.PLATFORM_TROUBLE.labels("telegram", self.trouble).set(0)
        if trouble:
            metrics.PLATFORM_TROUBLE.labels("telegram", trouble).set(1)
        self.trouble = trouble
        self._since = self._now()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def trouble_of(error: Exception) -> str:
    """What an error says of the whole bot; nothing where only a limit or one call is meant."""
    match error:
        case Conflict():
            return CONFLICT
        case InvalidToken() | Forbidden():
            return TOKEN_REFUSED
        case RetryAfter() | BadRequest():
            return ""
        case _:
            return UNREACHABLE


def same_address(one: str, other: str) -> bool:
    """Whether two webhooks are one; Telegram may write the host in its own way."""
    return _place(one) == _place(other)


def _place(address: str) -> tuple[str, int, str]:
    parts = urlsplit(address)
    host = parts.hostname or ""
    with contextlib.suppress(UnicodeError):  # what is no name of a host equals itself
        host = host.encode("idna").decode("ascii")
    return host, parts.port or (80 if parts.scheme == "http" else 443), parts.path
