"""What the sender asks of a platform that is pushed to: deliver one message and say what became of it."""

from dataclasses import dataclass
from typing import Protocol

from services.delivery import Delivery


@dataclass(frozen=True, slots=True)
class Delivered:
    """The outcome of one attempt: sent, retry, unknown, stopped, dead or invalid, with a short reason.

    `retry_after` is in seconds, from a server that said to wait. `whole_bot`: what is wrong concerns every
    chat (a token that is refused), not this message. `parts`: how many of the message's calls have succeeded,
    this time and before.
    """

    outcome: str
    reason: str = ""
    platform_message_id: str = ""
    retry_after: float | None = None
    whole_bot: bool = False
    parts: int = 0


class Deliverer(Protocol):
    """Delivers to one platform; it never raises for what the platform or the network does."""

    async def deliver(self, row: Delivery) -> Delivered:
        """Send the message once."""
        ...
