"""What the page sends, as one `Incoming`."""

from __future__ import annotations

import hashlib
import math
import re
from typing import Any

from bot.platforms.web.account import PLATFORM
from bot.platforms.web.asking import Turned
from handlers.incoming import Incoming, Kind
from services.texts import LANGUAGES, as_lang

MOST_NUMBER = 2**53
MOST_TAP = 64
_START = re.compile(r"[A-Za-z0-9_-]{0,64}")
_MESSAGE_ID = re.compile(r"[0-9]{1,19}")


def update_id(external_id: str, number: int) -> int:
    """The update id of a client's own number: 63 bits of a hash over account and number.

    The page draws its numbers at random from 53 bits, so that two tabs of one account never share one; a
    message that is sent again keeps its number, so it has one effect and one answer.
    """
    said = f"{external_id}:{number}".encode()
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big") >> 1


def number_of(said: dict[str, Any]) -> int:
    """The client's number. Raises Turned."""
    number = said.get("n")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < MOST_NUMBER:
        raise Turned(400, "n")
    return number


def first_key(said: dict[str, Any]) -> str:
    """The word that a newcomer's page made up for its first message, or nothing."""
    key = said.get("key", "")
    if not isinstance(key, str) or (key and not re.fullmatch(r"[A-Za-z0-9_-]{20,64}", key)):
        raise Turned(400, "key")
    return key


def incoming_of(said: dict[str, Any], external_id: str) -> Incoming:
    """One of text, tap, location, start and file. Raises Turned."""
    kind, values = _content(said)
    lang = said.get("lang", "")
    speaks = as_lang(lang) if lang in LANGUAGES else None
    return Incoming(
        PLATFORM, "", update_id(external_id, number_of(said)), external_id, external_id, kind,
        message_id=_message_id(said), lang=speaks or "", speaks=speaks, **values,
    )  # fmt: skip


def _content(said: dict[str, Any]) -> tuple[Kind, dict[str, Any]]:
    kinds = [name for name in ("text", "tap", "location", "start", "file") if name in said]
    if len(kinds) != 1:
        raise Turned(400, "kind")
    value = said[kinds[0]]
    if kinds[0] == "location":
        return Kind.LOCATION, {"location": _location(value)}
    if not isinstance(value, str):
        raise Turned(400, kinds[0])
    if kinds[0] == "tap":
        # an action is at most 64 bytes by construction; what is longer was never ours
        if not value or len(value.encode(errors="replace")) > MOST_TAP:
            raise Turned(400, "tap")
        return Kind.TAP, {"tap": value}
    if kinds[0] == "start":
        if not _START.fullmatch(value):
            raise Turned(400, "start")
        return Kind.START, {"text": value}
    if kinds[0] == "file":
        return Kind.FILE, {"text": value[:200]}
    if not value.strip():
        raise Turned(400, "text")
    return _typed(value)


def _typed(text: str) -> tuple[Kind, dict[str, Any]]:
    head, _, rest = text.strip().partition(" ")
    if head == "/start" and _START.fullmatch(rest.strip()):
        return Kind.START, {"text": rest.strip()}
    return Kind.TEXT, {"text": text}


def _location(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise Turned(400, "location")
    for number in value:
        if not isinstance(number, int | float) or isinstance(number, bool):
            raise Turned(400, "location")
    try:
        latitude, longitude = float(value[0]), float(value[1])
    except OverflowError:
        raise Turned(400, "location") from None
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        raise Turned(400, "location")
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Turned(400, "location")
    return latitude, longitude


def _message_id(said: dict[str, Any]) -> str:
    value = said.get("message", "")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or (value and not _MESSAGE_ID.fullmatch(value)):
        raise Turned(400, "message")
    return value
