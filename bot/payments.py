"""The place where an online payment would be joined on; Doorstep itself takes no money (docs/money.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Asked:
    """A payment that was begun: the provider's number, and the address that its payer opens once."""

    reference: str
    address: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """A payment of which the provider itself says that it was made."""

    reference: str
    enrolment_id: int
    fen: int
    paid_at: datetime


class Payments(Protocol):
    """A licensed provider in the name of one school. It is asked outside of any transaction."""

    async def begin(self, enrolment_id: int, fen: int, title: str) -> Asked:
        """Ask the provider for a payment of `fen`."""
        ...

    def settled(self, headers: Mapping[str, str], body: bytes) -> Settled | None:
        """What a notification says once its signature holds; None for any other."""
        ...

    async def query(self, reference: str) -> Settled | None:
        """Ask about a payment whose notification did not come."""
        ...

    async def refund(self, reference: str, fen: int) -> bool:
        """Give back to where it came from; whether the provider says that it was done."""
        ...
