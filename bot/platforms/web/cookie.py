"""The cookie that says who comes: the account's external id and its epoch, signed with the town's key.

Form: `ID.EPOCH.SIGNATURE`. Whoever raises `Account.cookie_epoch` revokes every cookie of that account.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

YEAR = 365 * 24 * 3600
_FORM = re.compile(r"([0-9a-f]{32})\.([0-9]{1,9})\.([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Pass:
    """What a cookie with a good signature says; the account may still have revoked it."""

    external_id: str
    epoch: int


def cookie_name(https: bool) -> str:
    """The cookie's name; the prefix binds it to this host, to https and to the whole site."""
    return "__Host-doorstep" if https else "doorstep"


def write_cookie(secret: bytes, given: Pass) -> str:
    """The signed value."""
    said = f"{given.external_id}.{given.epoch}"
    return f"{said}.{_sign(secret, said)}"


def read_cookie(secret: bytes, value: str) -> Pass | None:
    """What a cookie says, or None when it is not one of ours."""
    found = _FORM.fullmatch(value)
    if found is None:
        return None
    said = f"{found[1]}.{found[2]}"
    if not hmac.compare_digest(_sign(secret, said), found[3]):
        return None
    return Pass(found[1], int(found[2]))


def derived_id(secret: bytes, first_key: str) -> str:
    """The external id of a newcomer whose page made up `first_key`.

    A first message that is sent again, because its answer and cookie were lost, so reaches the same account.
    """
    return hmac.new(secret, b"web-first\0" + first_key.encode(), hashlib.sha256).hexdigest()[:32]


def _sign(secret: bytes, said: str) -> str:
    return hmac.new(secret, b"web-cookie\0" + said.encode(), hashlib.sha256).hexdigest()
