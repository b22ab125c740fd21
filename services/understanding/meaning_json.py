"""Reading a stored meaning back, checked field by field."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from services.compact_json import decode
from services.understanding.meaning import ORDERS, VERSION, Meaning

MOST_REMEMBERED = 1024


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is expected")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("a whole number is expected")
    return value


def _words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("a list of words is expected")
    return tuple(_text(item) for item in value)


def _names(value: Any) -> frozenset[str]:
    return frozenset(_words(value))


def _pair(value: Any) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("a pair is expected")
    return _whole(value[0]), _whole(value[1])


def _point(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("a point is expected")
    if any(not isinstance(item, (int, float)) or isinstance(item, bool) for item in value):
        raise ValueError("a point is two numbers")
    return float(value[0]), float(value[1])


def _days(value: Any) -> frozenset[int]:
    if not isinstance(value, list) or any(_whole(item) not in range(7) for item in value):
        raise ValueError("weekdays are 0 to 6")
    return frozenset(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is expected")
    return value


def _order(value: Any) -> str:
    if value not in ORDERS:
        raise ValueError("an unknown order")
    return str(value)


def _ways(value: Any) -> tuple[Meaning, ...]:
    ways = tuple(read_meaning(text) for text in _words(value))
    if any(one.any_of for one in ways):
        raise ValueError("a way has no ways of its own")
    return ways


_READERS: dict[str, Any] = {
    "intent": _text, "words": _words, "category": _text, "form": _text, "dates": _pair, "weekdays": _days,
    "hours": _pair, "fee_min": _whole, "fee_max": _whole, "free": _flag, "place": _words, "near": _point,
    "online": _flag, "audience": _words, "age": _whole, "level": _text, "code": _text, "order": _order,
    "excluded": _words, "starts": _pair, "seats": _flag, "within": _whole, "soft": _names,
    "any_of": _ways, "weekly": _pair, "minutes": _pair, "sessions": _pair,
}  # fmt: skip


# the search that is looked at is read again with each thing said of it
@lru_cache(maxsize=MOST_REMEMBERED)
def read_meaning(text: str) -> Meaning:
    """Return the meaning stored in `text`; ValueError when it is no meaning of this version."""
    data = decode(text)
    if not isinstance(data, dict) or data.get("v") != VERSION:
        raise ValueError(f"not a meaning of version {VERSION}")
    return Meaning(**{name: read(data[name]) for name, read in _READERS.items() if name in data})
