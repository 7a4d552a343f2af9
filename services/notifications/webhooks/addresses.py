"""Where a webhook may lead: to the world outside, never into our own network.

A name is resolved once for each attempt, all its addresses are looked at, and the connection goes to an address that was
looked at: a name that means something else a moment later (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
# Public by their number, yet served by the cloud that we may run in.
_METADATA = {ipaddress.ip_address("168.63.129.16")}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".cluster.local", ".svc")


class NotThere(Exception):
    """The name has no address."""


class Private(Exception):
    """The name, or one of its addresses, is not of the world outside."""


@dataclass(frozen=True)
class Target:
    """Where to connect, and as whom to ask for it there."""

    scheme: str
    host: str  # as in the URL, without brackets
    port: int
    path: str  # with its query
    address: str = ""  # that was looked at


def read(url: str, *, allow_private: bool = False) -> Target:
    """The parts of an https address; `allow_private`: http too, and whatever host. Raises ValueError with what is wanted."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError("This is no address.") from error
    if not url.isascii() or any(character <= " " or character in '\x7f\\<>"{}|^`' for character in url):
        raise ValueError("Only the characters of a URL (RFC 3986); escape the others.")
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise ValueError("Wants an https address.")
    if parts.username is not None or parts.password is not None:
        raise ValueError("No user name and no password in it: check the signature instead.")
    if not parts.hostname or len(parts.hostname) > 253:
        raise ValueError("Wants a host.")
    if parts.fragment:
        raise ValueError("No fragment in it.")
    if not allow_private and not _may_be_public(parts.hostname):
        raise ValueError("Wants a host of the public internet.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), path)


def resolved(host: str, port: int, *, allow_private: bool = False, resolve: Resolve | None = None) -> str:
    """The address to connect to. Raises NotThere; Private when any of the name's addresses is none of the world outside."""
    found = [ipaddress.ip_address(text.partition("%")[0]) for text in (resolve or _ask_dns)(host, port)]
    if not found:
        raise NotThere(host)
    if not allow_private and not all(map(is_public, found)):
        raise Private(host)
    return str(min(found, key=lambda address: address.version))  # IPv4 first: not every cluster has IPv6


def is_public(address: IP) -> bool:
    """Whether it is a host's in the public internet, also inside of IPv6 addresses that carry an IPv4 one."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and address not in _METADATA
    )


def _inner(address: IP) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _may_be_public(host: str) -> bool:
    """Without asking DNS: what can be told from the text."""
    try:
        return is_public(ipaddress.ip_address(host))
    except ValueError:
        name = f".{host.lower().rstrip('.')}"
        last = name.rpartition(".")[2]
        # 127.1, 0x7f000001 and the like are addresses to some resolvers
        return "." in name[1:] and not name.endswith(_LOCAL_NAMES) and not last[:1].isdigit()


def _ask_dns(host: str, port: int) -> list[str]:
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []
