"""Which address a request comes from, when trusted proxies stand in front."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# one household or office is given a whole /64
IPV6_KEPT = 64


def client_key(peer: str, forwarded: Sequence[str], trusted: Iterable[Network]) -> str:
    """The key for limits: the address nearest to us in `forwarded` that is no trusted proxy.

    `forwarded` are the X-Forwarded-For headers; they count only when `peer` itself is trusted, and what is
    no address ends the walk at the proxy that wrote it.
    """
    networks = tuple(trusted)
    found = _parse(peer)
    if found is None:
        return "unknown"
    hops = [hop for header in forwarded for hop in header.split(",")]
    while hops and _within(found, networks):
        before = _parse(hops.pop())
        if before is None:
            break
        found = before
    return _key(found)


def _key(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), IPV6_KEPT), strict=False).network_address) + f"/{IPV6_KEPT}"


def _parse(text: str) -> Address | None:
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)
