"""Telegram's own refusals: the codes and the texts a bot really sees."""

from __future__ import annotations

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
CALLBACK_DATA_LIMIT = 64
CALLBACK_ANSWER_LIMIT = 200
BUTTON_LIMIT = 100
MARKUP_BYTES_LIMIT = 10 * 1024
DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
SET_WEBHOOK = "terminated by setWebhook request"

_PREFIX = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class Refused(Exception):
    """An answer with `ok: false`: code is the HTTP status, description Telegram's text without its prefix."""

    def __init__(self, code: int, description: str = "", retry_after: float | None = None) -> None:
        prefix = _PREFIX.get(code, "Bad Request")
        self.code = code
        self.description = f"{prefix}: {description}" if description else prefix
        self.retry_after = retry_after
        super().__init__(self.description)

    def body(self) -> dict[str, object]:
        """The JSON object that Telegram answers with."""
        answer: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


def bad(description: str) -> Refused:
    """A 400 with Telegram's text."""
    return Refused(400, description)


def forbidden(description: str) -> Refused:
    """A 403 with Telegram's text."""
    return Refused(403, description)


def too_many(retry_after: float) -> Refused:
    """A 429 with `parameters.retry_after` in seconds."""
    return Refused(429, f"retry after {retry_after:g}", retry_after)


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)
