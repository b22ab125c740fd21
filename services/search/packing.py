"""A class as the index stores it beside its fields, to be read back whole."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from services.compact_json import decode, encode_bytes
from services.search.record import CatalogueRecord

_FIELDS = tuple(field.name for field in fields(CatalogueRecord))
_TIMES = tuple(_FIELDS.index(name) for name in ("first_start", "enrol_opens", "enrol_closes"))
_LISTS = tuple(_FIELDS.index(name) for name in ("audience", "dates"))
_SLOTS = _FIELDS.index("slots")
_values = attrgetter(*_FIELDS)


def packed(record: CatalogueRecord) -> bytes:
    """Return a class as the index stores it."""
    values = list(_values(record))
    for at in _TIMES:
        if values[at] is not None:
            values[at] = values[at].timestamp()
    return encode_bytes(values)


def unpacked(stored: bytes) -> CatalogueRecord:
    """Return the class that `packed` stored."""
    values: list[Any] = decode(stored)
    for at in _TIMES:
        if values[at] is not None:
            values[at] = datetime.fromtimestamp(values[at], UTC)
    for at in _LISTS:
        values[at] = tuple(values[at])
    values[_SLOTS] = tuple(tuple(slot) for slot in values[_SLOTS])
    return CatalogueRecord(*values)
