"""Lots: the order of a draw, from a seed that nobody could choose."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def commitment(secret: str) -> str:
    """What is published of a secret (64 hexadecimal digits) before applications close: its SHA-256."""
    return hashlib.sha256(bytes.fromhex(secret)).hexdigest()


def seed(secret: str, public: str) -> bytes:
    """The secret followed by the public value, as bytes."""
    return bytes.fromhex(secret) + public.encode()


def ticket(key: bytes, application: str) -> str:
    """HMAC-SHA256 of an application's id under the seed, in hexadecimal; the smaller, the earlier."""
    return hmac.digest(key, application.encode(), "sha256").hex()


def order(key: bytes, applications: Iterable[tuple[str, bool]]) -> list[str]:
    """Ids in the order of their lots; those that are marked as later come after all others."""
    return [found for _, _, found in sorted((later, ticket(key, name), name) for name, later in applications)]
