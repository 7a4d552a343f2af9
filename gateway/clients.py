"""Where a request comes from, when it may have passed our own proxies."""

import ipaddress
from collections.abc import Callable
from functools import lru_cache

from gateway.settings import Network


def reader(proxies: tuple[Network, ...]) -> Callable[[str, str], str]:
    """A function of the peer's address and the X-Forwarded-For header to the client's address.

    The header is read from its end and only as far as our own proxies wrote it: before that stands whatever anybody wrote.
    """

    @lru_cache(maxsize=4096)
    def ours(address: str) -> bool:
        parsed = ipaddress.ip_address(address)
        return any(parsed in network for network in proxies)

    def client(peer: str, forwarded_for: str) -> str:
        if not proxies or not forwarded_for:
            return peer
        address = peer
        for hop in reversed(forwarded_for.split(",")):
            try:
                if not ours(address):
                    break
                address = str(ipaddress.ip_address(hop.strip()))
            except ValueError:
                break
        return address

    return client
