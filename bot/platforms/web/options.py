"""What the operator chose for the web page."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network


@dataclass(frozen=True, slots=True)
class WebOptions:
    """The public address, the proxies that may name the client, and how fast people and addresses may be.

    A rate is (burst, per second). A whole village may share one address, so the limits per address are wide;
    those per person are what one pair of hands can do.
    """

    public_url: str = ""
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    person_rate: tuple[float, float] = (20, 1)
    address_rate: tuple[float, float] = (600, 60)
    newcomer_rate: tuple[float, float] = (300, 2)
    streams_per_person: int = 6
    streams_per_address: int = 1000
    look_seconds: float = 1.0
    heartbeat_seconds: float = 15.0

    @property
    def https(self) -> bool:
        """Whether people come by https, so that the cookie may be kept to it."""
        return self.public_url.startswith("https://")
