"""Compact JSON for what is kept: messages, dialogues, meanings, the rows of the search index.

It is written and read several times in each turn, so a library in native code does it.
"""

import json
from typing import Any

import orjson


def encode(value: Any) -> str:
    """Compact JSON text; raises TypeError for what JSON cannot say, as half a surrogate pair."""
    return orjson.dumps(value).decode()


def encode_bytes(value: Any) -> bytes:
    """The same as UTF-8."""
    return orjson.dumps(value)


def decode_foreign(text: bytes) -> Any:
    """What JSON from outside says, with half surrogate pairs, which a broken client may send, left in it.

    Raises ValueError or RecursionError.
    """
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)


def decode(text: str | bytes | bytearray) -> Any:
    """What a JSON text says. Raises ValueError, also where it is nested too deeply."""
    return orjson.loads(text)
