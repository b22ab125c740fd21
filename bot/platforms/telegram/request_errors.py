"""How a call of the Bot API can fail: surely not delivered, answer lost, or refused, and by whom."""

from __future__ import annotations

from telegram.error import NetworkError, TimedOut


class NotSent(NetworkError):
    """Surely not delivered: no connection, or it broke before the request was handed over whole."""

    __slots__ = ()


class NotSentInTime(NotSent, TimedOut):
    """Surely not delivered: no free connection, no connect or no progress in writing within its time."""

    __slots__ = ()


class AnswerLost(NetworkError):
    """Handed over whole, but no readable answer came: it may have been delivered or not."""

    __slots__ = ()


class AnswerLate(AnswerLost, TimedOut):
    """Handed over whole, but the answer did not come in time: it may have been delivered or not."""

    __slots__ = ()


class _Answered(NetworkError):
    __slots__ = ("status",)

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status

    def __reduce__(self) -> tuple[type, tuple[str, int]]:  # type: ignore[override]
        return self.__class__, (self.message, self.status)


class GatewayError(_Answered):
    """Refused with a body that is not the Bot API's own JSON: something on the way answered instead.

    `status` is the HTTP status.
    """

    __slots__ = ()


class BotApiFault(_Answered):
    """Refused by the Bot API's own JSON with a status for which the library has no exception of its own.

    `status` is the HTTP status: mostly 5xx, also 413 and a 429 without `retry_after`.
    """

    __slots__ = ()


class UnsupportedProxy(ValueError):
    """The configured proxy cannot be used; the text says what can."""
