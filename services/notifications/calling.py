"""A call to somebody else's server: to an address that is known already, and with a limited time for all of it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import certifi
from urllib3.connection import HTTPConnection, HTTPSConnection

from services.notifications.webhooks.addresses import Target

_CONNECT = 5.0  # seconds


@contextmanager
def called(target: Target, address: str, deadline: float) -> Iterator[HTTPConnection]:
    """Connected, with the name's certificate; at `deadline` (time.monotonic) whoever waits for the other side is woken by an
    error of the connection: a server that sends a byte now and then gets no more."""
    connection = _connection(target, address, max(0.1, min(_CONNECT, deadline - time.monotonic())))
    end = threading.Timer(max(0.0, deadline - time.monotonic()), _break_off, [connection])
    end.daemon = True
    end.start()
    try:
        connection.connect()
        connection.timeout = max(0.1, deadline - time.monotonic())  # from now on, for an answer
        yield connection
    finally:
        end.cancel()
        connection.close()


def authority(target: Target) -> str:
    """The Host header."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = target.port == (443 if target.scheme == "https" else 80)
    return host if usual else f"{host}:{target.port}"


def _connection(target: Target, address: str, timeout: float) -> HTTPConnection:
    if target.scheme == "http":
        return HTTPConnection(address, target.port, timeout=timeout)
    return HTTPSConnection(
        address,
        target.port,
        timeout=timeout,
        server_hostname=target.host,  # for SNI, and whose certificate it must be
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
    )


def _break_off(connection: HTTPConnection) -> None:
    sock = connection.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
