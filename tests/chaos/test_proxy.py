"""Each weather is what a program at the end of a link would see."""

import socket
import socketserver
import threading
from collections.abc import Iterator

import pytest

from tests.chaos.proxy import BLACK_HOLE, CLEAR, ONE_WAY, REFUSING, SWALLOWING, Network, Weather
from tests.support.waiting import eventually


class Echo(socketserver.StreamRequestHandler):
    server: "Server"

    def handle(self) -> None:
        for line in self.rfile:
            self.server.heard.append(line)
            self.wfile.write(line)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Echo)
        self.heard: list[bytes] = []


@pytest.fixture
def network() -> Iterator[Network]:
    made = Network()
    yield made
    made.end()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def port(network: Network, server: Server) -> int:
    return network.link("echo", int(server.server_address[1]))


def call(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def says(line: socket.socket, word: bytes = b"hello\n") -> bytes:
    line.sendall(word)
    return line.recv(100)


def test_clear(port: int) -> None:
    with call(port) as line:
        assert says(line) == b"hello\n"


def test_refusing_also_ends_what_was_open(network: Network, port: int) -> None:
    with call(port) as line:
        assert says(line) == b"hello\n"
        network.become("echo", REFUSING)
        with pytest.raises(ConnectionResetError):
            says(line)
    with pytest.raises(ConnectionRefusedError):
        call(port)
    network.become("echo", CLEAR)
    with call(port) as line:
        assert says(line) == b"hello\n"


def test_cut_ends_what_is_open_and_no_more(network: Network, port: int) -> None:
    with call(port) as line:
        assert says(line) == b"hello\n"
        network.cut("echo")
        with pytest.raises(ConnectionResetError):
            says(line)
    with call(port) as line:
        assert says(line) == b"hello\n"


def test_what_fell_into_a_black_hole_comes_out_at_last(network: Network, port: int) -> None:
    with call(port) as line:
        assert says(line) == b"hello\n"
        network.become("echo", BLACK_HOLE)
        line.settimeout(0.2)
        with pytest.raises(TimeoutError):
            says(line, b"lost?\n")
        line.settimeout(10)
        network.become("echo", CLEAR)
        assert line.recv(100) == b"lost?\n"


@pytest.mark.parametrize(("weather", "heard"), [(SWALLOWING, [b"hello\n"]), (ONE_WAY, [b"hello\n", b"lost\n"])])
def test_what_is_swallowed_never_comes_and_ends_in_a_reset(
    network: Network, server: Server, port: int, weather: Weather, heard: list[bytes]
) -> None:
    with call(port) as line:
        assert says(line) == b"hello\n"
        network.become("echo", weather)
        line.settimeout(0.2)
        with pytest.raises(TimeoutError):
            says(line, b"lost\n")
        assert server.heard == heard
        line.settimeout(10)
        network.become("echo", CLEAR)
        with pytest.raises(ConnectionResetError):
            line.recv(100)
    with call(port) as line:
        assert says(line) == b"hello\n"


def test_late_and_slow_is_whole(network: Network, port: int) -> None:
    for weather in (Weather(delay=0.05), Weather(speed=20_000)):
        network.become("echo", weather)
        with call(port) as line:
            line.sendall(b"x" * 1000 + b"\n")
            got = bytearray()
            eventually(lambda line=line, got=got: got.extend(line.recv(2000)) or len(got) == 1001)  # type: ignore[misc]
