"""What became of a message: the closed table of outcomes; only here are Telegram's own words matched."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
)

from bot.platforms.telegram.request_errors import AnswerLost, BotApiFault, GatewayError, NotSent


class Outcome(StrEnum):
    """How sending ended; every attempt ends in exactly one of these."""

    sent = "sent"
    """The chat shows it."""
    retry = "retry"
    """Surely not delivered; may be sent again without risk of a double."""
    unknown = "unknown"
    """Delivered or not, nobody can tell."""
    stopped = "stopped"
    """The person does not want us or has left; may come back."""
    dead = "dead"
    """There is no such chat for us."""
    invalid = "invalid"
    """Our fault: the same message would be refused again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome with its short reason code, and for a 429 the seconds to wait."""

    outcome: Outcome
    reason: str
    retry_after: int | None = None


# (a part of Telegram's description in lower case, outcome, reason): the first match counts, so what is more
# particular stands first
_DESCRIPTIONS: Final[tuple[tuple[str, Outcome, str], ...]] = (
    ("message is not modified", Outcome.sent, "not_modified"),
    ("message_not_modified", Outcome.sent, "not_modified"),
    ("bot was blocked by the user", Outcome.stopped, "blocked"),
    ("user_is_blocked", Outcome.stopped, "blocked"),
    ("user is deactivated", Outcome.stopped, "deactivated"),
    ("input_user_deactivated", Outcome.stopped, "deactivated"),
    ("deleted user", Outcome.stopped, "deactivated"),
    ("bot was kicked", Outcome.stopped, "kicked"),
    ("bot is not a member", Outcome.stopped, "kicked"),
    ("rights to send", Outcome.stopped, "muted"),
    ("no write access to the chat", Outcome.stopped, "muted"),
    ("chat_write_forbidden", Outcome.stopped, "muted"),
    ("chat_restricted", Outcome.stopped, "muted"),
    ("bot can't initiate conversation", Outcome.dead, "never_started"),
    ("can't send messages to bots", Outcome.dead, "is_a_bot"),
    ("can't send messages to the bot", Outcome.dead, "is_a_bot"),
    ("chat not found", Outcome.dead, "no_chat"),
    ("user not found", Outcome.dead, "no_chat"),
    ("peer_id_invalid", Outcome.dead, "no_chat"),
    ("chat_id_invalid", Outcome.dead, "no_chat"),
    ("user_id_invalid", Outcome.dead, "no_chat"),
    ("upgraded to a supergroup", Outcome.dead, "migrated"),
    ("chat was deleted", Outcome.dead, "chat_deleted"),
    ("chat was deactivated", Outcome.dead, "chat_deleted"),
    ("group is deactivated", Outcome.dead, "chat_deleted"),
    ("message to edit not found", Outcome.invalid, "message_gone"),
    ("message to delete not found", Outcome.invalid, "message_gone"),
    ("message can't be edited", Outcome.invalid, "message_gone"),
    ("message can't be deleted", Outcome.invalid, "message_gone"),
    ("message_id_invalid", Outcome.invalid, "message_gone"),
    ("there is no text in the message to edit", Outcome.invalid, "message_gone"),
    ("there is no caption in the message to edit", Outcome.invalid, "message_gone"),
    ("query is too old", Outcome.invalid, "tap_too_old"),
    ("query id is invalid", Outcome.invalid, "tap_too_old"),
    ("query_id_invalid", Outcome.invalid, "tap_too_old"),
    ("is too long", Outcome.invalid, "too_long"),
    ("message_too_long", Outcome.invalid, "too_long"),
    ("media_caption_too_long", Outcome.invalid, "too_long"),
    ("is empty", Outcome.invalid, "empty"),
    ("must be non-empty", Outcome.invalid, "empty"),
    ("can't parse entities", Outcome.invalid, "markup"),
    ("button_data_invalid", Outcome.invalid, "button"),
    ("button_url_invalid", Outcome.invalid, "button"),
    ("inline keyboard button", Outcome.invalid, "button"),
    ("reply_markup_too_long", Outcome.invalid, "button"),
    ("reply markup is too long", Outcome.invalid, "button"),
    ("too big", Outcome.invalid, "too_big"),
    ("too large", Outcome.invalid, "too_big"),
)
# what a server on the way answers when the request itself is at fault; the other 4xx are about its own state
_REFUSED_AS_WRITTEN: Final = frozenset({400, 405, 411, 413, 414, 415, 431})


def classify(error: BaseException) -> Verdict:
    """The verdict on what sending raised; anything unforeseen is `unknown`, never repeated blindly."""
    match error:
        case RetryAfter():
            return Verdict(Outcome.retry, "flood", _seconds(error.retry_after))
        case NotSent():
            return Verdict(Outcome.retry, "not_sent")
        case AnswerLost():
            return Verdict(Outcome.unknown, "answer_lost")
        case GatewayError():
            return _of_gateway(error.status)
        case BotApiFault():
            return _of_fault(error)
        case ChatMigrated():
            return Verdict(Outcome.dead, "migrated")
        case Forbidden() | BadRequest():
            return _of_description(error)
        case InvalidToken():
            # the message is sound and was not delivered; it waits for the operator to mend the token
            return Verdict(Outcome.retry, "token")
        case Conflict():
            return Verdict(Outcome.retry, "conflict")
        case EndPointNotFound():
            return Verdict(Outcome.invalid, "no_such_method")
        case _:
            return Verdict(Outcome.unknown, "unforeseen")


def _of_description(error: Forbidden | BadRequest | BotApiFault) -> Verdict:
    said = error.message.lower()
    for part, outcome, reason in _DESCRIPTIONS:
        if part in said:
            return Verdict(outcome, reason)
    # a refusal in words we do not know condemns this message, not the person
    return Verdict(Outcome.invalid, "forbidden" if isinstance(error, Forbidden) else "refused")


def _of_fault(error: BotApiFault) -> Verdict:
    if error.status == 429:
        return Verdict(Outcome.retry, "flood")
    if error.status >= 500:
        return Verdict(Outcome.retry, "server_fault")
    return _of_description(error)


def _of_gateway(status: int) -> Verdict:
    if status in _REFUSED_AS_WRITTEN:
        return Verdict(Outcome.invalid, "gateway")
    if 400 <= status < 500:
        return Verdict(Outcome.retry, "gateway")
    return Verdict(Outcome.unknown, "gateway")


def _seconds(given: float | timedelta) -> int:
    """Whole seconds, rounded up: the library gives a number or, as it is told to here, a timedelta."""
    return math.ceil(given.total_seconds() if isinstance(given, timedelta) else given)
