"""A limited time for all of a call to somebody else's server: one that sends a byte now and then gets no more."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from urllib3.connection import HTTPConnection


@contextmanager
def broken_off(connection: HTTPConnection, deadline: float) -> Iterator[None]:
    """Until `deadline` (time.monotonic); then whoever waits for the other side is woken by an error of the connection."""
    end = threading.Timer(max(0.0, deadline - time.monotonic()), _break_off, [connection])
    end.daemon = True
    end.start()
    try:
        yield
    finally:
        end.cancel()
        connection.close()


def _break_off(connection: HTTPConnection) -> None:
    sock = connection.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
