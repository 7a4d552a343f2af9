"""One POST to somebody else's server: to the address that was looked at, no redirects, a limited time."""

import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException

from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError, SSLError

from services.notifications.calling import authority, called
from services.notifications.webhooks import addresses
from services.notifications.webhooks.addresses import NotThere, Private, Resolve, Target

TIMEOUT = 15.0  # seconds for all of it: a server that sends a byte now and then gets no more
_READ = 16_384  # bytes of an answer that are read, and forgotten


@dataclass(frozen=True)
class Answer:
    """`status` is None where there was no answer; `outcome` says why: timeout, unreachable, tls, private_address, no_answer."""

    status: int | None
    outcome: str
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_private: bool = False,
    timeout: float = TIMEOUT,
    resolve: Resolve | None = None,
) -> Answer:
    started = time.monotonic()
    try:
        target = addresses.read(url, allow_private=allow_private)
        address = addresses.resolved(target.host, target.port, allow_private=allow_private, resolve=resolve)
    except (Private, ValueError):
        return Answer(None, "private_address")
    except NotThere:
        return Answer(None, "unreachable")
    status, outcome = _sent(target, address, body, headers, started + timeout)
    return Answer(status, outcome, time.monotonic() - started)


def _sent(target: Target, address: str, body: bytes, headers: Mapping[str, str], deadline: float) -> tuple[int | None, str]:
    try:
        status = _send(target, address, body, headers, deadline)
        return status, f"http_{status}"
    except (NewConnectionError, ConnectTimeoutError):
        return None, "unreachable"
    except (HTTPError, HTTPException, OSError) as fault:
        if isinstance(fault, TimeoutError | ReadTimeoutError) or time.monotonic() >= deadline:
            return None, "timeout"
        return None, "tls" if isinstance(fault, ssl.SSLError | SSLError) else "no_answer"


def _send(target: Target, address: str, body: bytes, headers: Mapping[str, str], deadline: float) -> int:
    with called(target, address, deadline) as connection:
        connection.request("POST", target.path, body, {"Host": authority(target), **headers}, preload_content=False)
        response = connection.getresponse()
        if time.monotonic() >= deadline:  # broken off in the middle of its headers
            raise TimeoutError
        with suppress(HTTPError, HTTPException, OSError):  # it has answered: what else it says does not matter
            response.read(_READ, decode_content=False)
        return response.status
